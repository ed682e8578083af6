"""Presidio as a further detector of personal data (extra `presidio`): `redact(text, find=presidio_detector())`.

What our own recognisers find wins where spans overlap: they check sums. Presidio adds what a language model of its own
finds, such as names without a label, where one of spaCy's is installed; without one its patterns alone are used.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from security.errors import GateError
from security.pii import Span, find_pii

TYPES = {
    "PERSON": "name", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip_address",
    "CREDIT_CARD": "credit_card", "IBAN_CODE": "iban", "US_SSN": "ssn", "MEDICAL_LICENSE": "medical_license",
    "US_BANK_NUMBER": "bank_account", "US_PASSPORT": "passport", "US_DRIVER_LICENSE": "drivers_license",
}  # fmt: skip
"""Presidio's entities that are personal data here, and our names for them. Not its e-mail addresses: it fetches the
list of top-level domains from the network to find them, and our own recogniser finds them without."""
LEAST_SCORE = 0.5
"""Presidio's own confidence below which a match is left out: bare digits score less."""

Detector = Callable[[str], Sequence[Span]]


def presidio_detector(language: str = "en") -> Detector:
    """A detector for `security.pii.redact`. Raises GateError without the extra."""
    try:
        from presidio_analyzer import AnalyzerEngine
    except ImportError:
        raise GateError("Presidio needs a package: pip install 'code-factory[presidio]'") from None
    engine = AnalyzerEngine(nlp_engine=_nlp_engine(language), supported_languages=[language])

    def find(text: str) -> tuple[Span, ...]:
        results = engine.analyze(text, language, entities=list(TYPES), score_threshold=LEAST_SCORE)
        return joined(find_pii(text), (Span(TYPES[one.entity_type], one.start, one.end) for one in results))

    return find


def joined(own: Sequence[Span], further: Iterable[Span]) -> tuple[Span, ...]:
    """Our spans, and those of `further` that overlap none of them or of each other, longer ones first."""
    spans = list(own)
    for one in sorted(further, key=lambda span: (span.start - span.end, span.start)):
        if all(one.end <= span.start or one.start >= span.end for span in spans):
            spans.append(one)
    return tuple(sorted(spans, key=lambda span: span.start))


def _nlp_engine(language: str) -> Any:
    """spaCy's installed model for the language; else an empty pipeline, so that nothing is fetched at run time."""
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    installed = [name for name in spacy.util.get_installed_models() if name.startswith(f"{language}_")]
    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": installed[0] if installed else "blank"}])
    engine.nlp = {language: spacy.load(installed[0]) if installed else spacy.blank(language)}
    return engine
