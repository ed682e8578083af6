"""Put generated functions into the template's hole, and the whole into an artifact."""

from factory.select import Plan

BEGIN = "# --- generated functions begin ---\n"
END = "# --- generated functions end ---\n"


class AssembleError(ValueError):
    """A source that does not have exactly one hole."""


def fill(template: str, generated: str) -> str:
    """The template with `generated` between its two marker lines."""
    before, _, after = split_generated(template)
    body = f"\n\n{generated.strip()}\n\n\n" if generated.strip() else ""
    return f"{before}{BEGIN}{body}{END}{after}"


def split_generated(source: str) -> tuple[str, str, str]:
    """What stands before, between and after the marker lines. Raises AssembleError unless each occurs once."""
    if source.count(BEGIN) != 1 or source.count(END) != 1 or source.index(BEGIN) > source.index(END):
        raise AssembleError("the marker lines of the generated part must stand exactly once, begin before end")
    before, rest = source.split(BEGIN)
    generated, after = rest.split(END)
    return before, generated, after


def is_filled(plan: Plan, source: str) -> bool:
    """Whether `source` is the plan's template, byte for byte, outside the hole."""
    try:
        before, _, after = split_generated(source)
    except AssembleError:
        return False
    expected_before, _, expected_after = split_generated(plan.template_source)
    return (before, after) == (expected_before, expected_after)
