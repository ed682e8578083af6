"""The outside: start a child, wait, and tell what became of it."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Literal

from factory.sandbox.child import LAYERS
from factory.sandbox.errors import SandboxError
from factory.sandbox.limits import Limits

Outcome = Literal["ok", "raised", "memory", "cpu", "wall", "output", "forbidden", "killed", "closed"]
"""`forbidden`: a system call that ends the process; `closed`: the sandbox could not be put up, nothing was run."""

ALLOW_UNSANDBOXED = "FACTORY_ALLOW_UNSANDBOXED"
START_SECONDS = 120
"""For Python to start and import, on a machine that is busy; the limits count from the moment the sandbox closes."""

_START = "from factory.sandbox.child import main; main()"
_PACKAGES = ("factory", "runtime", "templates", "extractors", "inference", "ocr", "security")
_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")
_SIGNALS: dict[int, tuple[Outcome, str]] = {
    signal.SIGSYS: ("forbidden", "a system call for the network, another process or more rights"),
    signal.SIGXCPU: ("cpu", "over the limit of processor time"),
    signal.SIGALRM: ("wall", "over the limit of time"),
    signal.SIGXFSZ: ("output", "over the limit of output"),
}


@dataclass(frozen=True)
class SandboxResult:
    """What became of a run. `output` was written by untrusted code: check it before you believe it."""

    outcome: Outcome
    output: bytes = b""
    reason: str = ""
    layers: tuple[str, ...] = ()
    """The layers that held, of `LAYERS`."""

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


def run_in_sandbox(
    function: str,
    payload: bytes,
    limits: Limits | None = None,
    *,
    hash_seed: int = 0,
    allow_missing: bool | None = None,
) -> SandboxResult:
    """Run `function` ("module:name", bytes to bytes) on `payload` in a child that can only compute.

    The module is trusted and imported before the doors close; what is not trusted comes in `payload`. The child reads
    the Python installation and the project's packages, no other file; it has no network, processes, or environment.

    `hash_seed` orders sets of strings: code whose answer depends on it is not deterministic. `allow_missing` runs with
    fewer layers where the kernel lacks some (default: whether FACTORY_ALLOW_UNSANDBOXED is 1).
    """
    limits = limits or Limits()
    request = {
        "function": function,
        "limits": asdict(limits),
        "readable": [str(folder) for folder in _readable()],
        "allow_missing": _allowed_by_user() if allow_missing is None else allow_missing,
    }
    with _anonymous_file() as source, _anonymous_file() as answer:
        source.write(payload)
        source.seek(0)
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and our own module
            [sys.executable, "-s", "-P", "-c", _START, json.dumps(request)],
            stdin=source,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=_environment(hash_seed),
            cwd="/",
            start_new_session=True,
        )
        try:
            process.wait(START_SECONDS + limits.wall_seconds)
        except subprocess.TimeoutExpired:
            return SandboxResult("wall", reason=_SIGNALS[signal.SIGALRM][1])
        finally:
            process.kill()
            process.wait()
        return _result(process.returncode, os.pread(answer.fileno(), limits.output_bytes + 1, 0), limits)


@cache
def probe() -> tuple[str, ...]:
    """The layers that hold on this machine, found by putting up a sandbox. Compare with `LAYERS`."""
    return run_in_sandbox("factory.sandbox.run:echo", b"", allow_missing=True).layers


def require_sandbox() -> tuple[str, ...]:
    """The layers that hold. Raises SandboxError where one is missing and the user has not allowed that."""
    layers = probe()
    missing = [layer for layer in LAYERS if layer not in layers]
    if missing and not _allowed_by_user():
        raise SandboxError(
            f"this machine cannot sandbox generated code (missing: {', '.join(missing)}); use Linux 5.13 or newer with "
            f"Landlock and seccomp, or set {ALLOW_UNSANDBOXED}=1 where you trust what generates the code"
        )
    return layers


def echo(payload: bytes) -> bytes:
    """The payload itself: for `probe`."""
    return payload


def _result(code: int, answer: bytes, limits: Limits) -> SandboxResult:
    head, _, body = answer.partition(b"\n")
    layers = _layers(head)
    if layers is None:
        return SandboxResult("closed", reason=f"the sandboxed process did not start (exit code {code})")
    if code in {-number for number in _SIGNALS}:
        outcome, reason = _SIGNALS[-code]
        return SandboxResult(outcome, b"", reason, layers)
    if len(answer) >= limits.output_bytes:
        return SandboxResult("output", b"", _SIGNALS[signal.SIGXFSZ][1], layers)
    if code != 0:
        return SandboxResult("killed", b"", f"ended by signal {-code}" if code < 0 else f"exit code {code}", layers)
    return _told(body[:1], body[1:], layers)


def _told(mark: bytes, body: bytes, layers: tuple[str, ...]) -> SandboxResult:
    """What the child says of itself, once it ended in good order."""
    if mark == b"+":
        return SandboxResult("ok", body, "", layers)
    reason = body[:500].decode("utf-8", "replace")
    if reason == "memory":
        return SandboxResult("memory", b"", "over the limit of memory", layers)
    if mark == b"-" and reason.startswith("raised "):
        return SandboxResult("raised", b"", reason, layers)
    return SandboxResult("closed", b"", reason or "no answer", layers)


def _layers(head: bytes) -> tuple[str, ...] | None:
    try:
        layers = json.loads(head)["layers"]
        return tuple(layer for layer in LAYERS if layer in layers)
    except (ValueError, KeyError, TypeError):
        return None


@contextmanager
def _anonymous_file() -> Iterator[BinaryIO]:
    """A file in memory without a name; on disk where the system has no such thing."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("sandbox"), "w+b", buffering=0) as file:
            yield file
    else:
        with tempfile.TemporaryFile(buffering=0) as file:
            yield file


def _environment(hash_seed: int) -> dict[str, str]:
    """All that the child sees of an environment: none of the parent's keys."""
    paths = [str(Path(path or ".").resolve()) for path in sys.path]
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
        **({"LD_LIBRARY_PATH": libraries} if libraries else {}),
    }


@cache
def _readable() -> tuple[Path, ...]:
    """The Python installation and the project's packages: never the folder that the packages lie in."""
    schemes = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    base = sysconfig.get_config_var("LIBDIR")
    folders = [Path(folder).resolve() for folder in (*schemes, *_SYSTEM_LIBRARIES, *([base] if base else []))]
    for package in _PACKAGES:
        spec = find_spec(package)
        folders += [Path(place).resolve() for place in (spec.submodule_search_locations or ())] if spec else []
    return tuple(dict.fromkeys(folder for folder in folders if folder.is_dir()))


def _allowed_by_user() -> bool:
    return os.environ.get(ALLOW_UNSANDBOXED) == "1"
