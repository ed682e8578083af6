"""How much sandboxed code may use, and as whom it runs."""

import ctypes
import math
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from factory.sandbox.system import PR_SET_KEEPCAPS, prctl, syscall

NOBODY = 65534
_CAPGET, _CAPSET = {"x86_64": (125, 126)}.get(os.uname().machine, (90, 91))
_CAPABILITY_VERSION = 0x20080522
_READ_SEARCH, _OVERRIDE = 1 << 2, 1 << 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that count from the moment the sandbox closes; what imports cost before does not count."""

    memory_bytes: int = 512 * 2**20
    """Address space on top of what the imports hold."""
    cpu_seconds: float = 10.0
    wall_seconds: float = 20.0
    output_bytes: int = 16 * 2**20


def set_limits(limits: Limits) -> None:
    """Resource limits and the wall clock's alarm. Raises OSError or ValueError where the system refuses."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime + limits.cpu_seconds)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_CPU, seconds, seconds + 1)
    _lower(resource.RLIMIT_AS, held + limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.output_bytes)
    _lower(resource.RLIMIT_NOFILE, 64)
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_CORE, 0)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


def drop_root(files_restricted: bool) -> None:
    """Run on as nobody, with no right of root but that to read, and that only where Landlock bounds what is read.

    Python may be installed where only root can read, and some libraries load parts of themselves late.
    Does nothing for ordinary users. Raises OSError where the system refuses.
    """
    if os.geteuid() != 0:
        return
    keep = _reading_capability() if files_restricted else 0
    prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    header, data = _capability_buffers()
    data[0].effective = data[0].permitted = keep
    syscall(_CAPSET, ctypes.byref(header), ctypes.byref(data))


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _capability_buffers() -> tuple[_Header, "ctypes.Array[_Sets]"]:
    return _Header(_CAPABILITY_VERSION, 0), (_Sets * 2)()


def _reading_capability() -> int:
    """CAP_DAC_READ_SEARCH where this root has it, else CAP_DAC_OVERRIDE (containers), else nothing."""
    header, data = _capability_buffers()
    syscall(_CAPGET, ctypes.byref(header), ctypes.byref(data))
    return int(data[0].permitted & _READ_SEARCH or data[0].permitted & _OVERRIDE)


def _lower(what: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, but never above the one that already holds."""
    ceiling = resource.getrlimit(what)[1]
    wanted = soft if hard is None else hard
    bound = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(what, (min(soft, bound), bound))
