"""Words as they are compared: case-folded and without the commonest endings."""

from functools import lru_cache
from itertools import groupby


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, for tables of words."""
    return tuple(text.split())


def readable(text: str) -> str:
    """RE2 reads UTF-8: a lone surrogate stands for no character and becomes one that it can read."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


_ENDINGS = listed("ations ation ments ment ings ing ies ers er ions ion es ed ly s e y")
_BY_LAST = {last: tuple(one for one in _ENDINGS if one[-1] == last) for last in {one[-1] for one in _ENDINGS}}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word in lower case without its ending; at least four letters stay of it (`cities` and `city` are one)."""
    low = word.lower()
    for ending in _BY_LAST.get(low[-1:], ()):
        if low.endswith(ending) and len(low) - len(ending) >= (3 if ending in ("s", "es", "ies", "y", "e") else 4):
            return low[: -len(ending)]
    return low


def stems(text: str) -> list[str]:
    """The stems of the words in a name or a sentence: `numResults`, `num_results` and `num results` give the same."""
    words: list[str] = []
    current = ""
    for char in text[:2000]:
        if not char.isalnum():
            words, current = ([*words, current] if current else words), ""
        elif char.isupper() and current and current[-1].islower():
            words, current = [*words, current], char
        else:
            current += char
    return [stem(word) for word in ([*words, current] if current else words)]


def shape(text: str) -> str:
    """Runs of capitals, small letters and digits, each as one sign: `San Jose` is `Aa Aa`, `C4` is `A0`."""
    part = text[:40]
    signs = part.translate(_SIGNS) if part.isascii() else map(_sign, part)
    return "".join([sign for sign, _ in groupby(signs)])


def _sign(char: str) -> str:
    return "A" if char.isupper() else "a" if char.isalpha() else "0" if char.isdecimal() else char


_SIGNS = {code: _sign(chr(code)) for code in range(128)}


COMMON = frozenset(
    stem(word)
    for word in listed(
        "find get give show tell calculate compute determine search look check help provide know make list return "
        "retrieve information detail details data result results number amount value values name time day date "
        "based specific current new next last top best good able want would like information about different "
        "various certain using used function specified particular available whether optional default type kind "
        "also"
    )
)
"""Stems of words that any request may hold."""
