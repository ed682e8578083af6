"""Everything a generator is given: the plan, the spec and the examples; and the words in which a model is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import templates
from factory.api import public_api
from factory.folds import group_names
from factory.golden import Example
from factory.select import Plan
from factory.sketch import Sketcher
from factory.spec import DocumentSpec, FieldSpec

DOCUMENT_TOKENS = 500
"""For all sketches of golden documents in a prompt."""
CHARACTERS_A_TOKEN = 2.5
"""Few, as sketches are: shapes and references take more tokens than prose."""
ALIKE = 0.25
"""A sketch whose distance from one that is shown is less adds nothing."""
SURVEYED = 60
"""Golden documents among which the most various are looked for."""

RULES = """\
You write Python 3.11: one function that proposes candidates for one field of a document.

    def FIELD(document: Document) -> list[Candidate]:

- It only proposes. A ranker, fitted on examples, picks among the candidates by the words around them. So the function
  must return every span that may be the value; a value it leaves out is lost, a wrong one beside it does little harm.
- Begin with the proposers below. Filter only by what holds on every document. Add spans that no proposer finds as
  `Candidate(kind, value, text, page, words)`, where `words` are ascending indices into `document.pages[page].words`
  and `text` is those words.
- Use only the names below and plain Python: no import, no `re`, no class, no decorator, no print, no global state.
- At most 50 lines; typed; one docstring; private helpers inside the function or named `_FIELD_something`.
- Never write a value of an example into the code. `$V1`, `$V2`, … stand for printed words; use them only in string
  literals, as patterns or labels, such as `contains("(?i)$V1", document.text)`."""


@dataclass(frozen=True)
class Prompt:
    """The task of one compilation, before anybody words it."""

    plan: Plan
    spec: DocumentSpec
    examples: Sequence[Example]

    @cached_property
    def groups(self) -> list[str]:
        """For each example, what it belongs to: its vendor, where the spec names a vendor field."""
        return group_names(self.spec, self.examples)

    @cached_property
    def sketcher(self) -> Sketcher:
        """Draws golden documents without their text; holds the references of this compilation."""
        return Sketcher.of(self.spec, self.examples, self.groups)

    @cached_property
    def instructions(self) -> str:
        """The stable part, the same for every field and round, so that a provider can cache it. No document text."""
        parts = [
            RULES,
            f"Names you may use:\n\n{public_api(self.plan.template_source)}",
            *(f"Compliance, {name}:\n\n{text}" for name, text in read_blocks(self.spec).items()),
            f"Documents: {self.spec.description or self.spec.name}\nFields:\n{_fields(self.spec)}",
            "Some documents as sketches. A word stands as itself, as a reference, or as its shape (A, Aa, 99.99). "
            "Brackets show where a field's value is printed:\n\n" + "\n\n".join(self.sketches),
        ]
        return "\n\n".join(parts)

    @cached_property
    def sketches(self) -> tuple[str, ...]:
        """Golden documents chosen for variety, as far as the budget goes."""
        step = max(1, -(-len(self.examples) // SURVEYED))
        drawn = [self.sketcher.draw(example) for example in self.examples[::step]]
        return various(drawn, int(DOCUMENT_TOKENS * CHARACTERS_A_TOKEN))

    def question(self, name: str) -> str:
        """The task for one field."""
        field = self.spec.fields[name]
        usual = " or ".join(f"`{proposer}`" for proposer in self.plan.proposers[name])
        proposed = ", ".join(f"*{one}(document)" for one in self.plan.proposers[name])
        signature = f"def {name}(document: Document) -> list[Candidate]:"
        shown = f'{signature}\n    """Spans that may be the {name}."""\n    '
        return (
            f"Write the function `{name}`. {_field(name, field)}\nProposers that suit its type: {usual}.\n"
            f"The plainest answer has this form; write a better one where you can:\n\n{shown}return [{proposed}]\n\n"
            f"Your first line is `{signature}`; nothing comes after the function."
        )


def assemble_prompt(plan: Plan, spec: DocumentSpec, examples: Sequence[Example]) -> Prompt:
    """Algorithm 1, line 3 of the paper: template, modules, prompt blocks, spec and examples together.

    Wording it for a model is left until one is asked (`Prompt.instructions`, `Prompt.question`).
    """
    return Prompt(plan, spec, examples)


def read_blocks(spec: DocumentSpec) -> dict[str, str]:
    """The prompt text of each rule set that the spec's `compliance` names and that has one in `templates/blocks/`."""
    folder = Path(templates.__file__).with_name("blocks")
    files = {name: folder / f"{name}.md" for name in spec.compliance}
    return {name: file.read_text(encoding="utf-8").strip() for name, file in files.items() if file.is_file()}


def various(texts: Sequence[str], characters: int) -> tuple[str, ...]:
    """Texts that differ most from each other, together at most `characters` long.

    Farthest first: the shortest begins, then always the one whose nearest chosen text is least like it (Jaccard
    distance of their words; T. Gonzalez, 1985), of those that still fit. What is like a chosen one is left out.
    """
    words = [frozenset(text.split()) for text in texts]
    chosen: list[int] = []
    left = characters
    while fitting := [place for place in range(len(texts)) if place not in chosen and len(texts[place]) <= left]:
        if chosen:
            nearest = {one: min(_distance(words[one], words[two]) for two in chosen) for one in fitting}
            place = max(fitting, key=lambda one: (nearest[one], -one))
            if nearest[place] < ALIKE:
                break
        else:
            place = min(fitting, key=lambda one: (len(texts[one]), one))
        chosen.append(place)
        left -= len(texts[place])
    return tuple(texts[place] for place in chosen)


def _distance(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return 1 - len(one & other) / union if union else 0.0


def _fields(spec: DocumentSpec) -> str:
    return "\n".join(f"- {_field(name, field)}" for name, field in spec.fields.items())


def _field(name: str, field: FieldSpec) -> str:
    parts = [f"{name} ({field.type}): {field.description or name.replace('_', ' ')}"]
    if field.labels:
        parts.append(f"Labels: {', '.join(field.labels)}.")
    if field.values:
        parts.append(f"Values: {', '.join(field.values)}.")
    return " ".join(parts)
