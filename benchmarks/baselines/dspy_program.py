"""DSPy: a typed program whose demonstrations an optimiser (BootstrapFewShot) chooses from the examples.

Compiling costs tokens, like ours; unlike ours, every document does too. The real package.
"""

from collections.abc import Sequence
from typing import Any

from benchmarks.baselines.asking import INSTRUCTIONS, OUTPUT_TOKENS, endpoint, missing, need_model, text_of, to_answer
from benchmarks.baselines.system import Answer, NotHereError, Options, Prepared, System, Tokens
from factory.golden import Example
from factory.score import is_right
from factory.spec import DocumentSpec

DEMONSTRATIONS = 2
"""More do not fit beside a document into a small context."""
TRAINING = 6
"""Examples that the optimiser may try."""


class DSPy:
    """See the module. Header fields only."""

    name = "dspy"

    def __init__(self, options: Options) -> None:
        try:
            import dspy
        except ImportError:
            raise NotHereError(missing("dspy")) from None
        server = endpoint(need_model(options))
        self._dspy = dspy
        self._lm = dspy.LM(
            f"openai/{server.model}", api_base=server.url, api_key=server.key, temperature=0, max_tokens=OUTPUT_TOKENS,
            cache=False,
        )  # fmt: skip

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._spec = spec
        signature = self._signature(spec)
        optimiser = self._dspy.BootstrapFewShot(
            metric=self._metric, max_bootstrapped_demos=DEMONSTRATIONS, max_labeled_demos=DEMONSTRATIONS
        )
        short = sorted(examples, key=lambda example: len(example.document.text))[:TRAINING]
        before = len(self._lm.history)
        with self._dspy.context(lm=self._lm):
            self._program = optimiser.compile(
                self._dspy.Predict(signature), trainset=[self._example(one) for one in short]
            )
        return Prepared(self._tokens(before))

    def answer(self, example: Example) -> Answer:
        before = len(self._lm.history)
        with self._dspy.context(lm=self._lm):
            found = self._program(document=text_of(example))
        data = {name: getattr(found, name, None) for name in self._spec.fields}
        return to_answer(self._spec, data, self._tokens(before))

    def _signature(self, spec: DocumentSpec) -> Any:
        fields: dict[str, Any] = {"document": (str, self._dspy.InputField())}
        for name, part in spec.fields.items():
            fields[name] = (str | None, self._dspy.OutputField(desc=part.description or name))
        return self._dspy.Signature(fields, INSTRUCTIONS)

    def _example(self, example: Example) -> Any:
        values = {name: example.label.fields.get(name) for name in self._spec.fields}
        return self._dspy.Example(document=text_of(example), **values).with_inputs("document")

    def _metric(self, gold: Any, found: Any, trace: object = None) -> bool:
        """A demonstration is worth keeping where more than half of its fields are right."""
        right = [
            is_right(part.type, getattr(gold, name), getattr(found, name, None))
            for name, part in self._spec.fields.items()
        ]
        return sum(right) * 2 > len(right)

    def _tokens(self, since: int) -> Tokens:
        used = [call["usage"] for call in self._lm.history[since:]]
        return Tokens(
            sum(one.get("prompt_tokens", 0) for one in used),
            sum(one.get("completion_tokens", 0) for one in used),
            len(used),
        )


def make(options: Options) -> System:
    """The system. Raises NotHereError without a model or the package."""
    return DSPy(options)
