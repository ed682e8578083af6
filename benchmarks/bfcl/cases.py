"""Read the leaderboard's cases from the downloaded package, and turn each into a spec of ours."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bfcl.checker import Answers
from factory.functions.spec import FunctionPart, FunctionSchema
from runtime.errors import UsageError

PREFIX = "bfcl_eval/data/"
_JSON_TYPES = {"dict": "object", "tuple": "array", "float": "number", "any": "string"}


@dataclass(frozen=True)
class Case:
    """One case: what is asked, the functions as the leaderboard prints them, and the possible answers."""

    id: str
    category: str
    utterance: str
    functions: tuple[dict[str, Any], ...]
    answers: tuple[Answers, ...]

    @property
    def parts(self) -> tuple[FunctionPart, ...]:
        """The functions in our spec's form, without examples."""
        return tuple(FunctionPart(function=FunctionSchema(**json_schema(one))) for one in self.functions)


def read_cases(data: Path, category: str) -> list[Case]:
    """All cases of a category. `data` is a folder with the bfcl-eval wheel or what was unpacked of it.

    Raises UsageError where neither is there.
    """
    questions = _lines(data, f"BFCL_v4_{category}.json")
    answers = {} if "irrelevance" in category else {
        line["id"]: line["ground_truth"] for line in _lines(data, f"possible_answer/BFCL_v4_{category}.json")
    }  # fmt: skip
    return [
        Case(
            line["id"],
            category,
            "\n".join(turn["content"] for turn in line["question"][0] if turn["role"] == "user"),
            tuple(line["function"]),
            tuple(answers.get(line["id"], ())),
        )
        for line in questions
    ]


def json_schema(part: Any) -> Any:
    """The leaderboard's type names as those of JSON Schema."""
    if isinstance(part, Mapping):
        return {
            key: _JSON_TYPES.get(value, value) if key == "type" and isinstance(value, str) else json_schema(value)
            for key, value in part.items()
        }
    return [json_schema(item) for item in part] if isinstance(part, list) else part


def _lines(data: Path, name: str) -> list[dict[str, Any]]:
    text = _text(data, PREFIX + name)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _text(data: Path, name: str) -> str:
    for root in (data, data / "unpacked"):
        if (root / name).is_file():
            return (root / name).read_text(encoding="utf-8")
    for wheel in sorted(data.glob("bfcl_eval-*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(name).decode()
    raise UsageError(f"{data}: no bfcl-eval package in it; `make bench-data` gets it")
