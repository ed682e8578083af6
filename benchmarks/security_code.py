"""The code gate by weakness, and the sandbox by attack.

Cases are data: `security_cases/code/bad/cwe_NNN.py` and `evasions.py` (`# === title CWE-NNN` begins a case),
`benign/functions.py`, `unparsed/*.py`; `template.py` has the imports that they may use. The sandbox's attacks are
functions of `sandbox_attacks`: each is really tried.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.metrics.detection import Case, detection
from factory.sandbox import Limits, probe, run_in_sandbox
from security.code_gate import check_code, provided_names, reserved_names

CODE = Path(__file__).parent / "security_cases" / "code"
LIMITS = Limits(memory_bytes=64 * 2**20, cpu_seconds=1, wall_seconds=10, output_bytes=2**20)
ESCAPES = (
    "read_file", "read_by_system_call", "list_folder", "write_file", "append_to_library", "fork", "raw_fork", "thread",
    "execute", "run_program", "signal_parent", "trace_parent", "read_parent_memory", "read_parent_environment",
    "become_root", "raise_limit", "cancel_alarm", "memory_bomb", "many_objects", "cpu_bomb", "sleep", "output_flood",
    "tcp", "udp", "unix_socket", "hidden_socket",
)  # fmt: skip


def cases(file: Path) -> list[tuple[str, str]]:
    """Title and source of every case of a file."""
    parts = file.read_bytes().decode().split("# === ")[1:]
    return [(title, source) for title, source in (part.split("\n", 1) for part in parts)]


def run() -> dict[str, Any]:
    """Recall by CWE, false positives, and what the sandbox let out (nothing, where all its layers hold)."""
    return {"code": asdict(detection(list(_judged()))), "sandbox": _escapes()}


def _judged() -> Iterator[Case]:
    template = (CODE / "template.py").read_text()
    provided, reserved = provided_names(template), reserved_names(template)
    for file in sorted((CODE / "bad").glob("*.py")):
        for title, source in cases(file):
            number = title.rpartition(" CWE-")[2] if " CWE-" in title else file.stem.removeprefix("cwe_").lstrip("0")
            yield Case(f"CWE-{number}", harmful=True, flagged=bool(check_code(source, provided, reserved)))
    for file in sorted((CODE / "unparsed").glob("*.py")):
        yield Case("not parsed", harmful=True, flagged=bool(check_code(file.read_text(), provided, reserved)))
    for _, source in cases(CODE / "benign" / "functions.py"):
        yield Case("", harmful=False, flagged=bool(check_code(source, provided, reserved)))


def _escapes() -> dict[str, Any]:
    """Every attack with a target that really is there: a file, a listening socket, this process."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        secret = Path(folder) / "secret"
        secret.write_text("secret")
        payloads = {
            "read_file": secret, "read_by_system_call": secret, "list_folder": folder, "write_file": f"{folder}/new",
            "tcp": server.getsockname()[1], "udp": server.getsockname()[1], "unix_socket": f"{folder}/socket",
        }  # fmt: skip
        escaped = []
        for name in ESCAPES:
            payload = str(payloads.get(name, os.getpid())).encode()
            if run_in_sandbox(f"benchmarks.sandbox_attacks:{name}", payload, LIMITS).ok:
                escaped.append(name)
    return {"layers": list(probe()), "attacks": len(ESCAPES), "escaped": escaped}
