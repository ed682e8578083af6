import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from runtime.artifact import Artifact
from runtime.errors import ArtifactError
from runtime.signing import key_id, sign, signing_key, trusted_keys, verify
from tests.runtime.conftest import make_artifact


def test_key_is_made_once_and_private(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        made = {key_id(key.public_key()) for key in pool.map(lambda _: signing_key(keys), range(8))}
    assert len(made) == 1
    assert stat.S_IMODE((keys / "signing.pem").stat().st_mode) == 0o600
    assert set(trusted_keys(keys)) == made


def test_refuses_a_key_that_others_may_read(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / "signing.pem").chmod(0o644)
    with pytest.raises(ArtifactError, match="chmod 600"):
        signing_key(tmp_path)


def test_signed_artifact_verifies(tmp_path: Path) -> None:
    key = signing_key(tmp_path)
    signed = sign(make_artifact(), key)
    assert verify(signed, trusted_keys(tmp_path)) == key_id(key.public_key())
    assert sign(make_artifact(), key) == signed


def test_every_flipped_byte_is_refused(tmp_path: Path) -> None:
    """All bytes of the small files and of the signature, and a sample of the long ones, three bits each."""
    signed = sign(make_artifact(), signing_key(tmp_path))
    trusted = trusted_keys(tmp_path)
    for name, data in signed.files.items():
        for place in range(0, len(data), max(1, len(data) // 100) if name == "activity.py" else 1):
            for bit in (0x01, 0x20, 0x2A):
                flipped = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
                with pytest.raises(ArtifactError):
                    verify(Artifact({**signed.files, name: flipped}), trusted)


def test_extra_missing_and_unsigned_are_refused(tmp_path: Path) -> None:
    signed = sign(make_artifact(), signing_key(tmp_path))
    trusted = trusted_keys(tmp_path)
    with pytest.raises(ArtifactError, match="added or removed"):
        verify(signed.with_file("extra.md", b"x"), trusted)
    with pytest.raises(ArtifactError, match="not signed"):
        verify(make_artifact(), trusted)
    with pytest.raises(ArtifactError, match="changed since"):
        verify(make_artifact(source="FIELDS = {}\n").with_file("manifest.sig", signed.files["manifest.sig"]), trusted)


def test_unknown_key_is_refused_until_trusted(tmp_path: Path) -> None:
    other = signing_key(tmp_path / "other")
    signing_key(tmp_path / "mine")
    signed = sign(make_artifact(), other)
    with pytest.raises(ArtifactError, match="not trusted here"):
        verify(signed, trusted_keys(tmp_path / "mine"))
    pem = other.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "mine" / "trusted" / "other.pem").write_bytes(pem)
    assert verify(signed, trusted_keys(tmp_path / "mine")) == key_id(other.public_key())
