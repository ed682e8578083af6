"""Errors of the runtime: one tree, and every message says what to do. None holds a field value or document text.

RunError
├── ArtifactError     an artifact is damaged, unsigned, or signed by a key that is not trusted here
├── AuditError        the audit log cannot be written, or its chain is broken
├── StoreError        the store cannot be opened, or has another schema
└── UsageError        the caller's mistake (exit code 2)
    ├── RegistryError     no such artifact, name or version
    ├── ReviewError       no such review item, or a value that the field's type does not allow
    └── ExportError       a file that cannot be written, or a suffix that is not known
"""


class RunError(Exception):
    """Something that stops a run."""


class ArtifactError(RunError):
    """An artifact that is refused."""


class AuditError(RunError):
    """An audit log that cannot be trusted or written."""


class StoreError(RunError):
    """A store that cannot be used."""


class UsageError(RunError):
    """The caller's mistake."""


class RegistryError(UsageError):
    """A name or version that the registry does not hold."""


class ReviewError(UsageError):
    """A decision that cannot be taken on a review item."""


class ExportError(UsageError):
    """A file that records cannot be written to."""
