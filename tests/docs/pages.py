"""README and docs as data: their fenced snippets, their headings and links."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import re2

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re2.compile(r"^\s*```(\w*)\s*$")
_LINK = re2.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
_DROPPED = re2.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Snippet:
    """A fenced block: its page, the line where it begins, its language and its text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def snippets(*languages: str) -> list[Snippet]:
    """The fenced blocks of all pages in one of these languages; of all languages where none is named."""
    return [one for page in PAGES for one in _snippets(page) if not languages or one.language in languages]


def links(page: Path) -> list[str]:
    """Targets of the page's links and pictures, outside of fenced blocks."""
    return [first or second for first, second in _LINK.findall(_prose(page))]


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings: lower case, punctuation dropped, blanks as hyphens."""
    headings = [line.lstrip("#").strip() for line in _prose(page).splitlines() if line.startswith("#")]
    return {_DROPPED.sub("", heading.lower()).replace(" ", "-") for heading in headings}


def _snippets(page: Path) -> Iterator[Snippet]:
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = _FENCE.match(line)
        if fence and opened is None:
            opened, lines = (number, fence.group(1)), []
        elif fence and opened is not None:
            yield Snippet(page, *opened, dedent("\n".join(lines)) + "\n")
            opened = None
        elif opened is not None:
            lines.append(line)


def _prose(page: Path) -> str:
    inside, kept = False, []
    for line in page.read_text(encoding="utf-8").splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
