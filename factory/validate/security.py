"""Security: the template is untouched, and the generated part holds nothing but what the code gate allows."""

from collections.abc import Iterator

from factory.assemble import BEGIN, AssembleError, is_filled, split_generated
from factory.select import Plan
from factory.spec import DocumentSpec
from factory.validate.verdict import Evidence, Verdict, judge
from runtime.artifact import Artifact
from runtime.errors import ArtifactError
from security.code.semgrep_scan import semgrep_program, semgrep_scan
from security.code_gate import check_code, provided_names, reserved_names
from security.finding import Finding


def security(artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Verdict:
    """Judge `activity.py` without running any of it."""
    try:
        source = artifact.source
    except ArtifactError as error:
        return judge("security", [Finding("not-parsed", "high", str(error), gate="security", fix="write UTF-8 text")])
    return judge_source(source, evidence.plan)


def judge_source(source: str, plan: Plan) -> Verdict:
    """The same for a filled template that is no artifact yet: nothing generated may run before this has passed."""
    return judge("security", _findings(source, plan))


def _findings(source: str, plan: Plan) -> Iterator[Finding]:
    template = plan.template_source
    if not is_filled(plan, source):
        message = "the code around the generated functions is not the template"
        yield Finding("template-changed", "high", message, 345, gate="security", fix="assemble it again")
    try:
        before, generated, _ = split_generated(source)
    except AssembleError as error:
        yield Finding("template-changed", "high", str(error), 345, gate="security", fix="leave the marker lines alone")
        return
    offset = (before + BEGIN).count("\n")
    further = (semgrep_scan,) if semgrep_program() else ()
    for finding in check_code(generated, provided_names(template), reserved_names(template), further=further):
        yield finding.moved(offset)
