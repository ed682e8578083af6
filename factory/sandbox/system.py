"""The C library and the few kernel constants that Python does not name."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38


def syscall(number: int, *arguments: object) -> int:
    """A system call by number. Raises OSError with the kernel's reason."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: object = 0, third: object = 0) -> int:
    """`prctl(2)`. Raises OSError with the kernel's reason."""
    arguments = (ctypes.c_ulong(item) if isinstance(item, int) else item for item in (value, third, 0, 0))
    return _checked(_libc.prctl(ctypes.c_int(option), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
