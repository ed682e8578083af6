"""Recorded model calls: a file a request, named by the request's hash.

For audits (what was asked, what was answered) and for tests that need no model. The files hold prompts and answers in
the clear, so they are readable by their owner only.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from inference.errors import UnknownRequest
from inference.request import canonical_json
from inference.usage import Usage

PARTS = ("model", "system", "prompt", "schema", "settings")


@dataclass(frozen=True)
class Asked:
    """What identifies a request. Canaries differ from call to call and are not part of it."""

    purpose: str
    model: str
    system: str
    prompt: str
    """All messages after the system prompt, as canonical JSON; images by their hash."""
    schema: str
    settings: str

    @property
    def key(self) -> str:
        """SHA-256 over model, system prompt, messages, schema and settings."""
        return _hash(canonical_json({part: getattr(self, part) for part in PARTS}))


@dataclass(frozen=True)
class Answered:
    """What came back: the text, why it ended, and what it took."""

    text: str
    cut: bool
    """Whether the answer ended at the limit on output tokens."""
    usage: Usage


class Cassette:
    """The recordings in `folder`. Mode `record` asks the model and keeps the answer; `replay` never asks a model."""

    def __init__(self, folder: Path, mode: Literal["record", "replay"]) -> None:
        self.folder = folder
        self.mode = mode

    def find(self, asked: Asked) -> Answered:
        """The recorded answer. Raises UnknownRequest, which says what differs from the nearest recording."""
        file = self.folder / f"{asked.key}.json"
        if not file.is_file():
            raise UnknownRequest(
                f"no recording of {asked.purpose!r} ({asked.key}) in {self.folder}: {self._difference(asked)}; "
                "record it with a model, or mend what changed",
                asked.key,
            )
        data = json.loads(file.read_text(encoding="utf-8"))["answered"]
        return Answered(data["text"], data["cut"], Usage(**data["usage"]))

    def keep(self, asked: Asked, answered: Answered) -> None:
        """Store an answer. A second recording of a request replaces the first."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.folder / f"{asked.key}.json"
        draft = target.with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"asked": asdict(asked), "answered": asdict(answered)}, file, ensure_ascii=False, indent=1)
        draft.replace(target)

    def _difference(self, asked: Asked) -> str:
        nearest: list[str] | None = None
        for file in sorted(self.folder.glob("*.json")):
            known = json.loads(file.read_text(encoding="utf-8"))["asked"]
            if known["purpose"] == asked.purpose:
                parts = [part for part in PARTS if known[part] != getattr(asked, part)]
                nearest = parts if nearest is None or len(parts) < len(nearest) else nearest
        return "nothing of that name is recorded" if nearest is None else f"the nearest differs in {', '.join(nearest)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
