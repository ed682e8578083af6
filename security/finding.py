"""What a gate or a validation stage objects to, in a form that people and generators can act on."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Severity = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection. Holds code and rule names, never a document's text or a field's value."""

    id: str
    """The rule, such as `import-not-allowed`, `B608` (bandit) or `arg-type` (mypy)."""
    severity: Severity
    message: str
    cwe: int | None = None
    """Number in the Common Weakness Enumeration, where the rule guards against one."""
    line: int | None = None
    """Counted from 1, in the file that was judged."""
    column: int | None = None
    """Counted from 1."""
    gate: str = ""
    """Who objects: `security`, `syntax`, `execution`, `accuracy`, or a gate at run time."""
    fix: str = ""
    """What to do instead, as an instruction."""
    owasp: str = ""
    """Id in the OWASP Top 10 for LLM applications, such as `LLM01:2025`, where the rule belongs to one."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, one key an attribute."""
        return asdict(self)

    def moved(self, lines: int) -> "Finding":
        """The same finding `lines` further down: from a part of a file to the whole file."""
        return self if self.line is None else replace(self, line=self.line + lines)

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        weakness = f" (CWE-{self.cwe})" if self.cwe is not None else ""
        return f"{place}{self.id}: {self.message}{weakness}" + (f"; {self.fix}" if self.fix else "")
