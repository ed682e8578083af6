"""Reads the made-up functions and their utterances.

## ferry.timetable | Departures of ferries.
from_port str! | Port of departure.               `!` is required, `= VALUE` a default
voices enum*(Alto,Bass) | Voices.                 str int num bool date enum(...), with `*` a list of them
> Ferries from {from_port=Split} at {hour=6:45=>6}    `=>` where the argument is not what is printed
> {!minute=>45}                                   an argument that is not printed
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import re2

from factory.functions.spec import FunctionPart, FunctionSchema, UtteranceExample

FOLDER = Path(__file__).parent
_PARAMETER = re2.compile(
    r"^(?P<name>\w+) (?P<type>\w+)(?P<many>\*?)(?:\((?P<values>[^)]*)\))?(?P<needed>!?) ?"
    r"(?:= (?P<default>[^|]*?) ?)?\| ?(?P<text>.*)$"
)
_MARKED = re2.compile(r"\{(!?)(\w+)(?:=([^{}>][^{}]*?))?(?:=>([^{}]*))?\}")
_JOINTS = re2.compile(r",? and |, ")
_TYPES = {"str": "string", "int": "integer", "num": "number", "bool": "boolean", "date": "string", "enum": "string"}


class CorpusError(ValueError):
    """A line that cannot be read; the message names it."""


@dataclass(frozen=True)
class Sample:
    """An utterance with the arguments that a right call of the function has; `part` holds no examples."""

    part: FunctionPart
    utterance: str
    arguments: dict[str, Any]

    @property
    def example(self) -> UtteranceExample:
        """As a spec would hold it."""
        return UtteranceExample(utterance=self.utterance, arguments=self.arguments)


def read_corpus(folder: Path = FOLDER) -> list[Sample]:
    """All samples of the folder's text files. Raises CorpusError."""
    return [sample for path in sorted(folder.glob("*.txt")) for sample in _read(path)]


def read_refused(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Names of functions, each with an utterance on its subject that asks for something else."""
    lines = (folder / "refused.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("\t") for line in lines if line]
    return [(name, utterance) for name, _, utterance in pairs]


def _read(path: Path) -> Iterator[Sample]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.strip().splitlines() if line]
        if not lines:
            continue
        name, _, description = lines[0].removeprefix("## ").partition(" | ")
        properties: dict[str, Any] = {}
        required: list[str] = []
        for line in lines[1:]:
            if line.startswith("> "):
                continue
            key, about, needed = _parameter(line)
            properties[key] = about
            required += [key] if needed else []
        schema = {"type": "object", "properties": properties, "required": required}
        function = FunctionSchema(name=name, description=description, parameters=schema)
        for line in lines[1:]:
            if line.startswith("> "):
                yield _sample(function, line[2:])


def _parameter(line: str) -> tuple[str, dict[str, Any], bool]:
    match = _PARAMETER.match(line)
    if match is None:
        raise CorpusError(f"no parameter: {line}")
    kind = match["type"]
    about: dict[str, Any] = {"type": _TYPES[kind]}
    if match["values"]:
        about["enum"] = match["values"].split(",")
    if kind == "date":
        about["format"] = "date"
    if match["many"]:
        about = {"type": "array", "items": about}
    about["description"] = match["text"]
    if match["default"]:
        about["default"] = match["default"] if about["type"] == "string" else json.loads(match["default"])
    return match["name"], about, bool(match["needed"])


def _sample(function: FunctionSchema, line: str) -> Sample:
    arguments: dict[str, Any] = {}
    utterance, place = "", 0
    for match in _MARKED.finditer(line):
        printed = match[3] or ""
        utterance += line[place : match.start()] + printed
        place = match.end()
        properties: Any = function.parameters["properties"]
        if match[2] not in properties:
            raise CorpusError(f"no parameter {match[2]!r}: {line}")
        try:
            arguments[match[2]] = _value(properties[match[2]], printed, match[4])
        except ValueError:
            raise CorpusError(f"no value of {match[2]}: {line}") from None
    part = FunctionPart(function=function)
    sample = Sample(part, " ".join((utterance + line[place:]).split()), arguments)
    try:
        part.model_validate({"function": function, "examples": [sample.example]})
    except ValueError as error:
        raise CorpusError(f"{line}: {error}") from None
    return sample


def _value(about: dict[str, Any], printed: str, given: str | None) -> Any:
    kind = about["type"]
    if kind == "array" and given is None:
        return [_value(about["items"], item, None) for item in _JOINTS.split(printed.strip("[]"))]
    text = printed if given is None else given
    if kind == "string":
        return text
    return json.loads(text.replace(",", "") if kind in ("integer", "number") else text)
