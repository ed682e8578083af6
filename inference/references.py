"""Text that a plan refers to without seeing it: `$V1`, `$V2`, …"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from inference.errors import InferenceError

REFERENCE = re.compile(r"\$V[1-9][0-9]*")


@dataclass
class References:
    """The values, in the order in which they were first held."""

    values: list[str] = field(default_factory=list)

    def hold(self, value: str) -> str:
        """The reference for `value`; equal values share one."""
        if value not in self.values:
            self.values.append(value)
        return f"$V{self.values.index(value) + 1}"

    def unknown(self, text: str) -> list[str]:
        """The references in `text` that stand for nothing."""
        return [name for name in REFERENCE.findall(text) if int(name[2:]) > len(self.values)]

    def fill(self, text: str) -> str:
        """`text` with each reference replaced by its value. Raises InferenceError for an unknown one."""
        if missing := self.unknown(text):
            raise InferenceError(f"references that stand for nothing: {', '.join(missing)}")
        return REFERENCE.sub(lambda match: self.values[int(match[0][2:]) - 1], text)

    def fill_source(self, source: str) -> str:
        """Python `source` with the references in its string literals replaced: a value only ever becomes text.

        Raises InferenceError for a reference elsewhere (a comment may name one), for an unknown one, and for source
        that is no Python.
        """
        if not REFERENCE.search(source):
            return source
        for start, end, literal in reversed(list(_literals(source))):
            source = source[:start] + repr(self.fill(literal)) + source[end:]
        return source


def _literals(source: str) -> Iterator[tuple[int, int, str]]:
    """Where string literals with references begin and end in `source`, and their text."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise InferenceError(f"the plan is no Python source: {type(error).__name__}") from None
    for token in tokens:
        if not REFERENCE.search(token.string) and token.string != "$":
            continue
        if token.type == tokenize.COMMENT:
            continue
        try:
            text = ast.literal_eval(token.string)
        except (ValueError, SyntaxError):
            text = None
        if token.type != tokenize.STRING or not isinstance(text, str):
            raise InferenceError(f"line {token.start[0]}: a reference outside a plain string literal; put it into one")
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        yield start, end, text
