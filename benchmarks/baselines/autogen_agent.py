"""AutoGen: an assistant agent with a structured answer, one task a document.

The paper's third baseline, as the real package.
"""

from collections.abc import Sequence

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
from inference import loop


class AutoGen:
    """See the module."""

    name = "autogen"

    def __init__(self, options: Options) -> None:
        try:
            from autogen_agentchat.agents import AssistantAgent
            from autogen_ext.models.openai import OpenAIChatCompletionClient
        except ImportError:
            raise NotHereError(missing("autogen-agentchat")) from None
        server = endpoint(need_model(options))
        self._rows, self._agent = options.line_items, AssistantAgent
        self._client = OpenAIChatCompletionClient(
            model=server.model, base_url=server.url, api_key=server.key, temperature=0, max_tokens=OUTPUT_TOKENS,
            model_info={"vision": False, "function_calling": True, "json_output": True, "family": "unknown",
                        "structured_output": True},
        )  # fmt: skip

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        self._spec, self._shape = spec, answer_model(spec, self._rows)
        return Prepared()

    def answer(self, example: Example) -> Answer:
        # a new agent a document: an agent keeps its conversation, and documents must not see each other
        agent = self._agent("reader", self._client, system_message=INSTRUCTIONS, output_content_type=self._shape)
        result = loop.run(agent.run(task=question(self._spec, example)))
        used = [message.models_usage for message in result.messages if message.models_usage is not None]
        tokens = Tokens(
            sum(one.prompt_tokens for one in used), sum(one.completion_tokens for one in used), len(used)
        )  # fmt: skip
        return to_answer(self._spec, result.messages[-1].content.model_dump(), tokens)


def make(options: Options) -> System:
    """The system. Raises NotHereError without a model or the package."""
    return AutoGen(options)
