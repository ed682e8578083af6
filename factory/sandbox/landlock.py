"""Landlock: after `restrict_files` this process opens nothing but what lies under the given folders, to read.

System calls and structures: https://docs.kernel.org/userspace-api/landlock.html. Their numbers are the same on every
architecture. Linux 5.13 has files (ABI 1), 6.7 TCP (ABI 4), 6.12 signals and abstract sockets (ABI 6).
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from factory.sandbox.system import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""Rights over files by the ABI that brought them: all but reparenting, reparenting, truncation, device control."""
_TCP = {4: 0b11}
_SCOPES = {6: 0b11}


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """The kernel's Landlock version; 0 where it has none."""
    try:
        return syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def restrict_files(readable: Iterable[Path]) -> None:
    """Forbid all file access and TCP but reading under `readable`, for this thread and its children, for good.

    Needs no_new_privs. Folders that do not exist are left out. Raises OSError where the kernel refuses.
    """
    version = abi()
    if not version:
        raise OSError("no Landlock in this kernel")
    rules = _Ruleset(_known(_FILES, version), _known(_TCP, version), _known(_SCOPES, version))
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for folder in readable:
            if folder.is_dir():
                _allow_reading(ruleset, folder)
        syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _allow_reading(ruleset: int, folder: Path) -> None:
    handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(_READ_FILE | _READ_DIR, handle)
        syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(handle)


def _known(rights: dict[int, int], version: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= version)
