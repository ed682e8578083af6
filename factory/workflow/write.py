"""From a checked spec to code and plan: a function for every condition and rule, and the order of the steps."""

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from extractors.candidate import Kind
from factory.rules import Variable, emit_expression, emit_rule
from factory.rules.tree import IsMissing, Rule, walk
from factory.spec import DocumentSpec, FieldSpec
from factory.workflow.calls import canonical
from factory.workflow.handler import write_handler, write_imports
from factory.workflow.load import LoadedSpec
from factory.workflow.readable import readable
from factory.workflow.scope import Condition
from factory.workflow.spec import (
    BoundedInvocation,
    Call,
    DeterministicRule,
    Extract,
    Foreach,
    HumanReview,
    InputValidation,
    Parallel,
    Step,
    ValueSpec,
)
from runtime.workflow_plan import PlannedBranch, PlannedCheck, PlannedInput, PlannedStep, Typed, WorkflowPlan

_KINDS: dict[str, Kind] = {
    "boolean": "boolean", "number": "number", "integer": "number", "date": "date", "text": "text", "enum": "enum",
}  # fmt: skip


def fields_spec(loaded: LoadedSpec) -> DocumentSpec:
    """The fields of all bounded invocations as a document spec, so that they are learned like any other's.

    It may have none, which no document spec that a user writes can.
    """
    fields = {
        name: FieldSpec(
            type=_KINDS[value.type],
            description=value.description,
            labels=value.labels,
            required=value.required,
            values=value.values,
        )
        for name, (_, value) in loaded.checked.fields.items()
    }
    if not fields:
        return DocumentSpec.model_construct(name=loaded.name, fields={}, accuracy=loaded.spec.accuracy)
    return DocumentSpec(name=loaded.name, fields=fields, accuracy=loaded.spec.accuracy)


def write_rules(loaded: LoadedSpec) -> dict[str, str]:
    """The source of every condition and rule, by function."""
    checked = loaded.checked
    conditions = [*(one for found in checked.checks.values() for one in found), *checked.whens.values()]
    sources = {one.function: _condition_source(one) for one in conditions}
    sources |= {name: emit_rule(one.rule) for name, one in checked.rules.items()}
    return {name: readable(source) for name, source in sources.items()}


def write_functions(loaded: LoadedSpec) -> str:
    """What stands in the template's hole beside the functions of fields: rules, and what calls them."""
    rules, handler = write_rules(loaded), {name: readable(one) for name, one in write_handler(loaded).items()}
    if not handler:
        return joined(rules.values())
    return joined((write_imports((*rules.values(), *handler.values())), *rules.values(), *handler.values()))


def joined(sources: Iterable[str]) -> str:
    """Functions with two lines between them."""
    return "\n\n\n".join(text.strip("\n") for text in sources if text.strip())


def write_plan(loaded: LoadedSpec, source: str, addresses: Mapping[str, str]) -> WorkflowPlan:
    """The plan of a filled template. `addresses`: the document artifact of each `extract` step."""
    metadata = loaded.spec.metadata
    inputs = tuple(
        PlannedInput(
            one.name,
            one.type,
            one.required,
            {key: value.model_dump(mode="json", exclude_defaults=True) for key, value in one.fields.items()},
            one.values,
        )
        for one in loaded.spec.inputs
    )
    writer = _Writer(loaded, outcome_lines(source), addresses)
    steps = tuple(writer.step(step) for step in loaded.spec.logic_requirements)
    return WorkflowPlan(metadata.name, metadata.version, metadata.compliance, inputs, steps, loaded.checked.decision)


def outcome_lines(source: str) -> dict[tuple[str, int], int]:
    """Where each branch's outcome stands: by rule (the private parts of a long one count as it) and branch."""
    lines: dict[tuple[str, int], int] = {}
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Call(
                    func=ast.Name(id="Outcome"), args=[ast.Constant(), ast.Constant(value=int() as branch), *_]
                ):
                    lines[function.name, branch] = node.lineno
    return lines


class _Writer:
    def __init__(self, loaded: LoadedSpec, lines: Mapping[tuple[str, int], int], addresses: Mapping[str, str]) -> None:
        self._loaded, self._checked, self._lines, self._addresses = loaded, loaded.checked, lines, addresses

    def step(self, step: Step) -> PlannedStep:
        """One step of the plan."""
        common: dict[str, Any] = {"name": step.step, "type": step.type, "line": self._checked.lines[step.step]}
        when = self._checked.whens.get(step.step)
        common["when"] = _check(when) if when else None
        common["checks"] = tuple(_check(one) for one in self._checked.checks.get(step.step, ()))
        match step:
            case BoundedInvocation():
                return self._bounded(step, common)
            case DeterministicRule():
                return self._rule(step, common)
            case Extract():
                document = self._checked.documents[step.step]
                fields = {f"{step.input}.{name}": _document_typed(document.fields[name]) for name in step.fields}
                address = self._addresses[step.step]
                return PlannedStep(**common, input=step.input, fields=fields, artifact=address, columns=step.line_items)
            case InputValidation():
                return PlannedStep(**common, fallback={name: canonical(one) for name, one in step.fallback.items()})
            case Foreach():
                return self._foreach(step, common)
            case Parallel():
                return PlannedStep(**common, steps=tuple(self.step(one) for one in step.steps))
            case Call():
                fields = {f"{step.step}.{name}": _typed(value) for name, value in step.returns.items()}
                return PlannedStep(
                    **common,
                    fields=fields,
                    inputs={
                        name: _variable_typed(variable) for name, variable in self._checked.calls[step.step].items()
                    },
                    fallback={f"{step.step}.{name}": canonical(value) for name, value in step.fallback.items()},
                    module=step.module,
                    service=step.service,
                    operation=step.operation,
                    arguments=step.arguments,
                )
            case HumanReview():
                return PlannedStep(**common, question=step.question, choices=step.choices)

    def _bounded(self, step: BoundedInvocation, common: Mapping[str, Any]) -> PlannedStep:
        return PlannedStep(
            **common,
            input=self._checked.inputs[step.step],
            fields={name: _typed(value, absent=True) for name, value in step.values.items()},
            threshold=step.escalation.threshold,
            fallback=step.fallback.model_dump(mode="json"),
        )

    def _rule(self, step: DeterministicRule, common: Mapping[str, Any]) -> PlannedStep:
        checked = self._checked.rules[step.step]
        branches = tuple(
            PlannedBranch(
                branch.decision, branch.reason, f"{step.step.upper()}_{number}", line, self._line(step.step, number)
            )
            for number, (branch, line) in enumerate(zip(checked.rule.branches, checked.lines, strict=True), start=1)
        )
        inputs = {name: _variable_typed(variable) for name, variable in checked.rule.inputs.items()}
        asks = asks_for_missing(checked.rule) or step.missing == "unmet"
        return PlannedStep(**common, inputs=inputs, branches=branches, asks_for_missing=asks)

    def _line(self, rule: str, branch: int) -> int:
        names = [rule, *(name for name, _ in self._lines if name.startswith(f"_{rule}_"))]
        return next((self._lines[name, branch] for name in names if (name, branch) in self._lines), 0)

    def _foreach(self, step: Foreach, common: Mapping[str, Any]) -> PlannedStep:
        rules = [one for one in step.steps if isinstance(one, DeterministicRule)]
        decisions = (*self._checked.rules[rules[-1].step].rule.decisions, "REVIEW")
        names = dict.fromkeys(("count", *(one.lower() for one in decisions)))
        return PlannedStep(
            **common,
            over=step.over,
            item=step.item,
            join={prefix: (join.rows, join.by) for prefix, join in step.join.items()},
            fields={
                **{f"{step.step}.{name}": Typed("number", "number", whole=True) for name in names},
                **{f"{step.step}.sum_{name}": Typed("number", "number") for name in step.sums},
            },
            sums=step.sums,
            steps=tuple(self.step(one) for one in step.steps),
        )


def asks_for_missing(rule: Rule) -> bool:
    """Whether the rule itself says what a missing value means."""
    conditions = [branch.condition for branch in rule.branches if branch.condition is not None]
    return any(isinstance(node, IsMissing) for condition in conditions for node in walk(condition))


def _condition_source(condition: Condition) -> str:
    return emit_expression(condition.function, condition.tree, dict(condition.variables), condition.text)


def _check(condition: Condition) -> PlannedCheck:
    inputs = {name: _variable_typed(condition.variables[name]) for name in condition.inputs}
    return PlannedCheck(condition.function, condition.text, inputs, condition.line, condition.note)


def _typed(value: ValueSpec, absent: bool = False) -> Typed:
    kind = _KINDS[value.type]
    basic: Any = "text" if value.type in ("text", "enum") else "number" if kind == "number" else value.type
    whole, no = value.type == "integer", absent and value.type == "boolean"
    return Typed(basic, kind, value.values, whole, no, value.description)


def _variable_typed(variable: Variable) -> Typed:
    kind = "enum" if variable.values else variable.type
    return Typed(variable.type, kind, variable.values, variable.whole)


def _document_typed(field: FieldSpec) -> Typed:
    basic: Any = {"money": "number", "number": "number", "date": "date", "boolean": "boolean"}.get(field.type, "text")
    return Typed(basic, field.type, field.values, description=field.description)
