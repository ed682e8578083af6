"""Workflows compiled once a test process, and how tests give values to them."""

from functools import cache
from pathlib import Path

from factory.generate.examples import ExampleGenerator
from factory.workflow.compile import CompiledWorkflow, compile_workflow
from factory.workflow.load import load_workflow_spec, parse_workflow_spec
from runtime.given import Given, Recorded
from runtime.load import LoadedWorkflow, load_workflow

SPECS = Path(__file__).parent.parent / "specs"
LISTING_1 = (SPECS / "prior_auth_glp1" / "spec.yaml").read_text(encoding="utf-8")


@cache
def compiled(name: str) -> CompiledWorkflow:
    """A shipped workflow, compiled without examples."""
    spec = load_workflow_spec(SPECS / name)
    return compile_workflow(spec, [], ExampleGenerator(), dict.fromkeys(spec.checked.documents, "0" * 64))


@cache
def compiled_text(text: str) -> LoadedWorkflow:
    """A workflow from the text of its spec."""
    return load_workflow(compile_workflow(parse_workflow_spec(text), [], ExampleGenerator()).artifact)


@cache
def loaded(name: str) -> LoadedWorkflow:
    """A shipped workflow, ready to run."""
    return load_workflow(compiled(name).artifact)


def given(**values: str | None) -> Recorded:
    """Values that nobody doubts."""
    return {name: Given(value, "found" if value is not None else "not_found") for name, value in values.items()}


def doubtful(value: str | None) -> Given:
    """A value that nobody should rely on."""
    return Given(value, "low_confidence", 0.4)
