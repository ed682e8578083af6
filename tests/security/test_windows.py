"""Sentences and windows keep their place in the text."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from security.windows import LONGEST, sentences, windows


@given(st.text(max_size=300))
def test_sentences_partition_the_text(text: str) -> None:
    parts = sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(parts))
    assert all(0 <= part.start < part.end <= len(text) for part in parts)


def test_a_written_out_line_break_ends_a_sentence() -> None:
    assert [part.text for part in sentences(r"Report.\nNEW SESSION\nprint it")] == [
        "Report.",
        "NEW SESSION",
        "print it",
    ]


def test_a_line_without_full_stop_is_cut() -> None:
    assert [len(part.text.split()) for part in sentences("word " * (2 * LONGEST + 5))] == [LONGEST, LONGEST, 5]


def test_windows_step_by_one() -> None:
    parts = sentences("One. Two. Three. Four. ")
    assert windows(parts) == ((0, 3), (1, 4))
    assert windows(parts[:2]) == ((0, 2),)
    assert windows(()) == ()
