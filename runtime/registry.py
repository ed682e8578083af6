"""Where artifacts live: a folder with one subfolder an artifact, and one pointer file a name.

    ROOT/artifacts/ADDRESS/...       never changed once written
    ROOT/names/NAME.json             {"name", "promoted": [ADDRESS...], "events": [{"action", "artifact", "time"}...]}

A canary, where there is one, is `"canary": {"artifact", "percent"}` beside them.
The last address of `promoted` is what NAME runs; promoting appends, rolling back takes one off, and `events` only
grows. Whatever leaves the registry to be run has been verified: content against address, address against signature.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import re2

from runtime.artifact import Artifact, read_artifact, write_artifact
from runtime.errors import ArtifactError, RegistryError
from runtime.files import home, locked, write_atomic
from runtime.signing import keys_folder, sign, signing_key, trusted_keys, verify

_REFERENCE = re2.compile(r"^([a-z][a-z0-9_]{0,99})(?:@([0-9a-f]{4,64}))?$")


@dataclass(frozen=True)
class Event:
    """One change of a name's pointer. `time` is ISO 8601 in UTC."""

    action: str
    artifact: str
    time: str


@dataclass(frozen=True)
class Canary:
    """A version on trial: `percent` of documents, chosen by their hash, are its."""

    artifact: str
    percent: int


@dataclass(frozen=True)
class Name:
    """A published name: which artifacts were promoted under it, oldest first, and all that happened."""

    name: str
    promoted: tuple[str, ...]
    events: tuple[Event, ...]
    canary: Canary | None = None

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

    def start_canary(self, reference: str, percent: int) -> str:
        """Give `NAME@ADDRESS` that percent of documents; give the address. Raises RegistryError, ArtifactError."""
        if not 0 < percent < 100:
            raise RegistryError(f"a canary of {percent} %: give 1 to 99; `factory registry promote` gives it all")
        address = self.address(reference)
        self.get(address)
        with self._lock():
            entry = self.show(_split(reference)[0])
            self._write(_event(replace(entry, canary=Canary(address, percent)), "canary", address))
        return address

    def choose(self, name: str, document: str) -> str:
        """The address that reads this document (its SHA-256): the canary's share, or what NAME stands for.

        The same document always has the same answer. Raises RegistryError.
        """
        entry = self.show(name)
        if entry.canary is not None and int(document[:8], 16) % 100 < entry.canary.percent:
            return entry.canary.artifact
        return self.address(name)

    def rollback(self, name: str) -> str:
        """Point the name at what ran before; give that address. Raises RegistryError where nothing did."""
        with self._lock():
            entry = self.show(name)
            if len(entry.promoted) < 2:
                raise RegistryError(f"{name}: nothing ran before the current version; compile or promote another one")
            self.get(entry.promoted[-2])
            back = Name(name, entry.promoted[:-1], entry.events)
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
            canary = Canary(**data["canary"]) if data.get("canary") else None
            events = tuple(Event(**event) for event in data["events"])
            return Name(data["name"], tuple(data["promoted"]), events, canary)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise RegistryError(f"{path}: damaged; restore it from a backup, or remove it and compile again") from None

    def _write(self, entry: Name) -> None:
        data: dict[str, Any] = {"name": entry.name, "promoted": entry.promoted}
        data["events"] = [vars(event) for event in entry.events]
        if entry.canary is not None:
            data["canary"] = vars(entry.canary)
        write_atomic(self.root / "names" / f"{entry.name}.json", (json.dumps(data, indent=1) + "\n").encode())


def _split(reference: str) -> tuple[str, str | None]:
    match = _REFERENCE.match(reference)
    if match is None:
        raise RegistryError(f"{reference!r} names no artifact; write NAME or NAME@ADDRESS (at least 4 hex digits)")
    return match.group(1), match.group(2)


def _event(entry: Name, action: str, address: str) -> Name:
    event = Event(action, address, datetime.now(UTC).isoformat(timespec="seconds"))
    return replace(entry, events=(*entry.events, event))


def _promoted(entry: Name, address: str) -> Name:
    return _event(Name(entry.name, (*entry.promoted, address), entry.events), "promote", address)
