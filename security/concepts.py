"""What the words of a sentence mean for an order to its reader: words become the concepts of `data/concepts.txt`.

"kindly put 3.20 where the sum goes" and "bitte als Betrag 3,20 eintragen" use no word in common, yet both are POLITE,
SETTING, NUMBER, FIELD. A classifier that sees concepts beside words knows orders whose words it never met.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "concepts.txt"
TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")
"""A word, with its apostrophes and hyphens, or a sign."""
_DIGIT = re.compile(r"[\d½¼¾]")
_SHORTEST_STEM = 2
NAMELESS = "WORD"
"""Concept of a word that no list holds."""
_SIGNS = {":": "COLON", '"': "QUOTE", "?": "ASKS", "!": "SHOUTS", "{": "BRACE", "}": "BRACE", "<": "TAG", "=": "EQUALS",
          "_": "KEY", ";": "STOPS", ",": "COMMA", ".": "STOPS", "[": "TAG", "#": "TAG", "@": "TAG"}  # fmt: skip


@cache
def lexicon() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """(concepts of whole words, concepts of stems), the main concept of each first."""
    whole: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    concept = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            concept = line[2:].strip()
        elif not line.startswith("#"):
            for entry in line.split():
                found = stems if entry.endswith("*") else whole
                word = entry.rstrip("*")
                found[word] = (*found.get(word, ()), concept)
    return whole, stems


@lru_cache(maxsize=1 << 14)
def concepts(token: str) -> tuple[str, ...]:
    """All concepts of a folded word or sign, the main one first.

    Signs, NUMBER (a code with digits too) and KEY (`total_due`) have their own.
    """
    if token in _SIGNS:
        return (_SIGNS[token],)
    if "_" not in token and _DIGIT.search(token):
        return ("NUMBER",)
    whole, stems = lexicon()
    found = list(whole.get(token, ()))
    for size in range(len(token), _SHORTEST_STEM - 1, -1):
        if token[:size] in stems:
            found += stems[token[:size]]
            break
    if "_" in token:
        found.insert(0, "KEY")
    if not found and "-" in token:
        found = [one for part in token.split("-") if part for one in concepts(part) if one != NAMELESS]
    return tuple(dict.fromkeys(found)) or (NAMELESS,)
