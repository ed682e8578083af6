"""Numbers in an utterance: digits, words, percent, multiples (`2 million`), money, ordinals.

One reading of the tokens serves all number proposers; each gives a number's value in the type that its parameter has.
"""

from collections.abc import Generator, Iterator

from extractors.utterance.text import CODE, NUMBER, WORD, Span, Utterance
from extractors.utterance.words import listed

SMALL = {
    word: value
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
LETTERS = {"k": 1000, "m": 10**6, "bn": 10**9, "b": 10**9}
ORDINALS = {
    word: value
    for value, word in enumerate(
        listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
        start=1,
    )
}
TIMES = {"once": 1, "twice": 2, "thrice": 3, "half": 0.5, "couple": 2, "single": 1, "pair": 2}
_COUNTING = SMALL.keys() | TENS.keys() | SCALES.keys() | {"a"}
_PLACING = TIMES | ORDINALS
FREQUENCIES = {
    "annually": 1, "yearly": 1, "semiannually": 2, "semi-annually": 2, "biannually": 2, "half-yearly": 2,
    "quarterly": 4, "bimonthly": 6, "monthly": 12, "fortnightly": 26, "biweekly": 26, "weekly": 52, "daily": 365,
}  # fmt: skip
ENDINGS = frozenset(("st", "nd", "rd", "th"))
CURRENCIES = frozenset("$€£¥₹")
_MONEY_WORDS = tuple([word] for word in (*CURRENCIES, "euro", "euros", "eur", "chf", "francs"))
"""What stands after an amount that may be printed with a decimal comma."""
PERCENT = frozenset(("%", "percent", "pct"))
LARGEST = 10**15


def integers(utterance: Utterance) -> list[Span]:
    """Whole numbers, as int."""
    return _cached(utterance, "integers", "integer")


def numbers(utterance: Utterance) -> list[Span]:
    """All numbers: whole ones as int, others as float; `8%` as 0.08 and as 8."""
    return _cached(utterance, "numbers", "number")


def floats(utterance: Utterance) -> list[Span]:
    """All numbers as float; `8%` as 0.08 and as 8.0."""
    return _cached(utterance, "floats", "float")


def money(utterance: Utterance) -> list[Span]:
    """Amounts with a currency beside them, as float; all numbers where there is none."""
    found = floats(utterance)
    marked = [span for span in found if span.form.startswith("money")]
    return marked or found


def frequencies(utterance: Utterance) -> list[Span]:
    """How often a year: `quarterly` is 4."""
    return [
        Span("integer", FREQUENCIES[low], place, place + 1, "frequency")
        for place, low in enumerate(utterance.lowers)
        if low in FREQUENCIES
    ]


def _cached(utterance: Utterance, name: str, kind: str) -> list[Span]:
    if name not in utterance.found:
        utterance.found[name] = list(_as(kind, readings(utterance)))
    spans: list[Span] = utterance.found[name]
    return spans


def _as(kind: str, found: list[Span]) -> Iterator[Span]:
    for _, value, start, end, form in found:
        if kind == "float":
            yield Span(kind, float(value), start, end, form)
            continue
        whole = value == int(value)
        if whole or kind == "number":
            yield Span(kind, int(value) if whole else value, start, end, form)


def readings(utterance: Utterance) -> list[Span]:
    """Every number once or, where it can be read in two ways, twice."""
    if "readings" not in utterance.found:
        utterance.found["readings"] = list(_read(utterance))
    spans: list[Span] = utterance.found["readings"]
    return spans


def _read(utterance: Utterance) -> Iterator[Span]:
    lowers, kinds = utterance.lowers, utterance.kinds
    place, count = 0, len(lowers)
    while place < count:
        kind, low, end = kinds[place], lowers[place], place + 1
        if kind is WORD:
            if low in _COUNTING or "-" in low:
                end = yield from _words(utterance, place)
            elif low in _PLACING:
                yield Span("number", _PLACING[low], place, end, "ordinal")
        elif kind is NUMBER:
            # The 2 of `m/s^2` is no quantity.
            if not place or lowers[place - 1] != "^":
                end = yield from _digits(utterance, place)
        elif kind is CODE:
            end = yield from _measured(utterance, place)
        place = max(end, place + 1)


def _digits(utterance: Utterance, place: int) -> Generator[Span, None, int]:
    """Yields the readings, returns the token after them."""
    lowers, kinds, tokens = utterance.lowers, utterance.kinds, utterance.tokens
    text, end = _printed(utterance, place)
    if len(text) > 15:
        return place + 1
    value: float = int(text) if text.lstrip("-").isdecimal() else float(text)
    if not abs(value) < LARGEST:
        return place + 1
    form = "grouped" if "," in tokens[place] else "digits"
    following = lowers[end] if end < len(lowers) else ""
    near = end < len(lowers) and utterance.starts[end] == utterance.ends[place]
    if following in SCALES and kinds[end] is WORD:
        value, end, form = value * SCALES[following], end + 1, "scaled"
    elif near and following in LETTERS and not (following == "m" and not _is_money(utterance, place)):
        if tokens[end] == "K":  # kelvin, too
            yield Span("number", value, place, end, form)
        value, end, form = value * LETTERS[following], end + 1, "scaled"
    elif near and following in ENDINGS:
        end, form = end + 1, "ordinal"
    if _is_money(utterance, place):
        form = "money"
    last = _percent(lowers, end)
    if last:
        yield Span("number", round(value / 100, 12), place, last, "share")
        yield Span("number", value, place, last, "percent")
        return last
    value = round(value, 15)
    if abs(value) < LARGEST:
        yield Span("number", value, place, end, form)
    return end


def _printed(utterance: Utterance, place: int) -> tuple[str, int]:
    """The number that begins at a token, with a decimal point, and the token after it."""
    text = plain(utterance.tokens[place])
    if _decimal_comma(utterance, place):
        return f"{text}.{utterance.tokens[place + 2]}", place + 3
    return text, place + 1


def plain(token: str) -> str:
    """A number's token with a decimal point and nothing else: `1,250.50` and `1.250,50` are 1250.50."""
    token = token.replace("−", "-")
    if "." in token and token.rfind(",") > token.rfind("."):
        return token.replace(".", "").replace(",", ".")
    return token.replace(",", "")


def _decimal_comma(utterance: Utterance, place: int) -> bool:
    """Whether an amount of money such as `12,50 €` begins here: elsewhere a comma stands between two numbers."""
    tokens, last = utterance.tokens, place + 2
    if tokens[place + 1 : last] != [","] or utterance.kinds[last : last + 1] != [NUMBER]:
        return False
    together = utterance.ends[place] + 1 == utterance.starts[last]
    if not together or len(tokens[last]) != 2 or not (tokens[place] + tokens[last]).isdecimal():
        return False
    return _is_money(utterance, place) or utterance.lowers[last + 1 : last + 2] in _MONEY_WORDS


def _is_money(utterance: Utterance, place: int) -> bool:
    return place > 0 and utterance.tokens[place - 1] in CURRENCIES


def _words(utterance: Utterance, place: int) -> Generator[Span, None, int]:
    """`twenty-five`, `two hundred and five`, `a dozen`, `five percent`."""
    total, part, end = 0, 0, place
    lowers = utterance.lowers
    seen = False
    while end < len(lowers) and end < place + 12:
        low = lowers[end]
        value = _small(low)
        if value is not None:
            part, seen = part + value, True
        elif low in SCALES and (seen or end > place or low == "dozen"):
            part = (part or 1) * SCALES[low]
            if SCALES[low] > 100:
                total, part = total + part, 0
            seen = True
        elif low == "a" and end == place and end + 1 < len(lowers) and lowers[end + 1] in SCALES:
            part = 1
        elif low == "and" and seen and end + 1 < len(lowers) and lowers[end - 1] in SCALES and _small(lowers[end + 1]):
            pass
        else:
            break
        end += 1
    if not seen:
        return place + 1
    value = total + part
    last = _percent(lowers, end)
    if last:
        yield Span("number", value / 100, place, last, "share")
        yield Span("number", value, place, last, "percent")
        return last
    yield Span("number", value, place, end, "words")
    return end


def _percent(lowers: list[str], place: int) -> int:
    """The token after a percent sign or word that stands at a token; 0 where none does."""
    if lowers[place : place + 2] == ["per", "cent"]:
        return place + 2
    return place + 1 if place < len(lowers) and lowers[place] in PERCENT else 0


def _small(low: str) -> int | None:
    if low in SMALL:
        return SMALL[low]
    if low in TENS:
        return TENS[low]
    tens, dash, ones = low.partition("-")
    if dash and tens in TENS and 0 < SMALL.get(ones, 0) < 10:
        return TENS[tens] + SMALL[ones]
    return None


def _measured(utterance: Utterance, place: int) -> Generator[Span, None, int]:
    """`10m2`, `3x3`: the digits that a code begins with, where it does."""
    token = utterance.tokens[place]
    digits = token[: next((at for at, char in enumerate(token) if not char.isdecimal()), len(token))]
    if digits and len(digits) < 10 and len(token) > len(digits):
        yield Span("number", int(digits), place, place + 1, "measured")
    return place + 1
