"""The inside: import what is trusted, lock the doors, then read the payload and run.

Started by `run.py` as a fresh process, never forked, so that it holds none of its parent's memory. Answers on
standard output: a line of JSON with the active layers, then `+` and the function's answer, or `-` and the reason.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from factory.sandbox import landlock, seccomp
from factory.sandbox.limits import Limits, drop_root, set_limits
from factory.sandbox.system import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl

LAYERS = ("one_thread", "limits", "no_new_privs", "landlock", "not_root", "seccomp")
"""In the order in which they are put on; each is needed."""


def main() -> None:
    """Entry point of the child. Its one argument is the request as JSON; its standard input is the payload."""
    request = json.loads(sys.argv[1])
    answer = _claim_output()
    function = _load(request["function"])
    payload = sys.stdin.buffer.read()
    layers, failures = _lock(Limits(**request["limits"]), [Path(folder) for folder in request["readable"]])
    answer.write(json.dumps({"layers": layers}).encode() + b"\n")
    if failures and not request["allow_missing"]:
        answer.write(b"-" + "; ".join(failures).encode())
    else:
        _run(function, payload, answer)
    _leave(answer)


def _claim_output() -> BinaryIO:
    """Keep standard output for the answer: what the code prints goes nowhere."""
    answer = os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    return answer


def _load(path: str) -> Callable[[bytes], bytes]:
    module, _, name = path.partition(":")
    function: Callable[[bytes], bytes] = getattr(import_module(module), name)
    return function


def _lock(limits: Limits, readable: list[Path]) -> tuple[list[str], list[str]]:
    """Put on every layer that this machine has. Returns those that hold, and why the others do not."""
    parent = os.getppid()
    active: list[str] = []
    failures: list[str] = []
    steps: dict[str, Callable[[], Any]] = {
        "one_thread": _check_threads,
        "limits": lambda: set_limits(limits),
        "no_new_privs": lambda: prctl(PR_SET_NO_NEW_PRIVS, 1),
        "landlock": lambda: landlock.restrict_files(readable),
        "not_root": lambda: _become_nobody("landlock" in active),
        "seccomp": seccomp.restrict_syscalls,
    }
    for name in LAYERS:
        try:
            steps[name]()
            active.append(name)
        except (OSError, ValueError, AttributeError) as error:  # AttributeError: not Linux
            failures.append(f"{name}: {error}")
    if os.getppid() != parent:
        failures.append("the parent process is gone")
    return active, failures


def _check_threads() -> None:
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise OSError("a library started threads before the sandbox closed; they would stand outside it")


def _become_nobody(files_restricted: bool) -> None:
    """Drop root, then ask to die with the parent: a change of user would clear that wish."""
    drop_root(files_restricted)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _run(function: Callable[[bytes], bytes], payload: bytes, answer: BinaryIO) -> None:
    """An exception is told by its class alone: its text may hold parts of a document."""
    try:
        output = b"+" + function(payload)
    except MemoryError:
        output = b"-memory"
    except BaseException as error:  # the boundary: SystemExit and the like are answers too
        output = b"-raised " + type(error).__name__.encode()
    view = memoryview(output)
    while view:
        view = view[answer.write(view) :]


def _leave(answer: BinaryIO) -> None:
    """End without finalisers: nothing of the sandboxed code shall run after its answer."""
    answer.close()
    os._exit(0)
