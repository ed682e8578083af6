"""Syntax: the functions that the spec asks for, typed, checked, short and simple."""

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import extractors
from factory.assemble import BEGIN, END
from factory.spec import DocumentSpec
from factory.validate.verdict import Evidence, Verdict, judge
from runtime.artifact import ACTIVITY, Artifact
from security.finding import Finding

MAX_LINES = 50
MAX_COMPLEXITY = 10
SECONDS = 300
"""For a tool on a busy machine; mypy takes about ten seconds when its cache is empty, one when it is not."""

RUFF_RULES = "E9,F,B,C90,PLE,W605"
RUFF_IGNORED = "B007,B905"
"""Matters of taste: an unused loop variable, `zip` without `strict`."""

MYPY_CONFIG = """[mypy]
strict = True
python_version = 3.11
follow_imports = silent
[mypy-extractors.*,ocr.*,templates.*,inference.*,security.*]
follow_untyped_imports = True
"""
"""Strict on the generated module; its imports are read for their types whether or not they say `py.typed`."""

_REDEFINED = ("F811", "no-redef")
_FIELD = "list[Candidate]"
_ROWS = ("list[dict[str, Candidate]]", "list[Reading]")


Functions = Mapping[str, ast.FunctionDef]


def syntax(artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Verdict:
    """Judge `activity.py` without running any of it."""
    return judge_syntax(artifact.source, spec)


def judge_syntax(source: str, spec: DocumentSpec) -> Verdict:
    """The same for a filled template that is no artifact yet."""
    return judge("syntax", syntax_findings(source, spec.fields, lambda found: _contract(found, spec)))


def syntax_findings(
    source: str, fields: Collection[str], contract: Callable[[Functions], Iterable[Finding]]
) -> Iterator[Finding]:
    """What ruff, mypy, the limits and the contract object to. `fields` may be named as imports of the template are."""
    try:
        tree = ast.parse(source, ACTIVITY)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        message = f"cannot be parsed ({type(error).__name__})"
        yield _finding("not-parsed", message, getattr(error, "lineno", None), "write plain Python 3.11")
        return
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    yield from contract(functions)
    yield from _lengths(tree)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ACTIVITY
        file.write_text(source, encoding="utf-8")
        for finding in (*_ruff(file, _generated_lines(source)), *_mypy(file)):
            if not (finding.id in _REDEFINED and finding.line in _fields_named_as_imports(tree, fields)):
                yield finding


def _contract(functions: Functions, spec: DocumentSpec) -> Iterator[Finding]:
    """One public function a field, each from a document to candidates."""
    wanted = dict.fromkeys(spec.fields, (_FIELD,)) | ({"line_items": _ROWS} if spec.line_items else {})
    for name, answers in wanted.items():
        expected = f"def {name}(document: Document) -> {answers[0]}"
        if name not in functions:
            yield _finding("function-missing", f"no function {name!r}", None, f"write `{expected}`")
        elif not reads_document(functions[name], answers):
            message = f"{name!r} has another signature"
            yield _finding("wrong-signature", message, functions[name].lineno, f"write `{expected}`")
    for name, node in functions.items():
        if name not in wanted and not name.startswith("_"):
            message = f"{name!r} is no field of the spec"
            yield _finding("function-unexpected", message, node.lineno, "begin the names of helpers with an underscore")


def reads_document(function: ast.FunctionDef, answers: tuple[str, ...] = (_FIELD,)) -> bool:
    """Whether it goes from a document to one of these answers."""
    plain = ast.arguments([], [ast.arg("document", ast.Name("Document", ast.Load()))], None, [], [], None, [])
    given = function.returns is not None and ast.unparse(function.returns)
    return ast.unparse(function.args) == ast.unparse(plain) and given in answers


def _fields_named_as_imports(tree: ast.Module, fields: Collection[str]) -> set[int]:
    """Lines of field functions that stand once: the spec, not the generator, chose a name that is imported above."""
    lines: dict[str, list[int]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in fields:
            lines.setdefault(node.name, []).append(node.lineno)
    return {found[0] for found in lines.values() if len(found) == 1}


def _lengths(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_LINES:
                message = f"{node.name!r} has {lines} lines, more than {MAX_LINES}"
                yield _finding("function-too-long", message, node.lineno, "split it into private helpers")


def _ruff(file: Path, lines: range) -> Iterator[Finding]:
    """ruff by our own rules, whatever configuration lies about. The template's imports need not all be used."""
    options = ["--isolated", "--no-cache", "--ignore-noqa", "--target-version=py311", "--output-format=json"]
    rules = [f"--select={RUFF_RULES}", f"--ignore={RUFF_IGNORED}"]
    complexity = ["--config", f"lint.mccabe.max-complexity={MAX_COMPLEXITY}"]
    done = _run("ruff", ["check", *options, *rules, *complexity, str(file)], file.parent)
    try:
        found = json.loads(done.stdout) if done.returncode in (0, 1) else None
    except ValueError:
        found = None
    if not isinstance(found, list):
        yield _finding("ruff-failed", f"ruff did not judge the code (exit code {done.returncode})", None, "")
        return
    for item in found:
        row, column = item["location"]["row"], item["location"]["column"]
        if row in lines or item["code"] != "F401":
            yield _finding(item["code"] or "not-parsed", item["message"], row, _fix(item), column)


def _mypy(file: Path) -> Iterator[Finding]:
    """mypy in strict mode on the whole file, with a cache for the libraries that all compilations share."""
    config = file.with_name("mypy.ini")
    config.write_text(MYPY_CONFIG, encoding="utf-8")
    options = ["--config-file", str(config), "--cache-dir", str(_cache()), "--output", "json", "--no-error-summary"]
    done = _run("mypy", [*options, str(file)], file.parent, MYPYPATH=_packages())
    found = list(_json_lines(done.stdout))
    errors = [item for item in found if item.get("severity") == "error"]
    if done.returncode not in (0, 1) or bool(done.returncode) != bool(errors):
        yield _finding("mypy-failed", f"mypy did not judge the code (exit code {done.returncode})", None, "")
    for item in errors:
        fix = str(item.get("hint") or "")
        yield _finding(str(item["code"] or "mypy"), str(item["message"]), item["line"], fix, item["column"] + 1)


def _run(tool: str, arguments: list[str], folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a tool of this installation; one that hangs or is missing comes back with an exit code of its own."""
    command = [sys.executable, "-m", tool, *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MYPY", "RUFF"))}
    environment |= {name: value for name, value in variables.items() if value}
    try:
        return subprocess.run(  # noqa: S603  # our own interpreter, arguments that hold no document
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, "", "")


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _cache() -> Path:
    """Where mypy keeps what it knows of the libraries: the user's cache folder, which others cannot write."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "code-factory" / "mypy"


def _packages() -> str:
    """The folder of the project's packages; empty where they are installed and mypy finds them by itself."""
    folder = Path(extractors.__file__).resolve().parents[1]
    return "" if folder.name in ("site-packages", "dist-packages") else str(folder)


def _generated_lines(source: str) -> range:
    """The lines between the markers; all lines where there are none."""
    if BEGIN not in source or END not in source:
        return range(1, source.count("\n") + 2)
    return range(source[: source.index(BEGIN)].count("\n") + 2, source[: source.index(END)].count("\n") + 1)


def _fix(item: Mapping[str, Any]) -> str:
    fix = item.get("fix") or {}
    if item["code"] == "C901":
        return "split it into private helpers"
    return str(fix.get("message") or "")


def _finding(rule: str, message: str, line: int | None, fix: str, column: int | None = None) -> Finding:
    return Finding(rule, "medium", message, None, line, column, "syntax", fix)
