"""Sparse features of rows and words, as short texts: `rank right:0`, `under:quantity`, `word:total`.

The same functions serve fitting and reading. Nothing here names a vendor or a language; what words mean is learned.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from extractors.tables.rows import RowFacts
from ocr.document import Page

TOLERANCE = 0.011
"""How far a product may lie from the amount printed: half a cent each way, and binary rounding."""
LONGEST_RUN = 60
PIECES = (0, 1, 2, 3, 5, 8)


@dataclass(frozen=True)
class Anchor:
    """A row proposed as an item's anchor, with what was proposed on its page."""

    facts: RowFacts
    rows: Sequence[RowFacts]
    """All rows of the page."""
    away: int | None
    """Rows since the header above; None without one."""
    forms: Mapping[int, str]
    """For each proposed word, the column whose header it stands under."""
    words: Mapping[str, Set[int]] = field(default_factory=dict)
    """For each column the words that were proposed for it."""

    def allows(self, place: int, name: str) -> bool:
        """Whether the word was proposed for the column."""
        return place in self.words.get(name, ())


def bucket(value: float, steps: Sequence[float] = PIECES) -> int:
    """The index of the last step that is not above value."""
    place = 0
    for index, step in enumerate(steps):
        if value >= step:
            place = index
    return place


def anchor_features(page: Page, anchor: Anchor, before: Sequence[RowFacts], last_page: bool) -> list[str]:
    """What speaks for and against a row being the anchor of a line item.

    `before`: the rows proposed as anchors above it on the same page.
    """
    facts, rows = anchor.facts, anchor.rows
    row = facts.row
    prev = rows[row - 1] if row else None
    following = rows[row + 1] if row + 1 < len(rows) else None
    numbers = len(facts.figures)
    labels = {form for place in range(facts.start, facts.end) if (form := anchor.forms.get(place))}
    names = {label for label in labels if label[0] not in "~?>"}
    coarse = f"{prev.coarse if prev else '-'}|{facts.coarse}|{following.coarse if following else '-'}"
    found = [
        "bias",
        f"pattern:{facts.pattern}",
        f"coarse:{coarse}",
        f"above:{prev.pattern if prev else '-'}",
        f"below:{following.pattern if following else '-'}",
        f"amounts:{min(len(facts.amounts), 4)} of {min(numbers, 5)}",
        f"product:{product_kind(facts, prev, following)}",
        f"sums:{_sum_of_rows(facts, before)}",
        f"named:{min(len(names), 4)} {anchor.away is not None}",
        f"place:{int(10 * page.words[facts.start].middle / page.height)} {last_page}",
        f"left:{int(10 * page.words[facts.start].x0 / page.width)}",
        f"right:{int(10 * page.words[facts.end - 1].x1 / page.width)}",
        f"total word:{facts.sums_up} {'T' in facts.shapes}",
        f"total above:{min(sum(other.sums_up for other in before), 3)}",
        f"after total:{_after_total(facts, before)} {anchor.away is not None}",
        f"same above:{_same_pattern(facts, before)}",
        f"away:{'none' if anchor.away is None else bucket(anchor.away, (0, 1, 2, 3, 5, 9, 15, 30))}",
    ]
    found.extend(f"under:{label}" for label in sorted(labels))
    found.extend(f"word:{token}" for token, shape in zip(facts.tokens, facts.shapes, strict=True) if shape in "TtKPX")
    if prev is not None:
        found.append(f"above total:{prev.sums_up}")
        found.append(f"above first:{prev.tokens[0]}")
    first = facts.tokens[0]
    found.append(f"first:{first}" if facts.shapes[0] in "Tt" else f"first:{facts.shapes[0]}")
    return found


def product_kind(facts: RowFacts, *around: RowFacts | None) -> str:
    """Whether two numbers of the row multiply to a third: `row true`, `row one` for 1 x price, `near` with others."""
    values = [figure.value for figure in facts.figures.values()]
    kind = _product(values[:8])
    if kind:
        return f"row {kind}"
    for other in around:
        if other is not None and other.figures and len(other.figures) <= 5:
            kind = _product((values + [figure.value for figure in other.figures.values()])[:8])
            if kind == "true":
                return "near"
    return "none"


def _product(values: Sequence[float]) -> str:
    one = ""
    for place, total in enumerate(values):
        if not total:
            continue
        factors = [value for index, value in enumerate(values) if index != place and value]
        for index, left in enumerate(factors):
            for right in factors[index + 1 :]:
                if abs(left * right - total) <= TOLERANCE:
                    if left not in (1, -1) and right not in (1, -1):
                        return "true"
                    one = "one"
    return one


def _sum_of_rows(facts: RowFacts, before: Sequence[RowFacts]) -> str:
    """Whether the row's last amount is the sum of the last amounts of two rows or more above it."""
    if not facts.amounts:
        return "no amount"
    amount = facts.figures[facts.amounts[-1]].value
    running, count = 0.0, 0
    for other in reversed(before[-40:]):
        if not other.amounts:
            continue
        value = other.figures[other.amounts[-1]].value
        if not count and abs(value - amount) <= TOLERANCE:
            return "same as above"
        running += value
        count += 1
        if count >= 2 and abs(running - amount) <= TOLERANCE:
            return "sum"
    return "none"


def adding_up(rows: Sequence[RowFacts]) -> dict[int, str]:
    """Which rows form a sum that a row of totals prints: index to `one` for a row alone, `many` for a run of rows.

    O(n^2) in the number of rows, runs limited to LONGEST_RUN.
    """
    totals = {_cents(row, place) for row in rows if row.sums_up for place in row.amounts} - {0}
    items = [(index, _cents(row, row.amounts[-1])) for index, row in enumerate(rows) if row.amounts and not row.sums_up]
    found: dict[int, str] = {}
    for start in range(len(items)):
        running = 0
        for end in range(start, min(start + LONGEST_RUN, len(items))):
            running += items[end][1]
            if running in totals:
                if end == start:
                    found.setdefault(items[start][0], "one")
                else:
                    found.update(dict.fromkeys((index for index, _ in items[start : end + 1]), "many"))
    return found


def _cents(row: RowFacts, place: int) -> int:
    return round(row.figures[place].value * 100)


def side_of_text(anchors: Sequence[Anchor]) -> str:
    """Where descriptions may stand: whether the row above the first anchor, and below the last, is one of mere text."""
    if not anchors:
        return ""
    first, last = anchors[0], anchors[-1]
    above = first.rows[first.facts.row - 1] if first.facts.row and first.away != 1 else None
    below = last.rows[last.facts.row + 1] if last.facts.row + 1 < len(last.rows) else None
    return f"{_mere_text(above)}{_mere_text(below)}"


def _mere_text(row: RowFacts | None) -> int:
    return int(row is not None and row.mere_text and not row.sums_up)


def _after_total(facts: RowFacts, before: Sequence[RowFacts]) -> str:
    """How many rows above the nearest row with a word of totals stands."""
    away = next((facts.row - other.row for other in reversed(before) if other.sums_up), None)
    return "none" if away is None else str(bucket(away, (0, 2, 4, 8)))


def _same_pattern(facts: RowFacts, before: Sequence[RowFacts]) -> str:
    return next(
        (f"{min(facts.row - other.row, 5)}" for other in reversed(before) if other.pattern == facts.pattern), "no"
    )


def row_features(
    page: Page, facts: RowFacts, rows: Sequence[RowFacts], above: Anchor | None, below: Anchor | None, side: str
) -> list[str]:
    """What speaks for a row belonging to the item anchored above it, or below it, or to none.

    `side`: see `side_of_text`.
    """
    up = facts.row - above.facts.row if above else 0
    down = below.facts.row - facts.row if below else 0
    about = "".join((_text(above), _text(below)))
    following = rows[facts.row + 1] if facts.row + 1 < len(rows) else None
    height = page.words[facts.start].height or 1.0
    upper = rows[facts.row - 1] if facts.row else None
    gap = (page.words[facts.start].y0 - page.words[upper.start].y1) / height if upper else 9.0
    found = [
        "bias",
        f"up:{up} {about}",
        f"down:{down} {about}",
        f"both:{min(up, 3)},{min(down, 3)} {about}",
        f"coarse:{facts.coarse} {up},{down}",
        f"side:{side} {min(up, 3)},{min(down, 3)} {about}",
        f"coarse:{facts.coarse} {about}",
        f"pattern:{facts.pattern} {min(up, 2)},{min(down, 2)}",
        f"total word:{facts.sums_up} {facts.coarse}",
        f"between:{min(up + down, 5) if up and down else 0} {min(up, 4)} {about}",
        f"chain:{_chain(rows, above, facts)}{_chain(rows, below, facts)} {min(up, 3)},{min(down, 3)} {about}",
        f"below:{following.coarse if following else '-'} {up},{down}",
        f"above:{upper.coarse if upper else '-'} {up},{down}",
        f"gap:{bucket(gap, (-9, 0.3, 0.7, 1.2, 2, 4))} {up},{down}",
        f"words:{bucket(facts.end - facts.start)} {up},{down}",
        f"first:{facts.tokens[0] if facts.shapes[0] in 'Tt' else facts.shapes[0]}",
        f"last:{facts.tokens[-1] if facts.shapes[-1] in 'Tt' else facts.shapes[-1]}",
        f"repeats:{_repeats(facts, rows)} {up},{down}",
    ]
    for name, anchor in (("above", above), ("below", below)):
        if anchor is not None:
            found.append(f"under {name}:{anchor.forms.get(facts.start, '')} {facts.coarse} {up},{down}")
            if facts.amounts:
                found.append(f"amount under {name}:{anchor.forms.get(facts.amounts[-1], '')}")
            found.append(f"align {name}:{_alignment(page, facts, anchor, height)}")
            found.append(f"anchor {name}:{anchor.facts.pattern}")
    found.extend(f"word:{token}" for token, shape in zip(facts.tokens, facts.shapes, strict=True) if shape in "TtKX")
    return found


def _chain(rows: Sequence[RowFacts], anchor: Anchor | None, facts: RowFacts) -> str:
    """Whether all rows from the anchor to this one are mere text: `-` no anchor, `0`, `1`."""
    if anchor is None:
        return "-"
    first, last = sorted((anchor.facts.row, facts.row))
    return str(int(facts.mere_text and all(rows[row].mere_text for row in range(first + 1, last))))


def _text(anchor: Anchor | None) -> str:
    """`-` no anchor, else how many words it has of its own, 2 for more."""
    return "-" if anchor is None else str(min(anchor.facts.shapes.count("T"), 2))


def _repeats(facts: RowFacts, rows: Sequence[RowFacts]) -> int:
    """How often a row with the same first word stands on the page: labels repeat, descriptions seldom do."""
    return min(sum(other.tokens[0] == facts.tokens[0] for other in rows), 3)


def _alignment(page: Page, facts: RowFacts, anchor: Anchor, height: float) -> str:
    """The place of the anchor's word whose left edge the row shares, and the column it stands under."""
    x0 = page.words[facts.start].x0
    for place in range(anchor.facts.start, anchor.facts.end):
        if abs(page.words[place].x0 - x0) <= 0.6 * height:
            shape = anchor.facts.shapes[place - anchor.facts.start]
            return f"{min(place - anchor.facts.start, 4)} {shape} {anchor.forms.get(place, '')}"
    return "left" if x0 < page.words[anchor.facts.start].x0 else "none"
