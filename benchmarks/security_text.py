"""Texts made from a small grammar: documents, specs, requests and injections to train and to measure the gates on.

A grammar file holds lists: a line `= NAME` opens one, each further line is one choice. In a choice `{NAME}` stands
for one choice of that list, `{NAME*2-5}` for two to five of them, one a line, and `\\n` for a line break. Lines
that begin with `# ` are comments. `int`, `small`, `money`, `date`, `time`, `id`, `pct`, `phone`, `email` and
`iban` are made up on the spot.
"""

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

Grammar = Mapping[str, tuple[str, ...]]

CASES = Path(__file__).parent / "security_cases"
_SYMBOL = re.compile(r"\{(\w+)(?:\*(\d+)-(\d+))?\}")
_PAGE_LINE = 90
"""Characters after which a long line is wrapped, as a page would."""


TRAINING = ("train", "orders", "orders_languages", "oblique", "people", "papers", "plain")


def load_grammar(name: str) -> Grammar:
    """The grammar `heldout`, or all those of `train`, together with the vocabulary."""
    lists: dict[str, list[str]] = {}
    for file in ("vocabulary", *(TRAINING if name == "train" else (name,))):
        current: list[str] = []
        for line in (CASES / "text" / f"{file}.grammar").read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                current = lists.setdefault(line[2:].strip(), [])
            elif line and not line.startswith("# "):
                current.append(line.replace("\\n", "\n").replace("\\f", "\f"))
    return {symbol: tuple(choices) for symbol, choices in lists.items()}


def expand(grammar: Grammar, symbol: str, rng: random.Random) -> str:
    """One text for `symbol`. Braces that name no list, such as those of inline YAML, stay as they are."""
    if symbol in _MADE_UP:
        return _MADE_UP[symbol](rng)

    def replace(match: re.Match[str]) -> str:
        name, least, most = match.groups()
        if name not in grammar and name not in _MADE_UP:
            return match.group(0)
        count = rng.randint(int(least), int(most)) if least else 1
        return "\n".join(expand(grammar, name, rng) for _ in range(count))

    return _SYMBOL.sub(replace, rng.choice(grammar[symbol]))


def seeded(seed: int) -> random.Random:
    """A source of chance that repeats itself: texts are made up, nothing here is a secret."""
    return random.Random(seed)  # noqa: S311  # repeatable, not secret


def bury(document: str, sentence: str, rng: random.Random) -> str:
    """The document with the sentence on lines of its own somewhere inside, wrapped as a page would wrap it."""
    lines = document.split("\n")
    place = rng.randint(1, max(1, len(lines) - 1))
    return "\n".join([*lines[:place], wrap(sentence), *lines[place:]])


def wrap(text: str, width: int = _PAGE_LINE) -> str:
    """The text in lines of at most `width` characters, broken at blanks."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _money(rng: random.Random) -> str:
    amount = f"{rng.choice([9, 99, 999, 9999]) * rng.random() + 1:,.2f}"
    return rng.choice(["{}", "{}", "{}", "${}", "{} EUR", "USD {}", "RM {}"]).format(amount)


def _date(rng: random.Random) -> str:
    year, month, day = rng.randint(2015, 2026), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(["{0}-{1:02}-{2:02}", "{1:02}/{2:02}/{0}", "{2:02}.{1:02}.{0}"]).format(year, month, day)


def _id(rng: random.Random) -> str:
    number = rng.randint(100, 999999)
    return rng.choice(["{}", "INV-{}", "2024-{}", "AB{}", "{}-0001", "RE{}/24", "PO {}"]).format(number)


def _iban(rng: random.Random) -> str:
    country, rest = "DE", "".join(rng.choice("0123456789") for _ in range(18))
    check = 98 - int(rest + "131400") % 97
    return f"{country}{check:02}{rest}"


_MADE_UP: Mapping[str, Callable[[random.Random], str]] = {
    "int": lambda rng: str(rng.randint(10, 9999)),
    "small": lambda rng: str(rng.randint(1, 60)),
    "money": _money,
    "date": _date,
    "time": lambda rng: f"{rng.randint(8, 21):02}:{rng.randint(0, 59):02}",
    "id": _id,
    "pct": lambda rng: f"{rng.choice([1.5, 2, 3, 6, 7, 10, 19, 20])}%",
    "phone": lambda rng: f"+1 {rng.randint(201, 989)} 555 {rng.randint(1000, 9999)}",
    "email": lambda rng: (
        f"{rng.choice(['ap', 'info', 'billing', 'team', 'contact'])}@example.{rng.choice(['com', 'org'])}"
    ),
    "iban": _iban,
}
