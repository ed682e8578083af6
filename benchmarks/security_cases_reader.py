"""Turns a line of `security_cases/*.jsonl` into the text it describes: encoded, buried, with canaries put in.

injection.jsonl   `text`, `injection` (truth), `encode` (names of encodings, applied left to right), `around` (`{}` is
                  where the text stands), `bury` (inside a three-page invoice)
leakage.jsonl     `prompt` (number in prompts.json), `response` with slots such as `{prompt:base64}`
                  or `{canary0}`, `leaked` (truth)
leakage_recorded.jsonl   likewise, what a real model said to `request` (`benchmarks/record_leakage.py`)
pii.jsonl         `text`, `types`
"""

import base64
import codecs
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from benchmarks.security_text import CASES, bury
from security.output_gate import make_canaries, plant

_SLOT = re.compile(r"\{(prompt|canary\d)(?::([a-z0-9-]+))?\}")
_LOOKALIKES = str.maketrans("aeopcxyiAEOPCTHKM", "аеорсхуіАЕОРСТНКМ")

ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "percent": lambda text: quote(text, safe=""),
    "tags": lambda text: "".join(chr(0xE0000 + ord(c)) for c in text),
    "zero-width": "\u200b".join,
    "look-alikes": lambda text: text.translate(_LOOKALIKES),
    "upper": str.upper,
    "lines": lambda text: "\n".join(text.split()),
    "spaced": " ".join,
    "dashed": "-".join,
    "codes": lambda text: " ".join(str(ord(c)) for c in text),
    "half": lambda text: text[: len(text) // 2],
}


def read_lines(name: str) -> list[dict[str, Any]]:
    """The cases of `security_cases/NAME.jsonl`."""
    text = (CASES / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def read_texts(name: str) -> list[str]:
    """The lines of `security_cases/NAME.txt`, a text each, without comments."""
    lines = (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def injection_text(case: Mapping[str, Any], invoice: str, rng: random.Random) -> str:
    """The text of an injection case; `invoice` is what a `bury` case is buried in."""
    text = str(case["text"])
    for name in str(case.get("encode", "")).split():
        text = ENCODINGS[name](text)
    text = str(case.get("around", "{}")).replace("{}", text)
    return bury(invoice, text, rng) if case.get("bury") else text


def leak_case(case: Mapping[str, Any], prompts: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
    """(system prompt with canaries planted, canaries, response) of a leakage case."""
    bare, canaries = prompts[case["prompt"]], make_canaries(3)
    return plant(bare, canaries), canaries, fill(case["response"], bare, canaries)


def fill(response: str, prompt: str, canaries: Sequence[str]) -> str:
    """A response with its slots filled."""
    parts = {"prompt": prompt, **{f"canary{i}": canary for i, canary in enumerate(canaries)}}

    def part(match: re.Match[str]) -> str:
        name, encoding = match.groups()
        return ENCODINGS[encoding](parts[name]) if encoding else parts[name]

    return _SLOT.sub(part, response)
