"""Text as a model will understand it, whatever characters it was written with.

`clean` undoes what is done to a text so that a filter misses it while a model still reads it: compatibility
forms, invisible and direction characters, look-alike letters of other scripts. `fold` goes on to lower case
without accents, which is what rules and the classifier see. `payloads` decodes what is written in base64,
hexadecimal, percent, character codes or tag characters; `respellings` undoes rot13, reversal, leetspeak and
s.e.p.a.r.a.t.e.d letters.

Sources: Unicode TR36 and TR39 (security considerations, confusables); "ASCII smuggling" through the tag
characters U+E0000..U+E007F, J. Thacker 2024.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

import re2

from security.word_lists import words

MAX_DEPTH = 3
"""How many encodings may be wrapped around one another before decoding stops."""

_LOOKALIKES = dict(
    zip(
        "аьсԁеһіјкӏмոорԛгѕтսѵԝхуАВСЕНІЈКМОРЅТХУԌ" + "αβεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "ɑɡɩɪʀʟɴɢʏᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱȷıłøđ",
        "abcdehijklmnopqrstuvwxyABCEHIJKMOPSTXYG" + "abeikvoptuxABEZHIKMNOPTYX" + "agiirlngyacdejkmoptuvwzsjilod",
        strict=True,
    )
)
_LEET = str.maketrans("013457@$€!|+", "oieastaseilt")
_EMOJI_LETTERS = ((0x1F130, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))
_COMMON = words("common_words")

_WORD = re2.compile(r"\pL[\pL\pM]*")
_SEPARATED = re2.compile(r"\b\w(?:[^\w\s,]{1,3}\w){3,}\b|\b\w(?: \w){3,}\b|\b\w(?:[-_.*~|/]\w){3,}\b")
_BASE64 = re2.compile(r"[A-Za-z0-9+/_-]{16,}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]{16,})*={0,2}")
_HEX = re2.compile(r"(?i)\b(?:[0-9a-f]{2}){8,}\b|(?:\\x[0-9a-f]{2}){8,}")
_HEX_GROUPS = re2.compile(r"(?i)\b(?:0x)?(?:[0-9a-f]{2})+(?:[ \t:,]{1,2}(?:0x)?(?:[0-9a-f]{2})+){2,}\b")
_CODES = re2.compile(r"\b\d{2,3}(?:[\s,;]+\d{2,3}){7,}\b")
_PERCENT = re2.compile(r"(?:[\w+.-]*%[0-9A-Fa-f]{2}){2,}[\w+.-]*")
_ENTITIES = re2.compile(r"(?:&#x?[0-9A-Fa-f]{2,6};\s?){4,}")
_ESCAPES = re2.compile(r"(?:\\\\u[0-9A-Fa-f]{4}){4,}")
_NOT_HEX = re2.compile(r"(?i)\\x|0x|[^0-9a-f]")

# Plain `re`, each linear: quick, and `_MAYBE_…` prove that a text holds nothing that the slower patterns would change.
_MAYBE_SEPARATED = re.compile(r"\b\w(?:(?:[^\w,]{1,3}|_)\w){3}", re.ASCII)
_LEET_WORD = re.compile(r"[\w@$€!|+]+", re.ASCII)
_MAYBE_LEET = re.compile(r"[A-Za-z][_2689]*[013457@$€!|+]|[013457@$€!|+][_2689]*[A-Za-z]")
_TAGGED = re.compile("[\U000e0020-\U000e007e]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_TURNED = {
    "rot13": frozenset(codecs.encode(word, "rot13") for word in _COMMON),
    "reversed": frozenset(word[::-1] for word in _COMMON),
}
"""Ordinary words as they stand in a text that was written so."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A passage of a text that was written in code: characters `start` to `end` (exclusive) mean `text`."""

    kind: str
    text: str
    start: int
    end: int


def invisible(character: str) -> bool:
    """Whether a reader sees nothing of it: zero-width, direction, tag, selector and control characters."""
    code = ord(character)
    if character in "\n\r\t\f\v":
        return False
    return (
        unicodedata.category(character) in ("Cf", "Cc")
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or code in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2800)
    )


def clean(text: str) -> str:
    """The text in NFKC, without invisible characters, look-alike letters written in Latin ones."""
    if is_plain(text):
        return text
    if text.isascii():
        return "".join(c for c in text if not invisible(c))
    visible = "".join(c for c in text if not invisible(c))
    plain = unicodedata.normalize("NFKC", "".join(_emoji_letter(c) for c in visible))
    latin = sum("LATIN" in unicodedata.name(c, "") for c in plain if c.isalpha())
    mostly_latin = 2 * latin >= sum(c.isalpha() for c in plain)
    return str(_WORD.sub(lambda match: _latin(match.group(0), mostly_latin), plain))


def is_plain(text: str) -> bool:
    """Whether `clean` leaves the text, and so every part of it, as it is; quick."""
    return _plain().issuperset(text)


@cache
def _plain() -> frozenset[str]:
    """Characters that `clean` leaves alone: ASCII, accented Latin letters, common punctuation."""
    candidates = [*map(chr, range(0x180)), *"€–—‘’“”„•"]
    return frozenset(
        c
        for c in candidates
        if not invisible(c)
        and c not in _LOOKALIKES
        and unicodedata.normalize("NFKC", c) == c
        and (c.isascii() or not c.isalpha() or "LATIN" in unicodedata.name(c, ""))
    )


def fold(text: str) -> str:
    """`clean`, in lower case, without accents, every run of blanks one blank."""
    text = clean(text)
    if not text.isascii():
        marks_apart = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", _FOREIGN.sub(_unmarked, marks_apart))
    return " ".join(text.casefold().split())


def _unmarked(match: re.Match[str]) -> str:
    return "" if unicodedata.category(match.group()) == "Mn" else match.group()


def payloads(text: str, depth: int = MAX_DEPTH) -> tuple[Payload, ...]:
    """What is written in code in the text, and what is written in code in that; spans are those of the text."""
    found: list[Payload] = []
    for payload in _decode(text):
        found.append(payload)
        if depth > 1:
            inner = payloads(payload.text, depth - 1)
            found += [Payload(f"{payload.kind}+{p.kind}", p.text, payload.start, payload.end) for p in inner]
    return tuple(found)


def respellings(text: str) -> tuple[tuple[str, str], ...]:
    """(kind, text) for each way of re-reading a cleaned sentence that turns it into more ordinary words."""
    readings: list[tuple[str, str]] = []
    if _MAYBE_SEPARATED.search(text):
        readings.append(("separated", str(_SEPARATED.sub(lambda match: _joined(match.group(0)), text))))
    if _MAYBE_LEET.search(text):
        readings.append(("leet", _LEET_WORD.sub(_unleet, text)))
    spoken = text.lower().split()
    for kind, common in _TURNED.items():
        if not common.isdisjoint(spoken) and _count(spoken, common) >= max(2, 2 * _count(spoken, _COMMON) + 1):
            readings.append((kind, codecs.encode(text, "rot13") if kind == "rot13" else text[::-1]))
    return tuple((kind, reading) for kind, reading in readings if reading != text)


def _decode(text: str) -> Iterator[Payload]:
    tagged = [(match.start(), chr(ord(match.group()) - 0xE0000)) for match in _TAGGED.finditer(text)]
    if len(tagged) >= 4:
        yield Payload("tag characters", "".join(c for _, c in tagged), tagged[0][0], tagged[-1][0] + 1)
    for kind, sign, pattern, decode in (
        ("base64", "", _BASE64, _base64),
        ("hex", "", _HEX, _hex),
        ("hex", "", _HEX_GROUPS, _hex),
        ("character codes", "", _CODES, _codes),
        ("percent", "%", _PERCENT, lambda run: unquote(run.replace("+", " "), errors="ignore")),
        ("entities", "&#", _ENTITIES, html.unescape),
        ("escapes", "\\u", _ESCAPES, _escapes),
    ):
        for match in pattern.finditer(text) if sign in text else ():
            decoded = decode(match.group(0))
            if decoded and _readable(decoded):
                yield Payload(kind, decoded, match.start(), match.end())


def _base64(run: str) -> str:
    plain = "".join(run.split()).rstrip("=").replace("-", "+").replace("_", "/")
    plain = plain[: len(plain) - 1] if len(plain) % 4 == 1 else plain
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _hex(run: str) -> str:
    digits = str(_NOT_HEX.sub("", run))
    try:
        return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode()
    except UnicodeDecodeError:
        return ""


def _codes(run: str) -> str:
    codes = [int(number) for number in str(re2.sub(r"\D+", " ", run)).split()]
    return "".join(map(chr, codes)) if all(9 <= code < 127 for code in codes) else ""


def _escapes(run: str) -> str:
    return "".join(chr(int(code, 16)) for code in run.split("\\u")[1:])


def _readable(text: str) -> bool:
    letters = sum(c.isalnum() or c.isspace() for c in text)
    return len(text) >= 6 and letters >= 0.75 * len(text) and not any(invisible(c) for c in text.strip())


def _latin(word: str, mostly_latin: bool) -> str:
    if word.isascii():
        return word
    swapped = "".join(_LOOKALIKES.get(c, c) for c in word)
    mixed = any(c.isascii() for c in word)
    return swapped if mixed or (mostly_latin and swapped.isascii()) else word


def _emoji_letter(character: str) -> str:
    for first, count in _EMOJI_LETTERS:
        if 0 <= ord(character) - first < count:
            return chr(ord("a") + ord(character) - first)
    return character


def _joined(run: str) -> str:
    return "".join(c for c in run if c.isalnum())


def _unleet(match: re.Match[str]) -> str:
    word = match.group()
    letters = sum(c.isalpha() for c in word)
    core = word.rstrip("!|")
    changed = core.translate(_LEET)
    return changed + word[len(core) :] if letters >= 1 and changed != core and len(core) >= 2 else word


def _count(words: list[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)
