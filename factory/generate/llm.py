"""A model writes the functions, a field a call, and mends them by what the checks and the examples say.

Cheapest first: an answer that breaks the schema, the code gate or the signature goes back within the call
(`inference.complete`); one that ruff or mypy objects to, that raises in the sandbox or misses labelled values goes back
in the next round with its findings and counterexamples; what the stages of a compilation find, last. The model sees
golden documents as sketches (`factory.sketch`), so no document text reaches it, and no example's value the code.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory.assemble import fill
from factory.generate.attempt import Attempt, attempt
from factory.generate.drafting import MOST_FINDINGS, RETRY_TEMPERATURE, Draft, Drafting, FunctionSource
from factory.generate.examples import write_table
from factory.generate.generator import Generated, ModelWork
from factory.prompt import Prompt, read_blocks
from inference.errors import InferenceError
from inference.references import References
from inference.request import Request
from security.code_gate import check_code, provided_names, reserved_names
from security.finding import Finding

OUTPUT_TOKENS = 700
RETRIES = 2
"""How often an answer is sent back within a call."""
COUNTEREXAMPLES = 3
AGAIN = "Write the whole function again: its `def` line, an indented body, and at the end `return` with the candidates."


@dataclass
class LLMGenerator(Drafting[Attempt]):
    """Asks for the functions of fields."""

    def write(self, prompt: Prompt, findings: Sequence[Finding], previous: Generated | None) -> Generated:
        """Write all functions, or mend those that `findings` are about. The table reader is fitted on examples.

        Raises GenerateError where a field has no sound function when rounds or budget are spent, and what a call
        raises where the user must act: no key, no such model, a refused request.
        """
        before, names = self.client.budget.spent.tokens, list(prompt.spec.fields)
        complaints: Mapping[str, Sequence[Finding]] = dict.fromkeys(names, ())
        if previous:
            complaints = self.complaints(findings, fill(prompt.plan.template_source, previous.source), names)
        self.draft(prompt, complaints)
        best = self.best(names)
        table, model = write_table(prompt)
        return Generated(
            {**{name: one.source for name, one in best.items()}, **table},
            self.name,
            {name: f"{one.reached} of {one.labelled} values among the candidates" for name, one in best.items()},
            self.client.budget.spent.tokens - before,
            model,
            self.work(prompt),
        )

    def draft(self, prompt: Prompt, complaints: Mapping[str, Sequence[Finding]]) -> None:
        """Ask for these fields, one at a time, in rounds; `drafts` holds what came of it."""

        def ask(names: Sequence[str]) -> None:
            for name in names:
                if not self.stopped:
                    self.progress(f"model writes {name} (round {self.round} of {self.rounds})")
                    self._ask(prompt, name)

        self.in_rounds(complaints, ask)

    def work(self, prompt: Prompt) -> ModelWork:
        """The account for the manifest."""
        return self.account(prompt.instructions, list(read_blocks(prompt.spec)))

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
        source = self.answer([name], request)
        if source is not None:
            written = plain(source)
            self.progress(f"try {name} on {len(prompt.examples)} documents")
            draft.take(attempt(prompt, name, prompt.sketcher.references.fill_source(written)), written)


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


def feedback(prompt: Prompt, name: str, draft: Draft[Attempt]) -> list[str]:
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
