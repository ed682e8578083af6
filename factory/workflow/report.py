"""The report of a workflow's artifact: its steps, rules, proofs and accuracy, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.workflow_plan import PlannedStep, WorkflowPlan


def write_report(manifest: Mapping[str, Any], plan: WorkflowPlan) -> str:
    """Markdown; the same manifest and plan give the same text."""
    return "\n".join(_lines(manifest, plan)) + "\n"


def _lines(manifest: Mapping[str, Any], plan: WorkflowPlan) -> Iterator[str]:
    yield f"# {plan.title}"
    yield ""
    bound = ", ".join(plan.compliance) or "no compliance rules named"
    yield f"`{manifest['name']}`, version {plan.version}; {bound}; decided by `{plan.decision}`."
    yield ""
    for step in plan.all_steps:
        yield from _step(step, manifest)


def _step(step: PlannedStep, manifest: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {step.name} ({step.type}, spec line {step.line})"
    yield ""
    for name, typed in step.fields.items():
        found = manifest["accuracy"].get(name)
        measured = ""
        if found and found["documents"]:
            measured = f": {found['exact']:.1%} of {found['documents']} held-out answers right"
        yield f"- `{name}` ({typed.kind}){measured}"
    for check in step.checks:
        where = f"spec line {check.line}" if check.line else check.note
        yield f"- valid: `{check.text}` ({where})"
    for number, branch in enumerate(step.branches, start=1):
        lines = f"spec line {branch.spec_line}, `activity.py` line {branch.artifact_line}"
        yield f"{number}. {branch.decision}: {branch.reason} ({branch.code}; {lines})"
    for claim in manifest["rules"].get(step.name, {}).get("shown", ()):
        yield f"- proven: {claim}"
    yield ""
