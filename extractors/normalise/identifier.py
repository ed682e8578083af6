"""Identifiers: made comparable, described by shape, and checked by their own check digits."""

import re
from functools import lru_cache

from stdnum import bic, iban
from stdnum import luhn as luhn_number
from stdnum.de import stnr
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from extractors.normalise.text import collapse, plain

EDGE = " .,;:-/#*()[]{}<>'\"=_|+"
"""What may stand at the ends of an identifier without belonging to it."""

_RUN = re.compile(r"(.)\1{12,}")
_CLASSES = {
    code: ("9" if chr(code).isdigit() else "A" if chr(code).isupper() else "a")
    for code in range(128)
    if chr(code).isalnum()
}


def identifier_key(text: str) -> str:
    """What two prints of one identifier share: no case, no blanks, no punctuation at the ends; strict inside."""
    return plain(collapse(text)).casefold().strip(EDGE).replace(" ", "") or collapse(text).casefold()


def shape(text: str) -> str:
    """The classes of the characters: `AA-9999/99` for "RE-2024/07". Runs end after twelve, with a plus."""
    text = text[:80]
    classes = text.translate(_CLASSES) if text.isascii() else "".join(map(_class, text))
    return _RUN.sub(lambda run: run[1] * 12 + "+", classes) if len(classes) > 12 else classes


@lru_cache(maxsize=4096)
def checks(text: str) -> frozenset[str]:
    """The schemes whose length, alphabet and check digits the text satisfies: `iban`, `bic`, `eu_vat`, `de_tax`,
    `luhn`. For features and for proposing; a false scheme says nothing about a true value."""
    compact = re.sub(r"[\s.\-/]", "", text[:60]).upper()
    found = set()
    if 15 <= len(compact) <= 34 and compact[:2].isalpha() and compact[2:4].isdigit() and _holds(iban.validate, compact):
        found.add("iban")
    if len(compact) in (8, 11) and compact[:6].isalpha() and _holds(bic.validate, compact):
        found.add("bic")
    if 8 <= len(compact) <= 14 and compact[:2].isalpha() and _holds(vat.validate, compact):
        found.add("eu_vat")
    if compact.isdigit() and 10 <= len(compact) <= 19:
        if len(compact) <= 13 and _holds(stnr.validate, compact):
            found.add("de_tax")
        if _holds(luhn_number.validate, compact):
            found.add("luhn")
    return frozenset(found)


def _holds(validate: object, number: str) -> bool:
    try:
        validate(number)  # type: ignore[operator]  # a stdnum validate function
    except ValidationError:
        return False
    return True


def _class(char: str) -> str:
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return "9" if char.isdigit() else char
