"""Golden documents as a model may see them while it writes code: their layout, never their text.

A sketch shows a document row by row. Words of the spec stand as they are, for the spec's author wrote them. A word
without digits that documents of several groups share, mostly a label, stands as a reference such as `$V3`, which code
may use in a string literal and which is put in afterwards. All else is a shape: `Aa`, `99.99`. Where a labelled value
is printed, the sketch says so: `[total: 99.99]`. So no sentence that hides in a document reaches the model that writes
code, and no value of an example reaches the code. (The reference mechanism of `inference.dual`.)
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import extractors.fields
from extractors.candidate import Candidate, Kind
from extractors.layout import fold_word
from extractors.normalise import same
from factory.golden import Example
from factory.spec import DocumentSpec, FieldSpec
from inference.references import References
from ocr.document import Document, Page

NEAR = 2
"""Rows above and below a labelled value that a sketch shows."""
LOCATORS = ("addresses", "parties", "texts", "identifiers", "numbers", "money", "dates")
"""Proposers by which a labelled value is looked for, after those of the field's type."""

_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d{4,}")
_MARKS = re.compile(r"[^\w.,:;/%#()*&+'-]|_")


@dataclass(frozen=True)
class Sketcher:
    """Draws sketches under one spec; holds what its references stand for."""

    spec: DocumentSpec
    shared: frozenset[str]
    """Folded words that documents of at least two groups have."""
    references: References = field(default_factory=References)

    @staticmethod
    def of(spec: DocumentSpec, examples: Sequence[Example], groups: Sequence[str]) -> "Sketcher":
        """`groups`: for each example, what it belongs to, such as its vendor."""
        seen: dict[str, set[str]] = defaultdict(set)
        for example, group in zip(examples, groups, strict=True):
            for page in example.document.pages:
                for word in page.words:
                    seen[fold_word(word.text)].add(group)
        return Sketcher(spec, frozenset(word for word, found in seen.items() if len(found) > 1 and word.isalpha()))

    def draw(self, example: Example, names: Sequence[str] | None = None) -> str:
        """The rows near labelled values of the fields `names` (default: all) and the first rows of the document."""
        marks = {
            (found.page, index): (name, found)
            for name in names or self.spec.fields
            if (found := locate(example, name, self.spec.fields[name])) is not None
            for index in found.words[:1]
        }
        lines: list[str] = []
        for number, page in enumerate(example.document.pages):
            wanted = _rows_near(page, [index for place, index in marks if place == number], first=number == 0)
            lines += self._lines(number, page, wanted, marks)
        return "\n".join(lines)

    def shape(self, text: str) -> str:
        """Every word of `text` as the sketch would show it."""
        return " ".join(self._word(word) for word in text.split())

    def _lines(
        self, number: int, page: Page, wanted: set[int], marks: Mapping[tuple[int, int], tuple[str, Candidate]]
    ) -> Iterator[str]:
        skipped = False
        for row, (start, end) in enumerate(page.rows):
            if row in wanted:
                yield ("…\n" if skipped else "") + self._row(number, page, range(start, end), marks)
            skipped = row not in wanted
        if skipped:
            yield "…"

    def _row(
        self, number: int, page: Page, words: range, marks: Mapping[tuple[int, int], tuple[str, Candidate]]
    ) -> str:
        parts: list[str] = []
        inside: frozenset[int] = frozenset()
        for index in words:
            gap = " " if not parts else "   " if page.segment_of[index] != page.segment_of[index - 1] else " "
            opened = marks.get((number, index))
            if opened:
                inside = frozenset(opened[1].words) & frozenset(words)
                parts.append(f"{gap if parts else ''}[{opened[0]}: {self._word(page.words[index].text)}")
            else:
                parts.append(f"{gap if parts else ''}{self._word(page.words[index].text)}")
            if inside and index == max(inside):
                parts.append("]" if opened or index in inside else "")
                inside = frozenset()
        return "".join(parts)

    def _word(self, text: str) -> str:
        folded = fold_word(text)
        if folded in self._own:
            return folded
        if folded in self.shared:
            return self.references.hold(folded)
        return shape(text)

    @property
    def _own(self) -> frozenset[str]:
        """The words of the spec, folded, without digits."""
        fields = [*self.spec.fields.values(), *(self.spec.line_items.columns.values() if self.spec.line_items else ())]
        texts = (text for one in fields for text in (*one.labels, *one.values))
        return frozenset(word for text in texts for part in text.split() if (word := fold_word(part)).isalpha())


def shape(text: str) -> str:
    """What kinds of characters a word is made of: letters as `A`, `a` or `Aa`, digits as `9`, at most four of them.

    >>> shape("Größe"), shape("INV-2041/7"), shape("1,234.50"), shape("123456789"), shape("“x”")
    ('Aa', 'A-9999/9', '9,999.99', '9999', '?a?')
    """
    plain = _LETTERS.sub(lambda match: _case(match[0]), text)
    plain = _DIGITS.sub("9999", re.sub(r"\d", "9", plain))
    return _MARKS.sub("?", plain)[:24]


def locate(example: Example, name: str, spec: FieldSpec) -> Candidate | None:
    """Where the labelled value of a field is printed, as a proposer reads it; None where none does."""
    value = example.label.fields.get(name)
    if value is None or not example.label.counts(name):
        return None
    return next((found for found in _all(example.document, spec) if _equal(spec.type, value, found)), None)


def _all(document: Document, spec: FieldSpec) -> Iterator[Candidate]:
    if spec.type == "enum":
        yield from extractors.fields.enums(document, spec.values)
    elif spec.type == "boolean":
        yield from extractors.fields.booleans(document, spec.labels)
    else:
        for proposer in LOCATORS:
            yield from getattr(extractors.fields, proposer)(document)


def _equal(kind: Kind, value: str, found: Candidate) -> bool:
    return same(kind, value, found.value)


def _rows_near(page: Page, words: Sequence[int], first: bool) -> set[int]:
    rows = {page.row_of[index] for index in words}
    near = {row + step for row in rows for step in range(-NEAR, NEAR + 1)}
    return {row for row in near | (set(range(NEAR)) if first else set()) if 0 <= row < len(page.rows)}


def _case(letters: str) -> str:
    if letters.isupper():
        return "A"
    return "a" if letters.islower() else "Aa"
