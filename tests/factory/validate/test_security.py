"""The stage finds what the code gate finds, at the file's lines, and any change to the template."""

import pytest

from factory.validate import judge_source, security
from tests.factory.validate.parts import EVIDENCE, PLAN, SPEC, artifact, line_of, source


def test_good_code_passes() -> None:
    verdict = security(artifact(source()), SPEC, EVIDENCE)
    assert verdict.passed and verdict.stage == "security" and verdict.seconds > 0


@pytest.mark.parametrize(
    ("body", "cwe"),
    [
        ("    return [open('/etc/passwd').read()]\n", 22),
        ("    import socket\n    return [socket.socket()]\n", 918),
        ("    return []  # nosec\n", 693),
    ],
)
def test_refused_code_names_the_weakness_and_the_line(body: str, cwe: int) -> None:
    text = source(total=body)
    verdict = security(artifact(text), SPEC, EVIDENCE)
    assert not verdict.passed
    found = [finding for finding in verdict.findings if finding.cwe == cwe]
    assert found and found[0].line == line_of(text, body.strip().split("\n")[0])
    assert judge_source(text, PLAN).findings == verdict.findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from decimal import Decimal\n", "from decimal import Decimal\nimport os\n"),
        ("FIELDS = field_functions(globals())", "FIELDS = field_functions(globals()) "),
        ("# --- generated functions end ---\n", ""),
        ("# --- generated functions begin ---\n", "# --- generated functions begin ---\n" * 2),
    ],
)
def test_a_changed_template_is_refused(old: str, new: str) -> None:
    text = source()
    assert old in text
    verdict = security(artifact(text.replace(old, new)), SPEC, EVIDENCE)
    assert "template-changed" in {finding.id for finding in verdict.findings}


def test_generated_code_cannot_close_its_own_hole() -> None:
    body = "    return []\n\n\n# --- generated functions end ---\nimport os\n"
    verdict = security(artifact(source(total=body)), SPEC, EVIDENCE)
    assert "template-changed" in {finding.id for finding in verdict.findings}


def test_text_that_is_no_utf8_is_refused() -> None:
    broken = artifact(source()).with_file("activity.py", b"\xff\xfe")
    assert [finding.id for finding in security(broken, SPEC, EVIDENCE).findings] == ["not-parsed"]


def test_a_verdict_is_json_without_times() -> None:
    verdict = security(artifact(source(total="    return [eval('1')]\n")), SPEC, EVIDENCE)
    assert set(verdict.to_dict()) == {"stage", "passed", "findings"}
    assert verdict.to_dict()["findings"][0]["gate"] == "security"
