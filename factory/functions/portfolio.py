"""The best of several authors, parameter by parameter: examples, the version that runs now, and a model.

All are put to the same trial: the examples, and the same with fresh values. A model is asked only for what the others
read wrongly: where they read everything, it costs nothing. Functions by example lose a parameter only to more right
answers, for the ranker was learned with their proposers. Together the functions never read fewer utterances rightly
than those by example do: else they are given up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from factory.assemble import fill
from factory.functions.attempt import FunctionAttempt, Trial, attempt_functions, example_attempts
from factory.functions.compile import FunctionExampleGenerator, function_plan
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.load import LoadedFunctions
from factory.functions.write import Planned
from factory.generate.attempt import implicated
from factory.generate.generator import Contest, Generated, GenerateError
from factory.generate.portfolio import AUTHORS, describe, previous_functions, refusals
from security.finding import Finding

MEASURE = "utterances"


@dataclass
class FunctionPortfolio:
    """Puts authors against each other. Without a model and a previous version it writes as the examples do."""

    llm: FunctionLLMGenerator | None = None
    previous: str = ""
    """`activity.py` of the version that runs now; empty where there is none."""
    progress: Callable[[str], None] = lambda text: None
    entries: dict[str, dict[str, FunctionAttempt]] = field(default_factory=dict)
    """For each parameter, each author's function as it was tried."""

    @property
    def name(self) -> str:
        return "auto"

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Try all authors, let the model write what the others read wrongly; after findings strike and mend.

        Raises GenerateError where a parameter has no function left, and what the model's generator raises.
        """
        before, trial = self._spent(), Trial(loaded)
        names = [planned.slot.function for planned in plans]
        running = self._running(trial)
        if self.llm is None and not running:
            return FunctionExampleGenerator().write(loaded, plans, findings, previous)
        if previous is None:
            self._enter(trial, running)
            lacking = [name for name in names if not any(one.perfect for one in self.entries[name].values())]
            self._let_write(trial, dict.fromkeys(lacking, ()))
        else:
            self._strike(trial, names, findings, previous)
        contests = self._together(trial, {name: self._contest(name) for name in names})
        return Generated(
            {name: self.entries[name][contest.winner].source for name, contest in contests.items()},
            self.name,
            {name: describe(contest, MEASURE) for name, contest in contests.items()},
            self._spent() - before,
            work=self.llm.work() if self.llm else None,
            contests=contests,
        )

    def _spent(self) -> int:
        return self.llm.client.budget.spent.tokens if self.llm else 0

    def _running(self, trial: Trial) -> dict[str, str]:
        """The functions of the version that runs now which examples alone would not write today."""
        found = previous_functions(self.previous, list(trial.by_example))
        return {name: text for name, text in found.items() if text.strip() != trial.by_example[name].strip()}

    def _enter(self, trial: Trial, running: Mapping[str, str]) -> None:
        self.progress(f"try the functions by example on {len(trial.rows)} utterances")
        self.entries = {name: {"examples": tried} for name, tried in example_attempts(trial).items()}
        if running:
            self.progress("try the functions that run now")
            for name, tried in attempt_functions(trial, running).items():
                self.entries[name]["previous"] = tried

    def _let_write(self, trial: Trial, complaints: Mapping[str, tuple[Finding, ...]]) -> None:
        if self.llm is None:
            return
        self.llm.draft(trial, complaints)
        for name in complaints:
            best = self.llm.drafts[name].best
            if best is not None:
                self.entries[name]["llm"] = best

    def _strike(self, trial: Trial, names: Sequence[str], findings: Sequence[Finding], previous: Generated) -> None:
        """The winners that findings name are out; those of the model it may mend."""
        found = implicated(findings, fill(function_plan().template_source, previous.source), list(names))
        mine: dict[str, tuple[Finding, ...]] = {}
        for name, about in found.items():
            winner = previous.contests[name].winner
            self.entries[name].pop(winner, None)
            if winner == "llm" and self.llm is not None:
                self.llm.drafts[name].best = None
                mine[name] = tuple(about)
        self._let_write(trial, mine)

    def _contest(self, name: str) -> Contest:
        tried = self.entries[name]
        right = {author: tried[author].right for author in AUTHORS if author in tried and tried[author].sound}
        if not right:
            raise GenerateError(f"{name!r}: no author has a function that passes; add examples")
        winner = max(right, key=lambda author: (right[author], -AUTHORS.index(author)))
        refused = refusals(name, tried, self.llm)
        return Contest(winner, right, tried[winner].rows, refused)

    def _together(self, trial: Trial, contests: dict[str, Contest]) -> dict[str, Contest]:
        """The same, or all by example where the winners together read fewer utterances rightly."""
        won = {
            name: self.entries[name][contest.winner].source
            for name, contest in contests.items()
            if contest.winner != "examples"
        }
        if not won or any("examples" not in contest.right for contest in contests.values()):
            return contests
        self.progress("try the winners together")
        mixed = trial.run(won)
        if not mixed.findings and trial.exact(mixed) >= trial.exact(trial.read_by_example):
            return contests
        return {
            name: Contest("examples", contest.right, contest.labelled, contest.refused)
            for name, contest in contests.items()
        }
