"""DocILE's official metric, on data in DocILE's format, through the package `docile-benchmark` (extra `bench`).

KILE is scored by average precision, LIR by F1; a prediction matches an annotation of its type where it covers the
same pseudo-character centres (Šimsa et al. 2023, section 5). Fields are matched by box, so a value counts where it
stands on the page, not by its text. The data itself needs a token from its authors and is not shipped.

A dataset is a folder with `SPLIT.json` (document ids), `annotations/ID.json` and `ocr/ID.json`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from extractors.candidate import FieldValue, Kind, Record
from factory.compile import compile_spec
from factory.generate.examples import ExampleGenerator
from factory.golden import Example, Label
from factory.spec import DocumentSpec, FieldSpec, LineItems
from ocr.document import Document, Page, Word
from runtime.load import load_artifact
from runtime.local import run

WIDTH, HEIGHT = 1000.0, 1414.0
"""DocILE's boxes are shares of the page; our features want page units. An A4 sheet's proportions."""
KINDS: tuple[tuple[str, Kind], ...] = (
    ("date", "date"), ("amount", "money"), ("unit_price", "money"), ("quantity", "number"), ("_name", "party"),
    ("address", "address"), ("_id", "identifier"), ("iban", "identifier"), ("bic", "identifier"),
    ("account_num", "identifier"), ("code", "identifier"),
)  # fmt: skip
"""What a field type's name says of its kind, first match; everything else is text."""


def kind_of(fieldtype: str) -> Kind:
    """Our kind for one of DocILE's field types.

    >>> kind_of("date_issue"), kind_of("line_item_amount_gross"), kind_of("payment_terms")
    ('date', 'money', 'text')
    """
    return next((kind for part, kind in KINDS if part in fieldtype), "text")


def measure(dataset: Path, training: str, held_out: str) -> dict[str, Any]:
    """Compile by example on split `training`, predict on `held_out`, and let the official evaluator judge.

    Raises ImportError without the package, FileNotFoundError without the split, FoldsError with too few documents.
    """
    from docile.dataset import CachingConfig, Dataset
    from docile.evaluation import evaluate_dataset

    learn, judge = (Dataset(name, dataset, cache_images=CachingConfig.OFF) for name in (training, held_out))
    examples = [example_of(one) for one in learn]
    spec = spec_of(examples)
    compiled = compile_spec(spec, spec.model_dump_json(exclude_none=True), examples, ExampleGenerator())
    artifact = load_artifact(compiled.artifact)
    kile, lir = {}, {}
    for one in judge:
        record = run(artifact, document_of(one)).record
        kile[one.docid], lir[one.docid] = predictions(record), row_predictions(record)
    result = evaluate_dataset(judge, kile, lir)
    return {
        "training": len(examples),
        "documents": len(kile),
        **{task: _metrics(result, task) for task in ("kile", "lir")},
    }


def _metrics(result: Any, task: str) -> dict[str, float] | None:
    """None where the dataset has nothing of the task."""
    if task not in result.task_to_docid_to_matching:
        return None
    return {name: float(value) for name, value in result.get_metrics(task).items()}


def document_of(one: Any) -> Document:
    """A document of the dataset as ours, from its stored OCR."""
    pages = []
    for number in range(one.page_count):
        words = [
            Word(word.text, word.bbox.left * WIDTH, word.bbox.top * HEIGHT, word.bbox.right * WIDTH,
                 word.bbox.bottom * HEIGHT)
            for word in one.ocr.get_all_words(number)
        ]  # fmt: skip
        pages.append(Page.of(number + 1, WIDTH, HEIGHT, words))
    return Document(tuple(pages), one.docid)


def example_of(one: Any) -> Example:
    """Its annotations as labels: the first value of each type; line items by their id."""
    fields: dict[str, str | None] = {}
    for found in one.annotation.fields:
        fields.setdefault(found.fieldtype, found.text)
    rows: dict[int, dict[str, str | None]] = {}
    for cell in one.annotation.li_fields:
        rows.setdefault(cell.line_item_id, {}).setdefault(_column(cell.fieldtype), cell.text)
    ordered = tuple(rows[number] for number in sorted(rows))
    return Example(Label(Path(one.docid), fields, line_items=ordered), document_of(one))


def spec_of(examples: Sequence[Example]) -> DocumentSpec:
    """A spec with every field type and column that the examples label. Nothing may block: all is to be measured."""
    names = dict.fromkeys(name for example in examples for name in sorted(example.label.fields))
    columns = dict.fromkeys(name for example in examples for row in example.label.line_items or () for name in row)
    for example in examples:
        for name in names:
            example.label.fields.setdefault(name, None)
    fields = {name: FieldSpec(type=kind_of(name)) for name in names}
    rows = LineItems(columns={name: FieldSpec(type=kind_of(name)) for name in columns}) if columns else None
    return DocumentSpec.model_validate(
        {"name": "docile", "fields": fields, "line_items": rows, "accuracy": {"minimum": 0.0}}
    )


def predictions(record: Record) -> list[Any]:
    """KILE predictions: every value found, with its box and confidence."""
    return list(_predicted((name, value, None) for name, value in record.fields.items()))


def row_predictions(record: Record) -> list[Any]:
    """LIR predictions: every cell found, by row."""
    return list(
        _predicted(
            (f"line_item_{name}", cell, number)
            for number, row in enumerate(record.line_items)
            for name, cell in row.items()
        )
    )


def _predicted(values: Iterable[tuple[str, FieldValue, int | None]]) -> Iterable[Any]:
    from docile.dataset import BBox, Field

    for name, value, row in values:
        if value.value is not None and value.box is not None:
            box = value.box
            place = BBox(box.x0 / WIDTH, box.y0 / HEIGHT, box.x1 / WIDTH, box.y1 / HEIGHT)
            yield Field(place, box.page - 1, value.confidence, value.value, name, row)


def _column(fieldtype: str) -> str:
    return fieldtype.removeprefix("line_item_")
