import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.candidate import CheckResult, FieldValue, Record
from ocr.document import Box
from runtime.artifact import Artifact
from runtime.errors import ArtifactError
from runtime.record import HEADER, path_of, place_of, record_from_dict, record_id, record_to_dict
from runtime.shape import Column, Shape
from tests.runtime.conftest import make_artifact

NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8)
SIDES = st.floats(0, 5000)


@st.composite
def values(draw: st.DrawFn) -> FieldValue:
    page = draw(st.none() | st.integers(1, 500))
    box = None if page is None else Box(page, draw(SIDES), draw(SIDES), draw(SIDES), draw(SIDES))
    return FieldValue(
        draw(st.none() | st.text()),
        draw(st.sampled_from(["found", "not_found", "low_confidence", "ungrounded", "corrected"])),
        draw(st.floats(0, 1)),
        page,
        box,
        draw(st.sampled_from(["embedded", "compiled", "ocr_retry", "model", "person"])),
        tuple(draw(st.lists(st.tuples(st.text(), st.floats(-9, 9)), max_size=3))),
    )


RECORDS = st.builds(
    Record,
    st.dictionaries(NAMES, values(), max_size=4),
    st.lists(st.dictionaries(NAMES, values(), max_size=3), max_size=3).map(tuple),
    st.lists(st.builds(CheckResult, NAMES, st.none() | st.booleans(), st.text()), max_size=2).map(tuple),
    st.lists(NAMES, max_size=3).map(tuple),
)


@given(RECORDS)
def test_records_survive_the_way_through_json(record: Record) -> None:
    assert record_from_dict(json.loads(json.dumps(record_to_dict(record)))) == record


@given(st.integers(0, 9999), NAMES)
def test_paths_of_cells(row: int, name: str) -> None:
    assert place_of(path_of(row, name)) == (row, name)
    assert place_of(path_of(HEADER, name)) == (HEADER, name)


def test_ids_differ_by_document_and_artifact() -> None:
    ids = {record_id(document, artifact) for document in ("a" * 64, "b" * 64) for artifact in ("a" * 64, "b" * 64)}
    assert len(ids) == 4 and all(len(identity) == 32 for identity in ids)


def shape_of(spec: str) -> Shape:
    return Shape.of(Artifact({**make_artifact().files, "spec.yaml": spec.encode()}))


def test_shape_keeps_the_order_of_the_spec() -> None:
    shape = shape_of(
        "fields:\n  zeta: {type: enum, values: [a, 1]}\n  alpha: {type: date}\n"
        "line_items:\n  columns:\n    quantity: {type: number}\n"
    )
    assert list(shape.fields) == ["zeta", "alpha"]
    assert shape.column("zeta") == Column("enum", ("a", "1"))
    assert shape.column("line_items[4].quantity") == Column("number")
    assert shape.column("quantity") == Column("text")


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "[]",
        "fields: 3",
        "fields: {a: {type: what}}",
        "fields: {a: {}}",
        "fields: {a: [",
        "x: !!python/name:os.abort",
    ],
)
def test_specs_without_fields_are_refused(spec: str) -> None:
    with pytest.raises(ArtifactError, match=r"spec\.yaml"):
        shape_of(spec)
