"""Text spans by shape: quoted strings, runs of capitalised words, codes, and phrases between small words."""

from collections.abc import Iterator
from itertools import pairwise

from extractors.utterance.text import CODE, MARK, NUMBER, WORD, Span, Utterance
from extractors.utterance.words import listed

QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’", "`": "`", "«": "»"}
INNER = frozenset(listed("of the de la von van der del di da du and & in for on"))
"""Small words that may stand inside a name."""
LOOSE = frozenset(listed("and in for on , & / . "))
"""What joins two names more often than it belongs to one."""
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
STOPS_AND_OWNER = STOPS | {"'s", "’s"}
EDGES = frozenset(listed("a an the my your our their his her some any this that these those all"))
BREAKS = STOPS - EDGES
JOINERS = frozenset((",", "and", "or", "&"))
TITLES = frozenset(("mr", "mrs", "ms", "dr", "prof", "st", "v", "vs", "no"))
"""After these a full stop ends no sentence."""
ARTICLES = frozenset(("The", "A", "An"))
"""Capitalised inside a sentence, they belong to a name."""
GLUED = frozenset("#+♯♭♥♦♣♠")
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
                seen.setdefault(span[2:4], span)
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
    """Codes, addresses of the web, paths, numbers and dates as text; with what is glued to them: `2019-2020`, `C#`."""
    kinds, tokens, starts, ends = utterance.kinds, utterance.tokens, utterance.starts, utterance.ends
    found: list[Span] = []
    count = len(kinds)
    glues = not GLUED.isdisjoint(tokens)
    for place, kind in enumerate(kinds):
        if kind is WORD:
            after = place + 1
            if glues and after < count and tokens[after] in GLUED and starts[after] == ends[place]:
                found.append(Span("text", utterance.text_of(place, place + 2), place, place + 2, "code"))
            continue
        if kind is MARK:
            continue
        found.append(Span("text", tokens[place], place, place + 1, _code_form(tokens[place], kind)))
        end = place + 1
        while end < count and starts[end] == ends[end - 1] and (kinds[end] is not MARK or tokens[end] in "-–/#+"):
            end += 1
        while kinds[end - 1] is MARK:
            end -= 1
        if end > place + 1:
            found.append(Span("text", utterance.text_of(place, end), place, end, "code"))
        if kind is NUMBER and end < count and kinds[end] is WORD and utterance.lowers[end] not in STOPS:
            found.append(Span("text", utterance.text_of(place, end + 1), place, end + 1, "measured"))
            run = blocks(utterance)[0][end]
            if run is not None and end + 1 < run[1] <= end + 4:  # `12 Market Street`
                found.append(Span("text", utterance.text_of(place, run[1]), place, run[1], "measured"))
    return found


def addresses(utterance: Utterance, form: str) -> list[Span]:
    """E-mail addresses (`form` is "address") or paths and addresses of the web ("path"); all text where there is
    none."""
    return [span for span in codes(utterance) if span.form == form] or texts(utterance)


def _code_form(token: str, kind: str) -> str:
    if kind is CODE:
        return "address" if "@" in token else "path" if "/" in token or "\\" in token else "code"
    return "year" if kind is NUMBER and len(token) == 4 and token[:2] in ("18", "19", "20") else "digits"


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
    """Runs of capitalised words, whole and, where small words or commas join them, in parts; with the word after."""
    if "names" not in utterance.found:
        utterance.found["names"] = _names(utterance)
    found: list[Span] = utterance.found["names"]
    return found


def _names(utterance: Utterance) -> list[Span]:
    tokens, kinds = utterance.tokens, utterance.kinds
    found: list[Span] = []
    place, count = 0, len(tokens)
    while place < count:
        if not tokens[place][0].isupper() or not _is_name(utterance, place):
            place += 1
            continue
        start, ends = place, _name_ends(utterance, place)
        place = ends[-1]
        found += [Span("text", utterance.text_of(start, end), start, end, "name") for end in ends]
        if start > 1 and tokens[start - 1] in ARTICLES:
            found += [Span("text", utterance.text_of(start - 1, end), start - 1, end, "name") for end in ends]
        if place < count and kinds[place] is WORD and utterance.lowers[place] not in STOPS_AND_OWNER:
            found.append(Span("text", utterance.text_of(start, place + 1), start, place + 1, "extended"))
        if start and kinds[start - 1] is NUMBER:
            found.append(Span("text", utterance.text_of(start - 1, place), start - 1, place, "name"))
        if len(ends) > 1:
            found += _tails(utterance, start, place)
    return found


def _name_ends(utterance: Utterance, start: int) -> list[int]:
    """Where a name that begins there may end: before each small word or mark inside it, and at its end."""
    tokens, kinds, count = utterance.tokens, utterance.kinds, len(utterance.tokens)
    ends = [start + 1]
    place = start + 1
    while place < count and place - start < LONGEST:
        if _is_name(utterance, place):
            ends.append(place + 1)
            if kinds[place - 1] is WORD and tokens[place - 1].lower() not in INNER and len(ends) > 1:
                ends.pop(-2)
            place += 1
        elif _joins(utterance, place) and place + 1 < count and _is_name(utterance, place + 1):
            place += 1
        else:
            if kinds[place] is NUMBER and kinds[place - 1] is WORD:
                apart = utterance.starts[place] > utterance.ends[place - 1]
                ends += [place + 1] if apart else []
            break
    return ends


def _tails(utterance: Utterance, start: int, end: int) -> Iterator[Span]:
    """The parts of a joined run that begin after a joining word or mark, and it without its first word."""
    for place in range(start + 1, end):
        if _is_name(utterance, place) and _joins(utterance, place - 1):
            yield Span("text", utterance.text_of(place, end), place, end, "name")
            if utterance.tokens[place - 1] in ARTICLES:
                yield Span("text", utterance.text_of(place - 1, end), place - 1, end, "name")


def _joins(utterance: Utterance, place: int) -> bool:
    return utterance.tokens[place] in (",", "-", "/", "&", ".") or utterance.lowers[place] in INNER


def _is_name(utterance: Utterance, place: int) -> bool:
    token = utterance.tokens[place]
    if utterance.kinds[place] is not WORD or not token[0].isupper():
        return False
    titled = place > 1 and utterance.tokens[place - 1] == "." and utterance.lowers[place - 2] in TITLES
    if place == 0 or (utterance.tokens[place - 1] in (".", "?", "!", ":") and not titled):
        # The first word of a sentence is capitalised whatever it is.
        return len(token) > 1 and utterance.lowers[place] not in STOPS and _next_is_upper(utterance, place)
    return utterance.lowers[place] not in STOPS


def _next_is_upper(utterance: Utterance, place: int) -> bool:
    token = utterance.tokens[place]
    after = utterance.tokens[place + 1] if place + 1 < len(utterance.tokens) else ""
    return token.isupper() or after[:1].isupper() or after == "'s"


def phrases(utterance: Utterance) -> list[Span]:
    """Between small words, articles and marks: the whole run, its last words, its first ones and single ones; two runs
    that `of` joins."""
    found: list[Span] = []
    text, starts, ends = utterance.text, utterance.starts, utterance.ends
    runs = blocks(utterance)[1]
    for start, end in runs:
        last = min(end, start + LONGEST)
        for one in range(start, last):
            for stop in range(one + 1, min(last, one + 5) + 1):
                if one == start or stop == end or stop == one + 1:
                    found.append(Span("text", text[starts[one] : ends[stop - 1]], one, stop, "phrase"))
        if len(found) > MOST:
            break
    for (start, end), (after, last) in pairwise(runs):
        between = utterance.lowers[end:after]
        if between in (["of"], ["of", "the"]) and last - start <= LONGEST:
            found += [
                Span("text", utterance.text_of(one, last), one, last, "extended")
                for one in range(max(start, end - 2), end)
            ]
    return found


Blocks = tuple[list[tuple[int, int] | None], list[tuple[int, int]]]


def blocks(utterance: Utterance) -> Blocks:
    """For each token the run of words between small words and marks that it belongs to; and all such runs."""
    if "blocks" not in utterance.found:
        lowers, kinds = utterance.lowers, utterance.kinds
        of: list[tuple[int, int] | None] = [None] * len(lowers)
        runs: list[tuple[int, int]] = []
        start = 0
        for place in range(len(lowers) + 1):
            if place < len(lowers) and kinds[place] in (WORD, CODE) and lowers[place] not in STOPS_AND_OWNER:
                continue
            if place > start:
                runs.append((start, place))
                of[start:place] = [(start, place)] * (place - start)
            start = place + 1
        utterance.found["blocks"] = of, runs
    found: Blocks = utterance.found["blocks"]
    return found


def quotations(utterance: Utterance) -> list[tuple[int, int] | None]:
    """For each token what stands between the quotation marks around it."""
    if "quotations" not in utterance.found:
        of: list[tuple[int, int] | None] = [None] * len(utterance.lowers)
        for span in quoted(utterance):
            of[span.start : span.end] = [(span.start, span.end)] * (span.end - span.start)
        utterance.found["quotations"] = of
    found: list[tuple[int, int] | None] = utterance.found["quotations"]
    return found


def name_runs(utterance: Utterance) -> list[tuple[int, int] | None]:
    """For each token the longest run of capitalised words, joined by `of` and its like alone, that it belongs to."""
    if "name runs" not in utterance.found:
        of: list[tuple[int, int] | None] = [None] * len(utterance.lowers)
        for span in names(utterance):
            if span.form != "name" or not LOOSE.isdisjoint(utterance.lowers[span.start : span.end]):
                continue
            for place in range(span.start, span.end):
                run = of[place]
                if run is None or span.end - span.start > run[1] - run[0]:
                    of[place] = span.start, span.end
        utterance.found["name runs"] = of
    found: list[tuple[int, int] | None] = utterance.found["name runs"]
    return found
