"""What untrusted code might try, one function an attack. Each returns a text only if the attack succeeded.

These run inside the sandbox. `payload` carries what an attack needs: a port, a process number, a path.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)


def tcp(payload: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", int(payload)), 2) as connection:
        connection.sendall(b"stolen")
    return b"connected"


def udp(payload: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"stolen", ("127.0.0.1", int(payload)))
    return b"sent"


def unix_socket(payload: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(payload.decode())
    return b"connected"


def hidden_socket(payload: bytes) -> bytes:
    """Swallows the refusal: the attempt must show all the same."""
    with contextlib.suppress(BaseException):
        socket.socket()
    return b"nobody noticed"


def read_file(payload: bytes) -> bytes:
    return Path(payload.decode()).read_bytes()


def read_by_system_call(payload: bytes) -> bytes:
    handle = LIBC.open(payload, os.O_RDONLY)
    if handle < 0:
        raise PermissionError
    return os.read(handle, 100)


def list_folder(payload: bytes) -> bytes:
    return repr(list(Path(payload.decode()).iterdir())).encode()


def write_file(payload: bytes) -> bytes:
    Path(payload.decode()).write_text("written")
    return b"written"


def append_to_library(payload: bytes) -> bytes:
    with Path(os.__file__).open("a") as file:
        file.write("\n")
    return b"written"


def delete_file(payload: bytes) -> bytes:
    Path(payload.decode()).unlink()
    return b"deleted"


def fork(payload: bytes) -> bytes:
    return b"forked" if os.fork() else os._exit(0)


def raw_fork(payload: bytes) -> bytes:
    """`fork` by its number, past the C library's wrapper."""
    if LIBC.syscall(57 if os.uname().machine == "x86_64" else 220, 0, 0, 0, 0, 0) < 0:
        raise PermissionError
    return b"forked"


def thread(payload: bytes) -> bytes:
    threading.Thread(target=time.sleep, args=(0,)).start()
    return b"started"


def execute(payload: bytes) -> bytes:
    os.execv(sys.executable, [sys.executable, "-c", ""])


def run_program(payload: bytes) -> bytes:
    return subprocess.check_output(["/bin/id"])


def signal_parent(payload: bytes) -> bytes:
    os.kill(int(payload), signal.SIGUSR1)
    return b"signalled"


def trace_parent(payload: bytes) -> bytes:
    if LIBC.ptrace(16, int(payload), 0, 0) < 0:
        raise PermissionError
    return b"attached"


def read_parent_memory(payload: bytes) -> bytes:
    if LIBC.process_vm_readv(int(payload), None, 0, None, 0, 0) < 0:
        raise PermissionError
    return b"read"


def read_parent_environment(payload: bytes) -> bytes:
    return Path(f"/proc/{int(payload)}/environ").read_bytes()


def own_environment(payload: bytes) -> bytes:
    """The environment that the child was given; the test looks for the parent's key in it."""
    return repr(dict(os.environ)).encode()


def become_root(payload: bytes) -> bytes:
    os.setresuid(0, 0, 0)
    return b"root"


def raise_limit(payload: bytes) -> bytes:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (1000, 1000))
    return b"raised"


def cancel_alarm(payload: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, 0)
    return b"cancelled"


def memory_bomb(payload: bytes) -> bytes:
    return str(len(bytearray(2**33))).encode()


def many_objects(payload: bytes) -> bytes:
    items: list[bytes] = []
    while True:
        items.append(bytes(2**20))


def cpu_bomb(payload: bytes) -> bytes:
    while True:
        pass


def sleep(payload: bytes) -> bytes:
    time.sleep(1000)
    return b"slept"


def output_flood(payload: bytes) -> bytes:
    return b"x" * 2**22


def stdout_flood(payload: bytes) -> bytes:
    """What is printed goes nowhere; the answer is not touched by it."""
    for _ in range(1000):
        sys.stdout.write("x" * 1000)
    sys.stdout.flush()
    return b"quiet"


def crash(payload: bytes) -> bytes:
    ctypes.string_at(0)
    return b"alive"


def secret_exception(payload: bytes) -> bytes:
    raise ValueError(payload.decode())


def leave(payload: bytes) -> bytes:
    sys.exit(0)


def leave_hard(payload: bytes) -> bytes:
    os._exit(0)


def late_import(payload: bytes) -> bytes:
    """Not an attack: libraries load parts of themselves late, and the installation stays readable."""
    import sqlite3
    import wave

    return f"{sqlite3.sqlite_version} {wave.__name__}".encode()


def reverse(payload: bytes) -> bytes:
    """Not an attack."""
    return payload[::-1]


def set_order(payload: bytes) -> bytes:
    """Not an attack: an answer that hangs on the hash seed."""
    return " ".join({f"word{number}" for number in range(20)}).encode()
