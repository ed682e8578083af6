"""A model writes the functions, a field a call, and mends them by what the checks and the examples say.

Cheapest first: an answer that breaks the schema, the code gate or the signature goes back within the call
(`inference.complete`); one that ruff or mypy objects to, that raises in the sandbox or misses labelled values goes back
in the next round with its findings and counterexamples; what the stages of a compilation find, last. The model sees
golden documents as sketches (`factory.sketch`), so no document text reaches it, and no example's value the code.
"""

import ast
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field

from factory.assemble import fill
from factory.generate.attempt import Attempt, attempt, implicated
from factory.generate.examples import write_table
from factory.generate.generator import Generated, GenerateError, ModelWork
from factory.prompt import Prompt, read_blocks
from inference.client import Client
from inference.errors import AnswerInvalid, BudgetExceeded, GateBlocked, InferenceError, ModelUnavailable
from inference.references import References
from inference.request import Request
from security.code_gate import check_code, provided_names, reserved_names
from security.finding import Finding

ROUNDS = 3
OUTPUT_TOKENS = 700
RETRIES = 2
"""How often an answer is sent back within a call."""
RETRY_TEMPERATURE = 0.5
"""Small models that are sure of a wrong answer give it again and again at 0."""
LONGEST_LINE = 400
MOST_LINES = 120
ENOUGH = 0.99
"""Share of labelled values within reach from which on a function is not sent back for those it misses."""
COUNTEREXAMPLES = 3
MOST_FINDINGS = 5


AGAIN = "Write the whole function again: its `def` line, an indented body, and at the end `return` with the candidates."


class FunctionSource(BaseModel):
    """A model's answer: one function. Line by line, for small models lose themselves in a string with escaped ones."""

    lines: list[Annotated[str, Field(max_length=LONGEST_LINE)]] = Field(
        min_length=2,
        max_length=MOST_LINES,
        description="The whole function in Python, one string a line with its indentation, from `def` to `return`.",
    )

    @property
    def source(self) -> str:
        """The lines together."""
        return "\n".join(self.lines)


@dataclass
class Draft:
    """Where a field stands: its best sound function, the last one as the model wrote it, and what is wrong with it."""

    best: Attempt | None = None
    written: str = ""
    last: Attempt | None = None
    complaints: tuple[str, ...] = ()

    def take(self, written: str, tried: Attempt) -> None:
        """Keep what was written; as the best where it is sound and brings more values within reach."""
        self.written, self.last = written, tried
        self.complaints = tuple(str(finding) for finding in tried.findings)
        if tried.sound and (self.best is None or tried.reached > self.best.reached):
            self.best = tried

    @property
    def done(self) -> bool:
        best = self.best
        return best is not None and not self.complaints and best.reached >= ENOUGH * best.labelled


@dataclass
class LLMGenerator:
    """Asks `client` for functions, in at most `rounds` rounds over the whole compilation."""

    client: Client
    rounds: int = ROUNDS
    progress: Callable[[str], None] = lambda text: None
    drafts: dict[str, Draft] = field(default_factory=dict)
    round: int = 0
    stopped: str = ""

    @property
    def name(self) -> str:
        return "llm"

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Write all functions, or mend those that `findings` are about. The table reader is fitted on examples.

        Raises GenerateError where a field has no sound function when rounds or budget are spent, and what a call
        raises where the user must act: no key, no such model, a refused request.
        """
        before = self.client.budget.spent.tokens
        self.draft(
            prompt, self.complaints(prompt, findings, previous) if previous else dict.fromkeys(prompt.spec.fields, ())
        )
        lacking = [name for name in prompt.spec.fields if self.drafts[name].best is None]
        if lacking:
            raise GenerateError("\n".join(self.reason(name) for name in lacking))
        best = {name: self._best(name) for name in prompt.spec.fields}
        table, model = write_table(prompt)
        return Generated(
            {**{name: one.source for name, one in best.items()}, **table},
            self.name,
            {name: f"{one.reached} of {one.labelled} values among the candidates" for name, one in best.items()},
            self.client.budget.spent.tokens - before,
            model,
            self.work(prompt),
        )

    def complaints(
        self, prompt: Prompt, findings: Sequence[Finding], previous: Generated
    ) -> dict[str, tuple[Finding, ...]]:
        """What the stages found, by field; the functions that a stage refused to run are the best no longer."""
        source = fill(prompt.plan.template_source, previous.source)
        found = implicated(findings, source, list(prompt.spec.fields))
        for name, about in found.items():
            draft = self.drafts.get(name)
            if draft is not None and any(finding.gate != "accuracy" for finding in about):
                draft.best = None
        return {name: tuple(about) for name, about in found.items()}

    def draft(self, prompt: Prompt, complaints: Mapping[str, Sequence[Finding]]) -> None:
        """Ask for these fields until each is done, or rounds or budget are spent; `drafts` holds what came of it."""
        for name, about in complaints.items():
            draft = self.drafts.setdefault(name, Draft())
            draft.complaints = tuple(str(finding) for finding in about)
        waiting = list(complaints)
        while waiting and self.round < self.rounds and not self.stopped:
            self.round += 1
            for name in waiting:
                if not self.stopped:
                    self.progress(f"model writes {name} (round {self.round} of {self.rounds})")
                    self._ask(prompt, name)
            waiting = [name for name in waiting if not self.drafts[name].done]

    def reason(self, name: str) -> str:
        """Why a field has no function."""
        about = "; ".join(self.drafts[name].complaints[:MOST_FINDINGS]) or self.stopped or "it was not asked"
        spent = f"after {self.round} rounds" + (f" ({self.stopped})" if self.stopped else "")
        return f"{name!r}: {self.client.model.label} wrote no sound function {spent}: {about}"

    def work(self, prompt: Prompt) -> ModelWork:
        """The account for the manifest."""
        digest = hashlib.sha256(prompt.instructions.encode()).hexdigest()
        spent, blocks = self.client.budget.spent, tuple(read_blocks(prompt.spec))
        return ModelWork(self.client.model.label, self.round, spent, digest, blocks, self.stopped)

    def _best(self, name: str) -> Attempt:
        best = self.drafts[name].best
        assert best is not None  # the caller has looked
        return best

    def _ask(self, prompt: Prompt, name: str) -> None:
        draft = self.drafts[name]
        request = Request(
            f"write {name}",
            prompt.instructions,
            "\n\n".join([prompt.question(name), *feedback(prompt, name, draft)]),
            FunctionSource,
            public_instructions=True,
            max_output_tokens=OUTPUT_TOKENS,
            retries=RETRIES,
            retry_temperature=RETRY_TEMPERATURE,
            answered_before=(self.round - 1) * (RETRIES + 1),
            check=lambda answer: objections(prompt, name, answer.source),
        )
        try:
            written = plain(self.client.ask(request).value.source)
        except AnswerInvalid as error:
            draft.complaints = tuple(error.violations)
        except GateBlocked as error:
            draft.complaints = (str(error),)
        except (BudgetExceeded, ModelUnavailable) as error:
            self.stopped = str(error)
        else:
            self.progress(f"try {name} on {len(prompt.examples)} documents")
            draft.take(written, attempt(prompt, name, prompt.sketcher.references.fill_source(written)))


def objections(prompt: Prompt, name: str, answer: str) -> list[str]:
    """What can be told from the text alone: references, names, signature, code gate. Nothing runs."""
    source, references = plain(answer), prompt.sketcher.references
    try:
        tree = ast.parse(source)
        filled = _filled(source, references)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"{type(error).__name__}, line {getattr(error, 'lineno', '?')}"
        return [f"source: no Python 3.11 ({where}). {AGAIN}"]
    except InferenceError as error:
        return [f"source: {error}"]
    wrong = []
    allowed = ast.FunctionDef | ast.ImportFrom | ast.Import
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name != name and not node.name.startswith(f"_{name}_"):
            wrong.append(f"source: call `{node.name}` `_{name}_{node.name.strip('_')}`, or put it inside `{name}`")
        elif not isinstance(node, allowed):
            wrong.append(f"source: line {node.lineno}: only functions may stand outside of functions")
    main = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(main) != 1 or ast.unparse(main[0].args) != "document: Document":
        wrong.append(f"source: write exactly one `def {name}(document: Document) -> list[Candidate]:`")
    elif not any(isinstance(node, ast.Return) and node.value is not None for node in _own_nodes(main[0])):
        wrong.append(f"source: `{name}` returns nothing. {AGAIN}")
    template = prompt.plan.template_source
    findings = check_code(filled, provided_names(template), reserved_names(template))
    return wrong + [f"source: {finding}" for finding in findings[:MOST_FINDINGS]]


def feedback(prompt: Prompt, name: str, draft: Draft) -> list[str]:
    """The last function, what was objected to, and a few counterexamples; nothing before there is one."""
    parts = []
    if draft.written:
        parts.append(f"You wrote:\n\n{draft.written}")
    if draft.complaints:
        shown = "\n".join(f"- {complaint}" for complaint in draft.complaints[:MOST_FINDINGS])
        parts.append(f"It was refused:\n{shown}\nMend that. {AGAIN}")
    if draft.last is not None and draft.last.sound and draft.last.missed:
        parts.append(_counterexamples(prompt, name, draft.last))
    return parts


def plain(answer: str) -> str:
    """The source without what models put around it: a code fence, words that stand alone after the function."""
    lines = answer.strip().splitlines()
    if lines and lines[0].startswith("```"):
        lines = lines[1 : -1 if lines[-1].startswith("```") else None]
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []  # the caller says what is wrong with it
    while len(body) > 1 and isinstance(body[-1], ast.Expr) and isinstance(body[-1].value, ast.Name | ast.Constant):
        body.pop()
        lines = lines[: body[-1].end_lineno]
    return "\n".join(lines).strip() + "\n"


def _counterexamples(prompt: Prompt, name: str, tried: Attempt) -> str:
    """Documents whose value is not among the candidates: where it is printed, its shape, what was proposed."""
    sketcher = prompt.sketcher
    lines = [f"It leaves out the value in {len(tried.missed)} of {tried.labelled} documents. Such as:"]
    for place in _spread(tried.missed):
        example = prompt.examples[place]
        got = tried.candidates[place]
        shown = ", ".join(dict.fromkeys(sketcher.shape(one.text) for one in got[:COUNTEREXAMPLES])) or "nothing"
        expected = sketcher.shape(example.label.fields[name] or "")
        lines.append(f"{sketcher.draw(example, [name])}\nexpected: {expected}\ngot {len(got)}: {shown}\n")
    return "\n".join(lines)


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _spread(places: Sequence[int]) -> Sequence[int]:
    """A few of many, evenly."""
    return places[:: max(1, len(places) // COUNTEREXAMPLES)][:COUNTEREXAMPLES]


def _filled(source: str, references: References) -> str:
    if unknown := references.unknown(source):
        raise InferenceError(
            f"{', '.join(dict.fromkeys(unknown))} stand for nothing; use only references you were shown"
        )
    return references.fill_source(source)
