"""Everything a generator is given: the plan, the spec and the examples."""

from collections.abc import Sequence
from dataclasses import dataclass

from factory.golden import Example
from factory.select import Plan
from factory.spec import DocumentSpec


@dataclass(frozen=True)
class Prompt:
    """The task of one compilation, before anybody words it."""

    plan: Plan
    spec: DocumentSpec
    examples: Sequence[Example]


def assemble_prompt(plan: Plan, spec: DocumentSpec, examples: Sequence[Example]) -> Prompt:
    """Algorithm 1, line 3 of the paper: template, modules, spec and examples together."""
    return Prompt(plan, spec, examples)
