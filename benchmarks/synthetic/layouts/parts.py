"""Blocks that several layouts share: pairs of label and value, totals, footers."""

from collections.abc import Sequence
from itertools import pairwise

from benchmarks.synthetic.layouts.paper import Pair, Paper


def beside(
    paper: Paper, x: float, y: float, pairs: Sequence[Pair], gap: float = 95, size: float = 8.5, colon: str = ":"
) -> float:
    """Labels with their values to the right, all values on one edge; gives the y below."""
    gap = max([gap, *(paper.measure(label + colon, size) + 8 for label, _ in pairs)])
    for label, value in pairs:
        paper.text(x, y, label + colon, size)
        paper.text(x + gap, y, value, size)
        y += size * 1.45
    return y


def spread(paper: Paper, left: float, right: float, y: float, pairs: Sequence[Pair], size: float = 8.5) -> float:
    """Labels at the left edge, values at the right edge; gives the y below."""
    for label, value in pairs:
        paper.text(left, y, label, size)
        paper.text(right, y, value, size, align="right")
        y += size * 1.5
    return y


def above(
    paper: Paper, left: float, right: float, y: float, pairs: Sequence[Pair], size: float = 9, color: str = "#666666"
) -> float:
    """Small labels with their values below, side by side; a new band of them where the width does not suffice."""
    x = left
    for label, value in pairs:
        width = max(paper.measure(label, size - 2, bold=True), paper.measure(value, size)) + 22
        if x + width - 18 > right and x > left:
            x, y = left, y + size * 3.2
        paper.text(x, y, label, size - 2, bold=True, color=color)
        paper.text(x, y + size * 1.3, value, size)
        x += width
    return y + size * 3.2


def boxed(
    paper: Paper, left: float, right: float, y: float, pairs: Sequence[Pair], columns: int, size: float = 8.5
) -> float:
    """Pairs in a grid of boxes, the label small at the top of its box; gives the y below."""
    width, height = (right - left) / columns, size * 3.1
    for number, (label, value) in enumerate(pairs):
        x, top = left + number % columns * width, y + number // columns * height
        paper.box(x, top, width, height)
        paper.text(x + 4, top + size, label, size - 2, color="#444444")
        paper.text(x + 4, top + size * 2.4, value, size, bold=True)
    return y + -(-len(pairs) // columns) * height


def totals(
    paper: Paper, left: float, right: float, y: float, size: float = 9, rules: bool = False, box: bool = False
) -> float:
    """The totals, amounts at the right edge; a new page first where they do not fit. Gives the y below."""
    rows = paper.totals()
    step = size * 1.65
    left = min([left, *(right - 24 - paper.measure(a, size, b) - paper.measure(v, size, b) for a, v, b in rows)])
    top = y
    for label, amount, bold in rows:
        if bold and rules:
            paper.rule(left, y, right, y, 0.8)
        y += step
        paper.text(left + 4, y - step * 0.3, label, size, bold)
        paper.text(right - 4, y - step * 0.3, amount, size, bold, "right")
        if box:
            paper.rule(left, y, right, y, 0.5)
    if box:
        paper.box(left, top, right - left, y - top)
    return y


def room(paper: Paper, y: float, height: float, bottom: float, top: float) -> float:
    """`y`, or the top of a new page where `height` does not fit above `bottom`."""
    if y + height <= bottom:
        return y
    paper.next_page()
    return top


def footer_columns(paper: Paper, y: float, left: float, right: float, size: float = 7, color: str = "#444444") -> None:
    """Seller, ways to reach it, and bank with registration numbers, in three columns."""
    blocks = [paper.address("seller"), paper.contacts(), [f"{label} {value}" for label, value in account_pairs(paper)]]
    edges = [left + (right - left) * share for share in (0, 0.36, 0.62, 1)]
    paper.rule(left, y - size - 3, right, y - size - 3, 0.4, color)
    for block, (edge, _) in zip(blocks, pairwise(edges), strict=True):
        for number, line in enumerate(block):
            paper.text(edge, y + number * size * 1.3, line, size, color=color)


def account_pairs(paper: Paper) -> list[Pair]:
    return [*paper.account(), *paper.registration()]


def joined(pairs: Sequence[Pair], separator: str = "  ·  ", colon: str = ": ") -> str:
    return separator.join(f"{label}{colon}{value}" for label, value in pairs)
