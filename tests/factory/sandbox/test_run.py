"""Each attack is really tried, inside. A control first shows that it would succeed outside."""

import os
import signal
import socket
from pathlib import Path

import pytest

from benchmarks import sandbox_attacks as attacks
from factory.sandbox import LAYERS, Limits, SandboxError, SandboxResult, probe, require_sandbox, run, run_in_sandbox

pytestmark = pytest.mark.skipif(set(probe()) != set(LAYERS), reason=f"this kernel holds only {probe()}")

SMALL = Limits(memory_bytes=64 * 2**20, cpu_seconds=1, wall_seconds=20, output_bytes=2**20)
SHORT = Limits(cpu_seconds=10, wall_seconds=0.5)
GENEROUS = Limits(wall_seconds=30)


def attempt(name: str, payload: object = b"", limits: Limits = GENEROUS, **options: int) -> SandboxResult:
    data = payload if isinstance(payload, bytes) else str(payload).encode()
    return run_in_sandbox(f"benchmarks.sandbox_attacks:{name}", data, limits, **options)


def test_honest_code_gets_its_answer_through() -> None:
    result = attempt("reverse", b"abc" * 10**6)
    assert result.ok and result.output == b"cba" * 10**6
    assert result.layers == LAYERS


def test_libraries_can_load_parts_late() -> None:
    assert attempt("late_import").ok


def test_tcp_is_stopped() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert attacks.tcp(str(port).encode()) == b"connected"
        assert attempt("tcp", port).outcome == "forbidden"


def test_udp_is_stopped() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.3)
        port = server.getsockname()[1]
        assert attacks.udp(str(port).encode()) == b"sent" and server.recv(10) == b"stolen"
        assert attempt("udp", port).outcome == "forbidden"
        with pytest.raises(TimeoutError):
            server.recv(10)


def test_unix_sockets_are_stopped(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        assert attacks.unix_socket(str(tmp_path / "s").encode()) == b"connected"
        assert attempt("unix_socket", tmp_path / "s").outcome == "forbidden"


def test_an_attempt_cannot_be_hidden() -> None:
    assert attempt("hidden_socket").outcome == "forbidden"


@pytest.mark.parametrize("attack", ["read_file", "read_by_system_call"])
def test_files_are_not_read(attack: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    secret.chmod(0o644)
    for path in (Path("/etc/passwd"), secret, Path(__file__).parents[3] / "pyproject.toml"):
        assert getattr(attacks, attack)(str(path).encode())
        result = attempt(attack, path)
        assert (result.outcome, result.output, result.reason) == ("raised", b"", "raised PermissionError")


def test_folders_are_not_listed(tmp_path: Path) -> None:
    for folder in (tmp_path, Path("/"), Path("/proc"), Path(__file__).parents[3]):
        assert attempt("list_folder", folder).reason == "raised PermissionError"


def test_nothing_is_written_or_deleted(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    target = Path("/tmp") / f"sandbox-test-{os.getpid()}"
    assert not attempt("write_file", target).ok and not target.exists()
    assert not attempt("write_file", tmp_path / "new").ok and not (tmp_path / "new").exists()
    kept = tmp_path / "kept"
    kept.write_text("")
    kept.chmod(0o666)
    assert not attempt("write_file", kept).ok and kept.read_text() == ""
    assert not attempt("delete_file", kept).ok and kept.exists()
    assert not attempt("append_to_library").ok


@pytest.mark.parametrize("attack", ["fork", "raw_fork", "thread", "execute"])
def test_no_process_is_started(attack: str) -> None:
    assert attempt(attack).outcome == "forbidden"


def test_no_program_is_run() -> None:
    assert attacks.run_program(b"")
    assert attempt("run_program").outcome in ("forbidden", "raised")


@pytest.mark.parametrize("attack", ["signal_parent", "trace_parent", "read_parent_memory"])
def test_the_parent_cannot_be_reached(attack: str) -> None:
    received: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: received.append(number))
    try:
        assert attempt(attack, os.getpid()).outcome == "forbidden"
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert received == []


def test_the_parents_environment_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-the-parent")
    assert attempt("read_parent_environment", os.getpid()).reason == "raised PermissionError"
    result = attempt("own_environment")
    assert result.ok and b"key-of-the-parent" not in result.output


@pytest.mark.parametrize("attack", ["become_root", "raise_limit", "cancel_alarm"])
def test_bounds_cannot_be_widened(attack: str) -> None:
    assert attempt(attack).outcome == "raised"


@pytest.mark.parametrize(
    ("attack", "outcome"),
    [
        ("memory_bomb", "memory"),
        ("many_objects", "memory"),
        ("cpu_bomb", "cpu"),
        ("output_flood", "output"),
        ("crash", "killed"),
        ("leave", "raised"),
        ("leave_hard", "closed"),
    ],
)
def test_bombs_and_early_exits_are_told_by_name(attack: str, outcome: str) -> None:
    result = attempt(attack, limits=SMALL)
    assert result.outcome == outcome
    assert result.output == b"" and result.reason


def test_sleeping_is_ended() -> None:
    assert attempt("sleep", limits=SHORT).outcome == "wall"


def test_printing_does_not_touch_the_answer() -> None:
    assert attempt("stdout_flood", limits=SMALL).output == b"quiet"


def test_exceptions_do_not_carry_document_text() -> None:
    result = attempt("secret_exception", b"patient Jane Roe")
    assert result.reason == "raised ValueError"


def test_the_hash_seed_is_given() -> None:
    orders = {seed: attempt("set_order", hash_seed=seed).output for seed in (1, 2)}
    assert orders[1] != orders[2]
    assert attempt("set_order", hash_seed=1).output == orders[1]


def test_a_function_that_does_not_exist_is_told() -> None:
    assert attempt("no_such_function").outcome == "closed"


def test_a_missing_layer_stops_the_run_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    old_kernel = "from factory.sandbox import landlock; landlock.abi = lambda: 0; "
    monkeypatch.setattr(run, "_START", old_kernel + run._START)
    refused = attempt("reverse", b"abc")
    assert refused.outcome == "closed" and "landlock" in refused.reason
    allowed = attempt("reverse", b"abc", allow_missing=True)
    assert allowed.ok and "landlock" not in allowed.layers


def test_a_machine_without_a_sandbox_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "probe", lambda: ("limits",))
    monkeypatch.delenv(run.ALLOW_UNSANDBOXED, raising=False)
    with pytest.raises(SandboxError, match=r"landlock.*FACTORY_ALLOW_UNSANDBOXED=1"):
        require_sandbox()
    monkeypatch.setenv(run.ALLOW_UNSANDBOXED, "1")
    assert require_sandbox() == ("limits",)
