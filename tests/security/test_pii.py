"""Personal data: found, told apart from ordinary numbers, taken out and put back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.security_cases_reader import read_lines
from security.pii import find_pii, pii_findings, redact
from security.pii_recognisers import iban, luhn, npi, routing, vin

CASES = read_lines("pii")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, object]) -> None:
    found = {span.type for span in find_pii(str(case["text"]))}
    assert found >= set(case["types"])  # type: ignore[call-overload]
    assert bool(found) == bool(case["types"])


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (luhn, "4111111111111111", "4111111111111112"),
        (iban, "GB82 WEST 1234 5698 7654 32", "GB83 WEST 1234 5698 7654 32"),
        (npi, "1234567893", "1234567890"),
        (routing, "021000021", "021000022"),
        (vin, "1HGBH41JXMN109186", "1HGBH41J0MN109186"),
    ],
)
def test_checksums(check: object, good: str, bad: str) -> None:
    assert callable(check)
    assert check(good)
    assert not check(bad)


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 20240503-000123, order 4500012345, total 1,234.56, article 4111111111111112",
        "version 12.4.1 from 2024-05-03 14:22:05, commit 9f86d081884c7d65",
        "Customer Support, Patient Portal, Contact Information, Group\n664421",
        "The plan covers 80 percent; the policy was renewed for 2025.",
        "48 pcs at 12.50 = 600.00",
    ],
)
def test_ordinary_numbers_are_not_personal(text: str) -> None:
    assert find_pii(text) == ()


def test_redaction_is_undone_in_the_answer() -> None:
    text = "Patient: Maria Lopez, SSN 219-09-9999, call (212) 555-0147. Maria Lopez agreed."
    redaction = redact(text)
    assert "219-09-9999" not in redaction.text
    assert "Maria" not in redaction.text
    assert redaction.text.count("[NAME_1]") == 2
    assert redaction.restore('{"ssn": "[SSN_1]", "other": "[SSN_9]"}') == '{"ssn": "219-09-9999", "other": "[SSN_9]"}'
    assert "219-09-9999" not in repr(redaction)


def test_kept_types_and_taken_placeholders() -> None:
    redaction = redact("[EMAIL_1] wrote to a@example.com, SSN 219-09-9999", keep=["ssn"])
    assert redaction.text == "[EMAIL_1] wrote to [EMAIL_2], SSN 219-09-9999"


@given(st.text(alphabet="aB1 2@.-:+()/\n[]_SNE", max_size=120))
def test_restoring_a_redacted_text_gives_the_text(text: str) -> None:
    redaction = redact(text)
    assert redaction.restore(redaction.text) == text


def test_findings_name_type_and_place_but_no_value() -> None:
    text = "first line\nmail to secret.person@example.com"
    (finding,) = pii_findings(text, find_pii(text))
    assert (finding.id, finding.line, finding.column, finding.owasp) == ("pii-email", 2, 9, "LLM02:2025")
    assert "secret" not in str(finding)
