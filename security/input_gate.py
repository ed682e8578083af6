"""The gate in front of every model call: what may be sent, and why the rest may not.

    verdict = InputGate(policy).check(document_text, hidden=texts_no_reader_sees)
    if verdict.action in ("allow", "redact"):
        answer = verdict.restore(call(verdict.text))

It fails closed: whatever goes wrong inside, the verdict is `block`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from security.classifier import InjectionModel, Linear, load_linear, load_orders
from security.errors import GateError
from security.finding import Finding, Severity
from security.injection import Suspicion, suspicions
from security.pii import Redaction, find_pii, pii_findings, redact
from security.policy import Action, Policy, strictest

REMOVED = "[REMOVED]"
"""What stands in a redacted text where a passage spoke to the model."""


@dataclass(frozen=True)
class Verdict:
    """`text` is what may be sent: empty unless the action is `allow` or `redact`. `repr` does not show it."""

    action: Action
    text: str = field(repr=False)
    findings: tuple[Finding, ...]
    redaction: Redaction

    def restore(self, answer: str) -> str:
        """The model's answer with the personal data put back in for the placeholders."""
        return self.redaction.restore(answer)


class InputGate:
    """Rules, the embedded classifiers and any further ones, under one policy."""

    def __init__(self, policy: Policy | None = None, models: Sequence[InjectionModel] | None = None) -> None:
        """`models` replaces the embedded classifier of any text; `[load_linear(), OnnxClassifier(...)]` adds one.

        Raises GateError where the embedded weights are missing or broken.
        """
        self.policy = policy or Policy()
        self.models: tuple[InjectionModel, ...] = tuple(models) if models is not None else (load_linear(),)
        plugged_in = (model for model in self.models if not isinstance(model, Linear))
        self.document_models: tuple[InjectionModel, ...] = (load_orders(), *plugged_in)

    def check(self, text: str, hidden: Iterable[str] = ()) -> Verdict:
        """Judge a text. `hidden` are texts of the same document that a reader cannot see; they are never passed on."""
        try:
            return self._judge(text, tuple(hidden))
        except Exception as error:
            return _failed(type(error).__name__)

    def _judge(self, text: str, hidden: tuple[str, ...]) -> Verdict:
        if len(text) > self.policy.longest:
            return _blocked(
                _finding("too-long", "high", "is longer than the policy allows", "LLM10:2025", "send less of it")
            )
        found = suspicions(text, self.models, self.document_models)
        action = strictest(*(self._action(item) for item in found))
        findings = [_injection_finding(text, item) for item in found]
        if hidden:
            injected = any(suspicions(part, self.models, self.document_models) for part in hidden)
            findings.append(_hidden_finding(injected))
            action = strictest(action, self.policy.hidden_text, self.policy.suspicion if injected else "allow")
        visible = _without(text, [item for item in found if self._action(item) == "redact"])
        redaction, pii_action = self._redact(visible)
        findings += pii_findings(visible, redaction.spans)
        action = strictest(action, pii_action)
        passed = redaction.text if action in ("allow", "redact") else ""
        return Verdict(action, passed, tuple(findings), redaction)

    def _action(self, item: Suspicion) -> Action:
        return self.policy.injection if item.strength == "block" else self.policy.suspicion

    def _redact(self, text: str) -> tuple[Redaction, Action]:
        """Names are redacted where anything is: a name alone is no reason to stop a document."""
        spans = tuple(span for span in find_pii(text) if span.type not in self.policy.pii_keep)
        policy = self.policy.pii
        if policy == "allow" or not spans:
            return Redaction(text, spans, {}), "allow"
        redaction = redact(text, keep=self.policy.pii_keep, find=lambda _: spans)
        return redaction, policy if any(span.type != "name" for span in spans) else "redact"


def _without(text: str, found: Iterable[Suspicion]) -> str:
    parts, position = [], 0
    for item in found:
        if item.end > position:
            parts += [text[position : max(item.start, position)], f"{REMOVED}\n" if item.start >= position else ""]
            position = item.end
    return "".join(parts) + text[position:]


def _injection_finding(text: str, item: Suspicion) -> Finding:
    return Finding(
        id=item.id,
        severity="high" if item.strength == "block" else "medium",
        message=item.message,
        cwe=1427,
        line=text.count("\n", 0, item.start) + 1,
        column=item.start - text.rfind("\n", 0, item.start),
        gate="input",
        fix="have a person look at the document before a model reads it",
        owasp=item.owasp,
    )


def _hidden_finding(injected: bool) -> Finding:
    what = "hides instructions to the model from its reader" if injected else "holds text that its reader cannot see"
    return _finding(
        "hidden-text", "high" if injected else "medium", what, "LLM01:2025", "look at the document's hidden text"
    )


def _finding(name: str, severity: Severity, message: str, owasp: str, fix: str) -> Finding:
    return Finding(id=name, severity=severity, message=message, cwe=1427, gate="input", fix=fix, owasp=owasp)


def _blocked(finding: Finding) -> Verdict:
    return Verdict("block", "", (finding,), Redaction("", (), {}))


def _failed(error: str) -> Verdict:
    return _blocked(
        _finding("gate-failed", "high", f"could not be judged ({error})", "LLM01:2025", "report this as a bug")
    )


__all__ = ["REMOVED", "GateError", "InputGate", "Verdict"]
