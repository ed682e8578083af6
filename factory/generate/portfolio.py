"""The best of several authors, field by field: examples, a model, and the version that runs now.

Each author's functions are put to the same test: rankers fitted without a vendor's documents read those documents. The
function with the most right answers wins, ties go to the simpler one (fewer nodes in its syntax tree). The choice is
made on the folds that the manifest's accuracy is measured on, so that of a close contest is a little too high: at most
by the margin the manifest names.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from factory.assemble import AssembleError, fill
from factory.folds import folds_of
from factory.generate.attempt import Attempt, attempt, attempt_all, functions_of, implicated
from factory.generate.drafting import Drafting, Tried
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Contest, Generated, GenerateError
from factory.generate.llm import LLMGenerator
from factory.prompt import Prompt
from factory.train import train
from security.finding import Finding

AUTHORS = ("examples", "previous", "llm")
"""In the order in which they win where score and size are equal."""


@dataclass
class PortfolioGenerator:
    """Puts authors against each other. Without a model and a previous version it writes as `ExampleGenerator` does."""

    llm: LLMGenerator | None = None
    previous: str = ""
    """`activity.py` of the version that runs now; empty where there is none."""
    progress: Callable[[str], None] = lambda text: None
    entries: dict[str, dict[str, Attempt]] = field(default_factory=dict)
    """For each field, each author's function as it was tried."""
    written: Generated | None = None
    """What the examples gave: the table reader, and the base where nobody else has a sound function."""

    @property
    def name(self) -> str:
        return "auto"

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Let all write, or after findings strike or mend the functions they are about; then choose.

        Raises GenerateError where a field has no function left, and what `LLMGenerator.write` raises.
        """
        before = self.llm.client.budget.spent.tokens if self.llm else 0
        if previous is None:
            self._enter(prompt)
        else:
            self._strike(prompt, findings, previous)
        if not self._contested():
            assert self.written is not None  # _enter has run
            return self.written
        return self._choose(prompt, before)

    def _enter(self, prompt: Prompt) -> None:
        self.written = ExampleGenerator().write(prompt, (), None)
        functions = {name: self.written.functions[name] for name in prompt.spec.fields}
        for name, source in previous_functions(self.previous, list(functions)).items():
            if source.strip() != functions[name].strip():
                self.progress(f"try the previous {name}")
                self.entries.setdefault(name, {})["previous"] = attempt(prompt, name, source)
        if self.llm is not None:
            self.llm.draft(prompt, dict.fromkeys(prompt.spec.fields, ()))
            self._take_drafts(prompt)
        if self._contested():
            for name, tried in attempt_all(prompt, functions).items():
                self.entries.setdefault(name, {})["examples"] = tried

    def _take_drafts(self, prompt: Prompt) -> None:
        assert self.llm is not None  # the caller has looked
        for name in prompt.spec.fields:
            best = self.llm.drafts[name].best
            if best is not None:
                self.entries.setdefault(name, {})["llm"] = best
            else:
                self.entries.get(name, {}).pop("llm", None)

    def _strike(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated) -> None:
        source = fill(prompt.plan.template_source, previous.source)
        found = implicated(findings, source, list(prompt.spec.fields))
        for name in found:
            winner = previous.contests[name].winner if name in previous.contests else "examples"
            self.entries.get(name, {}).pop(winner, None)
        if self.llm is not None:
            mine = {name for name in found if name in previous.contests and previous.contests[name].winner == "llm"}
            for name in mine:
                self.llm.drafts[name].best = None
            self.llm.draft(prompt, {name: found[name] for name in mine})
            self._take_drafts(prompt)

    def _contested(self) -> bool:
        return self.llm is not None or bool(self.entries)

    def _choose(self, prompt: Prompt, before: int) -> Generated:
        assert self.written is not None  # _enter has run
        self.progress("compare by held-out answers")
        scores = self._scores(prompt)
        contests = {name: self._contest(name, scores[name]) for name in prompt.spec.fields}
        functions = {name: self.entries[name][contest.winner].source for name, contest in contests.items()}
        table = {name: text for name, text in self.written.functions.items() if name not in functions}
        return Generated(
            {**functions, **table},
            self.name,
            {name: describe(contest) for name, contest in contests.items()},
            self.llm.client.budget.spent.tokens - before if self.llm else 0,
            self.written.line_items,
            self.llm.work(prompt) if self.llm else None,
            contests,
        )

    def _scores(self, prompt: Prompt) -> dict[str, dict[str, tuple[int, int]]]:
        """For each field and author with a sound function: right held-out answers, and labelled ones."""
        folds = folds_of(prompt.spec, prompt.examples)
        sound = {
            name: {author: one for author in AUTHORS if (one := tried.get(author)) is not None and one.sound}
            for name, tried in self.entries.items()
        }
        scores: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in prompt.spec.fields}
        for name in prompt.spec.fields:
            if not sound.get(name):
                raise GenerateError(f"{name!r}: no author has a function that passes; add examples, or use a model")
        for author in AUTHORS:
            mine = [name for name in prompt.spec.fields if author in sound[name]]
            if mine:
                chosen = {name: sound[name].get(author) or next(iter(sound[name].values())) for name in sound}
                trained = train(
                    prompt.spec, prompt.examples, {name: one.candidates for name, one in chosen.items()}, folds
                )
                for name in mine:
                    answers = trained.held_out[name]
                    scores[name][author] = (sum(answer.right for answer in answers), len(answers))
        return scores

    def _contest(self, name: str, scores: Mapping[str, tuple[int, int]]) -> Contest:
        def order(author: str) -> tuple[int, int, int]:
            return -scores[author][0], size(self.entries[name][author].source), AUTHORS.index(author)

        winner = min(scores, key=order)
        refused = refusals(name, self.entries[name], self.llm)
        return Contest(winner, {author: right for author, (right, _) in scores.items()}, scores[winner][1], refused)


def size(source: str) -> int:
    """Nodes of the syntax tree, without docstrings."""
    tree = ast.parse(source)
    nodes = sum(1 for _ in ast.walk(tree))
    return nodes - 2 * sum(
        ast.get_docstring(one) is not None for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)
    )


def refusals(name: str, tried: Mapping[str, Tried], llm: Drafting[Any] | None) -> dict[str, str]:
    """For each author without a sound function of that name, why."""
    refused = {
        author: "; ".join(dict.fromkeys(finding.id for finding in one.findings))
        for author, one in tried.items()
        if not one.sound
    }
    if llm is not None and name in llm.drafts and ("llm" not in tried or "llm" in refused):
        refused["llm"] = "; ".join(llm.drafts[name].complaints[:2]) or llm.stopped or "not asked"
    return refused


def describe(contest: Contest, measure: str = "held-out answers") -> str:
    """One line for the report."""
    told = [f"{author} {right} of {contest.labelled} {measure} right" for author, right in contest.right.items()]
    told += [f"{author} refused ({reason})" for author, reason in contest.refused.items()]
    return f"by {contest.winner}: " + "; ".join(told)


def previous_functions(source: str, names: list[str]) -> dict[str, str]:
    """The functions of the version that runs now; none where it was made with another kind of template."""
    try:
        return functions_of(source, names) if source else {}
    except (AssembleError, SyntaxError):
        return {}
