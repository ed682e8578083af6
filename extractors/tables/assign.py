"""From probabilities of single words to the cells of an item: one word, or one stretch of text, for each column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from math import exp, log1p

import numpy as np

from extractors.candidate import Kind
from extractors.normalise import canonical
from extractors.tables.model import NONE, Floats, LineItemModel
from extractors.tables.words import Item

TEXTS = frozenset(("text", "party", "address"))
"""Kinds whose cells may be several words."""
CHOICES = 3
"""How many words a column of a product is tried with."""
WORTH = -3.0
"""Gain below which a word is no option."""
SLACK = 0.011
CUT = 1.5
"""What it costs, in log odds, to cut a text inside a segment."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one cell, the words it was read from, and how likely the weights hold it to be."""

    value: str
    words: tuple[int, ...]
    probability: float
    explanation: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class WordScores:
    """What the weights say of a document's words, a row a word."""

    singles: Sequence[str]
    """The columns of single words."""
    gains: Sequence[Sequence[float]]
    """For each of them, the gain in log probability over not choosing the word."""
    own: Sequence[Sequence[float]]
    """For each of them, the log probability of the word."""
    texts: Mapping[str, Sequence[float]]
    """For each column of texts, the log probability of each word."""

    @staticmethod
    def of(scores: Floats, model: LineItemModel) -> "WordScores":
        """`scores`: log probabilities, a row for each word and a column for each class."""
        classes = model.words.classes
        texts = [name for name, column in model.columns.items() if column.kind in TEXTS and name in classes]
        singles = [name for name in model.columns if name in classes and name not in texts]
        rest = np.log(np.exp(scores[:, [classes.index(other) for other in (NONE, *texts)]]).sum(axis=1) + 1e-12)
        own = scores[:, [classes.index(name) for name in singles]]
        text_scores = {name: scores[:, classes.index(name)].tolist() for name in texts}
        return WordScores(singles, (own - rest[:, None]).tolist(), own.tolist(), text_scores)


def assign(item: Item, scores: WordScores, start: int, model: LineItemModel) -> dict[str, Cell]:
    """The cells of an item, whose `places` are the words from `start` on in `scores`."""
    end = start + len(item.places)
    options = _options(item, scores.singles, scores.gains[start:end], scores.own[start:end])
    chosen = _choose(item, options, model)
    cells = {
        name: _single(item, place, probability, model.columns[name].kind)
        for name, (place, probability) in chosen.items()
    }
    used = {item.places[place][1] for place, _ in chosen.values()}
    for name, text_scores in scores.texts.items():
        cell = _text(item, text_scores[start:end], name, used)
        if cell is not None:
            cells[name] = cell
            used.update(cell.words)
    _fill(cells, model)
    return cells


Option = tuple[float, int, float]
"""Gain in log probability over not choosing the word, its place in `item.places`, its probability."""


def _options(
    item: Item, names: Sequence[str], gains: Sequence[Sequence[float]], own: Sequence[Sequence[float]]
) -> dict[str, list[Option]]:
    """For each column of single words, the words that may be it, best first."""
    found: dict[str, list[Option]] = {name: [] for name in names}
    for place, (row, scores) in enumerate(zip(gains, own, strict=True)):
        for column, gain in enumerate(row):
            if gain > WORTH and item.anchor.allows(item.places[place][1], names[column]):
                found[names[column]].append((gain, place, exp(scores[column])))
    return {name: sorted(options, key=lambda option: (-option[0], option[1])) for name, options in found.items()}


def _choose(item: Item, options: Mapping[str, list[Option]], model: LineItemModel) -> dict[str, tuple[int, float]]:
    """One word for each column at most, no word twice: the product's columns together, the others one by one."""
    chosen: dict[str, tuple[int, float]] = {}
    if model.product and all(name in options for name in model.product):
        chosen = _choose_product(item, options, model)
    used = {place for place, _ in chosen.values()}
    rest = [
        (gain, name, place, sure)
        for name in options
        if name not in (model.product or ()) or not chosen
        for gain, place, sure in options[name]
        if gain > 0
    ]
    for _, name, place, sure in sorted(rest, key=lambda entry: (-entry[0], entry[1], entry[2])):
        if name not in chosen and place not in used:
            chosen[name] = (place, sure)
            used.add(place)
    return chosen


def _choose_product(
    item: Item, options: Mapping[str, list[Option]], model: LineItemModel
) -> dict[str, tuple[int, float]]:
    names = model.product or ()
    likeliest = [options[name][0] for name in names if options[name] and options[name][0][0] > 0]
    places = [place for _, place, _ in likeliest]
    if len(set(places)) == 3 and _holds(item, places):  # nothing can be better than the best of each that multiply
        return {name: (place, sure) for name, (_, place, sure) in zip(names, likeliest, strict=True)}
    nothing: Option = (0.0, -1, 0.0)
    best: tuple[float, tuple[Option, ...]] = (0.0, ())
    for trial in combinations(*([*options[name][:CHOICES], nothing] for name in names)):
        places = [place for _, place, _ in trial if place >= 0]
        if len(set(places)) < len(places):
            continue
        total = sum(gain for gain, _, _ in trial)
        if len(places) == 3 and _holds(item, places):
            total += model.bonus
        if total > best[0]:
            best = (total, trial)
    return {name: (place, sure) for name, (_, place, sure) in zip(names, best[1], strict=False) if place >= 0}


def _holds(item: Item, places: Sequence[int]) -> bool:
    left, right, total = (row.figures[word].value for row, word in (item.places[place] for place in places))
    return abs(left * right - total) <= SLACK


def _single(item: Item, place: int, probability: float, kind: Kind) -> Cell:
    row, word = item.places[place]
    figure = row.figures.get(word)
    if figure is not None and kind in ("number", "money"):
        return Cell(figure.text, (word,), probability)
    text = item.page.words[word].text.strip(".,:;#()[]*")
    value = text if kind == "identifier" else canonical(kind, text)
    return Cell(value or text, (word,), probability)


def _text(item: Item, scores: Sequence[float], name: str, used: set[int]) -> Cell | None:
    """The best stretch of each row, top to bottom; a row without a stretch that speaks for itself is left out."""
    words: list[int] = []
    gains: list[float] = []
    by_row: dict[int, list[tuple[int, float]]] = {}
    proposed = item.anchor.words.get(name, ())
    for (row, place), score in zip(item.places, scores, strict=True):
        allowed = place in proposed and place not in used
        value = min(score, -1e-9)
        by_row.setdefault(row.row, []).append((place, value - log1p(-exp(value)) if allowed else -50.0))
    for row_words in by_row.values():
        segments = [item.page.segment_of[place] for place, _ in row_words]
        start, end = _best_stretch([gain for _, gain in row_words], segments)
        words.extend(place for place, _ in row_words[start:end])
        gains.extend(abs(gain) for _, gain in row_words if gain > -50)
    if not words:
        return None
    text = " ".join(item.page.words[place].text for place in words)
    doubt = sum(1 / (1 + exp(gain)) for gain in gains)
    return Cell(text, tuple(words), exp(-doubt))


def _best_stretch(gains: Sequence[float], segments: Sequence[int]) -> tuple[int, int]:
    """Start and end (exclusive) of the stretch with the largest sum; an end inside a segment costs CUT.

    Kadane's algorithm with costs at the ends. Start and end are 0 where no sum is above zero.
    """
    best, found = 0.0, (0, 0)
    total, start = 0.0, 0
    for place, gain in enumerate(gains):
        fresh = CUT if place and segments[place] == segments[place - 1] else 0.0
        if total <= -fresh:
            total, start = -fresh, place
        total += gain
        inside = place + 1 < len(gains) and segments[place] == segments[place + 1]
        value = total - (CUT if inside else 0.0)
        if value > best:
            best, found = value, (start, place + 1)
    return found


def _fill(cells: dict[str, Cell], model: LineItemModel) -> None:
    """Give cells that are not printed the value that the examples say they have."""
    if not cells:
        return
    for _ in range(2):
        for name, column in model.columns.items():
            if name not in cells and column.derived and model.product and name in model.product:
                derived = _derive(cells, model.product, name)
                if derived is not None:
                    cells[name] = derived
        for name, column in model.columns.items():
            if name not in cells and column.constant is not None:
                source = next(iter(cells.values()))
                cells[name] = Cell(column.constant, source.words, source.probability, (("not printed", 0.0),))


def _derive(cells: Mapping[str, Cell], product: tuple[str, str, str], name: str) -> Cell | None:
    left, _, total = product
    others = [other for other in product if other != name]
    if any(other not in cells for other in others):
        return None
    first, second = (float(cells[other].value) for other in others)
    if name == total:
        value = first * second
    elif first == 0:
        return None
    else:
        value = second / first
        if name == left and abs(value - round(value)) > 1e-6:
            return None
    words = tuple(sorted({word for other in others for word in cells[other].words}))
    probability = min(cells[other].probability for other in others)
    return Cell(
        f"{value:.4f}".rstrip("0").rstrip("."), words, probability, ((f"derived from {others[0]}, {others[1]}", 0.0),)
    )
