import pytest

from extractors.tables.figures import decimal_comma, figure
from ocr.document import Document


@pytest.mark.parametrize(
    ("text", "comma", "value", "shape"),
    [
        ("RM3.79", False, "3.79", "M"),
        ("$7.10", False, "7.10", "M"),
        ("1.234,50", True, "1234.50", "M"),
        ("1,234.50", False, "1234.50", "M"),
        ("1'234.50", False, "1234.50", "M"),
        ("5,000", True, "5.000", "M"),
        ("1.000", True, "1000", "I"),
        ("1,200", False, "1200", "I"),
        ("-5,00", True, "-5.00", "M"),
        ("(5.00)", False, "-5.00", "M"),
        ("2.50-", False, "-2.50", "M"),
        (".20", False, "0.20", "M"),
        ("15*BAG", False, "15", "I"),
        ("@7.20", False, "7.20", "M"),
        ("19%", False, "19", "P"),
        ("1.", False, "1", "I"),
        ("000001", False, "000001", "C"),
        ("4012345001235", False, "4012345001235", "C"),
        ("27,5", True, "27.5", "D"),
    ],
)
def test_reads_numbers_with_their_marks(text: str, comma: bool, value: str, shape: str) -> None:
    found = figure(text, comma)
    assert found is not None
    assert (found.text, found.shape) == (value, shape)


@pytest.mark.parametrize("text", ["A4", "06.08.2013", "12/144", "1.23.4", "BR21", "-", "", "1,2,3", "x"])
def test_leaves_other_words_alone(text: str) -> None:
    assert figure(text) is None


def test_the_documents_amounts_decide_what_a_comma_means() -> None:
    assert decimal_comma(Document.from_text("a 1,50\nb 2,75\nc 1.000"))
    assert not decimal_comma(Document.from_text("a 1.50\nb 2.75\nc 1,000"))
    assert not decimal_comma(Document.from_text("nothing here"))
