"""Prose in a workflow's `logic:`, restated by a model in the language of rules, for a person to confirm.

What comes back parses, and uses names of the spec alone; errors of the loader go back to the model until it does. It
is not put into the spec here: the person who reads it adds `restated:` and `confirmed_by:`, and then the compiler
proves it like any other rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field

from factory.draft.draft import OUTPUT_TOKENS, RETRIES, errors
from factory.workflow.load import parse_workflow_spec
from inference.client import Client
from inference.request import Request

NOBODY = "(not confirmed yet)"
PROSE = "this is prose"
"""What the loader says of the next step in prose: then this one is right."""

RESTATE = """\
You restate a policy as one rule, without adding, leaving out or softening anything. The language of rules:

  IF current_a1c >= 7 AND NOT recent_surgery THEN APPROVE BECAUSE "in poor control"
  ELSE IF age BETWEEN 18 AND 65 OR plan IN (gold, silver) THEN REVIEW
  ELSE DENY

Also: = != < <= > >= + - * /, `x IS MISSING`, dates as 2026-01-31, `issued + 30 DAYS`. A decision is one word in
capitals. Every rule ends with ELSE; what the text leaves open is THEN REVIEW. Use only the names that are given."""


class Restated(BaseModel):
    """The rule."""

    logic: str = Field(min_length=4, max_length=1500)


@dataclass(frozen=True)
class Restatement:
    """A step's prose and the rule that a model makes of it."""

    step: str
    prose: str
    rule: str
    attempts: int


def prose_steps(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Steps whose logic is prose that nobody has restated yet, in order, those of loops and branches too."""
    for step in _steps(spec.get("logic_requirements")):
        logic = str(step.get("logic") or "").lstrip()
        if step.get("type") == "deterministic_rule" and not step.get("restated") and not logic.upper().startswith("IF"):
            yield step


def restate(text: str, name: str, folder: Path, client: Client) -> list[Restatement]:
    """Ask once a step in prose. `folder` holds the spec, for the document specs that it names.

    Raises SpecError where the spec is wrong elsewhere, and what `inference.complete` raises: AnswerInvalid where no
    rule fits.
    """
    spec: dict[str, Any] = yaml.safe_load(text)
    made: list[Restatement] = []
    for step in prose_steps(spec):
        request = Request(
            "restated rule",
            RESTATE,
            f"Restate the policy in the text as the rule of step {step.get('step')!r}. Names:\n{_names(spec)}",
            Restated,
            (str(step["logic"]),),
            public_instructions=True,
            max_output_tokens=OUTPUT_TOKENS,
            retries=RETRIES,
            check=partial(_objections, spec, step, name, folder),
        )
        done = client.ask(request)
        step.update(restated=done.value.logic, confirmed_by=NOBODY)  # later steps may use this one's decision
        made.append(Restatement(str(step["step"]), str(step["logic"]).strip(), done.value.logic, done.attempts))
    return made


def _objections(spec: dict[str, Any], step: dict[str, Any], name: str, folder: Path, answer: Restated) -> list[str]:
    before = dict(step)
    step.update(restated=answer.logic, confirmed_by=NOBODY)
    found = errors(lambda text, name: parse_workflow_spec(text, name=name, folder=folder), name, spec)
    step.clear()
    step.update(before)
    return [line for line in found if PROSE not in line]


def _steps(steps: Any) -> Iterator[dict[str, Any]]:
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            yield step
            yield from _steps(step.get("steps"))


def _names(spec: dict[str, Any]) -> str:
    """Inputs, values that steps read, and the decisions of rules, a line each with its type."""
    lines = [f"- {one.get('name')}: {one.get('type')}" for one in spec.get("inputs") or [] if isinstance(one, dict)]
    for step in _steps(spec.get("logic_requirements")):
        schema = step.get("schema")
        for value, about in schema.items() if isinstance(schema, dict) else ():
            lines.append(f"- {value}: {about.get('type', 'text') if isinstance(about, dict) else about}")
        lines += [f"- {value}" for value in step.get("fields") or []]
    return "\n".join(lines)
