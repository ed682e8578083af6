"""Proposals of generated functions, made in the sandbox: for learning from code that nobody has tried yet."""

import json
from collections.abc import Sequence
from typing import Any

from extractors.candidate import Candidate
from factory.golden import Example
from factory.promises import PromiseError, check_candidates
from factory.sandbox import Limits, require_sandbox, run_in_sandbox
from ocr.document import Document
from security.finding import Finding

LIMITS = Limits(memory_bytes=4 * 2**30, cpu_seconds=900, wall_seconds=1800, output_bytes=2**30)
"""For some thousand documents; one function on one document has five seconds."""


class ProposeError(RuntimeError):
    """Functions that break a promise on golden documents; `findings` say which and where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


def propose_sandboxed(
    source: str, names: Sequence[str], examples: Sequence[Example]
) -> dict[str, list[list[Candidate]]]:
    """For each field, the candidates of each example, as a filled template proposes them.

    Raises ProposeError, and SandboxError where this machine cannot sandbox and the user did not allow it.
    """
    require_sandbox()
    documents = [example.document for example in examples]
    request = {"source": source, "names": list(names), "documents": [document.to_json() for document in documents]}
    result = run_in_sandbox("factory.trial:propose", json.dumps(request).encode(), LIMITS)
    if not result.ok:
        raise ProposeError([_finding(result.outcome, result.reason)])
    try:
        answer = json.loads(result.output)
        problems = [_told(problem) for problem in answer["problems"]]
        if problems:
            raise ProposeError(list(dict.fromkeys(problems)))
        return {name: _candidates(answer["candidates"][name], documents) for name in names}
    except (ValueError, KeyError, TypeError, PromiseError):
        raise ProposeError([_finding("unreadable-answer", "what came out of the sandbox is not an answer")]) from None


def _candidates(answers: Sequence[Any], documents: Sequence[Document]) -> list[list[Candidate]]:
    """From lists of attributes, each checked against its document: it was written beside untrusted code."""
    return [
        check_candidates([_candidate(*item) for item in found], document)
        for found, document in zip(answers, documents, strict=True)
    ]


def _candidate(kind: Any, value: str, text: str, page: int, words: Sequence[int], form: str) -> Candidate:
    return Candidate(kind, value, text, page, tuple(words), form)


def _told(problem: dict[str, Any]) -> Finding:
    function, line = problem["function"], problem["line"]
    message = f"{function!r} {problem['what']}" if function else str(problem["what"])
    return _finding(str(problem["rule"]), message, line)


def _finding(rule: str, message: str, line: int | None = None) -> Finding:
    return Finding(rule, "high", f"{message} on golden documents", None, line, None, "execution")
