"""Signatures: Ed25519 over the content address, so that one signature covers every byte of every file.

Keys live in a folder that only its owner reads: `signing.pem` (private, made on first use) and `trusted/ID.pem`
(public keys whose artifacts may run here). Whoever may write to that folder decides what runs.
"""

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from runtime.artifact import SIGNATURE, Artifact
from runtime.errors import ArtifactError
from runtime.files import home, sync_folder, write_atomic

_PURPOSE = b"code-factory artifact 1\n"
"""Signed before the address, so that a signature made for anything else never fits an artifact."""

TrustedKeys = Mapping[str, Ed25519PublicKey]


def keys_folder(registry: Path | None = None) -> Path:
    """`FACTORY_HOME/keys`; where that is not set, `keys` in the registry's folder (`.factory/` by default)."""
    return (home() if registry is None or "FACTORY_HOME" in os.environ else registry) / "keys"


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The private key of `folder`; made (mode 0600) and trusted on first use. Raises ArtifactError if unusable."""
    path = folder / "signing.pem"
    if not path.exists():
        _make_key(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, UnsupportedAlgorithm):
        raise ArtifactError(f"{path}: not a readable private key; restore it, or remove it to make another") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ArtifactError(f"{path}: not an Ed25519 key; remove it to make one")
    if path.stat().st_mode & 0o077:
        raise ArtifactError(f"{path}: others may read this private key; `chmod 600 {path}`, or remove it if it leaked")
    public = folder / "trusted" / f"{key_id(key.public_key())}.pem"
    if not public.exists():
        write_atomic(public, _public_pem(key.public_key()))
    return key


def trusted_keys(folder: Path) -> TrustedKeys:
    """The public keys in `folder/trusted`, by id. Raises ArtifactError for a file that is none."""
    keys: dict[str, Ed25519PublicKey] = {}
    for path in sorted((folder / "trusted").glob("*.pem")):
        try:
            key = serialization.load_pem_public_key(path.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm):
            raise ArtifactError(f"{path}: not a readable public key; remove it") from None
        if not isinstance(key, Ed25519PublicKey):
            raise ArtifactError(f"{path}: not an Ed25519 public key; remove it")
        keys[key_id(key)] = key
    return keys


def sign(artifact: Artifact, key: Ed25519PrivateKey) -> Artifact:
    """The artifact with `manifest.sig`: JSON with algorithm, key id, address and signature. Same bytes every time."""
    signature = key.sign(_PURPOSE + artifact.address.encode())
    return artifact.with_file(SIGNATURE, _signature_file(key_id(key.public_key()), artifact.address, signature))


def verify(artifact: Artifact, trusted: TrustedKeys) -> str:
    """Check every byte against the signature and give the id of the key that made it.

    Raises ArtifactError: unsigned, changed since it was signed, or signed by a key that is not in `trusted`.
    """
    if SIGNATURE not in artifact.files:
        raise ArtifactError(f"artifact {artifact.address[:12]} is not signed; publish it through the compiler")
    identity, address, signature = _read_signature(artifact.files[SIGNATURE])
    if address != artifact.address:
        raise ArtifactError(
            f"artifact {artifact.address[:12]}: changed since it was signed (a file was altered, added or removed); "
            "compile the spec again or roll back"
        )
    key = trusted.get(identity)
    if key is None:
        raise ArtifactError(
            f"artifact {artifact.address[:12]} is signed by key {identity[:16]!r}, which is not trusted here; "
            "put its public key into keys/trusted/"
        )
    try:
        key.verify(signature, _PURPOSE + artifact.address.encode())
    except InvalidSignature:
        raise ArtifactError(f"artifact {artifact.address[:12]}: wrong signature; compile the spec again") from None
    return identity


def _signature_file(identity: str, address: str, signature: bytes) -> bytes:
    content = {
        "algorithm": "ed25519",
        "key": identity,
        "address": address,
        "signature": base64.b64encode(signature).decode(),
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def _read_signature(data: bytes) -> tuple[str, str, bytes]:
    """Key id, address and signature. There is one way to write them down: any other byte is refused."""
    try:
        content = json.loads(data)
        parts = str(content["key"]), str(content["address"]), base64.b64decode(content["signature"], validate=True)
    except (ValueError, KeyError, TypeError):
        parts = "", "", b""
    if data != _signature_file(*parts):
        raise ArtifactError(f"{SIGNATURE} is damaged; compile the spec again")
    return parts


def _make_key(path: Path) -> None:
    """Write a new private key unless another process was faster: the first link wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp(prefix=".signing.", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(name)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        Path(name).unlink()


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
