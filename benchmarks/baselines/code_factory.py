"""Code Factory itself: by example (no token), written by a model, the better of both a field, and with the ladder."""

from collections.abc import Callable, Sequence

from benchmarks.baselines.asking import need_model
from benchmarks.baselines.system import Answer, NotHereError, Options, Prepared, System, Tokens
from benchmarks.metrics.validation import Compilation
from extractors.candidate import Record
from factory.compile import Compiled, CompileError, compile_spec
from factory.folds import FoldsError
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generator
from factory.generate.llm import LLMGenerator
from factory.generate.portfolio import PortfolioGenerator
from factory.golden import Example
from factory.spec import DocumentSpec
from inference.budget import Budget
from inference.call import Patience
from inference.client import Client
from inference.gates import standard_gates
from inference.model import ModelName
from inference.usage import Usage
from ocr.document import Document
from runtime.artifact import ACTIVITY
from runtime.ladder import LadderOptions, LadderSetup
from runtime.load import LoadedArtifact, load_artifact
from runtime.local import run

ROUNDS = 2
"""How often a model may write: enough to mend what the stages find, bearable on a small local model."""
BUDGET_TOKENS = 60_000
SECONDS = 600.0
"""For one answer of a model, which may be a small machine's own."""


class CodeFactory:
    """A compile once, then the fast path on each document; with `ladder_model`, doubtful fields climb the ladder."""

    def __init__(self, name: str, generator: Callable[[], Generator], ladder_model: str | None = None) -> None:
        self.name, self._generator, self._ladder_model = name, generator, ladder_model

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        try:
            compiled = compile_spec(spec, spec.model_dump_json(exclude_none=True), examples, self._generator())
        except (CompileError, FoldsError) as error:
            raise NotHereError(f"did not compile: {str(error).splitlines()[0]}") from error
        self._artifact: LoadedArtifact = load_artifact(compiled.artifact)
        self._ladder = (
            LadderSetup.of(compiled.artifact, LadderOptions(self._ladder_model)) if self._ladder_model else None
        )
        return prepared(compiled)

    def answer(self, example: Example) -> Answer:
        fresh = Document(example.document.pages, example.document.sha256)  # without what an earlier run remembered
        done = run(self._artifact, fresh, ladder=self._ladder, path=example.label.path)
        return as_answer(done.record, done.climbed.usage if done.climbed else Usage())


def prepared(compiled: Compiled) -> Prepared:
    """What the compile took, with its code."""
    first = {verdict.stage: verdict.passed for verdict in compiled.first_round}
    work = compiled.generated.work
    spent = work.spent if work else Usage()
    source = compiled.artifact.files[ACTIVITY].decode()
    return Prepared(tokens(spent), source, Compilation(first, compiled.rounds, succeeded=True))


def as_answer(record: Record, spent: Usage) -> Answer:
    """A record as an answer, with confidences and what was accepted."""
    return Answer(
        {name: value.value for name, value in record.fields.items()},
        [{name: cell.value for name, cell in row.items()} for row in record.line_items],
        {name: value.confidence for name, value in record.fields.items()},
        frozenset(name for name, value in record.fields.items() if value.status in ("found", "not_found", "corrected")),
        tokens(spent),
    )


def tokens(spent: Usage) -> Tokens:
    """As the comparison counts them."""
    return Tokens(spent.input_tokens, spent.output_tokens, spent.requests)


def by_example(options: Options) -> System:
    """Needs no model."""
    return CodeFactory("code_factory_examples", ExampleGenerator)


def by_model(options: Options) -> System:
    """Every function written by the model. Raises NotHereError without one."""
    model = need_model(options)
    return CodeFactory("code_factory_llm", lambda: LLMGenerator(_client(model), ROUNDS))


def portfolio(options: Options) -> System:
    """For each field the better author. Raises NotHereError without a model."""
    model = need_model(options)
    return CodeFactory("code_factory_portfolio", lambda: PortfolioGenerator(LLMGenerator(_client(model), ROUNDS)))


def with_ladder(options: Options) -> System:
    """By example, and one bounded call for the fields it is not sure of. Raises NotHereError without a model."""
    return CodeFactory("code_factory_ladder", ExampleGenerator, model_string(need_model(options)))


def model_string(model: ModelName) -> str:
    """The string that `model` was parsed from."""
    return f"{model.provider}:{model.name}" + (f"@{model.url}" if model.url else "")


def _client(model: ModelName) -> Client:
    return Client(model, Budget("benchmark", BUDGET_TOKENS), standard_gates(), patience=Patience(timeout=SECONDS))
