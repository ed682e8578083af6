"""Payloads are sealed with AES-256-GCM before they leave a process, and failures with them.

`payload.json` in the keys folder holds the keys by id and names the one that seals; old ones still open what they
sealed, so a key is rotated by adding one. The key's id is authenticated with the text.
"""

import base64
import dataclasses
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from runtime.errors import RunError
from runtime.files import locked, write_atomic

ENCODING = b"binary/encrypted"
NONCE_BYTES = 12


class CodecError(RunError):
    """A payload that no key here opens."""


@dataclass(frozen=True)
class PayloadKeys:
    """256-bit keys by id; `current` seals."""

    current: str
    keys: Mapping[str, bytes]

    def seal(self, data: bytes) -> bytes:
        """Nonce and ciphertext under the current key."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.keys[self.current]).encrypt(nonce, data, self.current.encode())

    def open(self, data: bytes, key: str) -> bytes:
        """The text again. Raises CodecError where the key is not here or a byte was changed."""
        if key not in self.keys:
            raise CodecError(f"payload key {key} is not in the keys folder; copy payload.json from where it was made")
        try:
            return AESGCM(self.keys[key]).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], key.encode())
        except InvalidTag:
            raise CodecError("a payload was changed, or sealed with another key of the same id") from None


def payload_keys(folder: Path, rotate: bool = False) -> PayloadKeys:
    """The keys of `folder`; one is made on first use (mode 0600), and one more with `rotate`."""
    path = folder / "payload.json"
    with locked(folder / ".payload.lock"):
        data = json.loads(path.read_text()) if path.exists() else {"keys": {}}
        if rotate or not data["keys"]:
            made = secrets.token_hex(8)
            data["keys"][made] = base64.b64encode(secrets.token_bytes(32)).decode()
            data["current"] = made
            write_atomic(path, json.dumps(data, indent=1).encode(), 0o600)
    return PayloadKeys(data["current"], {name: base64.b64decode(key) for name, key in data["keys"].items()})


class SealingCodec(PayloadCodec):
    """Seals every payload, metadata included."""

    def __init__(self, keys: PayloadKeys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Sealed payloads, each with the id of its key."""
        return self.seal(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads again; those that were never sealed as they are. Raises CodecError."""
        return self.unseal(payloads)

    def seal(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As `encode`."""
        mark = {"encoding": ENCODING, "encryption-key-id": self._keys.current.encode()}
        return [Payload(metadata=mark, data=self._keys.seal(one.SerializeToString())) for one in payloads]

    def unseal(self, payloads: Sequence[Payload]) -> list[Payload]:
        """As `decode`."""
        return [self._open(one) if one.metadata.get("encoding") == ENCODING else one for one in payloads]

    def _open(self, payload: Payload) -> Payload:
        key = payload.metadata.get("encryption-key-id", b"").decode("utf-8", "replace")
        return Payload.FromString(self._keys.open(payload.data, key))


def sealing_converter(keys: PayloadKeys) -> DataConverter:
    """The data converter of every client and worker: payloads and failures sealed."""
    return dataclasses.replace(
        DataConverter.default,
        payload_codec=SealingCodec(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
