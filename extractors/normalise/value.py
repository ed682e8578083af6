"""One canonical reading of a value, and whether two values say the same."""

from extractors.candidate import Kind
from extractors.normalise.date import date_readings
from extractors.normalise.identifier import identifier_key
from extractors.normalise.money import as_decimal, money_readings, number_readings
from extractors.normalise.text import collapse, fold

_TRUE = frozenset(("true", "yes", "y", "ja", "oui", "si", "sì", "sí", "1", "x", "✓", "✔", "☑", "☒", "[x]", "(x)"))
_FALSE = frozenset(("false", "no", "n", "nein", "non", "0", "☐", "[]", "()", "[ ]", "( )"))


def canonical(kind: Kind, text: str) -> str | None:
    """The best single reading of a value, for labels and model answers; None where it cannot be read as `kind`.

    date: ISO, day first where that is open; money, number: a plain decimal with its printed decimals; boolean:
    "true" or "false"; everything else: blanks collapsed. Idempotent. Never raises.
    """
    if kind == "date":
        return next((iso for iso, _ in date_readings(text)), None)
    if kind == "money":
        return next((value for value, _ in money_readings(text)), None)
    if kind == "number":
        return next((value for value, _ in number_readings(text)), None)
    if kind == "boolean":
        word = collapse(text).casefold().strip(".,;:!")
        return "true" if word in _TRUE else "false" if word in _FALSE else None
    return collapse(text) or None


def same(kind: Kind, gold: str | None, got: str | None) -> bool:
    """Normalised exact match, the one comparison used for all scoring.

    - date: the same day; a gold label that can be read two ways is met by either reading.
    - money, number: numerically equal.
    - identifier: equal without case, blanks, and punctuation at the ends.
    - party, address, text: equal letters and digits, without case (Unicode NFKC).
    - enum: equal without case, blanks collapsed. boolean: the same truth value.
    - None equals None alone. Values that cannot be read as `kind` are compared as text.
    """
    if gold is None or got is None:
        return gold is got
    if kind == "date":
        days = {iso for iso, _ in date_readings(gold)}
        return canonical(kind, got) in days if days else _same_text(gold, got)
    if kind in ("money", "number"):
        return _same_number(kind, gold, got)
    if kind == "identifier":
        return identifier_key(gold) == identifier_key(got)
    if kind in ("party", "address", "text"):
        return _same_text(gold, got)
    if kind == "boolean" and canonical(kind, gold) is not None:
        return canonical(kind, gold) == canonical(kind, got)
    return collapse(gold).casefold() == collapse(got).casefold()


def _same_text(gold: str, got: str) -> bool:
    left, right = fold(gold), fold(got)
    return left == right if left or right else collapse(gold) == collapse(got)


def _same_number(kind: Kind, gold: str, got: str) -> bool:
    left, right = canonical(kind, gold), canonical(kind, got)
    if left is None or right is None:
        return left is right and _same_text(gold, got)
    return as_decimal(left) == as_decimal(right)
