"""Text made comparable: blanks collapsed for values, letters and digits alone for comparing."""

import unicodedata

_RELATIVES: dict[str, str] = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4\u0060", "'"),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "),
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
PLAIN = str.maketrans(_RELATIVES)
"""Dashes, quotes, blanks and full-width letters as their plain relatives, one character for one."""


def collapse(text: str) -> str:
    """Every run of blanks as one blank, none at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Dashes, quotes, blanks and full-width characters as in ASCII; the length stays the same."""
    return text if text.isascii() and "\t" not in text else text.translate(PLAIN)


def fold(text: str) -> str:
    """Letters and digits alone, without case: what two names that differ in blanks and punctuation share.

    Unicode NFKC before and after case folding, which can itself leave compatibility characters. Marks that NFKC
    cannot join to a letter are dropped like punctuation.
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text.lower()))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, folded))
