"""A worker process: reads documents and runs one artifact on them, one at a time, until its pipe closes.

It is started with `python -m runtime.child FD`. Messages are JSON, never pickle: a worker that a hostile document
took over can answer nonsense, but cannot make its parent run code.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.climbed import Climbed
from ocr.errors import ReadError
from ocr.options import ReadOptions
from ocr.profile import Profile
from runtime.artifact import HANDLERS, Artifact, template_of
from runtime.errors import RunError
from runtime.handled import run_handled_file
from runtime.load import is_workflow, load_artifact, load_workflow
from runtime.local import run_file
from runtime.outcome import Extraction
from runtime.record import record_from_dict, record_to_dict
from runtime.registry import Registry
from runtime.workflow_case import Caller, Services, run_case_file
from runtime.workflow_plan import WorkflowPlan

if TYPE_CHECKING:
    from runtime.ladder import LadderSetup

PR_SET_PDEATHSIG = 1


Run = Callable[[Path, ReadOptions], Extraction]


@dataclass(frozen=True)
class Setup:
    """What a worker needs to begin. The worker verifies the artifact itself before it loads it."""

    registry: str
    artifact: str
    memory_bytes: int
    parent: int
    ladder: dict[str, Any] | None = None
    """`LadderOptions` as a dict where doubtful fields climb the ladder; None: they do not."""


def main(descriptor: int) -> None:
    """Serve jobs until the parent closes the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal drains the batch; the parent decides
    connection = Connection(descriptor)
    setup = Setup(**json.loads(connection.recv_bytes()))
    _die_with(setup.parent)
    resource.setrlimit(resource.RLIMIT_AS, (setup.memory_bytes, setup.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the document
    try:
        run = _load(Registry(Path(setup.registry)), setup)
    except RunError as error:
        connection.send_bytes(json.dumps({"broken": str(error)}).encode())
        return
    connection.send_bytes(b'{"ready": true}')
    while True:
        try:
            job = json.loads(connection.recv_bytes())
        except EOFError:
            return
        connection.send_bytes(json.dumps(answer(run, job)).encode())


def _load(registry: Registry, setup: Setup) -> Run:
    """What is done with a file: fields of a document, or a whole workflow."""
    artifact = registry.get(setup.artifact)
    if not is_workflow(artifact):
        return partial(run_file, load_artifact(artifact), ladder=_ladder(setup, artifact))
    if template_of(artifact.manifest) in HANDLERS:
        return partial(run_handled_file, load_workflow(artifact))
    workflow, documents = load_workflow(artifact), cache(lambda wanted: load_artifact(registry.get(wanted)))
    call = _caller(workflow.plan, registry)
    if setup.ladder is None:
        return partial(run_case_file, workflow, services=Services(documents, call))
    from runtime.ladder import LadderOptions  # imported late: model clients take a second to load
    from runtime.workflow_ladder import WorkflowLadder

    ladder = WorkflowLadder.of(workflow.plan, LadderOptions(**setup.ladder))
    services = Services(documents, call, ladder.read)
    return lambda path, options: replace(run_case_file(workflow, path, options, services), climbed=ladder.take())


def _caller(plan: WorkflowPlan, registry: Registry) -> Caller | None:
    if not plan.calls:
        return None
    from runtime.modules import Modules  # imported late: clients of databases and web take a second to load

    return Modules.of(plan, registry.root)


def answer(run: Run, job: dict[str, Any]) -> dict[str, Any]:
    """The extraction of `job["path"]`, or why there is none. Never raises for anything a document can cause."""
    try:
        extraction = run(Path(job["path"]), ReadOptions(seconds=job["seconds"]))
    except ReadError as error:
        return {"reason": error.reason, "message": str(error)}
    except OSError as error:
        return {
            "reason": "unreadable",
            "message": f"cannot be opened ({error.strerror}); check the path and its rights",
        }
    except MemoryError:
        return {"reason": "memory", "message": "needs more memory than a worker may use; split the document"}
    except Exception as error:
        return {"reason": "code", "message": _where(error)}
    plain = {name: getattr(extraction, name) for name in Extraction.__slots__}
    climbed = extraction.climbed.to_dict() if extraction.climbed else None
    profile = extraction.profile.to_dict() if extraction.profile else None
    record = record_to_dict(extraction.record)
    return {"extraction": {**plain, "record": record, "climbed": climbed, "profile": profile}}


def extraction_from_dict(data: dict[str, Any]) -> Extraction:
    """The parent's side of `answer`. Raises KeyError or TypeError where the shape is wrong."""
    climbed = Climbed.from_dict(data["climbed"]) if data["climbed"] else None
    profile = Profile.from_dict(data["profile"]) if data["profile"] else None
    record = record_from_dict(data["record"])
    return Extraction(**{**data, "record": record, "climbed": climbed, "profile": profile})


def encode(setup: Setup) -> bytes:
    """The first message to a worker."""
    return json.dumps(asdict(setup)).encode()


def _ladder(setup: Setup, artifact: Artifact) -> "LadderSetup | None":
    if setup.ladder is None:
        return None
    from runtime.ladder import LadderOptions, LadderSetup  # imported late: model clients take a second to load

    return LadderSetup.of(artifact, LadderOptions(**setup.ladder))


def _where(error: Exception) -> str:
    """Type and place of an error. Not its text, which may quote the document."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("artifact-")]
    frame = (own or list(frames))[-1]
    place = f"{frame.filename if own else Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    return f"{type(error).__name__} at {place}; report it, or compile the spec again with this document as an example"


def _die_with(parent: int) -> None:
    """End with the parent, however it ends: prctl(2), PR_SET_PDEATHSIG. It may be gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
