"""Our scorers against a second implementation, written from the definition alone, on random cases."""

import itertools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.baselines.system import Answer
from benchmarks.documents import score
from factory.golden import Example, Label
from factory.score_rows import match_rows
from factory.spec import DocumentSpec, parse_spec
from ocr.document import Document

VALUES = st.sampled_from([None, "1.00", "1", "2.50", "A", "a", "B-1", "B 1"])
NAMES = ("amount", "word")
SPEC = parse_spec("kind: document\nname: x\nfields:\n  amount: {type: money}\n  word: {type: text}\n")
assert isinstance(SPEC, DocumentSpec)
FIELDS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


def plain(name: str, value: str | None) -> object:
    """What a value is worth: amounts as numbers, texts without case and punctuation."""
    if value is None:
        return None
    if name == "amount":
        try:
            return float(value)
        except ValueError:
            return value
    return "".join(letter for letter in value.lower() if letter.isalnum())


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(FIELDS, st.one_of(st.none(), FIELDS)), min_size=1, max_size=6))
def test_fields(cases: list[tuple[dict[str, str | None], dict[str, str | None] | None]]) -> None:
    cases = [(gold, got) for gold, got in cases if _readable(gold) and (got is None or _readable(got))]
    if not cases:
        return
    examples = [Example(Label(Path("d"), gold), Document.from_text("")) for gold, _ in cases]
    found = score(SPEC, examples, [None if got is None else Answer(got) for _, got in cases])["kile"]
    hits = given_ = wanted = exact = whole = 0
    for gold, got in cases:
        equal = [plain(name, gold[name]) == plain(name, (got or {}).get(name)) for name in NAMES]
        exact += sum(equal)
        whole += all(equal)
        given_ += sum((got or {}).get(name) is not None for name in NAMES)
        wanted += sum(gold[name] is not None for name in NAMES)
        hits += sum(same and gold[name] is not None for same, name in zip(equal, NAMES, strict=True))
    assert found["exact"] == exact / (2 * len(cases))
    assert found["whole_document"] == whole / len(cases)
    assert found["precision"] == (hits / given_ if given_ else 1.0)
    assert found["recall"] == (hits / wanted if wanted else 1.0)


@settings(max_examples=500, deadline=None)
@given(st.lists(FIELDS, max_size=4), st.lists(FIELDS, max_size=4))
def test_rows(gold: list[dict[str, str | None]], got: list[dict[str, str | None]]) -> None:
    gold, got = [row for row in gold if _readable(row)], [row for row in got if _readable(row)]
    right, read, wanted = match_rows(gold, got, {"amount": "money", "word": "text"})
    best = 0
    longer, shorter = (gold, got) if len(gold) >= len(got) else (got, gold)
    for order in itertools.permutations(longer, len(shorter)):
        hits = sum(
            left[name] is not None and plain(name, left[name]) == plain(name, other[name])
            for left, other in zip(order, shorter, strict=True)
            for name in NAMES
        )
        best = max(best, hits)
    assert (right, read, wanted) == (best, _cells(got), _cells(gold))


def _readable(row: dict[str, str | None]) -> bool:
    """Amounts are amounts: what an unreadable one is worth is not defined."""
    return row["amount"] is None or row["amount"][0].isdigit()


def _cells(rows: list[dict[str, str | None]]) -> int:
    return sum(value is not None for row in rows for value in row.values())
