"""A model writes the functions of parameters and mends them: `factory.generate.llm`, on utterances.

One question asks for all parameters of a function that still need one, so that a small spec costs one answer. Only an
answer from which nothing can be taken goes back within the call; what a single function gets wrong goes back in the
next round, with what objected to it or with utterances that it reads wrongly.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from factory.assemble import fill
from factory.functions.attempt import FunctionAttempt, Trial, attempt_functions
from factory.functions.compile import function_plan
from factory.functions.load import LoadedFunctions
from factory.functions.prompt import LONGEST, instructions, question
from factory.functions.sources import objections, take_apart
from factory.functions.write import Planned
from factory.generate.attempt import implicated
from factory.generate.generator import Generated, GenerateError, ModelWork
from factory.generate.llm import MOST_FINDINGS, RETRY_TEMPERATURE, ROUNDS, FunctionSource
from inference.client import Client
from inference.errors import AnswerInvalid, BudgetExceeded, GateBlocked, ModelUnavailable
from inference.request import Request
from security.finding import Finding

OUTPUT_TOKENS = 900
RETRIES = 1
COUNTEREXAMPLES = 2


@dataclass
class FunctionDraft:
    """Where a parameter stands: its best sound function, the last one as it was written, and what is wrong with it."""

    best: FunctionAttempt | None = None
    last: FunctionAttempt | None = None
    complaints: tuple[str, ...] = ()

    def take(self, tried: FunctionAttempt) -> None:
        """Keep what was tried; as the best where it is sound and reads more utterances rightly."""
        self.last = tried
        self.complaints = tuple(str(finding) for finding in tried.findings)
        if tried.sound and (self.best is None or tried.right > self.best.right):
            self.best = tried

    @property
    def done(self) -> bool:
        return self.best is not None and not self.complaints and not self.best.missed


@dataclass
class FunctionLLMGenerator:
    """Asks `client` for functions, in at most `rounds` rounds over the whole compilation."""

    client: Client
    rounds: int = ROUNDS
    progress: Callable[[str], None] = lambda text: None
    drafts: dict[str, FunctionDraft] = field(default_factory=dict)
    round: int = 0
    stopped: str = ""

    @property
    def name(self) -> str:
        return "llm"

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Write all functions, or mend those that `findings` are about.

        Raises GenerateError where a parameter has no sound function when rounds or budget are spent, and what a call
        raises where the user must act: no key, no such model, a refused request.
        """
        before, trial = self.client.budget.spent.tokens, Trial(loaded)
        names = [planned.slot.function for planned in plans]
        self.draft(trial, self.complaints(names, findings, previous) if previous else dict.fromkeys(names, ()))
        lacking = [name for name in names if self.drafts[name].best is None]
        if lacking:
            raise GenerateError("\n".join(self.reason(name) for name in lacking))
        best = {name: one for name in names if (one := self.drafts[name].best) is not None}
        return Generated(
            {name: one.source for name, one in best.items()},
            self.name,
            {name: f"{one.right} of {one.rows} utterances read rightly" for name, one in best.items()},
            self.client.budget.spent.tokens - before,
            work=self.work(),
        )

    def complaints(
        self, names: Sequence[str], findings: Sequence[Finding], previous: Generated
    ) -> dict[str, tuple[Finding, ...]]:
        """What the stages found, by function; those that a stage refused to run are the best no longer."""
        source = fill(function_plan().template_source, previous.source)
        found = implicated(findings, source, list(names))
        for name, about in found.items():
            draft = self.drafts.get(name)
            if draft is not None and any(finding.gate != "accuracy" for finding in about):
                draft.best = None
        return {name: tuple(about) for name, about in found.items()}

    def draft(self, trial: Trial, complaints: Mapping[str, Sequence[Finding]]) -> None:
        """Ask for these functions until each is done, or rounds or budget are spent; `drafts` holds what came of it."""
        for name, about in complaints.items():
            draft = self.drafts.setdefault(name, FunctionDraft())
            draft.complaints = tuple(str(finding) for finding in about)
        waiting = list(complaints)
        while waiting and self.round < self.rounds and not self.stopped:
            self.round += 1
            for place in dict.fromkeys(trial.planned[name][0] for name in waiting):
                if not self.stopped:
                    self._ask(trial, place, [name for name in waiting if trial.planned[name][0] == place])
            waiting = [name for name in waiting if not self.drafts[name].done]

    def reason(self, name: str) -> str:
        """Why a parameter has no function."""
        about = "; ".join(self.drafts[name].complaints[:MOST_FINDINGS]) or self.stopped or "it was not asked"
        spent = f"after {self.round} rounds" + (f" ({self.stopped})" if self.stopped else "")
        return f"{name!r}: {self.client.model.label} wrote no sound function {spent}: {about}"

    def work(self) -> ModelWork:
        """The account for the manifest."""
        digest = hashlib.sha256(instructions().encode()).hexdigest()
        return ModelWork(self.client.model.label, self.round, self.client.budget.spent, digest, (), self.stopped)

    def _ask(self, trial: Trial, place: int, names: Sequence[str]) -> None:
        part = trial.loaded.spec.parts[place]
        plans = [trial.planned[name][1] for name in names]
        told = [feedback(name, self.drafts[name]) for name in names]
        self.progress(f"model writes {part.function.name} (round {self.round} of {self.rounds})")
        request = Request(
            f"write {part.function.name}",
            instructions(),
            "\n\n".join([question(part, plans), *(text for text in told if text)]),
            FunctionSource,
            public_instructions=True,
            max_output_tokens=OUTPUT_TOKENS,
            retries=RETRIES,
            retry_temperature=RETRY_TEMPERATURE,
            answered_before=(self.round - 1) * (RETRIES + 1),
            check=lambda answer: objections(answer.source, plans),
        )
        try:
            written = take_apart(self.client.ask(request).value.source, plans)
        except AnswerInvalid as error:
            self._refuse(names, error.violations)
        except GateBlocked as error:
            self._refuse(names, [str(error)])
        except (BudgetExceeded, ModelUnavailable) as error:
            self.stopped = str(error)
        else:
            self.progress(f"try {part.function.name} on {len(trial.rows)} utterances")
            for name, tried in attempt_functions(trial, written).items():
                self.drafts[name].take(tried)
            self._refuse([name for name in names if name not in written], ["it was left out"])

    def _refuse(self, names: Sequence[str], reasons: Sequence[str]) -> None:
        for name in names:
            self.drafts[name].complaints = tuple(reasons)


def feedback(name: str, draft: FunctionDraft) -> str:
    """A parameter's last function and what is wrong with it; nothing before there is one."""
    parts = [f"You wrote:\n{draft.last.source}"] if draft.last is not None and draft.last.source else []
    if draft.complaints:
        shown = "\n".join(f"- {complaint}" for complaint in draft.complaints[:MOST_FINDINGS])
        parts.append(f"`{name}` was refused:\n{shown}\nWrite it again.")
    elif draft.last is not None and draft.last.missed:
        lines = [f"`{name}` reads {len(draft.last.missed)} of {draft.last.rows} utterances wrongly. Such as:"]
        for miss in draft.last.missed[:COUNTEREXAMPLES]:
            wanted, got = json.dumps(miss.expected, ensure_ascii=False), json.dumps(miss.got, ensure_ascii=False)
            lines.append(f"User: {miss.utterance[:LONGEST]}\nwanted {wanted}, got {got}")
        parts.append("\n".join([*lines, "Write it again."]))
    return "\n".join(parts)
