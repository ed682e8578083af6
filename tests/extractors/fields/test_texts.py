"""What counts as a text."""

from extractors.fields import texts
from ocr.document import Document, Page, Word


def test_a_separator_alone_is_no_value() -> None:
    """A control character before a semicolon collapses to nothing."""
    page = Page.of(1, 400, 400, [Word("\x1f;AA", 0, 0, 20, 10)])
    found = {candidate.value for candidate in texts(Document((page,)))}
    assert "" not in found and "AA" in found
