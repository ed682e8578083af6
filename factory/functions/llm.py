"""A model writes the functions of parameters and mends them: `factory.generate.llm`, on utterances.

One question asks for all parameters of a function that still need one, so that a small spec costs one answer. Only an
answer from which nothing can be taken goes back within the call; what a single function gets wrong goes back in the
next round, with what objected to it or with utterances that it reads wrongly.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factory.assemble import fill
from factory.functions.attempt import FunctionAttempt, Trial, attempt_functions
from factory.functions.compile import function_plan
from factory.functions.load import LoadedFunctions
from factory.functions.prompt import LONGEST, instructions, question
from factory.functions.sources import objections, take_apart
from factory.functions.write import Planned
from factory.generate.drafting import MOST_FINDINGS, RETRY_TEMPERATURE, Draft, Drafting, FunctionSource
from factory.generate.generator import Generated, ModelWork
from inference.request import Request
from security.finding import Finding

OUTPUT_TOKENS = 900
RETRIES = 1
COUNTEREXAMPLES = 2


@dataclass
class FunctionLLMGenerator(Drafting[FunctionAttempt]):
    """Asks for the functions of parameters."""

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        """Write all functions, or mend those that `findings` are about.

        Raises GenerateError where a parameter has no sound function when rounds or budget are spent, and what a call
        raises where the user must act: no key, no such model, a refused request.
        """
        before, trial = self.client.budget.spent.tokens, Trial(loaded)
        names = [planned.slot.function for planned in plans]
        complaints: Mapping[str, Sequence[Finding]] = dict.fromkeys(names, ())
        if previous:
            complaints = self.complaints(findings, fill(function_plan().template_source, previous.source), names)
        self.draft(trial, complaints)
        best = self.best(names)
        return Generated(
            {name: one.source for name, one in best.items()},
            self.name,
            {name: f"{one.right} of {one.rows} utterances read rightly" for name, one in best.items()},
            self.client.budget.spent.tokens - before,
            work=self.work(),
        )

    def draft(self, trial: Trial, complaints: Mapping[str, Sequence[Finding]]) -> None:
        """Ask for these functions, all of a callable at a time, in rounds; `drafts` holds what came of it."""

        def ask(names: Sequence[str]) -> None:
            for place in dict.fromkeys(trial.planned[name][0] for name in names):
                if not self.stopped:
                    self._ask(trial, place, [name for name in names if trial.planned[name][0] == place])

        self.in_rounds(complaints, ask)

    def work(self) -> ModelWork:
        """The account for the manifest."""
        return self.account(instructions())

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
        source = self.answer(names, request)
        if source is not None:
            written = take_apart(source, plans)
            self.progress(f"try {part.function.name} on {len(trial.rows)} utterances")
            for name, tried in attempt_functions(trial, written).items():
                self.drafts[name].take(tried, tried.source)
            self.refuse([name for name in names if name not in written], ["it was left out"])


def feedback(name: str, draft: Draft[FunctionAttempt]) -> str:
    """A parameter's last function and what is wrong with it; nothing before there is one."""
    parts = [f"You wrote:\n{draft.written}"] if draft.written else []
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
