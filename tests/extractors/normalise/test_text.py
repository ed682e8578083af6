from hypothesis import given
from hypothesis import strategies as st

from extractors.normalise.text import collapse, fold, plain


def test_fold_keeps_letters_and_digits_alone() -> None:
    assert fold("MR. D.I.Y. (M) Sdn Bhd") == "mrdiymsdnbhd"
    assert fold("Straße Ｎｏ．１２") == "strasseno12"
    assert fold("Müller & Cie") == fold("Mu\u0308ller, CIE")


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_plain_keeps_the_length(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_collapse_leaves_single_blanks(text: str) -> None:
    assert collapse(text).split() == text.split()
    assert collapse(collapse(text)) == collapse(text)
