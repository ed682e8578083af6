"""What lies in an inbox."""

from collections.abc import Iterator

import fsspec

from runtime.errors import UsageError


def inbox_urls(inbox: str) -> Iterator[str]:
    """Every file at or below an fsspec URL (a folder, a bucket's prefix, one file), sorted, but hidden ones.

    Raises UsageError where there is nothing, or no driver for the URL's scheme.
    """
    try:
        system, root = fsspec.core.url_to_fs(inbox)
        names = [root] if system.isfile(root) else sorted(system.find(root))
    except (ImportError, ValueError, OSError) as error:
        raise UsageError(f"the inbox cannot be listed ({type(error).__name__}); check its URL and its driver") from None
    seen = [name for name in names if not any(part.startswith(".") for part in name[len(root) :].split("/"))]
    if not seen:
        raise UsageError("the inbox holds no documents")
    yield from (system.unstrip_protocol(name) for name in seen)
