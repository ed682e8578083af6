"""The claim check: documents and extractions lie in a folder or bucket (fsspec), Temporal carries their names.

Names are hashes. Extractions and manifests are sealed with the payload key; documents lie as they came, protected as
the inbox is.
"""

import hashlib
from collections.abc import Iterable
from itertools import islice
from pathlib import Path, PurePosixPath
from urllib.parse import urlparse

import fsspec
import re2
from fsspec.implementations.local import LocalFileSystem
from fsspec.utils import get_protocol

from ocr.errors import TooLargeError
from ocr.options import ReadOptions
from runtime.durable.codec import PayloadKeys
from runtime.durable.messages import Reference
from runtime.files import write_atomic

PART = 500
"""URLs in one part of a manifest."""
_SUFFIX = re2.compile(r"^(\.words)?\.[a-z0-9]{1,8}$")


class Claims:
    """A claim store at `root`, a folder or an fsspec URL. `cache` holds documents of a remote store as files."""

    def __init__(self, root: str, keys: PayloadKeys, cache: Path) -> None:
        self._root, self._keys, self._cache = root.rstrip("/"), keys, cache
        self._local = urlparse(root).scheme in ("", "file")

    def put_document(self, url: str) -> Reference:
        """Copy a document in, under the SHA-256 of its bytes. Raises OSError and TooLargeError."""
        limit = ReadOptions().max_bytes
        with fsspec.open(url, "rb") as file:
            data: bytes = file.read(limit + 1)
        if len(data) > limit:
            raise TooLargeError(f"more than {limit / 1e6:.0f} MB; split the file")
        reference = Reference(hashlib.sha256(data).hexdigest(), suffix_of(url), len(data))
        self._write(self._document(reference), data)
        return reference

    def document(self, reference: Reference) -> Path:
        """The document as a file. Raises OSError, also where its bytes are not those of the hash."""
        name = self._document(reference)
        path = Path(urlparse(self._root).path if self._local else self._cache) / name
        if not self._local and not path.exists():
            data = self._read(name)
            if hashlib.sha256(data).hexdigest() != reference.sha256:
                raise OSError(f"claim {reference.sha256[:12]} holds other bytes")
            write_atomic(path, data, 0o600)
        return path

    def local(self, url: str) -> Path | None:
        """The file of a URL on this file system; None where it is elsewhere."""
        return Path(LocalFileSystem._strip_protocol(url)) if get_protocol(url) in LocalFileSystem.protocol else None

    def put_case(self, data: bytes) -> str:
        """Store a case that came within a file; gives its URL."""
        name = self._document(Reference(hashlib.sha256(data).hexdigest(), ".txt", len(data)))
        self._write(name, data)
        return str(Path(urlparse(self._root).path).resolve() / name) if self._local else f"{self._root}/{name}"

    def put_manifest(self, urls: Iterable[str]) -> tuple[str, int]:
        """Store a list of any length, in parts; gives its name and length."""
        parts, total, left = list[str](), 0, iter(urls)
        while some := list(islice(left, PART)):
            parts.append(self.put("manifests", "\n".join(some).encode()))
            total += len(some)
        return self.put("manifests", "\n".join(parts).encode()), total

    def manifest(self, name: str, offset: int, count: int) -> list[str]:
        """`count` URLs of a list, or as many as there are, from `offset` on. Raises OSError, CodecError."""
        parts = self.get(name).decode().splitlines()[offset // PART : (offset + count - 1) // PART + 1]
        urls = [url for part in parts for url in self.get(part).decode().splitlines()]
        return urls[offset % PART :][:count]

    def put(self, kind: str, data: bytes) -> str:
        """Seal and store; gives the name."""
        name = f"{kind}/{hashlib.sha256(data).hexdigest()}.{self._keys.current}"
        self._write(name, self._keys.seal(data))
        return name

    def get(self, name: str) -> bytes:
        """What was stored under the name. Raises OSError, CodecError."""
        return self._keys.open(self._read(name), name.rpartition(".")[2])

    def drop(self, name: str) -> None:
        """Remove it if it is there."""
        system, path = fsspec.core.url_to_fs(f"{self._root}/{name}")
        if system.exists(path):
            system.rm(path)

    def _document(self, reference: Reference) -> str:
        return f"documents/{reference.sha256[:2]}/{reference.sha256}{reference.suffix}"

    def _read(self, name: str) -> bytes:
        with fsspec.open(f"{self._root}/{name}", "rb") as file:
            data: bytes = file.read()
        return data

    def _write(self, name: str, data: bytes) -> None:
        if self._local:
            path = Path(urlparse(self._root).path) / name
            if not path.exists():
                write_atomic(path, data, 0o600)
            return
        with fsspec.open(f"{self._root}/{name}", "wb") as file:
            file.write(data)


def suffix_of(url: str) -> str:
    """`.pdf`, `.words.json`, or nothing where the name has no plain suffix."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(urlparse(url).path).suffixes][-2:]
    joined = "".join(suffixes)
    found = joined if joined.startswith(".words.") else "".join(suffixes[-1:])
    return found if _SUFFIX.match(found) else ""
