"""Generated source as people like to read it."""

import ast
import subprocess
import sys

from factory.validate.syntax import MAX_LINES


def readable(source: str) -> str:
    """The source with long lines folded, unless that made a function longer than the gate lets it be."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=110", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own interpreter and code
    folded = done.stdout if done.returncode == 0 else source
    functions = [node for node in ast.parse(folded).body if isinstance(node, ast.FunctionDef)]
    long = any((node.end_lineno or 0) - node.lineno + 1 > MAX_LINES for node in functions)
    return source if long else folded
