"""What is wrong with a rule's text, and where."""


class RuleError(ValueError):
    """A rule that cannot be read; `line` and `column` count from 1 within its text, the message says how to mend it."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column
