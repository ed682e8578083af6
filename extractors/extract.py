"""The fast path: a document and compiled functions in, a record out. No model, no file, no network."""

from collections.abc import Callable, Mapping

from extractors.candidate import Candidate, FieldValue, Record
from extractors.checks import evaluate, parse_check
from extractors.confidence import accepted, calibrated, status_of
from extractors.decide import Decision, decide
from extractors.line_items import read_line_items
from extractors.model import ExtractorModel, FieldModel
from extractors.rank import Ranking, rank
from extractors.spelling import respell
from ocr.document import Document

Propose = Callable[[Document], list[Candidate]]
ProposeRows = Callable[[Document], list[dict[str, Candidate]]]


def extract(
    document: Document, functions: Mapping[str, Propose], line_items: ProposeRows | None, model: ExtractorModel
) -> Record:
    """Propose, rank, decide, calibrate, check. Linear in pages, fields and candidates."""
    rows = read_rows(document, line_items, model)
    rankings = propose(document, functions, model)
    plain = [{name: cell.value for name, cell in row.items()} for row in rows]
    decisions = decide(rankings, model.checks, plain)
    fields = {name: to_field(document, model.fields[name], decision) for name, decision in decisions.items()}
    return finish(fields, rows, model)


def propose(document: Document, functions: Mapping[str, Propose], model: ExtractorModel) -> dict[str, Ranking]:
    """The ranking of every field of the model. KeyError where the artifact lacks a field's function."""
    return rank(document, {name: functions[name](document) for name in model.fields}, model)


def read_rows(
    document: Document, line_items: ProposeRows | None, model: ExtractorModel
) -> tuple[dict[str, FieldValue], ...]:
    """The line items, or nothing where the spec has none."""
    if line_items is None or model.table is None:
        return ()
    return read_line_items(document, line_items, model.table)


def to_field(document: Document, model: FieldModel, decision: Decision) -> FieldValue:
    """A decision with its calibrated confidence, status and place on the page."""
    confidence = round(
        calibrated(model, decision.probability, decision.choice is not None), 6
    )  # what machines may compute apart is cut off
    if decision.choice is None:
        return FieldValue(None, status_of(model, None, confidence), confidence)
    box = decision.choice.candidate.box(document)
    value = respell(decision.choice.value, model.spellings)
    return FieldValue(value, status_of(model, value, confidence), confidence, box.page, box)


def finish(fields: dict[str, FieldValue], rows: tuple[dict[str, FieldValue], ...], model: ExtractorModel) -> Record:
    """Run the checks and name what a person should look at. A failed check makes its fields doubtful."""
    values = {name: found.value for name, found in fields.items()}
    plain = [{name: cell.value for name, cell in row.items()} for row in rows]
    parsed = [parse_check(check.name, check.expression, check.tolerance) for check in model.checks]
    results = tuple(evaluate(check, values, plain) for check in parsed)
    doubtful = {name: None for name, found in fields.items() if _doubtful(model.fields[name], found)}
    for check, result in zip(parsed, results, strict=True):
        if result.passed is False:
            doubtful.update(dict.fromkeys(check.fields))
    for place, row in enumerate(rows):
        for name, cell in row.items():
            if cell.status in ("low_confidence", "ungrounded"):
                doubtful[f"line_items[{place}].{name}"] = None
    return Record(fields, rows, results, tuple(doubtful))


def _doubtful(model: FieldModel, found: FieldValue) -> bool:
    if found.source in ("embedded", "person"):
        return found.status in ("low_confidence", "ungrounded")
    if found.status == "ungrounded":
        return True
    return not accepted(model, found.confidence, found.value is not None) or (model.required and found.value is None)
