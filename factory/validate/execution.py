"""Execution: the artifact answers golden and hostile documents, in the sandbox, the same way twice."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.golden import Example
from factory.sandbox import Limits, SandboxError, SandboxResult, require_sandbox, run_in_sandbox
from factory.spec import DocumentSpec
from factory.validate.hostile import hostile_documents
from factory.validate.verdict import Evidence, Verdict, judge
from ocr.document import Document
from runtime.artifact import Artifact
from security.finding import Finding

GOLDEN = 24
"""How many golden documents are run, evenly spread; accuracy is measured on all of them, elsewhere."""

LARGE = 200_000
"""Characters of a document above which it is not run a second time."""

LIMITS = Limits(memory_bytes=2**30, cpu_seconds=120, wall_seconds=300, output_bytes=16 * 2**20)
ONE_FUNCTION = Limits(memory_bytes=2**30, cpu_seconds=20, wall_seconds=60, output_bytes=16 * 2**20)
"""For finding out which function it was."""

_PROBLEM = ("rule", "what", "line", "function", "document")
_FIXES = {
    "raised": "return an empty list where there is nothing to propose",
    "wrong-type": "return list[Candidate] made by the proposers that the template imports",
    "empty-value": "leave out candidates without a value",
    "outside-document": "use page indices from 0 and word indices of that page, ascending",
    "not-deterministic": "do not depend on the order of a set or on what was read before",
    "too-slow": "go over the words once",
    "too-many-candidates": "propose plausible spans only",
    "memory": "do not build values that grow with the square of the document",
    "cpu": "go over the words once",
    "wall": "go over the words once",
    "forbidden": "only compute: no files, no network, no processes",
}


def execution(artifact: Artifact, spec: DocumentSpec, evidence: Evidence) -> Verdict:
    """Run it as it is deployed. Raises SandboxError where this machine cannot sandbox and the user did not allow it."""
    require_sandbox()
    return judge("execution", _findings(artifact, spec, evidence.examples))


def _findings(artifact: Artifact, spec: DocumentSpec, examples: Sequence[Example]) -> Iterator[Finding]:
    """Two runs in two processes: other order of sets, documents the other way round."""
    documents = {f"golden document {place + 1}": examples[place].document.to_json() for place in _spread(len(examples))}
    hostile = hostile_documents() if spec.fields else {"empty": Document.from_text("")}  # without fields none is read
    documents |= {f"the hostile document {name!r}": made.to_json() for name, made in hostile.items()}
    order = list(range(len(documents)))
    request: dict[str, Any] = {
        "files": {name: data.decode("utf-8", "replace") for name, data in artifact.files.items()},
        "documents": list(documents.values()),
        "order": order,
        "columns": list(spec.line_items.columns) if spec.line_items else [],
        "only": None,
    }
    names = list(documents)
    first = _run(request, LIMITS, 0)
    if not first.ok:
        yield _blamed(first, request, [*spec.fields, *(["line_items"] if spec.line_items else []), "run"])
        return
    again = [place for place in reversed(order) if len(request["documents"][place]) < LARGE]
    second = _run({**request, "order": again}, LIMITS, 1)
    if not second.ok:
        yield _failed(second, None)
        return
    answer, other = _read(first), _read(second)
    if answer is None or other is None:
        yield _finding("unreadable-answer", "what came out of the sandbox is not an answer", None)
        return
    yield from _problems(answer, names)
    if not answer["problems"]:
        shared = {key: answer["digests"].get(key, "") for key in other["digests"]}
        yield from _differences(shared, other["digests"], names)


def _spread(count: int) -> list[int]:
    """At most GOLDEN places, evenly spread over `count`."""
    step = max(1, -(-count // GOLDEN))
    return list(range(0, count, step))


def _run(request: Mapping[str, Any], limits: Limits, hash_seed: int) -> SandboxResult:
    result = run_in_sandbox("factory.trial:run", json.dumps(request).encode(), limits, hash_seed=hash_seed)
    if result.outcome == "closed" and not result.layers:
        raise SandboxError(f"the sandbox did not start: {result.reason}; `factory doctor` tells more")
    return result


def _blamed(result: SandboxResult, request: Mapping[str, Any], functions: Sequence[str]) -> Finding:
    """Run the functions one by one, with less room, until one fails."""
    for name in functions:
        alone = _run({**request, "only": name}, ONE_FUNCTION, 0)
        if not alone.ok:
            return _failed(alone, name)
    return _failed(result, None)


def _failed(result: SandboxResult, function: str | None) -> Finding:
    return _finding(result.outcome, result.reason, function)


def _problems(answer: Mapping[str, Any], names: Sequence[str]) -> Iterator[Finding]:
    """One finding a function and rule: the first document it happened on, and on how many it did."""
    seen: dict[tuple[str, str | None, int | None], list[dict[str, Any]]] = {}
    for problem in answer["problems"]:
        seen.setdefault((problem["rule"], problem["function"], problem["line"]), []).append(problem)
    for (rule, function, line), problems in seen.items():
        place = problems[0]["document"]
        where = (
            "" if place is None else f" on {names[place]}" + (f" and {len(problems) - 1} more" if problems[1:] else "")
        )
        yield _finding(rule, f"{problems[0]['what']}{where}", function, line)


def _differences(first: Mapping[str, str], second: Mapping[str, str], names: Sequence[str]) -> Iterator[Finding]:
    reported: set[str] = set()
    for key in first:
        function, _, place = key.partition(" ")
        if first[key] != second[key] and function not in reported:
            reported.add(function)
            yield _finding("not-deterministic", f"answers differently when run again on {names[int(place)]}", function)


def _read(result: SandboxResult) -> dict[str, Any] | None:
    """The answer, if it has the shape that `trial.run` gives it."""
    try:
        answer = json.loads(result.output)
        problems = [
            {key: item[key] for key in ("rule", "what", "line", "function", "document")} for item in answer["problems"]
        ]
        return {"problems": problems, "digests": {str(key): str(value) for key, value in answer["digests"].items()}}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _finding(rule: str, message: str, function: str | None, line: int | None = None) -> Finding:
    text = f"{function!r} {message}" if function else message
    return Finding(rule, "high", text, None, line, None, "execution", _FIXES.get(rule, ""))
