"""The table of `docs/compliance.md`: every enforced clause names a function that is there."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from factory.spec import Compliance

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| clause")
]


def test_rows_are_enforced_or_left_to_the_operator() -> None:
    assert {row[1] for row in ROWS} == {"enforced", "operator"}
    assert all(row[2] for row in ROWS)


@pytest.mark.parametrize("where", sorted({row[2].strip("`") for row in ROWS if row[1] == "enforced"}))
def test_what_is_named_is_there(where: str) -> None:
    file, _, name = where.partition(":")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert name in defined


@pytest.mark.parametrize("name", get_args(Compliance))
def test_every_rule_set_has_its_prompt_text(name: str) -> None:
    text = (ROOT / "templates" / "blocks" / f"{name}.md").read_text(encoding="utf-8")
    assert len(text.split()) > 30
