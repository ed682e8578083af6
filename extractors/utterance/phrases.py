"""Text spans by shape: quoted strings, runs of capitalised words, codes, phrases between small words, and lists."""

from collections.abc import Callable, Iterator
from typing import Any

from extractors.utterance import numbers as number_readings
from extractors.utterance.text import CODE, DATE, MARK, NUMBER, WORD, Span, Utterance
from extractors.utterance.words import listed

QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’", "`": "`", "«": "»"}
INNER = frozenset(listed("of the de la von van der del di da du and & in for on"))
"""Small words that may stand inside a name."""
STOPS = frozenset(
    listed(
        "a an the of in on at from to for by with and or as is are was were be been being it its this that "
        "these those my your our their his her me i we you he she they what which who whom whose when where "
        "how why if then than so do does did can could would should will shall may might must not no into "
        "onto about between within during over under above below after before since until till through per "
        "via using use given let need want like please there have has had get got all any some each every "
        "also just only both either neither near nearby than less more fewer made based including around against "
        "across along among while because"
    )
)
EDGES = frozenset(listed("a an the my your our their his her some any this that these those all"))
BREAKS = STOPS - EDGES
JOINERS = frozenset((",", "and", "or", "&"))
OPERATORS = frozenset("+-*/^()")
MATHEMATICS = frozenset(listed("sin cos tan exp log ln sqrt pi"))
LONGEST = 8
MOST = 120


def texts(utterance: Utterance) -> list[Span]:
    """Every span that may be a piece of text, from all proposers below, the same span once."""
    if "texts" not in utterance.found:
        seen: dict[tuple[int, int], Span] = {}
        for propose in (quoted, codes, expressions, names, phrases):
            for span in propose(utterance):
                seen.setdefault((span.start, span.end), span)
                if len(seen) >= MOST:
                    break
        utterance.found["texts"] = list(seen.values())
    spans: list[Span] = utterance.found["texts"]
    return spans


def quoted(utterance: Utterance) -> list[Span]:
    """What stands between quotation marks."""
    found: list[Span] = []
    tokens = utterance.tokens
    if QUOTES.keys().isdisjoint(tokens):
        return []
    opened: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if utterance.kinds[place] is not MARK:
            continue
        if token in opened and place > opened[token]:
            start = opened.pop(token)
            value = utterance.text[utterance.ends[start - 1] : utterance.starts[place]].strip()
            if value:
                found.append(Span("text", value, start, place, "quoted"))
        elif token in QUOTES:
            opened[QUOTES[token]] = place + 1
    return found


def codes(utterance: Utterance) -> list[Span]:
    """Codes, addresses of the web, paths, numbers and dates as text."""
    kinds = utterance.kinds
    return [
        Span("text", utterance.tokens[place], place, place + 1, "code" if kinds[place] is CODE else "digits")
        for place in range(len(kinds))
        if kinds[place] in (CODE, NUMBER, DATE)
    ]


def expressions(utterance: Utterance) -> list[Span]:
    """Formulas (`3x^2 + 2x - 1`): the longest runs of numbers, single letters, functions and operators."""
    lowers, kinds, count = utterance.lowers, utterance.kinds, len(utterance.lowers)
    if OPERATORS.isdisjoint(lowers):
        return []
    found: list[Span] = []
    start = 0
    for place in range(count + 1):
        if place < count and lowers[place] != "=" and _is_formula_part(lowers[place], kinds[place]):
            continue
        first, last = start, place
        start = place + 1
        while last > first and lowers[last - 1] in OPERATORS and lowers[last - 1] != ")":
            last -= 1
        while first < last and lowers[first] in OPERATORS and lowers[first] not in "(-":
            first += 1
        parts = lowers[first:last]
        defined = place < count and lowers[place] == "="  # `f(x)` of `f(x) = x^2` is no formula
        if not defined and not OPERATORS.isdisjoint(parts) and any(part[0].isalpha() for part in parts):
            found.append(Span("text", utterance.text_of(first, last), first, last, "code"))
    return found


def _is_formula_part(low: str, kind: str) -> bool:
    if kind is NUMBER or low in OPERATORS or low in MATHEMATICS:
        return True
    return len(low) == 1 and low.isalpha() if kind is WORD else kind is CODE and low.isalnum() and len(low) < 5


def names(utterance: Utterance) -> list[Span]:
    """Runs of capitalised words, whole and, where small words or commas join them, in parts."""
    tokens, kinds = utterance.tokens, utterance.kinds
    found: list[Span] = []
    place, count = 0, len(tokens)
    while place < count:
        if not _is_name(utterance, place):
            place += 1
            continue
        start = place
        ends = [place + 1]
        place += 1
        while place < count and place - start < LONGEST:
            if _is_name(utterance, place):
                ends.append(place + 1)
                if kinds[place - 1] is WORD and tokens[place - 1].lower() not in INNER and len(ends) > 1:
                    ends.pop(-2)
                place += 1
            elif _joins(utterance, place) and place + 1 < count and _is_name(utterance, place + 1):
                place += 1
            elif (
                kinds[place] is NUMBER
                and kinds[place - 1] is WORD
                and utterance.starts[place] > utterance.ends[place - 1]
            ):
                ends.append(place + 1)
                place += 1
                break
            else:
                break
        found += [Span("text", utterance.text_of(start, end), start, end, "name") for end in ends]
        if start and kinds[start - 1] is NUMBER:
            found.append(Span("text", utterance.text_of(start - 1, ends[-1]), start - 1, ends[-1], "name"))
        if len(ends) > 1:
            found += _tails(utterance, start, ends[-1])
    return found


def _tails(utterance: Utterance, start: int, end: int) -> Iterator[Span]:
    """The parts of a joined run that begin after a joining word or mark, and it without its first word."""
    for place in range(start + 1, end):
        if _is_name(utterance, place) and _joins(utterance, place - 1):
            yield Span("text", utterance.text_of(place, end), place, end, "name")


def _joins(utterance: Utterance, place: int) -> bool:
    return utterance.tokens[place] in (",", "-", "/", "&", ".") or utterance.lowers[place] in INNER


def _is_name(utterance: Utterance, place: int) -> bool:
    token = utterance.tokens[place]
    if utterance.kinds[place] is not WORD or not token[0].isupper():
        return False
    if place == 0 or utterance.tokens[place - 1] in (".", "?", "!", ":"):
        # The first word of a sentence is capitalised whatever it is.
        return len(token) > 1 and utterance.lowers[place] not in STOPS and _next_is_upper(utterance, place)
    return utterance.lowers[place] not in STOPS


def _next_is_upper(utterance: Utterance, place: int) -> bool:
    token = utterance.tokens[place]
    after = utterance.tokens[place + 1] if place + 1 < len(utterance.tokens) else ""
    return token.isupper() or after[:1].isupper() or after == "'s"


def phrases(utterance: Utterance) -> list[Span]:
    """Between small words, articles and marks: the whole run, its last words, and its first ones."""
    lowers, kinds = utterance.lowers, utterance.kinds
    found: list[Span] = []
    start = 0
    for place in range(len(lowers) + 1):
        if place < len(lowers) and kinds[place] in (WORD, CODE) and lowers[place] not in STOPS:
            continue
        for one in range(start, min(place, start + 6)):
            for end in range(one + 1, min(place, one + 5) + 1):
                if one == start or end == place:
                    found.append(Span("text", utterance.text_of(one, end), one, end, "phrase"))
        start = place + 1
        if len(found) > MOST:
            break
    return found


def lists(utterance: Utterance, items: str = "text") -> list[Span]:
    """Lists: between brackets, or items joined by commas and `and`. `items` is integer, number, float or text."""
    key = f"lists {items}"
    if key not in utterance.found:
        inner = _ITEMS.get(items, texts)(utterance)
        utterance.found[key] = [*_bracketed(utterance, inner, items), *_joined(utterance, inner)]
    spans: list[Span] = utterance.found[key]
    return spans


_ITEMS: dict[str, Callable[[Utterance], list[Span]]] = {
    "integer": number_readings.integers,
    "number": number_readings.numbers,
    "float": number_readings.floats,
    "text": texts,
}


def _bracketed(utterance: Utterance, inner: list[Span], items: str) -> Iterator[Span]:
    tokens = utterance.tokens
    for start, token in enumerate(tokens):
        if token not in ("[", "(", "{"):
            continue
        end = next((at for at in range(start + 1, len(tokens)) if tokens[at] in ("]", ")", "}")), None)
        if end is None:
            return
        values = _inside(utterance, inner, start + 1, end, items)
        if values:
            yield Span("list", values, start, end + 1, "bracketed")


def _inside(utterance: Utterance, inner: list[Span], start: int, end: int, items: str) -> list[Any]:
    if items != "text":
        return [span.value for span in inner if start <= span.start and span.end <= end]
    text = utterance.text[utterance.ends[start - 1] : utterance.starts[end]]
    return [part.strip(" '\"“”‘’") for part in text.split(",") if part.strip(" '\"“”‘’")]


def _joined(utterance: Utterance, inner: list[Span]) -> list[Span]:
    """Runs `item , item and item`, the longest from each first item; and single items."""
    lowers = utterance.lowers
    best: dict[int, list[Span]] = {}
    for span in inner:
        best.setdefault(span.start, []).append(span)
    found: list[Span] = []
    used = 0
    for start in sorted(best):
        for first in best[start]:
            chain = [first]
            while True:
                after = chain[-1].end
                while after < len(lowers) and lowers[after] in JOINERS:
                    after += 1
                if after == chain[-1].end or after not in best or len(chain) > 40:
                    break
                options = best[after]
                chain.append(min(options, key=lambda span: (not _closes(lowers, span.end), span.end - span.start)))
            if (len(chain) > 1 and start >= used) or len(chain) == 1:
                found.append(Span("list", [span.value for span in chain], start, chain[-1].end, _form(chain)))
            if len(found) >= MOST:
                return found
    return found


def _form(chain: list[Span]) -> str:
    return "joined" if len(chain) > 1 else "single " + chain[0].form


def _closes(lowers: list[str], end: int) -> bool:
    """Whether an item that ends here is followed by the next item's joint or by the end of the list."""
    return end >= len(lowers) or lowers[end] in JOINERS or lowers[end] in BREAKS or not lowers[end][0].isalnum()
