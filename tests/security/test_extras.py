"""The extras `semgrep` and `presidio`; without them the parts that need them are skipped, and say why."""

import ast
from importlib.util import find_spec

import pytest

from security.code.policy import GENERATED_CODE
from security.code.semgrep_scan import semgrep_program, semgrep_scan
from security.code.source import Code
from security.errors import GateError
from security.pii import Span, redact
from security.presidio import joined, presidio_detector

BAD = """from datetime import date

from extractors.candidate import Candidate


def total(document, template):
    date.today()
    document.sha256
    getattr(document, template)
    template.format(document)  # nosem
    return [Candidate("money", "1.00", "1.00", 0, (0,))]
"""
GOOD = """from extractors.candidate import Candidate


def total(document):
    word = document.pages[0].words[0]
    return [Candidate("money", word.text, "{}".format(word.text), 0, (0,))]
"""


def code(source: str) -> Code:
    return Code(source, ast.parse(source), GENERATED_CODE, frozenset(), frozenset())


@pytest.mark.skipif(semgrep_program() is None, reason="the extra `semgrep` is not installed")
def test_semgrep_finds_what_our_rules_name_and_nothing_in_good_code() -> None:
    assert {(finding.id, finding.line) for finding in semgrep_scan(code(BAD))} == {
        ("time-or-chance", 7),
        ("depends-on-document-identity", 8),
        ("dynamic-attribute", 9),
        ("attribute-by-format", 10),
        ("value-from-constant", 11),
    }
    assert list(semgrep_scan(code(GOOD))) == []


def test_without_semgrep_the_scan_refuses_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("security.code.semgrep_scan.semgrep_program", lambda: None)
    assert [finding.id for finding in semgrep_scan(code(GOOD))] == ["semgrep-failed"]


@pytest.mark.skipif(find_spec("presidio_analyzer") is None, reason="the extra `presidio` is not installed")
def test_presidio_adds_to_our_own_recognisers() -> None:
    text = "Write to ann@example.org or call +1 212 555 0187."
    redaction = redact(text, find=presidio_detector())
    assert "ann@example.org" not in redaction.text
    assert redaction.restore(redaction.text) == text


@pytest.mark.skipif(find_spec("presidio_analyzer") is not None, reason="the extra `presidio` is installed")
def test_without_presidio_the_error_says_how_to_install_it() -> None:
    with pytest.raises(GateError, match=r"code-factory\[presidio\]"):
        presidio_detector()


def test_our_own_spans_win_and_longer_ones_of_others_come_first() -> None:
    own = (Span("iban", 10, 32),)
    further = [Span("phone", 12, 20), Span("name", 40, 45), Span("name", 38, 50)]
    assert joined(own, further) == (Span("iban", 10, 32), Span("name", 38, 50))
