"""Personal data in a text: where it is, and a redaction that can be undone once the model has answered.

    redaction = redact(text)            # "Call [PHONE_1]"
    answer = ask(redaction.text)        # "[PHONE_1] is the number"
    redaction.restore(answer)           # "(555) 123-4567 is the number"

Spans point into the text that was given. The same value always has the same placeholder.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import re2

from security.finding import Finding
from security.pii_recognisers import RECOGNISERS, Recogniser

_PLACEHOLDER = re2.compile(r"\[[A-Z_]+_\d+\]")
_MILD = frozenset({"name", "email", "phone", "ip_address", "address", "date_of_birth", "employee_id", "salary"})


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data of one type: characters `start` to `end` (exclusive)."""

    type: str
    start: int
    end: int


@dataclass(frozen=True)
class Redaction:
    """A text with placeholders, and what they stand for. `repr` shows neither."""

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    values: Mapping[str, str] = field(repr=False)

    def restore(self, text: str) -> str:
        """The text with the values put back in for the placeholders; unknown placeholders stay."""
        return str(_PLACEHOLDER.sub(lambda match: self.values.get(match.group(0), match.group(0)), text))


def find_pii(text: str, recognisers: Iterable[Recogniser] = RECOGNISERS) -> tuple[Span, ...]:
    """The personal data in a text, in order, without overlaps: earlier recognisers win, then longer spans."""
    found: list[Span] = []
    for recogniser in recognisers:
        for match in recogniser.compiled.finditer(text):
            start, end = match.span(recogniser.compiled.groupindex.get("v", 0))
            free = all(end <= span.start or start >= span.end for span in found)
            if free and (recogniser.check is None or recogniser.check(text[start:end])):
                found.append(Span(recogniser.type, start, end))
    return tuple(sorted(found, key=lambda span: span.start))


def redact(
    text: str,
    keep: Iterable[str] = (),
    find: Callable[[str], Sequence[Span]] = find_pii,
) -> Redaction:
    """The text with a placeholder such as `[SSN_1]` for each piece of personal data whose type is not in `keep`.

    `find` may be another detector, such as Presidio's. A placeholder that the text already holds is not used.
    """
    kept = frozenset(keep)
    spans = tuple(span for span in find(text) if span.type not in kept)
    names: dict[tuple[str, str], str] = {}
    taken = set(_PLACEHOLDER.findall(text))
    parts, position = [], 0
    for span in spans:
        value = text[span.start : span.end]
        if (span.type, value) not in names:
            names[span.type, value] = _free_name(span.type, taken)
        parts += [text[position : span.start], names[span.type, value]]
        position = span.end
    values = {name: value for (_, value), name in names.items()}
    return Redaction("".join(parts) + text[position:], spans, values)


def pii_findings(text: str, spans: Iterable[Span]) -> tuple[Finding, ...]:
    """A finding for each span: its type and place, never its value."""
    return tuple(
        Finding(
            id=f"pii-{span.type.replace('_', '-')}",
            severity="low" if span.type == "name" else "medium" if span.type in _MILD else "high",
            message=f"holds personal data: {span.type.replace('_', ' ')}",
            cwe=359,
            line=text.count("\n", 0, span.start) + 1,
            column=span.start - text.rfind("\n", 0, span.start),
            gate="input",
            fix="redact it before the text leaves the machine",
            owasp="LLM02:2025",
        )
        for span in spans
    )


def _free_name(kind: str, taken: set[str]) -> str:
    number = 1
    while (name := f"[{kind.upper()}_{number}]") in taken:
        number += 1
    taken.add(name)
    return name
