"""Lines of a page as spans of characters, without their labels: what names, addresses and texts are made of."""

import re
from collections.abc import Iterator

from extractors.fields.page_text import PageText, Span
from ocr.document import Segment

LABEL = re.compile(r"^[^\n\t:]{0,40}:[ ]?(?=\S)")


def lines(page: PageText) -> Iterator[tuple[Segment, Span]]:
    """Every segment of the page with its characters."""
    for segment in page.page.segments:
        yield segment, page.line(segment.start, segment.end)


def unlabelled(page: PageText, span: Span) -> Span | None:
    """What follows the label at the head of a line ("Advertiser: X"); None where there is no label."""
    match = LABEL.match(page.text[span[0] : span[1]])
    return (span[0] + match.end(), span[1]) if match else None


def below(page: PageText, segment: Segment, limit: float = 1.6) -> Segment | None:
    """The nearest segment in the next two rows that begins, or is centred, where this one does."""
    words = page.page.words
    first, last = words[segment.start], words[segment.end - 1]
    height = max(first.height, last.height)
    for place in range(_index(page, segment) + 1, len(page.page.segments)):
        other = page.page.segments[place]
        if other.row > segment.row + 2:
            return None
        head, tail = words[other.start], words[other.end - 1]
        if other.row == segment.row or head.y0 - first.y1 > limit * height:
            continue
        centred = abs((head.x0 + tail.x1) - (first.x0 + last.x1)) < 2.4 * height
        if abs(head.x0 - first.x0) < 1.2 * height or centred:
            return other
    return None


def _index(page: PageText, segment: Segment) -> int:
    return page.page.segment_of[segment.start]
