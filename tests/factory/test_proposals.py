"""Code that nobody has tried yet proposes in the sandbox: the same as outside, or a finding."""

import pytest

from factory.proposals import ProposeError, propose_sandboxed
from factory.propose import propose_all
from factory.sandbox import LAYERS, probe
from tests.factory.validate.parts import EVIDENCE, line_of, source

pytestmark = pytest.mark.skipif(set(probe()) != set(LAYERS), reason=f"this kernel holds only {probe()}")

NAMES = ("total", "day")


def test_proposals_are_those_made_outside() -> None:
    found = propose_sandboxed(source(), NAMES, EVIDENCE.examples)
    assert found == propose_all(source(), NAMES, EVIDENCE.examples)
    assert [candidate.value for candidate in found["day"][0]] == ["2024-01-31"]


@pytest.mark.parametrize(
    ("body", "rule", "at"),
    [
        ("    return [money(document)[99]]\n", "raised", "money(document)[99]"),
        ("    return [Candidate('money', '1', 'x', 7, (0,))]\n", "outside-document", None),
        ("    import socket\n    return [socket.socket()]\n", "forbidden", None),
        ("    return []\n\n\nLIMIT = 1 / 0\n", "does-not-load", "LIMIT"),
    ],
)
def test_what_goes_wrong_is_a_finding(body: str, rule: str, at: str | None) -> None:
    text = source(total=body)
    with pytest.raises(ProposeError) as raised:
        propose_sandboxed(text, NAMES, EVIDENCE.examples)
    (finding,) = raised.value.findings
    assert finding.id == rule
    assert finding.line == (line_of(text, at) if at else None)


def test_a_missing_function_is_a_finding() -> None:
    with pytest.raises(ProposeError, match="'due' is not there"):
        propose_sandboxed(source(), ["due"], EVIDENCE.examples)
