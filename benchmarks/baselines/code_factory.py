"""Code Factory itself: by example, without any token."""

from collections.abc import Callable, Sequence

from benchmarks.baselines.system import Answer, NotHereError, Options, Prepared, System
from benchmarks.metrics.validation import Compilation
from extractors.candidate import Record
from factory.compile import Compiled, CompileError, compile_spec
from factory.folds import FoldsError
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Generator
from factory.golden import Example
from factory.spec import DocumentSpec
from ocr.document import Document
from runtime.artifact import ACTIVITY
from runtime.load import LoadedArtifact, load_artifact
from runtime.local import run


class CodeFactory:
    """A compile once, then the fast path on each document."""

    def __init__(self, name: str, generator: Callable[[], Generator]) -> None:
        self.name, self._generator = name, generator

    def prepare(self, spec: DocumentSpec, examples: Sequence[Example]) -> Prepared:
        try:
            compiled = compile_spec(spec, spec.model_dump_json(exclude_none=True), examples, self._generator())
        except (CompileError, FoldsError) as error:
            raise NotHereError(f"did not compile: {str(error).splitlines()[0]}") from error
        self._artifact: LoadedArtifact = load_artifact(compiled.artifact)
        return prepared(compiled)

    def answer(self, example: Example) -> Answer:
        fresh = Document(example.document.pages, example.document.sha256)  # without what an earlier run remembered
        return as_answer(run(self._artifact, fresh).record)


def prepared(compiled: Compiled) -> Prepared:
    """What the compile took, with its code."""
    first = {verdict.stage: verdict.passed for verdict in compiled.verdicts} if compiled.rounds == 1 else {}
    source = compiled.artifact.files[ACTIVITY].decode()
    return Prepared(source=source, compilation=Compilation(first, compiled.rounds, succeeded=True))


def as_answer(record: Record) -> Answer:
    """A record as an answer, with confidences and what was accepted."""
    return Answer(
        {name: value.value for name, value in record.fields.items()},
        [{name: cell.value for name, cell in row.items()} for row in record.line_items],
        {name: value.confidence for name, value in record.fields.items()},
        frozenset(
            name for name, value in record.fields.items() if value.status in ("found", "not_found", "corrected")
        ),
    )  # fmt: skip


def make(options: Options) -> System:
    """By example: needs no model."""
    return CodeFactory("code_factory_examples", ExampleGenerator)
