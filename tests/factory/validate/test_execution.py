"""Code that passes the other stages and breaks a promise when it runs."""

from importlib import import_module

import pytest

from factory.sandbox import LAYERS, Limits, SandboxError, probe, run
from factory.validate import execution
from factory.validate.hostile import WORDS, hostile_documents
from tests.factory.validate.parts import EVIDENCE, SPEC, artifact, line_of, source

pytestmark = pytest.mark.skipif(set(probe()) != set(LAYERS), reason=f"this kernel holds only {probe()}")


def test_good_code_passes() -> None:
    verdict = execution(artifact(source()), SPEC, EVIDENCE)
    assert verdict.findings == ()


OVER_ALL = "for found in money(document)]\n"
BROKEN = {
    "first": ("    return [money(document)[0]]\n", "raised", "money(document)[0]"),
    "leaves": ("    raise SystemExit\n", "raised", "raise SystemExit"),
    "is_tuple": ("    return tuple(money(document))\n", "wrong-type", None),
    "of_text": ("    return [found.value " + OVER_ALL, "wrong-type", None),
    "empty": ("    return [Candidate('money', '', 'x', found.page, found.words) " + OVER_ALL, "empty-value", None),
    "no_page": ("    return [Candidate('money', '1', 'x', 99999, (0,))]\n", "outside-document", None),
    "no_word": ("    return [Candidate('money', '1', 'x', found.page, (99999,)) " + OVER_ALL, "outside-document", None),
    "twice": ("    return [Candidate('money', '1', 'x', found.page, (0, 0)) " + OVER_ALL, "outside-document", None),
}
"""A function each: what it does, the rule it breaks, and the code at the line that is named."""


@pytest.fixture
def few_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to break a promise on."""
    chosen = {name: document for name, document in hostile_documents().items() if name in ("empty page", "odd numbers")}
    monkeypatch.setattr(import_module("factory.validate.execution"), "hostile_documents", lambda: chosen)


def test_broken_promises_are_named(few_documents: None) -> None:
    text = source(**{name: body for name, (body, _, _) in BROKEN.items()})
    findings = execution(artifact(text), SPEC, EVIDENCE).findings
    for name, (_, rule, at) in BROKEN.items():
        (finding,) = [found for found in findings if f"{name!r}" in found.message]
        assert finding.id == rule and finding.gate == "execution" and finding.fix
        assert finding.line == (line_of(text, at) if at else None)
    assert not [found for found in findings if "'day'" in found.message]


def test_an_order_that_is_not_fixed_is_found(few_documents: None) -> None:
    body = (
        "    kinds = {str(number) for number in range(50)}\n"
        "    return [Candidate('money', next(iter(kinds)), 'x', found.page, found.words) " + OVER_ALL
    )
    findings = execution(artifact(source(total=body)), SPEC, EVIDENCE).findings
    assert {finding.id for finding in findings} == {"not-deterministic"}
    assert any("'total'" in finding.message for finding in findings)


def test_state_that_outlives_a_document_is_found(few_documents: None) -> None:
    body = "    SEEN.append(1)\n    return money(document)[: len(SEEN)]\n\n\nSEEN: list[int] = []\n"
    findings = execution(artifact(source(total=body)), SPEC, EVIDENCE).findings
    assert {finding.id for finding in findings} == {"not-deterministic"}


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("    return [found for found in range(10**12) if not found and document]\n", "cpu"),
        ("    return ['x' * 10**10]\n", "memory"),
        ("    import socket\n    return [socket.socket()]\n", "forbidden"),
    ],
)
def test_bombs_and_break_outs_are_blamed_on_their_function(
    body: str, rule: str, few_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the security stage had let them pass."""
    module = import_module("factory.validate.execution")
    small = Limits(memory_bytes=2**28, cpu_seconds=1)
    monkeypatch.setattr(module, "LIMITS", small)
    monkeypatch.setattr(module, "ONE_FUNCTION", small)
    (finding,) = execution(artifact(source(total=body)), SPEC, EVIDENCE).findings
    assert finding.id == rule
    assert "'total'" in finding.message


def test_files_are_not_readable_from_generated_code(few_documents: None) -> None:
    body = "    text = open('/etc/passwd').read()\n    return [Candidate('money', text, text, 0, (0,))]\n"
    findings = execution(artifact(source(total=body)), SPEC, EVIDENCE).findings
    assert "raised PermissionError" in findings[0].message


def test_code_that_does_not_load_is_a_finding(few_documents: None) -> None:
    text = source(total="    return []\n\n\nLIMIT = 1 / 0\n")
    (finding,) = execution(artifact(text), SPEC, EVIDENCE).findings
    assert finding.id == "does-not-load" and finding.line == line_of(text, "LIMIT")


def test_without_a_sandbox_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "probe", lambda: ("limits",))
    monkeypatch.delenv(run.ALLOW_UNSANDBOXED, raising=False)
    with pytest.raises(SandboxError):
        execution(artifact(source()), SPEC, EVIDENCE)


def test_findings_hold_no_text_of_a_document(few_documents: None) -> None:
    body = "    raise ValueError(document.text)\n"
    findings = execution(artifact(source(total=body)), SPEC, EVIDENCE).findings
    assert findings and not any("12.50" in str(finding.to_dict()) for finding in findings)


def test_hostile_documents_are_hostile() -> None:
    documents = hostile_documents()
    counts = {name: sum(len(page.words) for page in document.pages) for name, document in documents.items()}
    assert counts["no pages"] == counts["empty page"] == 0
    assert counts["one word"] == 1
    assert counts["many words"] == WORDS
    assert max(len(word.text) for word in documents["huge word"].pages[0].words) == 100_000
    assert {name: document.to_json() for name, document in hostile_documents().items()} == {
        name: document.to_json() for name, document in documents.items()
    }
