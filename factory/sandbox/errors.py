"""Errors of the sandbox. What sandboxed code does is a value (`SandboxResult`), never an exception."""


class SandboxError(RuntimeError):
    """The sandbox itself cannot be used; the message says what to do."""
