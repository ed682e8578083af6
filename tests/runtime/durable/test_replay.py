"""Recorded histories of every workflow replay on today's code; code that was changed without a patch does not."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from runtime.durable import shells
from runtime.durable.messages import Note
from runtime.durable.worker import WORKFLOWS

FOLDER = Path(__file__).parents[2] / "fixtures" / "histories"
RECORDED = sorted(FOLDER.glob("*.json"))


def test_every_workflow_has_a_recorded_history() -> None:
    assert {path.stem.partition("-")[0] for path in RECORDED} == {workflow.__name__ for workflow in WORKFLOWS}


async def _replay(path: Path, workflows: Any, runner: WorkflowRunner) -> None:
    await Replayer(workflows=workflows, workflow_runner=runner).replay_workflow(
        WorkflowHistory.from_json(f"replayed-{path.stem}", path.read_text())
    )


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_todays_code_replays_it(path: Path) -> None:
    asyncio.run(_replay(path, WORKFLOWS, UnsandboxedWorkflowRunner()))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_it_does_nothing_that_the_sandbox_forbids(path: Path) -> None:
    asyncio.run(_replay(path, WORKFLOWS, SandboxedWorkflowRunner()))  # workers do without, for speed


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_code_that_does_one_thing_more_does_not(path: Path) -> None:
    original = next(one for one in WORKFLOWS if one.__name__ == path.stem.partition("-")[0])
    with pytest.raises(NondeterminismError):
        asyncio.run(_replay(path, [_changed(original)], UnsandboxedWorkflowRunner()))


def _changed(original: Any) -> Any:
    """The same workflow, but for a note at its very begin."""

    async def run(self: Any, given: Any) -> Any:
        await shells.call("persist", "notify", Note("review", []), bool)
        return await original.run(self, given)

    run.__annotations__ = dict(original.run.__annotations__)
    run.__qualname__ = f"{original.__qualname__}.run"
    parts = {"run": workflow.run(run), "__qualname__": original.__qualname__}
    if original.__name__ == "BatchWorkflow":

        def start(self: Any, batch: Any) -> None:
            original.__init__(self, batch)

        start.__annotations__ = {"batch": original.run.__annotations__["batch"]}
        run_parameter = original.run.__annotations__["batch"]
        run.__annotations__ = {"given": run_parameter, "return": original.run.__annotations__["return"]}
        start.__name__ = "__init__"
        start.__qualname__ = f"{original.__qualname__}.__init__"
        parts["__init__"] = workflow.init(start)
    return workflow.defn(name=original.__name__)(type(original.__name__, (original,), parts))
