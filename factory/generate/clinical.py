"""Writes the functions of clinical fields: which concept a field asks for, shown right by the examples.

A field's name and description name the concept ("has_t2d_diagnosis", "current_a1c"); the golden notes decide
whether reading it as that concept does what their labels say. Fields that ask for none are left to the other
generators.
"""

from collections.abc import Callable, Mapping, Sequence

from extractors.candidate import Candidate, Kind
from extractors.clinical import conditions, measures, trials
from extractors.clinical.lexicon import CONDITIONS, MEASURES, THERAPIES
from extractors.normalise import same
from extractors.pattern import contains
from factory.golden import Example
from factory.spec import DocumentSpec, FieldSpec
from ocr.document import Document

Proposer = Callable[[Document, str], list[Candidate]]

READERS: dict[str, tuple[Proposer, Mapping[str, tuple[str, ...]], frozenset[Kind]]] = {
    "trials": (trials, {name: found.fields for name, found in THERAPIES.items()}, frozenset({"boolean"})),
    "measures": (measures, {name: found.fields for name, found in MEASURES.items()}, frozenset({"number"})),
    "conditions": (conditions, {name: found.fields for name, found in CONDITIONS.items()}, frozenset({"boolean"})),
}
"""Readers of `extractors.clinical` by name: function, concepts with the words that ask for them, field types."""
ENOUGH = 0.6
"""Share of the labelled examples whose label must be among the candidates; below, the words asked for another thing."""


def functions(spec: DocumentSpec, examples: Sequence[Example]) -> dict[str, str]:
    """The source of one function a field that asks for a known concept; fields that ask for none are left out."""
    found = {}
    for name, field in spec.fields.items():
        choice = choose(name, field, examples)
        if choice is not None:
            found[name] = write_function(name, field, *choice, _right(name, field, *choice, examples))
    return found


def choose(name: str, field: FieldSpec, examples: Sequence[Example]) -> tuple[str, str] | None:
    """The reader and the concept a field asks for, the longest words first; None where it asks for none.

    Without labelled examples the words alone decide.
    """
    asked = " ".join((name, *field.labels)).replace("_", " ").casefold()
    named = sorted(
        (
            (len(words), reader, concept)
            for reader, (_, concepts, kinds) in READERS.items()
            if field.type in kinds
            for concept, all_words in concepts.items()
            for words in all_words
            if contains(rf"\b{words}\b", asked)
        ),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    for _, reader, concept in named:
        right, labelled = _right(name, field, reader, concept, examples)
        if right >= ENOUGH * labelled:
            return reader, concept
    return None


def write_function(name: str, field: FieldSpec, reader: str, concept: str, right: tuple[int, int]) -> str:
    """The function's source text."""
    text = (field.description or name.replace("_", " ").capitalize()).replace("\\", "/").replace('"', "'")
    summary = " ".join(text.split())[:100].rstrip(". ")
    return (
        f"def {name}(document: Document) -> list[Candidate]:\n"
        f'    """{summary}.\n\n'
        f"    Every mention of {concept.replace('_', ' ')}, with what the note says of it; the label is among the\n"
        f"    candidates in {right[0]} of {right[1]} examples that have one.\n"
        f'    """\n'
        f"    return {reader}(document, {concept!r})\n"
    )


def _right(name: str, field: FieldSpec, reader: str, concept: str, examples: Sequence[Example]) -> tuple[int, int]:
    """How many labels are among the candidates, and how many there are."""
    propose = READERS[reader][0]
    labelled = [
        (example.document, label)
        for example in examples
        if example.label.counts(name) and (label := example.label.fields[name]) is not None
    ]
    right = sum(
        any(same(field.type, label, found.value) for found in propose(document, concept))
        for document, label in labelled
    )
    return right, len(labelled)
