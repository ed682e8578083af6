"""What can go wrong around a model call.

    InferenceError
    ├── ModelNameError      a model string that names no model
    ├── MissingKey          no key in the environment
    ├── MissingPackage      an extra that is not installed
    ├── GateBlocked         a gate stopped the request or the answer
    ├── BudgetExceeded      the call might spend more than is left; what was spent is kept
    ├── ModelUnavailable    an outage or a rate limit that waiting did not end: review the document, try later
    ├── ModelRejected       the provider refused the request: trying again is no use
    ├── AnswerInvalid       the model's answers never fitted the schema
    └── UnknownRequest      a replay met a request that was not recorded

Messages never hold a prompt, an answer or a document's text.
"""

# ruff: noqa: N818  # the names say what happened, as callers read them: `except BudgetExceeded`

from collections.abc import Sequence

from inference.usage import Usage


class InferenceError(Exception):
    """The root. `usage` is what the failed call spent, over all its attempts."""

    usage: Usage = Usage()


class ModelNameError(InferenceError, ValueError):
    """A model string that names no model; the message lists the forms."""


class MissingKey(InferenceError):
    """The environment holds no key for the provider; the message names the variable."""


class MissingPackage(InferenceError):
    """The model needs an extra that is not installed; the message says how to install it."""


class GateBlocked(InferenceError):
    """A gate stopped the request or the answer. `findings` are the identifiers of what it found."""

    def __init__(self, message: str, findings: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class BudgetExceeded(InferenceError):
    """The call might spend more than the budget `scope` has left, so it was not made. `spent` is what was."""

    def __init__(self, message: str, scope: str = "", spent: Usage | None = None) -> None:
        super().__init__(message)
        self.scope = scope
        self.spent = spent or Usage()


class ModelUnavailable(InferenceError):
    """The model does not answer now. `retry_after` is in seconds, where it is known."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelRejected(InferenceError):
    """The provider refused the request. `status` is the HTTP status, where there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class AnswerInvalid(InferenceError):
    """No answer fitted the schema. `violations` name places and rules, never values."""

    def __init__(self, message: str, violations: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class UnknownRequest(InferenceError):
    """A replay met a request that was not recorded. `key` is its hash."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key
