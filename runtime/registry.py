"""Where artifacts live: a folder with one subfolder an artifact, and one pointer file a name.

    ROOT/artifacts/ADDRESS/...       never changed once written
    ROOT/names/NAME.json             {"name", "promoted": [ADDRESS...], "events": [{"action", "artifact", "time"}...]}

A version on trial, where there is one, is `"trial": {"artifact", "share", "mode"}` beside them: batches on this machine
and on Temporal read it here, and nowhere else. The last address of `promoted` is what NAME runs. Promoting appends and
ends the trial; rolling back ends the trial, or takes an address off where there is none; `events` only grows. Whatever
leaves the registry to be run has been verified: content against address, address against signature.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import re2

from runtime.artifact import Artifact, read_artifact, write_artifact
from runtime.errors import ArtifactError, RegistryError
from runtime.files import home, locked, write_atomic
from runtime.signing import keys_folder, sign, signing_key, trusted_keys, verify

_REFERENCE = re2.compile(r"^([a-z][a-z0-9_]{0,99})(?:@([0-9a-f]{4,64}))?$")


@dataclass(frozen=True)
class Event:
    """One change of a name: publish, promote, canary, shadow, rollback. `time` is ISO 8601 in UTC."""

    action: str
    artifact: str
    time: str
    reason: str = ""


Mode = Literal["canary", "shadow"]


@dataclass(frozen=True)
class Trial:
    """A version on trial: it reads a `share` (0 to 1) of new documents, alone (canary) or beside what runs (shadow)."""

    artifact: str
    share: float
    mode: Mode = "canary"

    def takes(self, key: str) -> bool:
        """Whether the document of this key is among the share; the same key always gets the same answer."""
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64 < self.share


@dataclass(frozen=True)
class Name:
    """A published name: which artifacts were promoted under it, oldest first, and all that happened."""

    name: str
    promoted: tuple[str, ...]
    events: tuple[Event, ...]
    trial: Trial | None = None

    @property
    def current(self) -> str | None:
        """The address that the name stands for now."""
        return self.promoted[-1] if self.promoted else None

    @property
    def versions(self) -> tuple[str, ...]:
        """Every address ever published under the name, oldest first."""
        return tuple(dict.fromkeys(event.artifact for event in self.events))


class Registry:
    """A folder registry. `root` defaults to `FACTORY_HOME`, or `.factory`; see `keys_folder` for the keys."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or home()
        self.keys = keys_folder(root)

    def publish(self, artifact: Artifact, promote: bool = True) -> str:
        """Sign and store the artifact under its manifest's name; give its address. Publishing again changes nothing."""
        name, signed = artifact.name, sign(artifact, signing_key(self.keys))
        write_artifact(signed, self.folder(signed.address))
        with self._lock():
            entry = self._read(name) or Name(name, (), ())
            if signed.address not in entry.versions:
                entry = _event(entry, "publish", signed.address)
            if promote and entry.current != signed.address:
                entry = _promoted(entry, signed.address)
            self._write(entry)
        return signed.address

    def promote(self, reference: str) -> str:
        """Point the name at `NAME@ADDRESS` (a prefix does); give the address. Raises RegistryError, ArtifactError."""
        address = self.address(reference)
        self.get(address)
        with self._lock():
            entry = self.show(_split(reference)[0])
            if entry.current != address:
                self._write(_promoted(entry, address))
        return address

    def start_trial(self, reference: str, share: float, mode: Mode = "canary") -> Trial:
        """Give `NAME@ADDRESS` that share of new documents. Raises RegistryError, ArtifactError."""
        if not 0 < share <= 1 or (share == 1 and mode == "canary"):
            raise RegistryError(f"a {mode} with a share of {share}: give one above 0 and below 1; "
                                "`factory registry promote` gives it all")  # fmt: skip
        name, address = _split(reference)[0], self.address(reference)
        self.get(address)
        with self._lock():
            entry = self.show(name)
            if address == self.address(name):
                raise RegistryError(f"{name}: this version runs already; name another one, NAME@ADDRESS")
            if entry.trial is not None:
                raise RegistryError(f"{name}: {entry.trial.artifact[:12]} is on trial already; "
                                    f"`factory rollout promote {name}` or `rollback` ends that")  # fmt: skip
            trial = Trial(address, share, mode)
            self._write(_event(replace(entry, trial=trial), mode, address))
        return trial

    def choose(self, name: str, document: str) -> str:
        """The address that reads the document of this key: a canary's, or what NAME stands for. Raises RegistryError.

        The key is a hash or an address of the document: the same one always has the same answer.
        """
        trial = self.show(name).trial
        if trial is not None and trial.mode == "canary" and trial.takes(document):
            return trial.artifact
        return self.address(name)

    def end_trial(self, name: str, artifact: str, reason: str = "") -> str:
        """End the trial of this version, unless it is over; give the address that runs. Raises RegistryError."""
        with self._lock():
            entry = self.show(name)
            if entry.trial is not None and entry.trial.artifact == artifact:
                self._write(_event(replace(entry, trial=None), "rollback", entry.promoted[-1], reason))
        return entry.promoted[-1]

    def rollback(self, name: str) -> str:
        """End the trial, or where there is none point the name at what ran before; give the address that runs now.

        Raises RegistryError where there is no trial and nothing ran before.
        """
        with self._lock():
            entry = self.show(name)
            if entry.trial is not None:
                back = replace(entry, trial=None)
            elif len(entry.promoted) < 2:
                raise RegistryError(f"{name}: nothing ran before the current version; compile or promote another one")
            else:
                self.get(entry.promoted[-2])
                back = replace(entry, promoted=entry.promoted[:-1])
            self._write(_event(back, "rollback", back.promoted[-1]))
        return back.promoted[-1]

    def resolve(self, reference: str) -> Artifact:
        """The verified artifact of `NAME` or `NAME@PREFIX`. Raises RegistryError or ArtifactError (refused)."""
        return self.get(self.address(reference))

    def get(self, address: str) -> Artifact:
        """The verified artifact at a full address. Raises ArtifactError where a byte is not what was signed."""
        artifact = read_artifact(self.folder(address))
        if artifact.address != address:
            raise ArtifactError(
                f"{self.folder(address)}: its content is not what its address says; compile the spec again or roll back"
            )
        verify(artifact, trusted_keys(self.keys))
        return artifact

    def address(self, reference: str) -> str:
        """The full address that `NAME` or `NAME@PREFIX` stands for. Raises RegistryError."""
        name, prefix = _split(reference)
        entry = self.show(name)
        if prefix is None:
            if entry.current is None:
                raise RegistryError(f"{name}: no version is promoted; `factory registry promote {name}@ADDRESS`")
            return entry.current
        found = [address for address in entry.versions if address.startswith(prefix)]
        if len(found) != 1:
            what = "no version begins with" if not found else "more than one version begins with"
            raise RegistryError(f"{name}: {what} {prefix}; `factory registry show {name}` lists them")
        return found[0]

    def list(self) -> Sequence[Name]:
        """All names, sorted."""
        return [self.show(path.stem) for path in sorted((self.root / "names").glob("*.json"))]

    def show(self, name: str) -> Name:
        """One name with its history. Raises RegistryError where there is none."""
        entry = self._read(_split(name)[0])
        if entry is None:
            known = ", ".join(path.stem for path in sorted((self.root / "names").glob("*.json"))) or "none yet"
            raise RegistryError(
                f"no artifact {name!r} in {self.root}; there are: {known} (`factory compile` makes one)"
            )
        return entry

    def folder(self, address: str) -> Path:
        """Where the files of an address lie."""
        return self.root / "artifacts" / address

    def _lock(self) -> Any:
        return locked(self.root / "names" / ".lock")

    def _read(self, name: str) -> Name | None:
        path = self.root / "names" / f"{name}.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            trial = Trial(**data["trial"]) if data.get("trial") else None
            events = tuple(Event(**event) for event in data["events"])
            return Name(data["name"], tuple(data["promoted"]), events, trial)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise RegistryError(f"{path}: damaged; restore it from a backup, or remove it and compile again") from None

    def _write(self, entry: Name) -> None:
        data: dict[str, Any] = {"name": entry.name, "promoted": entry.promoted}
        data["events"] = [vars(event) for event in entry.events]
        if entry.trial is not None:
            data["trial"] = vars(entry.trial)
        write_atomic(self.root / "names" / f"{entry.name}.json", (json.dumps(data, indent=1) + "\n").encode())


def _split(reference: str) -> tuple[str, str | None]:
    match = _REFERENCE.match(reference)
    if match is None:
        raise RegistryError(f"{reference!r} names no artifact; write NAME or NAME@ADDRESS (at least 4 hex digits)")
    return match.group(1), match.group(2)


def _event(entry: Name, action: str, address: str, reason: str = "") -> Name:
    event = Event(action, address, datetime.now(UTC).isoformat(timespec="seconds"), reason)
    return replace(entry, events=(*entry.events, event))


def _promoted(entry: Name, address: str) -> Name:
    return _event(Name(entry.name, (*entry.promoted, address), entry.events), "promote", address)
