"""Perturbed examples: every value that an utterance prints is replaced by a fresh one of its kind, and so is the
argument that is expected. Code that holds an example's answer fails them.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import re2

from extractors.utterance.dates import FORMATS, dates
from extractors.utterance.numbers import ORDINALS, SCALES, SMALL, plain
from extractors.utterance.schema import validator
from extractors.utterance.text import NUMBER, Utterance
from factory.functions.fresh_words import NUMBER_WORDS, ORDINAL_WORDS, PEOPLE, PLACES, TITLES, WORDS
from factory.functions.literals import literal_spans
from factory.functions.roles import role_of
from factory.functions.spec import FunctionPart, UtteranceExample
from factory.functions.write import flat

TRIES = 8
_DECIMAL_COMMA = re2.compile(r"^\d+,\d\d\b")
_TIME = re2.compile(r"(?i)^(\d{1,2})(:\d\d)?(\s*)([ap]\.?m\.?)?$")
_ORDINAL_DAY = re2.compile(r"(\d)(?:st|nd|rd|th)\b(?: of)?")


@dataclass(frozen=True)
class Perturbed:
    """A perturbed example, and how many of its arguments were replaced."""

    example: UtteranceExample
    replaced: int
    arguments: int


@dataclass
class _Work:
    """An utterance under replacement: which tokens get which text."""

    utterance: Utterance
    random: Random
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    values: dict[tuple[int, int], Any] = field(default_factory=dict)

    def free(self, places: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """The places that nothing was put into."""
        return [one for one in places if not any(one[0] < end and start < one[1] for start, end in self.texts)]

    def text(self) -> str:
        """The utterance with all replacements."""
        made, place = "", 0
        for (start, end), new in sorted(self.texts.items()):
            made += self.utterance.text[place : self.utterance.starts[start]] + new
            place = self.utterance.ends[end - 1]
        return made + self.utterance.text[place:]


def perturb(part: FunctionPart, example: UtteranceExample, count: int, seed: int = 7) -> list[Perturbed]:
    """At most `count` different perturbed examples whose arguments fit the schema; the same ones every time."""
    random = Random(f"{seed} {example.utterance}")  # noqa: S311  # repeatable, not secret
    allowed = validator(part.function.parameters)
    found: dict[str, Perturbed] = {}
    for _ in range(TRIES * count):
        if len(found) == count:
            break
        made = _perturbed(part, example, random)
        if made.example.utterance != example.utterance and allowed.is_valid(made.example.arguments):
            found.setdefault(made.example.utterance, made)
    return list(found.values())


def _perturbed(part: FunctionPart, example: UtteranceExample, random: Random) -> Perturbed:
    work = _Work(Utterance.of(example.utterance), random)
    arguments, replaced, count = _fresh_call(work, part.function.parameters, example.arguments)
    return Perturbed(UtteranceExample(utterance=work.text(), arguments=arguments), replaced, count)


def perturb_calls(
    utterance: str, calls: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], seed: int
) -> tuple[str, list[dict[str, Any]]]:
    """One perturbed utterance that asks for several calls, and the arguments of each.

    `calls` are pairs of schema and arguments, in the utterance's order; a value that several share stays shared.
    """
    random = Random(f"{seed} {utterance}")  # noqa: S311  # repeatable, not secret
    work = _Work(Utterance.of(utterance), random)
    made = [_fresh_call(work, schema, arguments)[0] for schema, arguments in calls]
    return work.text(), made


def _fresh_call(work: _Work, schema: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], int, int]:
    """The arguments of a call with fresh values, how many of them are fresh, and how many there are."""
    leaves = flat(given)
    arguments: dict[str, Any] = {}
    replaced = 0
    # Longer values first: a number inside a name belongs to the name.
    for path, value in sorted(leaves, key=lambda leaf: -_size(leaf[1])):
        new = _fresh(work, value, _about(schema, path), path)
        replaced += new != value
        _put(arguments, path, new)
    ordered: dict[str, Any] = {}
    for path, _ in leaves:
        _put(ordered, path, _get(arguments, path))
    return ordered, replaced, len(leaves)


def _size(value: Any) -> int:
    return 100 + len(str(value)) if isinstance(value, str | list) else len(str(value))


def _fresh(work: _Work, value: Any, about: Mapping[str, Any], path: Sequence[str]) -> Any:
    """A fresh value, put into the utterance; the value itself where the utterance does not print it."""
    if isinstance(value, list):
        return _fresh_list(work, value, about, path)
    places = literal_spans(work.utterance, value)
    free = work.free(places)
    if not free:
        same = [one for one in places if (one[0], one[1]) in work.values]
        return work.values[same[0][0], same[0][1]] if same else value
    start, end, form = free[0]
    if about.get("enum"):
        text, new = _fresh_choice(work.random, value, about["enum"])
    elif isinstance(value, str):
        text, new = _fresh_text(work, value, form, start, end, about, path)
    else:
        text, new = _fresh_number(work, value, form, start, end)
    for one in free if isinstance(value, str) else free[:1]:
        work.texts[one[0], one[1]] = text
        work.values[one[0], one[1]] = new
    return new


def _fresh_list(work: _Work, value: list[Any], about: Mapping[str, Any], path: Sequence[str]) -> list[Any]:
    inner = about.get("items")
    inner = inner if isinstance(inner, Mapping) else {}
    if not literal_spans(work.utterance, value):
        return value
    made: list[Any] = []
    for item in value:
        others = {**inner, "enum": [one for one in inner["enum"] if one not in made]} if inner.get("enum") else inner
        made.append(_fresh(work, item, others, path))  # nobody asks for the same choice twice
    return made


def _fresh_choice(random: Random, value: Any, choices: Sequence[Any]) -> tuple[str, Any]:
    new = random.choice([one for one in choices if one is not None and one != value] or [value])
    return str(new).replace("_", " "), new


def _fresh_text(
    work: _Work, value: str, form: str, start: int, end: int, about: Mapping[str, Any], path: Sequence[str]
) -> tuple[str, Any]:
    random, printed = work.random, work.utterance.text_of(start, end)
    dated = next((span for span in dates(work.utterance) if (span.start, span.end) == (start, end)), None)
    if form.startswith("date ") or (dated is not None and dated.form in ("numeric", "written")):
        made = _fresh_date(random, printed, value, form)
        if made is not None:
            return made
    clock = _TIME.match(printed)
    if clock is not None and (clock[2] or clock[4]) and (form.startswith("time ") or ":" in value):
        return _fresh_time(random, clock.groups(), form)
    if any(char.isdigit() for char in value) or not value.replace(" ", "").isascii():
        text = "".join(_fresh_character(random, char) for char in printed)
        return text, text
    role = role_of(tuple(path), str(about.get("description", "")), "text")
    if role == "place" or (role in ("start", "end") and printed[0].isupper()):
        pool: Sequence[str] = PLACES
    elif role == "person" and printed[0].isupper():
        pool = PEOPLE
    else:
        pool = ()
    count = min(4, len(printed.split()))
    text = random.choice(pool) if pool else " ".join(random.sample(TITLES if printed[0].isupper() else WORDS, count))
    if printed.isupper() and not pool:
        text = text.upper()
    return text, text


def _fresh_character(random: Random, char: str) -> str:
    if char.isdecimal():
        return str(random.randint(1, 9))
    if char.isascii() and char.isalpha():
        return chr(ord("A" if char.isupper() else "a") + random.randrange(26))
    return char


def _fresh_date(random: Random, printed: str, value: str, form: str) -> tuple[str, str] | None:
    """A fresh day, printed with the pattern that the old one was printed with; None where none fits."""
    day = datetime.date(random.randint(1990, 2030), random.randint(1, 12), random.randint(1, 28))
    bare = _ORDINAL_DAY.sub(r"\1", printed)
    for pattern in (*FORMATS.values(), *_written()):
        try:
            datetime.datetime.strptime(bare, pattern)  # noqa: DTZ007  # a day, no moment
        except ValueError:
            continue
        text = day.strftime(pattern).replace(" 0", " ").removeprefix("0" if pattern.startswith("%d") else " ")
        if not form.startswith("date "):
            return text, text
        return text, day.strftime(FORMATS[form.removeprefix("date ")])
    return None


def _fresh_time(random: Random, parts: Sequence[str | None], form: str) -> tuple[str, str]:
    """A fresh time of day, printed as the old one was: hour, minutes, gap, half of the day."""
    printed, minutes, gap, half = parts
    least = 10 if len(printed or "") == 2 else 1
    hour, minute = random.randint(least, 11 if half else 22), random.randint(1, 59) if minutes else 0
    text = f"{hour}{f':{minute:02}' if minutes else ''}{gap or ''}{half or ''}"
    if not form.startswith("time "):
        return text, text
    hour += 12 * (half or "").lower().startswith("p")
    end = {"time H:M": "", "time H:M:S": ":00", "time H:M:SZ": ":00Z"}[form]
    return text, f"{hour:02}:{minute:02}{end}"


def _written() -> Iterator[str]:
    for month in ("%B", "%b"):
        yield from (f"{month} %d, %Y", f"%d {month} %Y", f"{month} %d %Y", f"{month} %d", f"%d {month}", f"{month} %Y")


def _fresh_number(work: _Work, value: float, form: str, start: int, end: int) -> tuple[str, float]:
    random, printed = work.random, work.utterance.text_of(start, end)
    low = printed.lower()
    if form == "words" and value in SMALL.values():
        word = random.choice(NUMBER_WORDS)
        return word, SMALL[word]
    if low in ORDINALS:
        word = random.choice(ORDINAL_WORDS)
        return word, ORDINALS[word]
    place = next((at for at in range(start, end) if work.utterance.kinds[at] == NUMBER), None)
    if place is None:
        return printed, value
    comma = _DECIMAL_COMMA.search(printed)
    old = work.utterance.tokens[place]
    if comma is not None:
        new = _fresh_digits(random, comma.group())
        return printed.replace(comma.group(), new, 1), float(new.replace(",", "."))
    new = _fresh_digits(random, old)
    text = printed.replace(old, new, 1)
    plain_old, plain_new = float(plain(old)), float(plain(new))
    if plain_old == 0:
        return printed, value
    if form == "ordinal":
        text = new + ("th" if not new.endswith(("1", "2", "3")) or new.endswith(("11", "12", "13")) else
                      {"1": "st", "2": "nd", "3": "rd"}[new[-1]])  # fmt: skip
    factor = value / plain_old
    fresh = round(plain_new * factor, 12)
    whole = isinstance(value, int) or (form in ("scaled",) and low.split()[-1] in SCALES and fresh == int(fresh))
    return text, round(fresh) if whole else fresh


def _fresh_digits(random: Random, old: str) -> str:
    """As many digits, a grouping comma and a decimal point where the old number has them; a year for a year."""
    if old.isdecimal() and 1900 <= int(old) <= 2100:
        return str(random.randint(1950, 2030))
    new = "".join(str(random.randint(1, 9)) if char.isdecimal() else char for char in old)
    if old.lstrip("-").startswith("0."):
        new = new.replace(new.lstrip("-")[0], "0", 1)
    return new


def _about(schema: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any]:
    about: Any = schema
    for key in path:
        about = (about.get("properties") or {}).get(key) or {}
    return about if isinstance(about, Mapping) else {}


def _put(arguments: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        arguments = arguments.setdefault(key, {})
    arguments[path[-1]] = value


def _get(arguments: Mapping[str, Any], path: Sequence[str]) -> Any:
    inner: Any = arguments
    for key in path:
        inner = inner[key]
    return inner
