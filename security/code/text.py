"""What stands in the text beside the syntax tree: comments, characters, secrets."""

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from security.code.source import GATE, Code, finding
from security.finding import Finding

SUPPRESSION = re.compile(
    r"#\s*(?:no\s*sec|no\s*sem|semgrep|type\s*:|noqa|ruff\s*:|flake8|fmt\s*:|yapf|isort|pragma|pylint|mypy\s*:|pyright|"
    r"bandit|pyre|codeql|lgtm|skipcq|nolint)",
    re.IGNORECASE,
)
"""Comments by which a tool can be told to look away, at the start of a comment or of one inside it."""

_SECRET_NAME = re.compile(
    r"pass(?:word|wd|phrase|code)|(?:^|_)pwd(?:$|_)|secret|api_?key|access_?key|private_?key|signing_?key|"
    r"encryption_?key|auth_?token|access_?token|bearer|credential|client_?id_?secret|conn(?:ection)?_?str",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"AKIA[0-9A-Z]{12,}|ASIA[0-9A-Z]{12,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|"
    r"sk_(?:live|test)_\w{10,}|xox[abpr]-[\w-]{10,}|AIza[\w-]{20,}|ya29\.[\w-]{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY|hf_\w{20,}|npm_\w{20,}|\b[0-9a-f]{32,}\b|SG\.[\w-]{16,}\.|[a-z][a-z0-9+]{2,}://[^\s:/@]+:[^\s/@]+@|"
    r"(?:password|passwd|pwd|secret|api_key)\s*[=:]\s*(?=\S*\d)\S{6,}",
    re.IGNORECASE,
)
_KEY_LIKE = re.compile(r"[A-Za-z0-9+/=]{24,}")
_LITTLE = 4
"""A shorter text beside a secret's name is a label or a blank, not a secret."""
_RANDOM_CHANGES = 0.35
"""Share of neighbouring characters of different classes (lower, upper, digit): about 0.6 in base64, little in words."""


def comments(code: Code) -> Iterator[Finding]:
    """No comment may tell a tool to look away. Any part of a comment counts: `# fine  # nosec` too."""
    for token in tokenize.generate_tokens(io.StringIO(code.text).readline):
        if token.type == tokenize.COMMENT and any(SUPPRESSION.match(part) for part in _parts(token.string)):
            line, column = token.start
            message = "comment that tells a tool to look away"
            yield Finding("suppression-comment", "high", message, 693, line, column + 1, GATE, "remove the comment")


def characters(code: Code) -> Iterator[Finding]:
    """No character that shows the reader something else than the compiler sees; identifiers in ASCII."""
    for number, line in enumerate(code.text.split("\n"), start=1):
        for column, char in enumerate(line, start=1):
            if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp") and char != "\t":
                message = f"invisible or reordering character U+{ord(char):04X}"
                yield Finding("hidden-character", "high", message, 1007, number, column, GATE, "write it as an escape")
    for node in code.nodes:
        for name in _identifiers(node):
            if not name.isascii():
                yield finding("identifier-not-ascii", f"identifier {name!a}", node, 1007, "use ASCII letters")


def secrets(code: Code) -> Iterator[Finding]:
    """No credentials in the code: by the name they are given, by their known form, or by their randomness."""
    for node in code.nodes:
        for name, text, place in _named_texts(node):
            if _SECRET_NAME.search(name) and len(text.strip()) >= _LITTLE and not _is_label(text):
                yield _secret(f"text given to {name!r}", place)
        if isinstance(node, ast.Constant):
            text = node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
            if _SECRET_VALUE.search(text) or any(map(_is_random, _KEY_LIKE.findall(text))):
                yield _secret("text of the form of a credential", node)


def _parts(comment: str) -> list[str]:
    return ["#" + part for part in comment.split("#")[1:]]


def _identifiers(node: ast.AST) -> list[str]:
    fields = (getattr(node, field, None) for field in ("id", "attr", "arg", "name", "asname"))
    return [name for name in fields if isinstance(name, str)]


def _secret(what: str, node: ast.AST) -> Finding:
    return finding("hard-coded-secret", what, node, 798, "credentials come from the environment of a trusted module")


def _named_texts(node: ast.AST) -> Iterator[tuple[str, str, ast.AST]]:
    """Texts with the name they are bound to, passed as, or stored or compared under."""
    pairs: list[tuple[ast.AST | str | None, ast.AST | None]] = []
    if isinstance(node, ast.Assign):
        pairs = [pair for target in node.targets for pair in _unpacked(target, node.value)]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.keyword):
        pairs = [(node.arg, node.value)]
    elif isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.Compare):
        pairs = [(node.left, other) for other in node.comparators]
    elif isinstance(node, ast.arguments):
        named = [*node.posonlyargs, *node.args]
        pairs = list(zip([arg.arg for arg in named[len(named) - len(node.defaults) :]], node.defaults, strict=True))
        pairs += list(zip([arg.arg for arg in node.kwonlyargs], node.kw_defaults, strict=True))
    for target, value in pairs:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield _name_of(target), value.value, value


def _unpacked(target: ast.AST, value: ast.AST) -> list[tuple[ast.AST | str | None, ast.AST | None]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _name_of(target: ast.AST | str | None) -> str:
    if isinstance(target, str):
        return target
    if isinstance(target, ast.Constant):
        return str(target.value)
    if isinstance(target, ast.Subscript):
        return _name_of(target.slice)
    return getattr(target, "id", getattr(target, "attr", ""))


def _is_label(text: str) -> bool:
    """Words as they are printed on a page ("Password:", "api key")."""
    return text.rstrip(" :").replace(" ", "").isalpha() and (" " in text.strip() or text.endswith(":"))


def _is_random(text: str) -> bool:
    classes = ["".join(str(kind(char))[0] for kind in (str.islower, str.isupper, str.isdigit)) for char in text]
    changes = sum(left != right for left, right in pairwise(classes))
    return {"TFF", "FTF", "FFT"} <= set(classes) and changes >= _RANDOM_CHANGES * len(text)
