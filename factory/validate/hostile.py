"""Documents that nobody would send and somebody will: generated code must answer each, if only with nothing."""

from collections.abc import Callable

from ocr.document import Document, Page, Word

WORDS = 5000
_RIGHT_TO_LEFT = "فاتورة رقم ١٢٣٤ חשבונית 2024-01-05 \u202e1234.50\u202c المجموع ۱۲۳٫۵۰"
_CONTROL = "Total\x00 \x01\x02 \x1b[31m1.00\x7f \u200b\u200d\ufeff \ud7ff \U0010ffff e\u0301\u0301\u0301 ﷽ 🧾💶"
_NUMBERS = (
    "1.234.567,89 1,234,567.89 1'234.50 -0.00 +-5 1e308 1e-308 .. ,, 1.2.3.4 999999999999999999999999999999 ½ ² Ⅳ ٣ "
    "0000-00-00 31.02.2024 2024-13-45 99/99/9999 12:61 00.00.0000 29.02.2023 %% 100% (1.00) 1- €€5 $-,50 NaN inf None"
)
_MARKUP = "</script> {{total}} ${jndi:ldap://x} ' OR 1=1 -- %s %n ../../etc/passwd \\ \" \\u0000 {0.__class__} $(id)"


def hostile_documents() -> dict[str, Document]:
    """By name. The same ones every time."""
    return {name.replace("_", " "): make() for name, make in _MAKERS.items()}


def no_pages() -> Document:
    return Document(())


def empty_page() -> Document:
    return Document((_page([]),))


def one_word() -> Document:
    return _line("Total")


def one_digit() -> Document:
    return _line("7")


def blanks_between_pages() -> Document:
    pages = [_page([]), _line("Total 12.00", 2).pages[0], _page([], 3), _line("12.00", 4).pages[0]]
    return Document(tuple(pages))


def many_words() -> Document:
    """Prose, dates, amounts and identifiers, mixed."""
    kinds = ("Total", "12.50", "2024-01-31", "INV-{}", "Main", "Street", "{}", "EUR", "1.{:03},00")
    return _grid([kinds[place % len(kinds)].format(place % 1000) for place in range(WORDS)], 25)


def many_amounts() -> Document:
    return _grid([f"{place % 997}.{place % 100:02}" for place in range(1000)], 20)


def same_word_often() -> Document:
    return _grid(["Total"] * (WORDS // 2), 20)


def huge_word() -> Document:
    return _line("x" * 100_000)


def huge_number() -> Document:
    return _line("Total " + "9" * 20_000 + " " + "1," * 5_000 + "00")


def long_row() -> Document:
    return _grid(["Amount", "1.00"] * 300, 600)


def tall_column() -> Document:
    return _grid(["Amount", "1.00"] * 300, 1)


def right_to_left() -> Document:
    return _lines(_RIGHT_TO_LEFT)


def control_characters() -> Document:
    return _lines(_CONTROL)


def odd_numbers() -> Document:
    return _lines(_NUMBERS)


def markup_and_commands() -> Document:
    return _lines(_MARKUP)


def all_on_one_spot() -> Document:
    texts = ("Total", "12.00", "2024-01-31", "INV-1", "Date")
    return Document((_page([Word(text, 10, 10, 60, 20) for text in texts * 20]),))


def overlapping_boxes() -> Document:
    texts = ("Total", "12.00", "Date", "2024-01-31") * 25
    return Document(
        (_page([Word(text, 10 + 3 * n, 10 + 2 * n, 60 + 3 * n, 22 + 2 * n) for n, text in enumerate(texts)]),)
    )


def boxes_without_size() -> Document:
    return Document((_page([Word(text, 50, 50, 50, 50) for text in ("Total", "12.00", "Date", "2024-01-31")]),))


def boxes_outside_the_page() -> Document:
    texts = ("Total", "12.00", "Date", "2024-01-31")
    return Document(
        (_page([Word(text, -1e6 * n, 1e6 * n, -1e6 * n + 50, 1e6 * n + 10) for n, text in enumerate(texts)]),)
    )


def huge_coordinates() -> Document:
    texts = ("Total", "12.00", "Date", "2024-01-31")
    words = [Word(text, 1e12 * n, 1e12, 1e12 * n + 1e11, 1.1e12) for n, text in enumerate(texts)]
    return Document((Page.of(1, 1e13, 1e13, words),))


def tiny_coordinates() -> Document:
    words = [Word(text, 1e-9 * n, 0, 1e-9 * n + 5e-10, 1e-10) for n, text in enumerate(("Total", "12.00", "Date"))]
    return Document((Page.of(1, 1e-8, 1e-8, words),))


def many_pages() -> Document:
    return Document(tuple(_line(f"Page {number} Total {number}.00", number).pages[0] for number in range(1, 101)))


_MAKERS: dict[str, Callable[[], Document]] = {
    make.__name__: make
    for make in (
        *(no_pages, empty_page, one_word, one_digit, blanks_between_pages, many_words, many_amounts, same_word_often),
        *(huge_word, huge_number, long_row, tall_column, right_to_left, control_characters, odd_numbers),
        *(markup_and_commands, all_on_one_spot, overlapping_boxes, boxes_without_size, boxes_outside_the_page),
        *(huge_coordinates, tiny_coordinates, many_pages),
    )
}


def _page(words: list[Word], number: int = 1) -> Page:
    return Page.of(number, 600, 800, words)


def _line(text: str, number: int = 1) -> Document:
    return Document((_page(_row(text.split(" "), 0), number),))


def _lines(text: str) -> Document:
    """The words once in one row, and once each in a row of its own beside a label."""
    words = [word for word in text.split(" ") if word]
    rows = _row(words, 0)
    for place, word in enumerate(words, start=1):
        rows += _row(["Total:", word], place)
    return Document((_page(rows),))


def _grid(texts: list[str], columns: int) -> Document:
    rows = [texts[start : start + columns] for start in range(0, len(texts), columns)]
    return Document((_page([word for number, row in enumerate(rows) for word in _row(row, number)]),))


def _row(texts: list[str], number: int) -> list[Word]:
    """Words side by side, six units a character, in row `number`."""
    words, left = [], 10.0
    for text in texts:
        right = left + 6.0 * min(len(text), 80)
        words.append(Word(text, left, 12.0 * number, right, 12.0 * number + 10.0))
        left = right + 4.0
    return words
