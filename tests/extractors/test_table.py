from extractors.table import ROW, item_rows
from extractors.tables.headers import find_headers
from extractors.tables.rows import row_facts
from ocr.document import Document, Page, Word

HEADERS = {
    "description": ("description", "beschreibung"),
    "quantity": ("qty", "menge"),
    "unit_price": ("unit price", "preis"),
    "line_total": ("amount", "betrag"),
}
INVOICE = """
Acme Ltd                       Invoice 4711

Description              Qty   Unit price     Amount
Blue pencils               3         1.50       4.50
with a rubber on top
Green paper A4            10         2.00      20.00

Total                                          24.50
"""


def test_finds_the_header_and_its_columns() -> None:
    (header,) = find_headers(Document.from_text(INVOICE), HEADERS)
    assert header.columns == {"description", "quantity", "unit_price", "line_total"}
    assert [word.column for word in header.words] == [
        "description",
        "quantity",
        "unit_price",
        "unit_price",
        "line_total",
    ]


def test_a_row_with_a_number_is_no_header() -> None:
    assert find_headers(Document.from_text("Description   Qty 3   Amount"), HEADERS) == ()


def test_a_header_may_stand_over_several_rows() -> None:
    text = "            Unit\nDescription   price   Qty   Net\n                            amount\nPen  1.00  2  2.00"
    (header,) = find_headers(Document.from_text(text), {**HEADERS, "unit_price": ("price",)})
    assert header.columns == {"description", "unit_price", "quantity", "line_total"}


def test_proposes_every_row_with_an_amount_and_says_what_it_stands_under() -> None:
    document = Document.from_text(INVOICE)
    rows = item_rows(document, HEADERS, above=0, below=1)
    assert [(row.facts.tokens[0], row.role) for row in rows] == [
        ("blue", "item 1"),
        ("with", "part"),
        ("green", "item 3"),
        ("total", "item 4"),
    ]
    numbers = rows[0].numbers("money")
    assert [(number.value, number.form) for number in numbers] == [
        ("3", "quantity"),
        ("1.50", "unit_price"),
        ("4.50", "line_total"),
    ]
    assert [(text.text, text.form) for text in rows[1].texts()] == [
        ("with a rubber on top", "description description description ~description >description")
    ]


def test_readings_hold_every_candidate_and_the_anchor() -> None:
    (row, *_) = item_rows(Document.from_text(INVOICE), HEADERS, above=0, below=0)
    readings = row.readings({"quantity": row.numbers(), "line_total": row.numbers("money"), "code": row.codes()})
    assert [reading["quantity"].value for reading in readings] == ["3", "1.50", "4.50"]
    assert {reading[ROW].text for reading in readings} == {"Blue pencils 3 1.50 4.50"}
    assert [reading["code"].value for reading in readings if "code" in reading] == ["3"]
    assert readings[0][ROW].form == "item 1"


def test_the_next_page_goes_on_under_the_same_header() -> None:
    def page(number: int, lines: list[list[tuple[str, float]]]) -> Page:
        words = [
            Word(text, x, 20.0 * row, x + 6.0 * len(text), 20.0 * row + 10)
            for row, line in enumerate(lines)
            for text, x in line
        ]
        return Page.of(number, 400, 400, words)

    document = Document(
        (
            page(1, [[("Description", 0), ("Qty", 200), ("Amount", 300)], [("Pen", 0), ("2", 206), ("3.00", 312)]]),
            page(2, [[("Ink", 0), ("1", 206), ("9.00", 312)]]),
        )
    )
    rows = item_rows(document, HEADERS, above=0, below=0)
    assert [[number.form for number in row.numbers()] for row in rows] == [["quantity", "line_total"]] * 2


def test_shapes_of_words() -> None:
    ((facts, *_),) = row_facts(Document.from_text("2 x Paper BR-2041 @ EUR 3,50 19 % SR - 4,50"))
    assert facts.shapes == "IXTAXKMPStSM"
    assert facts.pattern == "IXTAXMPtM"


def test_a_word_up_the_margin_takes_part_in_nothing() -> None:
    words = [Word("Registered", 0, 0, 8, 90), Word("Pen", 20, 40, 40, 50), Word("3.00", 90, 40, 110, 50)]
    document = Document((Page.of(1, 200, 100, words),))
    (row,) = item_rows(document, HEADERS)
    assert [text.text for text in row.texts()] == ["Pen", "3.00"]


def test_nothing_to_find() -> None:
    assert item_rows(Document.from_text(""), HEADERS) == []
    assert item_rows(Document.from_text("No number here"), HEADERS) == []
