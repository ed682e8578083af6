"""Run untrusted code: a fresh process that can compute and nothing else.

Landlock bounds the files, seccomp the system calls, resource limits the rest; root is dropped, new rights cannot be
gained. Standard library only. Where the kernel lacks a layer nothing runs, unless the user says otherwise.
"""

from factory.sandbox.child import LAYERS
from factory.sandbox.errors import SandboxError
from factory.sandbox.limits import Limits
from factory.sandbox.run import ALLOW_UNSANDBOXED, SandboxResult, probe, require_sandbox, run_in_sandbox

__all__ = [
    "ALLOW_UNSANDBOXED",
    "LAYERS",
    "Limits",
    "SandboxError",
    "SandboxResult",
    "probe",
    "require_sandbox",
    "run_in_sandbox",
]
