"""Decide a case: a pure function of the artifact and the recorded values, so that a replay gets the same.

Steps that touch the world (reading a document, a model, a module, a person) are not done here. `pending` names the
next one whose values are not recorded yet; whoever runs the workflow (`runtime.workflow_case` in this process, or
activities elsewhere) performs it, records what it gave, and asks again. `decide` then follows the rules alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, cast

from runtime.given import Given, Recorded, to_python
from runtime.load import LoadedWorkflow
from runtime.trace import CheckTrace, DecisionTrace, ReviewReason, StepTrace
from runtime.workflow_plan import PlannedCheck, PlannedStep, Typed
from templates.workflows.logic import REVIEW, Outcome
from templates.workflows.values import canonical

EXTERNAL = ("bounded_invocation", "extract", "call")
"""Steps that somebody performs; a person answers `human_review` in their own time, and nothing waits for it."""
EFFECTS = ("post", "execute")
"""Operations of a call that change something elsewhere: performed only where nothing waits for a person."""
CASE_MARK = "case.done"
"""The name under which it is recorded that something is wrong with a case as a whole."""


@dataclass
class _State:
    """What is known while the steps are followed."""

    values: Recorded
    reasons: list[ReviewReason] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)


def decide(workflow: LoadedWorkflow, recorded: Mapping[str, Given]) -> DecisionTrace:
    """Follow all steps. Pure and total: values that are not there are missing, and missing values go to review."""
    state = _State(_flattened(workflow, recorded))
    if (mark := recorded.get(CASE_MARK)) is not None and mark.doubtful:
        state.reasons.append(ReviewReason("validation", "case", mark.by))
    traces = _steps(workflow, workflow.plan.steps, state)
    decision = state.outcomes.get(workflow.plan.decision, REVIEW)
    person = _answered(recorded.get(workflow.plan.decision))
    status = "review" if (state.reasons and not person) or decision == REVIEW else "decided"
    return DecisionTrace(
        workflow.id,
        workflow.name,
        workflow.plan.version,
        decision,
        cast(Any, status),
        tuple(dict.fromkeys(state.reasons)),
        traces,
        dict(state.outcomes),
    )


def pending(workflow: LoadedWorkflow, recorded: Mapping[str, Given]) -> PlannedStep | None:
    """The first step that touches the world and whose values are not recorded; None where `decide` can go through."""
    found = due(workflow, recorded)
    return None if found is None else found[0]


def due(workflow: LoadedWorkflow, recorded: Mapping[str, Given]) -> tuple[PlannedStep, Recorded] | None:
    """The step that `pending` names, with all values that are known when it is its turn, those of rules among them."""
    state = _State(_flattened(workflow, recorded))
    step = _pending(workflow, workflow.plan.steps, state, recorded)
    return None if step is None else (step, state.values)


def done_mark(step: PlannedStep) -> str:
    """The name under which a performed step without values of its own is recorded."""
    return f"{step.name}.done"


def _pending(
    workflow: LoadedWorkflow, steps: Sequence[PlannedStep], state: _State, recorded: Mapping[str, Given]
) -> PlannedStep | None:
    for step in steps:
        if step.type == "parallel":
            found = _pending(workflow, step.steps, state, recorded)
            if found is not None:
                return found
        elif step.type in EXTERNAL and not _recorded(step, recorded) and _due(workflow, step, state):
            return step
        _step(workflow, step, state)
    return None


def _answered(given: Given | None) -> bool:
    """Whether a person settled this."""
    return given is not None and given.source == "person"


def _due(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> bool:
    if step.operation in EFFECTS and state.reasons and done_mark(step) not in state.values:
        return False
    return step.when is None or _holds(workflow, step.when, state.values) is True


def _recorded(step: PlannedStep, recorded: Mapping[str, Given]) -> bool:
    return done_mark(step) in recorded or (bool(step.fields) and all(name in recorded for name in step.fields))


def _steps(workflow: LoadedWorkflow, steps: Sequence[PlannedStep], state: _State) -> tuple[StepTrace, ...]:
    return tuple(_step(workflow, step, state) for step in steps)


def _step(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> StepTrace:
    match step.type:
        case "deterministic_rule":
            return _rule(workflow, step, state)
        case "foreach":
            return _foreach(workflow, step, state)
        case "parallel":
            return StepTrace(step.name, step.type, step.line, rows=(_steps(workflow, step.steps, state),))
        case "human_review":
            return _human(workflow, step, state)
        case _:
            return _read(workflow, step, state)


def _read(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> StepTrace:
    """A step that brought values: show them, and run its checks."""
    inputs = {name: state.values.get(name, Given(None, "not_found")) for name in step.fields}
    if not _due(workflow, step, state):
        waits = "waits for a person" if step.operation in EFFECTS and state.reasons else ""
        return StepTrace(step.name, step.type, step.line, reason=waits, skipped=True)
    mark = state.values.get(done_mark(step))
    if mark is not None and mark.doubtful:
        state.reasons.append(ReviewReason("unread", step.name, mark.by))
    checks = []
    for check in step.checks:
        passed = _holds(workflow, check, state.values)
        checks.append(CheckTrace(check.text, check.line, passed, check.note))
        confirmed = all(_answered(state.values.get(name)) for name in check.inputs)
        if passed is False and not confirmed:  # a person looked at every value that it is about
            where = f"line {check.line}" if check.line else check.note
            text = f"not valid: {check.text} ({where})"
            state.reasons.append(ReviewReason("validation", step.name, text, tuple(check.inputs)))
    return StepTrace(step.name, step.type, step.line, inputs=inputs, checks=tuple(checks))


def _rule(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> StepTrace:
    outcome = _call(workflow, step, state.values)
    inputs = {name: state.values.get(name, Given(None, "not_found")) for name in step.inputs}
    answer = state.values.get(step.name)
    if answer is not None and _answered(answer) and answer.value is not None:
        state.outcomes[step.name] = answer.value
        by = f"a person decided; the rule says {outcome.decision}"
        return StepTrace(step.name, step.type, step.line, answer.value, reason=by, inputs={**inputs, step.name: answer})
    state.outcomes[step.name] = outcome.decision
    state.values[step.name] = Given(outcome.decision, source="rule", by=step.name)
    reason = _reason(workflow, step, state.values, inputs, outcome)
    if reason is not None:
        state.reasons.append(reason)
    branch = step.branches[outcome.branch - 1] if outcome.branch else None
    return StepTrace(
        step.name,
        step.type,
        step.line,
        outcome.decision,
        outcome.branch,
        branch.reason if branch else "a value it rests on is missing",
        branch.code if branch else f"{step.name.upper()}_MISSING",
        branch.spec_line if branch else step.line,
        branch.artifact_line if branch else 0,
        inputs,
    )


def _reason(
    workflow: LoadedWorkflow, step: PlannedStep, values: Recorded, inputs: Mapping[str, Given], outcome: Outcome
) -> ReviewReason | None:
    """Why the outcome needs a person, if it does."""
    if outcome.decision == REVIEW:
        absent = tuple(name for name, typed in step.inputs.items() if to_python(inputs[name], typed) is None)
        if outcome.branch:
            return ReviewReason("rule", step.name, f"the rule says so: {step.branches[outcome.branch - 1].reason}")
        return ReviewReason("missing", step.name, f"missing: {', '.join(absent) or 'a quotient'}", absent)
    doubtful = tuple(name for name, one in inputs.items() if one.doubtful)
    if not doubtful:
        return None
    # Taking a doubtful value for missing shows whether the decision rests on it: the proof says that no decision
    # rests on a missing value. A rule that asks for missing values would read it otherwise, so it is not asked.
    if not step.asks_for_missing:
        without = {**values, **{name: Given(None, "not_found") for name in doubtful}}
        if _call(workflow, step, without).decision == outcome.decision:
            return None
    return ReviewReason("doubtful", step.name, f"rests on doubtful values: {', '.join(doubtful)}", doubtful)


def _foreach(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> StepTrace:
    """The inner steps for every row; counts of the last rule's decisions, and sums, become values."""
    rows = _rows(state.values, step.over)
    lists = {prefix: (_keyed(_rows(state.values, path), key), key) for prefix, (path, key) in step.join.items()}
    traces: list[tuple[StepTrace, ...]] = []
    counts = {name: 0 for name in step.fields if not name.startswith(f"{step.name}.sum_")}
    last = [one.name for one in step.steps if one.type == "deterministic_rule"][-1]
    for number, row in enumerate(rows, start=1):
        inner = _State({**state.values, **_row_values(step.item, row)})
        for prefix, (keyed, key) in lists.items():
            repeats = sum(other.get(key) == row.get(key) for other in rows) if row.get(key) is not None else None
            inner.values[f"{step.item}.repeats"] = Given(canonical(repeats), source="rule", by=step.name)
            inner.values |= _row_values(prefix, keyed.get(str(row.get(key)), {}))
        traces.append(_steps(workflow, step.steps, inner))
        decided = inner.outcomes[last].lower() if not inner.reasons else REVIEW.lower()
        counts[f"{step.name}.{decided}"] += 1
        state.reasons += [
            ReviewReason(one.kind, one.step, f"row {number}: {one.text}", one.fields) for one in inner.reasons
        ]
    counts[f"{step.name}.count"] = len(rows)
    made = {name: Given(str(number), source="rule", by=step.name) for name, number in counts.items()}
    made |= {f"{step.name}.sum_{name}": _sum(step, rows, name) for name in step.sums}
    state.values |= made
    return StepTrace(step.name, step.type, step.line, inputs=made, rows=tuple(traces))


def _sum(step: PlannedStep, rows: Sequence[dict[str, Any]], name: str) -> Given:
    """The exact sum of a column; missing where a cell is. Numbers in cases are decimals, and so is their sum."""
    cells = [to_python(Given(canonical(row.get(name))), Typed("number")) for row in rows]
    numbers = [Decimal(cell.numerator) / Decimal(cell.denominator) for cell in cells if isinstance(cell, Fraction)]
    if len(numbers) != len(rows):
        return Given(None, "not_found", source="rule", by=step.name)
    with localcontext(prec=200):
        return Given(f"{sum(numbers, Decimal(0)):f}", source="rule", by=step.name)


def _human(workflow: LoadedWorkflow, step: PlannedStep, state: _State) -> StepTrace:
    if not _due(workflow, step, state):
        return StepTrace(step.name, step.type, step.line, skipped=True)
    answer = state.values.get(step.name)
    if answer is None or answer.value not in step.choices:
        state.reasons.append(ReviewReason("asked", step.name, f"a person is asked: {step.question}"))
        return StepTrace(step.name, step.type, step.line, REVIEW, reason=step.question)
    state.outcomes[step.name] = answer.value
    return StepTrace(step.name, step.type, step.line, answer.value, inputs={step.name: answer})


def _holds(workflow: LoadedWorkflow, check: PlannedCheck, values: Mapping[str, Given]) -> bool | None:
    arguments = [to_python(values.get(name), typed) for name, typed in check.inputs.items()]
    return cast("bool | None", workflow.functions[check.function](*arguments))


def _call(workflow: LoadedWorkflow, step: PlannedStep, values: Mapping[str, Given]) -> Outcome:
    arguments: list[bool | Fraction | int | str | None] = [
        to_python(values.get(name), typed) for name, typed in step.inputs.items()
    ]
    function = cast(Callable[..., Outcome], workflow.functions[step.name])
    return function(*arguments)


def _flattened(workflow: LoadedWorkflow, recorded: Mapping[str, Given]) -> Recorded:
    """Records opened up: `invoice` (a JSON object) gives `invoice.total`; lists stay JSON, as `invoice.lines`."""
    values = dict(recorded)
    for one in workflow.plan.inputs:
        record = values.get(one.name)
        if one.type == "record" and record is not None and record.value is not None:
            for name in one.fields:
                found = json.loads(record.value).get(name)
                values[f"{one.name}.{name}"] = Given(canonical(found), source=record.source, by=record.by)
    return values


def _rows(values: Mapping[str, Given], path: str) -> list[dict[str, Any]]:
    found = values.get(path)
    rows = json.loads(found.value) if found is not None and found.value else []
    return [row for row in rows if isinstance(row, dict)]


def _keyed(rows: Sequence[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Rows by key. One that stands twice, or is missing, is left out: its values are missing, so a person looks."""
    found: dict[str, dict[str, Any]] = {}
    twice: set[str] = set()
    for row in rows:
        name = str(row.get(key))
        twice |= {name} & set(found)
        found[name] = row
    return {name: row for name, row in found.items() if name not in twice and row.get(key) is not None}


def _row_values(prefix: str, row: Mapping[str, Any]) -> Recorded:
    return {f"{prefix}.{name}": Given(canonical(value)) for name, value in row.items()}
