"""`docs/commands.md` names every command and option of the program, and none that is not there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import re2
import typer

from cli.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
OPTION = re2.compile(r"--[a-z][a-z-]*")


def commands(command: Any, path: str = "factory") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that call it."""
    if parts := getattr(command, "commands", None):
        for name, part in parts.items():
            yield from commands(part, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(typer.main.get_command(app)))


def section(path: str) -> str:
    """The text under a command's heading, without its subsections."""
    _, _, rest = PAGE.partition(f"\n## {path}\n")
    return rest.partition("\n## ")[0].partition("\n### ")[0]


def test_each_command_has_its_section_and_each_section_its_command() -> None:
    headings = [line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")]
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_each_option_is_documented_and_each_documented_one_is_there(path: str) -> None:
    parameters = [part for part in COMMANDS[path].params if part.param_type_name == "option"]
    offered = {name for part in parameters for name in (*part.opts, *part.secondary_opts)} - {"--help"}
    documented = {
        name
        for line in section(path).splitlines()
        if line.startswith("| `--")
        for name in OPTION.findall(line.split("|")[1])
    }
    assert documented == offered
