"""Numbers for tokens, so that features are arrays of integers."""

from collections.abc import Sequence


class Vocabulary:
    """Token to number, from 1; 0 is every token that is not known.

    While it learns (at compile time) an unknown token gets the next number; a fixed one (at run time) answers 0.
    """

    def __init__(self, tokens: tuple[str, ...] = (), learning: bool = False) -> None:
        self._numbers = {token: number for number, token in enumerate(tokens, start=1)}
        self._tokens = ["", *tokens]
        self._learning = learning

    def __len__(self) -> int:
        """How many numbers there are, with 0."""
        return len(self._tokens)

    def token(self, number: int) -> str:
        """The token with this number; empty for 0."""
        return self._tokens[number]

    def number(self, token: str) -> int:
        """The token's number, 0 where it is unknown and this vocabulary is fixed."""
        found = self._numbers.get(token, 0)
        if not found and self._learning:
            found = self._numbers[token] = len(self._tokens)
            self._tokens.append(token)
        return found

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """The number of each token, as `number` gives it."""
        if self._learning:
            return [self.number(token) for token in tokens]
        known = self._numbers.get
        return [known(token, 0) for token in tokens]
