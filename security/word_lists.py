"""Word lists of this package: in `data/NAME.txt`."""

from functools import cache
from pathlib import Path


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list: `given_names`, `not_names` (business words that look like names), `common_words`."""
    return frozenset((Path(__file__).parent / "data" / f"{name}.txt").read_text(encoding="utf-8").split())
