"""What README and docs show works: Python runs, specs load, commands parse, quick ones run, links lead somewhere."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.main import app
from factory.functions.load import parse_functions_spec
from factory.rules import Variable, emit_rule, parse_rule, prove
from factory.spec import parse_spec
from factory.workflow.load import parse_workflow_spec
from runtime.modules import ModuleSettings
from tests.docs.pages import PAGES, ROOT, Snippet, anchors, links, snippets

LANGUAGES = {"python", "yaml", "json", "sh", "mermaid", "rule", "toml"}
RULE_NAMES = {
    "has_t2d_diagnosis": Variable("boolean"),
    "recent_surgery": Variable("boolean"),
    "bmi": Variable("number"),
}
"""What the rules of the docs read."""
QUICK = {"factory schema", "factory registry list", "factory registry verify"}
"""Commands that need nothing and are done at once; these are run."""


def commands() -> list[str]:
    """Every line of the `sh` snippets."""
    return sorted({line for one in snippets("sh") for line in one.text.splitlines() if line})


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTORY_HOME", str(tmp_path / "home"))
    return tmp_path


def test_every_snippet_names_a_language_that_is_checked() -> None:
    assert {str(one): one.language for one in snippets() if one.language not in LANGUAGES} == {}


@pytest.mark.parametrize("snippet", snippets("python"), ids=str)
def test_python_runs(snippet: Snippet) -> None:
    space: dict[str, Any] = {"__name__": "snippet"}
    exec(compile("\n" * snippet.line + snippet.text, str(snippet.page), "exec"), space)
    assert len(space) > 2, "a snippet defines something"


@pytest.mark.parametrize("snippet", snippets("yaml"), ids=str)
def test_specs_load(snippet: Snippet) -> None:
    if snippet.text.startswith(("kind: function", "kind: toolset")):
        assert parse_functions_spec(snippet.text, str(snippet)).spec.parts
        return
    if "logic_requirements:" in snippet.text:
        assert parse_workflow_spec(snippet.text, str(snippet)).checked.decision
        return
    assert parse_spec(snippet.text, str(snippet)).fields


@pytest.mark.parametrize("snippet", snippets("toml"), ids=str)
def test_settings_of_modules_load(snippet: Snippet, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANS_DATABASE_URL", "sqlite:///plans.sqlite")
    monkeypatch.setenv("REVIEWERS_MAIL", "mailtos://reviews.example.org")
    (here / "modules.toml").write_text(snippet.text)
    settings = ModuleSettings.read(here / "modules.toml")
    assert settings.http and settings.db and settings.notify


@pytest.mark.parametrize("snippet", snippets("rule"), ids=str)
def test_rules_are_proven(snippet: Snippet) -> None:
    rule = parse_rule("rule", snippet.text, RULE_NAMES)
    assert prove(rule, emit_rule(rule)).holds


@pytest.mark.parametrize("snippet", snippets("json"), ids=str)
def test_labels_are_json_of_the_documented_form(snippet: Snippet) -> None:
    assert {"document", "fields"} <= set(json.loads(snippet.text))


@pytest.mark.parametrize("line", commands())
def test_commands_are_there_with_these_options(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text()
        return
    assert words.pop(0).removeprefix(".venv/bin/") == "factory"
    command: Any = typer.main.get_command(app)
    name = "factory"
    while parts := getattr(command, "commands", None):
        name = words.pop(0)
        command = parts[name]
    assert command.make_context(name, words).params  # parses arguments and options, and runs nothing


@pytest.mark.parametrize("line", [line for line in commands() if any(line.startswith(quick) for quick in QUICK)])
def test_quick_commands_run(line: str) -> None:
    result = CliRunner().invoke(app, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []
