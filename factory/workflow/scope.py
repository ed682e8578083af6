"""Which names exist where in a workflow, and of what type; its rules and conditions as trees.

Names come into being step by step: inputs first (`amount`, `invoice.total` for a record's field), then what a bounded
invocation reads, what a rule decides (its step's name, an enum of its decisions), what a loop counts.
"""

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import yaml

import templates.workflows.logic as library
from extractors.fields import __all__ as proposers
from factory.rules import Rule, RuleError, Variable, parse_condition, parse_rule
from factory.rules.parse import nearest
from factory.rules.tree import Expression, Name, argument, walk
from factory.spec import DocumentSpec, FieldSpec, load_spec
from factory.spec_file import SpecError
from factory.workflow.calls import CallError, check_call
from factory.workflow.fit import TemplateError, check_fallback, check_template
from factory.workflow.plausible import implied_range
from factory.workflow.spec import (
    BoundedInvocation,
    Call,
    DeterministicRule,
    Extract,
    Foreach,
    HumanReview,
    InputSpec,
    InputValidation,
    Parallel,
    RecordField,
    Step,
    ValueSpec,
    WorkflowSpec,
)
from factory.yaml_places import Location, inside, mark_of
from templates.workflows.logic import REVIEW

RESERVED = frozenset((*keyword.kwlist, *proposers, *vars(library), "document", "candidate", "datetime", "list"))


@dataclass(frozen=True)
class Condition:
    """A condition with its function's name, text and line in the spec (0: added by the compiler)."""

    function: str
    text: str
    tree: Expression
    variables: Mapping[str, Variable]
    line: int
    note: str = ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variables it reads, in order."""
        return tuple(dict.fromkeys(one.name for one in walk(self.tree) if isinstance(one, Name)))


@dataclass(frozen=True)
class CheckedRule:
    """A rule with the conditions that were checked before it runs, and its branches' lines in the spec."""

    rule: Rule
    variables: Mapping[str, Variable]
    assumptions: tuple[Expression, ...]
    lines: tuple[int, ...]


@dataclass
class Checked:
    """All that was made of the spec's text."""

    rules: dict[str, CheckedRule] = field(default_factory=dict)
    checks: dict[str, list[Condition]] = field(default_factory=dict)
    whens: dict[str, Condition] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """For steps that read a text or document: which."""
    documents: dict[str, DocumentSpec] = field(default_factory=dict)
    """For `extract` steps: the document spec."""
    calls: dict[str, Mapping[str, Variable]] = field(default_factory=dict)
    """For `call` steps: the values that its arguments hold."""
    lines: dict[str, int] = field(default_factory=dict)
    """Where each step stands."""
    fields: dict[str, tuple[str, ValueSpec]] = field(default_factory=dict)
    """Fields of bounded invocations: step and type."""
    decision: str = ""
    """The step that decides the workflow."""


class Scope:
    """One pass over a spec."""

    def __init__(self, spec: WorkflowSpec, file: str, text: str, root: yaml.Node, folder: Path) -> None:
        self._spec, self._file, self._text, self._root, self._folder = spec, file, text, root, folder
        self._checked = Checked()
        self._assumptions: list[Expression] = []
        self._names: set[str] = set()
        self._lists = {
            f"{one.name}.{key}": {name: variable_of(value) for name, value in about.fields.items()}
            for one in spec.inputs
            for key, about in one.fields.items()
            if about.type == "list"
        }

    def check(self) -> Checked:
        """Raises SpecError at the first thing that does not hold."""
        variables: dict[str, Variable] = {}
        for place, one in enumerate(self._spec.inputs):
            self._claim(one.name, ("inputs", place, "name"))
            variables |= input_variables(one)
        try:
            check_template(self._spec)
        except TemplateError as error:
            self._fail(error.location, str(error))
        self._steps(self._spec.logic_requirements, ("logic_requirements",), variables)
        if not self._checked.decision and self._spec.metadata.template != "input_validator":
            self._fail(("logic_requirements",), "no step decides; add a `deterministic_rule` or a `human_review`")
        return self._checked

    def _steps(self, steps: Sequence[Step], location: Location, variables: dict[str, Variable]) -> None:
        for place, step in enumerate(steps):
            here = (*location, place)
            self._claim(step.step, (*here, "step"))
            self._checked.lines[step.step] = mark_of(self._root, here)[0]
            made = self._step(step, here, dict(variables))
            clash = {argument(name) for name in made} & {argument(name) for name in variables}
            if clash:
                self._fail((*here, "step"), f"the name {sorted(clash)[0]!r} is taken by an earlier step or input")
            variables |= made

    def _step(self, step: Step, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        """What the step adds to the names."""
        match step:
            case BoundedInvocation():
                return self._bounded(step, here, variables)
            case DeterministicRule():
                return self._rule(step, here, variables)
            case Extract():
                return self._extract(step, here, variables)
            case Foreach():
                return self._foreach(step, here, variables)
            case Parallel():
                before = dict(variables)
                self._steps(step.steps, (*here, "steps"), variables)
                return {name: variable for name, variable in variables.items() if name not in before}
            case Call():
                return self._call(step, here, variables)
            case InputValidation():
                return self._validation(step, here, variables)
            case HumanReview():
                self._when(step.step, step.when, here, variables)
                self._checked.decision = self._checked.decision or step.step
                return {step.step: Variable("text", step.choices)}

    def _bounded(self, step: BoundedInvocation, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        readable = [one.name for one in self._spec.inputs if one.type in ("text", "document")]
        source = step.input or (readable[0] if len(readable) == 1 else "")
        if source not in readable:
            what = f"{source!r} is no text or document" if source else "say which text or document: `input: NAME`"
            self._fail((*here, "input"), f"{what}{nearest(source, readable)}")
        self._checked.inputs[step.step] = source
        for name, value in step.values.items():
            self._claim(name, (*here, "schema", name))
            self._checked.fields[name] = (step.step, value)
        made = {name: variable_of(value) for name, value in step.values.items()}
        self._conditions(step.step, step.validation, here, {**variables, **made}, step.values)
        return made

    def _rule(self, step: DeterministicRule, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        key, text = ("restated", step.restated) if step.restated else ("logic", step.logic)
        if not text.lstrip().upper().startswith("IF") and not step.restated:
            self._fail(
                (*here, "logic"),
                "this is prose; put the rule as IF / THEN / ELSE in `restated:`, and `confirmed_by: NAME`",
            )
        if step.restated and not step.confirmed_by:
            self._fail((*here, "restated"), "nobody confirmed this; read it, then add `confirmed_by: NAME`")
        try:
            rule = parse_rule(step.step, text, variables, step.missing)
        except RuleError as error:
            self._fail_inside((*here, key), error)
        lines = tuple(inside(self._root, self._text, (*here, key), one.line, 1)[0] for one in rule.branches)
        self._checked.rules[step.step] = CheckedRule(rule, dict(variables), tuple(self._assumptions), lines)
        self._checked.decision = step.step
        return {step.step: Variable("text", tuple(dict.fromkeys((*rule.decisions, REVIEW))))}

    def _extract(self, step: Extract, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        readable = [one.name for one in self._spec.inputs if one.type == "document"]
        if step.input not in readable:
            self._fail((*here, "input"), f"{step.input!r} is no document{nearest(step.input, readable)}")
        try:
            document = load_spec(self._folder / step.spec)
        except SpecError as error:
            self._fail((*here, "spec"), str(error))
        for place, name in enumerate(step.fields):
            if name not in document.fields:
                self._fail((*here, "fields", place), f"no field {name!r}{nearest(name, document.fields)}")
        columns = document.line_items.columns if document.line_items else {}
        for place, name in enumerate(step.line_items):
            if name not in columns:
                self._fail((*here, "line_items", place), f"no column {name!r}{nearest(name, columns)}")
        if step.line_items:
            rows = {name: _document_variable(columns[name]) for name in step.line_items}
            self._lists[f"{step.input}.line_items"] = rows
        self._checked.documents[step.step] = document
        self._checked.inputs[step.step] = step.input
        made = {f"{step.input}.{name}": _document_variable(document.fields[name]) for name in step.fields}
        self._conditions(step.step, step.validation, here, {**variables, **made}, {})
        return made

    def _call(self, step: Call, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        self._when(step.step, step.when, here, variables)
        try:
            self._checked.calls[step.step] = check_call(step, variables, set(self._checked.rules))
        except CallError as error:
            self._fail((*here, *error.location), str(error))
        return {f"{step.step}.{name}": variable_of(value) for name, value in step.returns.items()}

    def _validation(self, step: InputValidation, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        try:
            check_fallback(step, variables)
        except TemplateError as error:
            self._fail((*here, *error.location), str(error))
        self._conditions(step.step, step.validation, here, variables, {})
        return {}

    def _foreach(self, step: Foreach, here: Location, variables: dict[str, Variable]) -> dict[str, Variable]:
        for name, where in ((step.item, "as"), *((prefix, "join") for prefix in step.join)):
            self._claim(name, (*here, where))
        inner = dict(variables)
        inner |= {f"{step.item}.{name}": one for name, one in self._rows(step.over, (*here, "over")).items()}
        for prefix, join in step.join.items():
            rows = self._rows(join.rows, (*here, "join", prefix, "list"))
            for names, where in ((rows, join.rows), (self._rows(step.over, (*here, "over")), step.over)):
                if join.by not in names:
                    self._fail(
                        (*here, "join", prefix, "by"), f"rows of {where} have no {join.by!r}{nearest(join.by, names)}"
                    )
            inner |= {f"{prefix}.{name}": one for name, one in rows.items()}
        if step.join:
            inner[f"{step.item}.repeats"] = Variable("number", whole=True)
        numbers = [name for name, one in self._rows(step.over, here).items() if one.type == "number"]
        for place, name in enumerate(step.sums):
            if name not in numbers:
                self._fail((*here, "sum", place), f"rows have no number {name!r}{nearest(name, numbers)}")
        self._rules_alone(step, here)
        outer = self._checked.decision
        self._steps(step.steps, (*here, "steps"), inner)
        self._checked.decision = outer
        decisions = (*self._checked.rules[step.steps[-1].step].rule.decisions, REVIEW)
        counted = dict.fromkeys(("count", *(one.lower() for one in decisions)))
        made = {f"{step.step}.{name}": Variable("number", whole=True) for name in counted}
        return made | {f"{step.step}.sum_{name}": Variable("number") for name in step.sums}

    def _rules_alone(self, step: Foreach, here: Location) -> None:
        """Whoever performs a workflow performs a step once; what happens to each row is decided, not performed."""
        for place, one in enumerate(step.steps):
            if not isinstance(one, DeterministicRule):
                message = f"a loop holds rules alone; put the step {one.step!r} before or after it"
                self._fail((*here, "steps", place, "type"), message)

    def _rows(self, path: str, location: Location) -> dict[str, Variable]:
        """The fields of a list's rows."""
        if path not in self._lists:
            message = f"{path!r} is no list of a record, or rows that an `extract` read{nearest(path, self._lists)}"
            self._fail(location, message)
        return self._lists[path]

    def _when(self, step: str, text: str, here: Location, variables: Mapping[str, Variable]) -> None:
        if text:
            self._checked.whens[step] = self._condition(f"when_{step}", text, (*here, "when"), variables)

    def _conditions(
        self,
        step: str,
        texts: Sequence[str],
        here: Location,
        variables: Mapping[str, Variable],
        values: Mapping[str, ValueSpec],
    ) -> None:
        found = [
            self._condition(f"valid_{step}_{place + 1}", text, (*here, "validation", place), variables)
            for place, text in enumerate(texts)
        ]
        checked = {name for one in found for name in one.inputs}
        for name, value in values.items():
            limits = implied_range(name)
            if value.type in ("number", "integer") and name not in checked and limits is not None:
                text = f"{name} > {limits.low} AND {name} < {limits.high}"
                tree = parse_condition(text, variables)
                function = f"valid_{step}_{len(found) + 1}"
                found.append(Condition(function, text, tree, dict(variables), 0, f"added: {limits.about}"))
        self._checked.checks[step] = found
        self._assumptions += [one.tree for one in found]

    def _condition(self, function: str, text: str, location: Location, variables: Mapping[str, Variable]) -> Condition:
        try:
            tree = parse_condition(text, variables)
        except RuleError as error:
            self._fail_inside(location, error)
        return Condition(function, text, tree, dict(variables), mark_of(self._root, location)[0])

    def _claim(self, name: str, location: Location) -> None:
        if name in RESERVED:
            self._fail(location, f"compiled code uses the name {name!r} itself; choose another")
        if name in self._names:
            self._fail(location, f"the name {name!r} is taken; every input, step and field has its own")
        self._names.add(name)

    def _fail(self, location: Location, message: str) -> NoReturn:
        line, column = mark_of(self._root, location)
        raise SpecError(f"{self._file}:{line}:{column}: {'.'.join(map(str, location))}: {message}")

    def _fail_inside(self, location: Location, error: RuleError) -> NoReturn:
        line, column = inside(self._root, self._text, location, error.line, error.column)
        later = next((one.step for one in self._spec.all_steps if f"unknown name {one.step!r}" in error.message), None)
        what = f"{later!r} is not known yet here; a step can use only what stands before it" if later else error.message
        raise SpecError(f"{self._file}:{line}:{column}: {'.'.join(map(str, location))}: {what}") from None


def variable_of(value: ValueSpec | RecordField) -> Variable:
    """How rules see a value."""
    return _variable(value.type, value.values)


def _variable(kind: str, values: tuple[str, ...]) -> Variable:
    match kind:
        case "boolean":
            return Variable("boolean")
        case "number" | "integer":
            return Variable("number", whole=kind == "integer")
        case "date":
            return Variable("date")
        case _:
            return Variable("text", values)


def input_variables(one: InputSpec) -> dict[str, Variable]:
    """How rules see an input: a record by its fields, but for lists."""
    if one.type == "record":
        return {f"{one.name}.{key}": variable_of(value) for key, value in one.fields.items() if value.type != "list"}
    return {} if one.type == "document" else {one.name: _variable(one.type, one.values)}


def _document_variable(about: FieldSpec) -> Variable:
    kinds = {"money": "number", "number": "number", "date": "date", "boolean": "boolean"}
    return _variable(kinds.get(about.type, "text"), about.values)
