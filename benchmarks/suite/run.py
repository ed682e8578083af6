"""Run the comparison. Each task ends as a row on disk; only what is missing or out of date is measured again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import ablation, documents, learning_curve, security, security_code
from benchmarks.baselines.known import SYSTEMS
from benchmarks.baselines.system import Make, NotHereError, Options
from benchmarks.bfcl import run as bfcl
from benchmarks.suite.rows import Origin, Row, is_current, origin, read, write
from factory.evaluate import read_golden
from factory.golden import Example
from factory.spec import DocumentSpec, load_spec
from inference.model import ModelName
from runtime.errors import UsageError

ROOT = Path(__file__).parents[2]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What to run. `data`: golden folders by spec folder; shipped specs have their own."""

    out: Path
    specs: Sequence[tuple[Path, Path]]
    """(spec folder, golden folder)."""
    model: ModelName | None = None
    limit: int | None = None
    line_items: bool = False
    group_by: str | None = None
    systems: Mapping[str, Make] | None = None
    """None: all that are known."""
    security_data: Path | None = None
    functions_data: Path | None = None
    """Folder with the bfcl-eval package; None: no function calls."""


@dataclass(frozen=True)
class Task:
    """One row to be: measured only where it is missing or out of date."""

    task: str
    data: str
    system: str
    origin: Origin
    measure: Callable[[], dict[str, Any]]


def run(settings: Settings, progress: Progress) -> list[Row]:
    """Measure what is missing and return all rows of the run, in order."""
    done = {row.id: row for row in read(settings.out)}
    rows = []
    for task in _tasks(settings):
        found = done.get(f"{task.task}-{task.data}-{task.system}")
        if found is None or not is_current(found, task.origin):
            progress(f"{task.task}: {task.system} on {task.data}")
            found = _measured(task)
            write(settings.out, found)
        rows.append(found)
    return rows


def _measured(task: Task) -> Row:
    try:
        return Row(task.task, task.data, task.system, task.measure(), task.origin)
    except NotHereError as error:
        return Row(task.task, task.data, task.system, {}, task.origin, skipped=str(error))


def _tasks(settings: Settings) -> Iterator[Task]:
    label = settings.model.label if settings.model else None
    for spec_folder, golden in settings.specs:
        yield from _document_tasks(settings, spec_folder, golden, origin(golden, label))
    yield from _shared_tasks(settings)


def _shared_tasks(settings: Settings) -> Iterator[Task]:
    """What does not depend on documents: the gates and the stages."""
    cases = ROOT / "benchmarks" / "security_cases"
    yield Task("security", "cases", "gates", origin(cases, None), lambda: security.run(settings.security_data))
    yield Task("security_code", "cases", "gates", origin(cases, None), security_code.run)
    if settings.functions_data is not None:
        package = settings.functions_data
        yield Task(
            "functions", "bfcl", "code_factory_examples", origin(package, None),
            lambda: _functions(package, settings.limit),
        )  # fmt: skip
    yield Task("ablation", "planted", "stages", origin(Path(ablation.__file__), None), ablation.run)


def _functions(package: Path, limit: int | None) -> dict[str, Any]:
    """Every category of the leaderboard that is measured, without a model. Raises NotHereError without the package."""
    try:
        return {"categories": bfcl.measure(package, limit=limit), "different_answers": bfcl.entropy(package)}
    except UsageError as error:
        raise NotHereError(str(error)) from None


def _document_tasks(settings: Settings, spec_folder: Path, golden: Path, now: Origin) -> Iterator[Task]:
    spec = load_spec(spec_folder)
    assert isinstance(spec, DocumentSpec)
    name = f"{spec.name or spec_folder.name}"
    loaded: list[tuple[list[Example], documents.Split]] = []

    def parts() -> documents.Split:
        if not loaded:  # read once, and only if something is to be measured
            examples, _ = read_golden(golden)
            loaded.append((examples, documents.split_by_vendor(spec, examples, settings.group_by, settings.limit)))
        return loaded[0][1]

    def measured(make: Make) -> dict[str, Any]:
        return documents.measure(make(Options(settings.model, settings.line_items)), spec, parts())

    for system, make in (settings.systems or SYSTEMS).items():
        yield Task("documents", name, system, now, partial(measured, make))
    yield Task("learning_curve", name, "code_factory_examples", now, lambda: learning_curve.run(spec, parts()))
