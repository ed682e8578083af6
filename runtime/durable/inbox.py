"""What lies in an inbox."""

import json
from collections.abc import Iterator
from decimal import Decimal

import fsspec

from runtime.artifact import HANDLERS, Artifact, template_of
from runtime.durable.claims import Claims
from runtime.errors import UsageError
from runtime.handled import case_bytes


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


def work_urls(inbox: str, artifact: Artifact, claims: Claims) -> Iterator[str]:
    """What is to be done of an inbox: a document each, or a case each where the artifact's template handles values.

    Of a file of JSON lines each line is then a case, on the claim store. Raises UsageError, and OSError.
    """
    urls = inbox_urls(inbox)
    if template_of(artifact.manifest) not in HANDLERS:
        yield from urls
        return
    for url in urls:
        if not url.lower().endswith(".jsonl"):
            yield url
            continue
        with fsspec.open(url, "rb") as lines:
            yield from (claims.put_case(_case(line)) for line in lines if line.strip())


def _case(line: bytes) -> bytes:
    """The case as it is known however it came; a line that is none stays as it is, and fails as a case."""
    try:
        values = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        return line.strip()
    return case_bytes(values) if isinstance(values, dict) else line.strip()
