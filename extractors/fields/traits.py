"""What a word looks like, as bits: found once a word, asked by every proposer.

Equal words share one answer (a bounded cache), so that most words cost a look-up.
"""

import re
from functools import lru_cache

from extractors.normalise.identifier import EDGE

DIGIT = 1
"""There is a digit in it."""
LETTERS = 2
"""There are two letters side by side in it."""
NUMERIC = 4
"""Digits, and no two letters side by side."""
AMOUNT = 8
"""An amount with two decimals."""
TIMED = 16
"""A date or a time."""
PERCENT = 32
"""A percentage."""
UPPER = 64
"""One to four capitals alone."""
BANK = 128
"""Shaped as a BIC, or capitals joined by a line or a dash."""
LABEL = 256
"""A word that usually is a label, or begins one."""
CONTACT = 512
"""A label of something that is neither a name nor an address: a telephone, a tax number, a date, a total."""
NAMING = 1024
"""A word that begins a label in front of a name."""
WEB = 2048
"""An address of the web or an e-mail address."""
LOWER = 4096
"""Begins with a small letter."""
DATA = AMOUNT | TIMED | PERCENT

LONGEST = 60
"""Only so many characters of a word are looked at."""

_PAIR = re.compile(r"[^\W\d_]{2}")
_LEAD = re.compile(r"[\W_]{0,3}([^\W\d_]+)(?!['&])")
_AMOUNT = re.compile(r"(?:[A-Z]{2,3})?[-+$€£(]{0,2}\d{1,3}(?:[.,']?\d{3}){0,4}[.,]\d\d[A-Za-z)%€-]?")
_TIMED = re.compile(r"\d{1,4}([./])\d{1,2}\1\d{2,4}|\d{1,2}:\d\d(?::\d\d)?(?:[apAP][mM]?)?")
_PERCENT = re.compile(r"\d+[.,]?\d*%")
_BANK = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?|[A-Z]{2,}[_-][A-Z_-]+")
_WEB = re.compile(r"@|www\.|https?:", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTACTS = _words(
    """tel telephone telefon téléphone phone fax hp mobile email mail gst vat mwst ust tva siret iban bic invoice
    receipt rechnung facture date datum cashier kasse caisse total summe"""
)
LABELS = CONTACTS | _words(
    """rechnungsnummer rechnungsdatum order bestellung bestellnummer commande contract vertrag estimate page seite tax
    no nr number nummer account konto agency product property station billing payment terms flight reg co code ref"""
)
NAMINGS = _words(
    """bill billed sold ship shipped remit invoice advertiser client customer company firma kunde käufer verkäufer
    lieferant seller buyer vendor supplier merchant acheteur vendeur fournisseur name patient provider herr herrn frau
    an to"""
)


@lru_cache(maxsize=1 << 15)
def traits(text: str) -> int:
    """The bits of a word."""
    if text.isalpha():
        return _alphabetic(text)
    text = text[:LONGEST]
    lead = _LEAD.match(text)
    bits = _known(lead[1].lower()) if lead else 0
    if _PAIR.search(text):
        bits |= LETTERS
    if text[0].islower():
        bits |= LOWER
    if any(map(str.isdigit, text)):
        bits |= _digits(text.strip(EDGE)) | (0 if bits & LETTERS else NUMERIC)
    elif _BANK.fullmatch(text.strip(EDGE)):
        bits |= BANK
    if ("." in text or "@" in text or ":" in text) and _WEB.search(text):
        bits |= WEB
    return bits


def _alphabetic(text: str) -> int:
    bits = _known(text.lower()) | (LETTERS if len(text) > 1 else 0)
    if text.isupper():
        if len(text) <= 4:
            bits |= UPPER
        elif len(text) in (8, 11):
            bits |= BANK
    elif text[0].islower():
        bits |= LOWER
    return bits


def _digits(core: str) -> int:
    if _AMOUNT.fullmatch(core):
        return DIGIT | (PERCENT if core.endswith("%") else AMOUNT)
    if _TIMED.fullmatch(core):
        return DIGIT | TIMED
    if _PERCENT.fullmatch(core):
        return DIGIT | PERCENT
    return DIGIT | (BANK if _BANK.fullmatch(core) else 0)


def _known(word: str) -> int:
    return (LABEL if word in LABELS else 0) | (CONTACT if word in CONTACTS else 0) | (NAMING if word in NAMINGS else 0)
