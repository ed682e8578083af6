"""What a model answers for a workflow spec: a described process, taken apart into steps."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field

WORKFLOW = """\
You draft a workflow spec: you take a described process apart into inputs and steps, as JSON.

- `inputs`: what a case brings. Types: text (a letter, a chart, a message), number, integer, date, boolean, enum (only
  with `values`).
- `reads`: steps that read values out of a text input. Each value has a name and a type: boolean, number, integer, date
  or text. Values that come as inputs are not read again.
- `rules`: steps that decide, each by one rule over names of inputs, values that were read, and earlier rules' steps:
    IF current_a1c >= 7 AND NOT recent_surgery THEN APPROVE BECAUSE "in poor control"
    ELSE IF age BETWEEN 18 AND 65 OR plan IN (gold, silver) THEN REVIEW
    ELSE DENY
  Also: = != < <= > >= + - * /, `x IS MISSING`, `message MENTIONS ANY ("refund", "invoice")` for words in a text input,
  dates as 2026-01-31, `issued + 30 DAYS`. A decision is one word in capitals. Every rule ends with ELSE. `THEN REVIEW`
  sends a case to a person. There is no today: make the day an input.
- `reviews`: questions for a person, with at least two `choices` and, in `when`, a condition such as `decide = REFER`.

Names: lower-case English, digits and underscores. Write every threshold, term and exception of the text into the
rules, and none of your own; what the text leaves open goes to REVIEW."""


class InputDraft(BaseModel):
    """One input of a case."""

    name: str = Field(max_length=40)
    type: Literal["text", "number", "integer", "date", "boolean", "enum"]
    description: str = Field("", max_length=200)
    values: list[str] = Field(default_factory=list, max_length=20)


class ValueDraft(BaseModel):
    """A value that is read."""

    name: str = Field(max_length=40)
    type: Literal["boolean", "number", "integer", "date", "text"]
    description: str = Field("", max_length=200)


class ReadDraft(BaseModel):
    """A bounded invocation."""

    step: str = Field(max_length=40)
    input: str = Field(max_length=40)
    values: list[ValueDraft] = Field(min_length=1, max_length=20)


class RuleDraft(BaseModel):
    """A deterministic rule."""

    step: str = Field(max_length=40)
    logic: str = Field(max_length=1500)


class ReviewDraft(BaseModel):
    """A question for a person."""

    step: str = Field(max_length=40)
    question: str = Field(max_length=200)
    choices: list[str] = Field(min_length=2, max_length=6)
    when: str = Field("", max_length=200)


class WorkflowDraft(BaseModel):
    """A workflow spec, in parts."""

    title: str = Field(max_length=100)
    description: str = Field(max_length=300)
    inputs: list[InputDraft] = Field(min_length=1, max_length=12)
    reads: list[ReadDraft] = Field(default_factory=list, max_length=6)
    rules: list[RuleDraft] = Field(min_length=1, max_length=8)
    reviews: list[ReviewDraft] = Field(default_factory=list, max_length=4)

    def to_spec(self, name: str) -> dict[str, Any]:
        """The spec's mapping; the loader judges it."""
        return {
            "kind": "workflow",
            "metadata": {"name": self.title, "description": self.description},
            "inputs": [_filled(one.model_dump()) for one in self.inputs],
            "logic_requirements": [
                *(_read(one) for one in self.reads),
                *(
                    {"step": one.step, "type": "deterministic_rule", "logic": f"{laid_out(one.logic)}\n"}
                    for one in self.rules
                ),
                *({"step": one.step, "type": "human_review", **_filled(one.model_dump())} for one in self.reviews),
            ],
        }

    def confirm(self) -> Iterator[str]:
        """What a person should look at: what is read, and every rule."""
        for read in self.reads:
            yield f"{read.step} reads {', '.join(f'{one.name} ({one.type})' for one in read.values)} from {read.input}"
        for rule in self.rules:
            yield f"{rule.step}:"
            yield from (f"    {line}" for line in laid_out(rule.logic).splitlines())
        for review in self.reviews:
            yield f"{review.step} asks{f' when {review.when}' if review.when else ''}: {review.question}"


def laid_out(logic: str) -> str:
    """A rule with a branch a line."""
    words = logic.split()
    lines: list[list[str]] = [[]]
    quoted = False
    for word in words:
        if word.upper() == "ELSE" and not quoted and lines[-1]:
            lines.append([])
        lines[-1].append(word)
        quoted ^= word.count('"') % 2 == 1
    return "\n".join(" ".join(line) for line in lines)


def _read(read: ReadDraft) -> dict[str, Any]:
    return {
        "step": read.step,
        "type": "bounded_invocation",
        "input": read.input,
        "schema": {one.name: _filled({"type": one.type, "description": one.description}) for one in read.values},
    }


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
