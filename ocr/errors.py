"""Why a document could not be read.

    ReadError
    ├── UnsupportedTypeError     not a kind of file that is read here
    ├── EmptyDocumentError       no bytes, or no pages
    ├── BrokenDocumentError      truncated, or damaged beyond reading
    ├── EncryptedDocumentError   needs a password
    ├── TooManyPagesError        more pages than the limit
    ├── TooLargeError            more bytes, pixels or unpacked data than the limit
    ├── ReadTimeoutError         took longer than the limit
    └── EngineError              the OCR engine is missing or failed

Messages name the reason and the remedy, and never hold text of the document.
"""


class ReadError(Exception):
    """A document that cannot be read. `reason` is a short stable word for records and counters."""

    reason = "unreadable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[type["ReadError"], tuple[str]]:
        return type(self), (self.message,)


class UnsupportedTypeError(ReadError):
    """Not a kind of file that is read here."""

    reason = "unsupported_type"


class EmptyDocumentError(ReadError):
    """No bytes, or no pages."""

    reason = "empty"


class BrokenDocumentError(ReadError):
    """Truncated, or damaged beyond reading."""

    reason = "broken"


class EncryptedDocumentError(ReadError):
    """Needs a password."""

    reason = "encrypted"


class TooManyPagesError(ReadError):
    """More pages than `ReadOptions.max_pages`."""

    reason = "too_many_pages"


class TooLargeError(ReadError):
    """More bytes, pixels or unpacked data than `ReadOptions` allows: perhaps a decompression bomb."""

    reason = "too_large"


class ReadTimeoutError(ReadError):
    """Took longer than `ReadOptions.seconds`."""

    reason = "timeout"


class EngineError(ReadError):
    """The OCR engine is missing or failed."""

    reason = "engine"
