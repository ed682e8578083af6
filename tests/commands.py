"""The `factory` command, called in this process."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app


def call(*arguments: str) -> Result:
    """What the command did."""
    return CliRunner().invoke(app, arguments)


def answer(*arguments: str) -> Any:
    """What the command printed with `--json`; it must have succeeded."""
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
