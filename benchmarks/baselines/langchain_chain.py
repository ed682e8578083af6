"""LangChain: a chat model with structured output, one call a document.

The paper's second baseline, as the real package.
"""

from collections.abc import Sequence
from typing import Any

from benchmarks.baselines.asking import (
    INSTRUCTIONS,
    OUTPUT_TOKENS,
    answer_model,
    endpoint,
    missing,
    need_model,
    question,
    to_answer,
)
from benchmarks.baselines.system import Answer, NotHereError, Options, Prepared, System, Tokens
from factory.golden import Example
from factory.spec import DocumentSpec


class LangChain:
    """See the module."""

    name = "langchain"

    def __init__(self, options: Options) -> None:
        try:
            from langchain_openai import ChatOpenAI
        except ImportError:
            raise NotHereError(missing("langchain-openai")) from None
        server = endpoint(need_model(options))
        self._rows = options.line_items
        self._chat = ChatOpenAI(
            model=server.model, base_url=server.url, api_key=server.key, temperature=0, max_tokens=OUTPUT_TOKENS
        )

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._spec = spec
        shape = answer_model(spec, self._rows)
        self._chain = self._chat.with_structured_output(shape, method="json_schema", include_raw=True)
        return Prepared()

    def answer(self, example: Example) -> Answer:
        found: dict[str, Any] = self._chain.invoke([("system", INSTRUCTIONS), ("human", question(self._spec, example))])
        if found["parsing_error"] is not None:
            raise found["parsing_error"]
        used = found["raw"].usage_metadata
        tokens = Tokens(used["input_tokens"], used["output_tokens"], 1)
        return to_answer(self._spec, found["parsed"].model_dump(), tokens)


def make(options: Options) -> System:
    """The system. Raises NotHereError without a model or the package."""
    return LangChain(options)
