"""Direct LLM: one call a document, schema-checked; no framework. The paper's first baseline.

It goes through the product's own `complete`, with gates that pass everything: the baseline has no gates.
"""

from collections.abc import Sequence

from benchmarks.baselines.asking import (
    INSTRUCTIONS,
    OUTPUT_TOKENS,
    answer_model,
    describe,
    need_model,
    text_of,
    to_answer,
)
from benchmarks.baselines.system import Answer, Options, Prepared, System, Tokens
from factory.golden import Example
from factory.spec import DocumentSpec
from inference.budget import Budget
from inference.complete import complete_sync
from inference.gates import Admitted, Gates
from inference.request import Request

OPEN = Gates(Admitted, lambda answer, system, canaries, known: ())


class DirectLLM:
    """See the module."""

    name = "direct_llm"

    def __init__(self, options: Options) -> None:
        self._model, self._rows = need_model(options), options.line_items

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._spec, self._shape = spec, answer_model(spec, self._rows)
        return Prepared()

    def answer(self, example: Example) -> Answer:
        request = Request(
            "benchmark extraction", INSTRUCTIONS, describe(self._spec), self._shape, (text_of(example),),
            public_instructions=True, max_output_tokens=OUTPUT_TOKENS,
        )  # fmt: skip
        found = complete_sync(request, self._model, Budget("benchmark"), OPEN)
        usage = found.usage
        tokens = Tokens(usage.input_tokens, usage.output_tokens, usage.requests)
        return to_answer(self._spec, found.value.model_dump(), tokens)


def make(options: Options) -> System:
    """The system. Raises NotHereError without a model."""
    return DirectLLM(options)
