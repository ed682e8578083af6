"""From verified bytes to functions that run."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from extractors.candidate import Candidate
from extractors.model import ExtractorModel
from ocr.document import Document
from runtime.artifact import ACTIVITY, WEIGHTS, Artifact
from runtime.errors import ArtifactError
from runtime.shape import Shape, gates_of
from runtime.workflow_plan import PLAN, PlannedStep, WorkflowPlan
from security.policy import Policy

Propose = Callable[[Document], list[Candidate]]
ProposeRows = Callable[[Document], list[dict[str, Candidate]]]


@dataclass(frozen=True)
class LoadedArtifact:
    """An artifact ready to run. `id` is its content address."""

    id: str
    name: str
    manifest: dict[str, Any]
    functions: dict[str, Propose]
    line_items: ProposeRows | None
    model: ExtractorModel
    shape: Shape
    module: ModuleType
    gates: Policy = field(default_factory=Policy)
    """What the spec says happens to what the gates find."""


@dataclass(frozen=True)
class LoadedWorkflow:
    """A workflow artifact ready to run. `id` is its content address."""

    id: str
    name: str
    manifest: dict[str, Any]
    functions: dict[str, Callable[..., object]]
    model: ExtractorModel
    plan: WorkflowPlan
    shape: Shape
    module: ModuleType


def is_workflow(artifact: Artifact) -> bool:
    """Whether it was compiled from a workflow spec."""
    return artifact.manifest.get("kind") == "workflow"


def load_workflow(artifact: Artifact) -> LoadedWorkflow:
    """Execute `activity.py` as a module of its own and pick up `FUNCTIONS`. As `load_artifact`, and as careful.

    Raises ArtifactError where the module does not load, or lacks a function that the plan names.
    """
    plan = load_plan(artifact)
    module = load_module(artifact)
    functions = getattr(module, "FUNCTIONS", None)
    needed = [name for step in plan.all_steps for name in _needed(step)]
    if not isinstance(functions, dict) or not all(callable(functions.get(name)) for name in needed):
        raise ArtifactError(f"{ACTIVITY} lacks a function that {PLAN} names; compile the spec again")
    model, shape = _model(artifact), Shape.of(artifact)
    return LoadedWorkflow(artifact.address, artifact.name, artifact.manifest, functions, model, plan, shape, module)


def load_plan(artifact: Artifact) -> WorkflowPlan:
    """The steps of a workflow artifact. Raises ArtifactError where it has none."""
    if PLAN not in artifact.files:
        raise ArtifactError(f"{artifact.name}: no workflow in it; `factory registry show {artifact.name}` tells more")
    return WorkflowPlan.from_json(artifact.files[PLAN].decode("utf-8", "replace"))


def _needed(step: PlannedStep) -> list[str]:
    """The functions of a step."""
    own = list(step.fields) if step.type == "bounded_invocation" else []
    own += [step.name] if step.type == "deterministic_rule" else []
    return [*own, *(check.function for check in step.checks), *([step.when.function] if step.when else [])]


def load_artifact(artifact: Artifact) -> LoadedArtifact:
    """Execute `activity.py` as a module of its own and pick up `FIELDS` and `LINE_ITEMS`.

    Runs the artifact's code: pass only what a `Registry` verified, or call it inside the sandbox.
    Raises ArtifactError where the module does not load or lacks the attributes.
    """
    module = load_module(artifact)
    functions, rows = getattr(module, "FIELDS", None), getattr(module, "LINE_ITEMS", None)
    if not isinstance(functions, dict) or not all(callable(function) for function in functions.values()):
        raise ArtifactError(f"{ACTIVITY} defines no FIELDS: a dict of one function a field; compile the spec again")
    if rows is not None and not callable(rows):
        raise ArtifactError(f"{ACTIVITY}: LINE_ITEMS is neither a function nor None; compile the spec again")
    model, shape = _model(artifact), Shape.of(artifact)
    gates = gates_of(artifact)
    return LoadedArtifact(
        artifact.address, artifact.name, artifact.manifest, functions, rows, model, shape, module, gates
    )


class _BytesLoader(importlib.abc.SourceLoader):
    """Loads a module from bytes in memory, so that what was verified is what runs.

    Tracebacks find its lines through `get_source`, as linecache asks a module's loader for them.
    """

    def __init__(self, filename: str, data: bytes) -> None:
        self._filename, self._data = filename, data

    def get_filename(self, fullname: str) -> str:
        return self._filename

    def get_data(self, path: str) -> bytes:
        if path != self._filename:
            raise OSError(f"{path}: only {self._filename} is in memory")
        return self._data


def load_module(artifact: Artifact) -> ModuleType:
    """Execute `activity.py` as a module of its own, once a process. Raises ArtifactError where it does not load."""
    name, filename = f"_artifact_{artifact.address}", f"artifact-{artifact.address[:12]}/{ACTIVITY}"
    if name in sys.modules:
        return sys.modules[name]
    loader = _BytesLoader(filename, artifact.files[ACTIVITY])
    spec = importlib.machinery.ModuleSpec(name, loader, origin=filename)
    spec.has_location = True
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs: dataclasses and Pydantic look their module up by name
    try:
        loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ArtifactError(f"{ACTIVITY} does not load ({type(error).__name__}); compile the spec again") from error
    return module


def _model(artifact: Artifact) -> ExtractorModel:
    try:
        return ExtractorModel.from_json(artifact.weights)
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{WEIGHTS} is no model ({type(error).__name__}); compile the spec again") from error
