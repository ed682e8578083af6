"""seccomp-BPF: after `restrict_syscalls` this process computes, reads, writes what is open, and little else.

An allow-list: a call that is not on it fails with EPERM, and one that reaches for the network, another process or
more rights ends the process with SIGSYS, so that it cannot hide that it tried. The filter is a classic BPF program,
https://docs.kernel.org/userspace-api/seccomp_filter.html; numbers from the kernel's syscall tables.
"""

import ctypes
import errno
import platform
import struct

from factory.sandbox.system import PR_SET_SECCOMP, prctl

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # name: (x86_64, aarch64)
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "statx": (332, 291),
    "rseq": (334, 293),
    "faccessat2": (439, 439),
}

FATAL: dict[str, tuple[int | None, int | None]] = {
    # the network
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "sendto": (44, 206),
    "io_uring_setup": (425, 425),
    # other processes and programs
    "clone": (56, 220),
    "clone3": (435, 435),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    # more rights
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "userfaultfd": (323, 282),
    "open_by_handle_at": (304, 265),
}

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}
"""Column in the tables above, and the kernel's AUDIT_ARCH."""

_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def supported() -> bool:
    """Whether this machine's architecture has a table here."""
    return platform.machine() in _MACHINES


def restrict_syscalls() -> None:
    """Install the filter for this thread and its children, for good.

    Needs no_new_privs. Raises OSError where the kernel or the architecture does not have it.
    """
    if not supported():
        raise OSError(f"no system call table for {platform.machine()}")
    code = _filter(*_MACHINES[platform.machine()])
    program = _Program(len(code) // 8, code)
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program))


def _filter(column: int, architecture: int) -> bytes:
    """Wrong architecture: killed. Then one comparison a system call; calls of the x32 ABI match none."""
    load_architecture, load_number = _load(4), _load(0)
    program = [load_architecture, _equal(architecture, 1, 0), _return(_KILL), load_number]
    for table, action in ((ALLOWED, _ALLOW), (FATAL, _KILL)):
        for numbers in table.values():
            number = numbers[column]
            if number is not None:
                program += [_equal(number, 0, 1), _return(action)]
    return b"".join([*program, _return(_ERRNO | errno.EPERM)])


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", 0x20, 0, 0, offset)


def _equal(value: int, when_true: int, when_false: int) -> bytes:
    return struct.pack("=HBBI", 0x15, when_true, when_false, value)


def _return(action: int) -> bytes:
    return struct.pack("=HBBI", 0x06, 0, 0, action)
