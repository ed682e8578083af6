"""Learning line items from labelled documents, and writing the function that proposes them.

`fit_line_items` finds the labelled rows on the pages, learns the words that head columns, and fits the classifiers of
`line_item_fits`. Confidence is calibrated, and thresholds are set, on documents left out of the fit.
`write_line_items` writes what was learned about headers and reach as a short function.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extractors.candidate import Candidate, FieldValue, Kind
from extractors.confidence import interpolate
from extractors.line_items import Propose, anchors_of, read_line_items
from extractors.normalise import same
from extractors.table import ItemRow, Reading, item_rows
from extractors.tables.assign import TEXTS
from extractors.tables.features import Anchor
from extractors.tables.model import LineItemModel
from extractors.tables.rows import RowFacts
from factory.calibrate import Answer, platt, thresholds
from factory.folds import split
from factory.generate.line_item_fits import (
    Placing,
    find_product,
    fit_anchors,
    fit_columns,
    fit_reach,
    fit_rows,
    fit_words,
)
from factory.generate.line_item_headers import learn_headers, usual_headers
from factory.generate.line_item_labels import place_items
from factory.golden import Example
from factory.score_rows import pair_rows
from factory.spec import FieldSpec
from ocr.document import Document

FOLDS = 3
"""Parts of the examples that are left out in turn, to see how far confidence can be trusted."""
SEARCH = (2, 6)
"""How many rows above and below an anchor are searched for its cells while learning."""
BONUS = 1.0
"""What it is worth, in log odds, that the columns of a product multiply."""
TARGET_PRECISION = 0.98

Columns = Mapping[str, FieldSpec]


def fit_line_items(
    columns: Columns,
    examples: Sequence[Example],
    groups: Sequence[str] | None = None,
    target_precision: float = TARGET_PRECISION,
) -> LineItemModel:
    """Learn to read the line items that the examples' labels hold. Examples whose label has none do not count.

    `groups`: for each example its vendor; confidence is then measured on vendors left out, else on documents left
    out. `target_precision`: what the cells above a column's threshold must reach. The same examples give the same
    model on every run. Time is linear in pages; the classifiers are fitted FOLDS + 1 times.
    """
    kept = [place for place, example in enumerate(examples) if example.label.line_items is not None]
    labelled = [examples[place] for place in kept]
    names = [groups[place] if groups else str(examples[place].label.path) for place in kept]
    model, placings = learn(columns, labelled)
    if len(set(names)) < 2 or not any(placing.placed for placing in placings):
        return model
    answers = _held_out(columns, model, placings, names)
    knots = {name: platt(found) for name, found in answers.items()}
    graded = {
        name: [Answer(interpolate(answer.score, knots[name]), answer.right) for answer in found]
        for name, found in answers.items()
    }
    accepted = thresholds(graded, target_precision)
    return replace(
        model,
        columns={
            name: replace(column, calibration=knots[name], threshold=accepted[name].value)
            for name, column in model.columns.items()
        },
    )


def learn(columns: Columns, examples: Sequence[Example]) -> tuple[LineItemModel, list[Placing]]:
    """A model without calibration, and where the labelled rows were found."""
    kinds = {name: column.type for name, column in columns.items()}
    placings = [_place(example, proposer(columns, usual_headers(columns), SEARCH), kinds) for example in examples]
    headers = learn_headers(columns, [(one.example, one.anchors, one.placed) for one in placings])
    reach = fit_reach(placings)
    propose = proposer(columns, headers, reach)
    placings = [_place(example, propose, kinds) for example in examples]
    return _fit(kinds, placings, headers, reach), placings


def proposer(columns: Columns, headers: Mapping[str, Sequence[str]], reach: tuple[int, int]) -> Propose:
    """The function that `write_line_items` writes, as a closure."""

    def propose(document: Document) -> list[Reading]:
        readings: list[Reading] = []
        for row in item_rows(document, headers, reach[0], reach[1]):
            readings += row.readings({name: _cells(row, column.type) for name, column in columns.items()})
        return readings

    return propose


def write_line_items(columns: Columns, examples: Sequence[Example], model: LineItemModel) -> str:
    """The source text of `line_items(document)`, which proposes what `model` judges.

    It needs `Candidate`, `Document` and `extractors.table.item_rows` in scope. At most 50 lines for up to 18 columns.
    """
    count = sum(len(example.label.line_items or ()) for example in examples)
    documents = sum(example.label.line_items is not None for example in examples)
    above, below = model.reach
    lines = [
        "def line_items(document: Document) -> list[dict[str, Candidate]]:",
        '    """Every reading of the rows that may hold a line item; the weights choose among them.',
        "",
        f"    Learned from {count} rows of {documents} documents: the words that head each column, and how many rows",
        "    above and below the row with the amounts may belong to an item.",
        '    """',
        "    headers = {",
        *(line for name in columns for line in _header_lines(name, model.headers.get(name, ()))),
        "    }",
        "    readings: list[dict[str, Candidate]] = []",
        f"    for row in item_rows(document, headers, above={above}, below={below}):",
        "        cells = {",
        *(f'            "{name}": {_call(column.type)},' for name, column in columns.items()),
        "        }",
        "        readings += row.readings(cells)",
        "    return readings",
    ]
    return "\n".join(lines) + "\n"


def _header_lines(name: str, words: Sequence[str]) -> list[str]:
    """A column's header words as a tuple, wrapped at the length of a line."""
    literals = [_literal(word) for word in words]
    start = f'        "{name}": ('
    if not literals:
        return [start + "),"]
    flat = start + ", ".join(literals) + ("," if len(literals) == 1 else "") + "),"
    if len(flat) <= 120:
        return [flat]
    lines = [" " * 12]
    for literal in literals:
        if len(lines[-1]) + len(literal) + 2 > 120:
            lines.append(" " * 12)
        lines[-1] += ("" if lines[-1].isspace() else " ") + literal + ","
    return [start, *lines, "        ),"]


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _call(kind: Kind) -> str:
    if kind in ("number", "money"):
        return f'row.numbers("{kind}")'
    if kind == "identifier":
        return "row.codes()"
    return f'row.texts("{kind}")' if kind in TEXTS else f'row.words("{kind}")'


def _cells(row: ItemRow, kind: Kind) -> list[Candidate]:
    if kind in ("number", "money"):
        return row.numbers(kind)
    if kind == "identifier":
        return row.codes()
    return row.texts(kind) if kind in TEXTS else row.words(kind)


def _place(example: Example, propose: Propose, kinds: Mapping[str, Kind]) -> Placing:
    anchors = anchors_of(example.document, propose)
    names = list(kinds)

    def prefer(anchor: Anchor, facts: RowFacts, place: int, name: str) -> float:
        """Among words of equal value: the one under the column's header, else the one where the column is expected."""
        form = anchor.forms.get(place, "")
        under = 1.0 if form == name else 0.5 if form == "~" + name else -0.5 if form.strip("~?>") else 0.0
        page = example.document.pages[facts.page]
        expected = names.index(name) / max(len(names) - 1, 1)
        return under - 0.5 * abs(page.words[place].x1 / page.width - expected)

    return Placing(example, anchors, place_items(example, anchors, kinds, SEARCH, prefer))


def _fit(
    kinds: Mapping[str, Kind],
    placings: Sequence[Placing],
    headers: Mapping[str, tuple[str, ...]],
    reach: tuple[int, int],
) -> LineItemModel:
    product = find_product(kinds, [placing.example for placing in placings])
    return LineItemModel(
        columns=fit_columns(kinds, placings, product),
        anchors=fit_anchors(placings),
        rows=fit_rows(placings, reach),
        words=fit_words(kinds, placings),
        headers=headers,
        reach=reach,
        product=product,
        bonus=BONUS,
    )


def _held_out(
    columns: Columns, model: LineItemModel, placings: Sequence[Placing], groups: Sequence[str]
) -> dict[str, list[Answer]]:
    """For each column every cell read from documents left out of the fit: its raw probability, and whether right."""
    kinds = {name: column.type for name, column in columns.items()}
    propose = proposer(columns, model.headers, model.reach)
    folds = split(groups, FOLDS)
    answers: dict[str, list[Answer]] = {name: [] for name in columns}
    for fold in folds.numbers:
        training = [one for one, number in zip(placings, folds.of, strict=True) if number != fold]
        trained = _fit(kinds, training, model.headers, model.reach)
        for one, number in zip(placings, folds.of, strict=True):
            if number == fold:
                for name, answer in _graded(
                    kinds, one.example, read_line_items(one.example.document, propose, trained)
                ):
                    answers[name].append(answer)
    return answers


def _graded(
    kinds: Mapping[str, Kind], example: Example, read: Sequence[Mapping[str, FieldValue]]
) -> Iterable[tuple[str, Answer]]:
    gold = example.label.line_items or ()
    shown = example.label.line_items_visible
    values = [{name: cell.value for name, cell in row.items()} for row in read]
    partners = {column: row for row, column in pair_rows(gold, values, kinds)}
    for place, row in enumerate(read):
        partner = partners.get(place)
        for name, cell in row.items():
            if cell.value is None or (partner is not None and shown and shown[partner].get(name) is False):
                continue
            right = partner is not None and same(kinds[name], gold[partner].get(name), cell.value)
            yield name, Answer(cell.confidence, right)
