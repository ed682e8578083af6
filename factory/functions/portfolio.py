"""The better of two authors, parameter by parameter: the examples and a model, by examples with fresh values.

A model is asked only for what the functions by example read wrongly: where they read everything, it costs nothing. It
wins a parameter only with more right answers, for the ranker was learned with the proposers of functions by example.
Together the functions never read fewer utterances rightly than those by example do: else they are given up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from factory.assemble import fill
from factory.functions.attempt import FunctionAttempt, Trial, example_attempts
from factory.functions.compile import function_plan
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.load import LoadedFunctions
from factory.functions.write import Planned
from factory.generate.attempt import implicated
from factory.generate.generator import Contest, Generated, GenerateError
from factory.generate.portfolio import describe
from security.finding import Finding

MEASURE = "utterances"
AUTHORS = ("examples", "llm")
"""In the order in which they win where they are equal."""


@dataclass
class FunctionPortfolio:
    """Puts the model's functions against those by example."""

    llm: FunctionLLMGenerator
    progress: Callable[[str], None] = lambda text: None
    entries: dict[str, dict[str, FunctionAttempt]] = field(default_factory=dict)
    """For each parameter, each author's function as it was tried."""

    @property
    def name(self) -> str:
        return "auto"

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Try what the examples give, let the model write what that reads wrongly; after findings strike and mend.

        Raises GenerateError where a parameter has no function left, and what the model's generator raises.
        """
        before, trial = self.llm.client.budget.spent.tokens, Trial(loaded)
        names = [planned.slot.function for planned in plans]
        if previous is None:
            self.progress(f"try the functions by example on {len(trial.rows)} utterances")
            self.entries = {name: {"examples": tried} for name, tried in example_attempts(trial).items()}
            asked = [name for name in names if (one := self.entries[name]["examples"]).missed or not one.sound]
            self._let_write(trial, dict.fromkeys(asked, ()))
        else:
            self._strike(trial, names, findings, previous)
        contests = {name: self._contest(name) for name in names}
        contests = self._together(trial, contests)
        return Generated(
            {name: self.entries[name][contest.winner].source for name, contest in contests.items()},
            self.name,
            {name: describe(contest, MEASURE) for name, contest in contests.items()},
            self.llm.client.budget.spent.tokens - before,
            work=self.llm.work(),
            contests=contests,
        )

    def _let_write(self, trial: Trial, complaints: dict[str, tuple[Finding, ...]]) -> None:
        self.llm.draft(trial, complaints)
        for name in complaints:
            best = self.llm.drafts[name].best
            if best is not None:
                self.entries[name]["llm"] = best

    def _strike(self, trial: Trial, names: Sequence[str], findings: Sequence[Finding], previous: Generated) -> None:
        """The winners that findings are about are out; those that the model wrote it may mend."""
        found = implicated(findings, fill(function_plan().template_source, previous.source), list(names))
        mine = {}
        for name, about in found.items():
            winner = previous.contests[name].winner
            self.entries[name].pop(winner, None)
            if winner == "llm":
                self.llm.drafts[name].best = None
                mine[name] = tuple(about)
        self._let_write(trial, mine)

    def _contest(self, name: str) -> Contest:
        tried = self.entries[name]
        right = {author: tried[author].right for author in AUTHORS if author in tried and tried[author].sound}
        if not right:
            raise GenerateError(f"{name!r}: no author has a function that passes; add examples")
        winner = max(right, key=lambda author: (right[author], -AUTHORS.index(author)))
        refused = {}
        draft = self.llm.drafts.get(name)
        if draft is not None and "llm" not in right:
            refused["llm"] = "; ".join(draft.complaints[:2]) or self.llm.stopped or "not asked"
        return Contest(winner, right, tried[winner].rows, refused)

    def _together(self, trial: Trial, contests: dict[str, Contest]) -> dict[str, Contest]:
        """The same, or all by example where the winners together read fewer utterances rightly."""
        won = [name for name, contest in contests.items() if contest.winner == "llm"]
        if not won or any("examples" not in contest.right for contest in contests.values()):
            return contests
        self.progress("try the winners together")
        mixed = trial.run({name: self.entries[name]["llm"].source for name in won})
        if not mixed.findings and trial.exact(mixed) >= trial.exact(trial.run({})):
            return contests
        return {
            name: Contest("examples", contest.right, contest.labelled, contest.refused)
            for name, contest in contests.items()
        }
