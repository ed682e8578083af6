"""Inside the sandbox: what compiled functions propose and answer. All that is untrusted comes in the payload."""

import json
import time
from typing import Any

from extractors.utterance import Span, Utterance, UtteranceError
from extractors.utterance.call import Call
from factory.promises import PromiseError
from runtime.artifact import Artifact
from runtime.call import CompiledFunctions, load_functions

SECONDS = 2.0
"""Processor time for one utterance: a hundred times what the longest one takes."""
MAX_SPANS = 5_000


def run(payload: bytes) -> bytes:
    """`{"files", "utterances", "names", "several", "order"}` to `{"problems": [...], "answers": {...}}`, both JSON.

    `names` holds for each utterance the function whose arguments are read, or null where the router picks one.
    Answers are by the utterance's place: `{"function", "arguments", "status", "confidence"}`, or `{"refused": true}`
    where the utterance is none; with `several` each also has under that name all calls that are asked for.
    """
    request = json.loads(payload)
    functions = load_functions(Artifact({name: text.encode() for name, text in request["files"].items()}))
    problems: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}
    for place in request["order"]:
        start = time.process_time()
        try:
            answers[str(place)] = _answer(
                functions, request["utterances"][place], request["names"][place], request["several"]
            )
        except PromiseError as error:
            problems.append({"rule": error.rule, "what": error.what, "utterance": place})
        if time.process_time() - start > SECONDS:
            problems.append({"rule": "too-slow", "what": f"took longer than {SECONDS:.0f} seconds", "utterance": place})
    return json.dumps({"problems": problems, "answers": answers}).encode()


def _answer(functions: CompiledFunctions, text: str, function: str | None, several: bool) -> dict[str, Any]:
    try:
        utterance = Utterance.of(text)
    except UtteranceError:
        return {"refused": True}
    for name, propose in functions.proposers.items():
        try:
            check_spans(propose(utterance), utterance)
        except PromiseError as error:
            raise PromiseError(error.rule, f"{name!r} {error.what}") from None
        except MemoryError:
            raise
        except BaseException as error:  # whatever generated code raises, SystemExit among it, is a finding
            raise PromiseError("raised", f"{name!r} raised {type(error).__name__}") from None
    made = plain(functions.read(function, text) if function else functions.call(text))
    return made | {"several": [plain(one) for one in functions.calls(text)]} if several else made


def plain(call: Call) -> dict[str, Any]:
    """The parts of a call that must be the same every time."""
    return {
        "function": call.function,
        "arguments": call.arguments,
        "status": call.status,
        "confidence": call.confidence,
    }


def check_spans(answer: object, utterance: Utterance) -> None:
    """What every parameter function promises. Raises PromiseError, without any text of the utterance."""
    if type(answer) is not list or any(type(span) is not Span for span in answer):
        raise PromiseError("wrong-type", "returned something other than a list of spans")
    if len(answer) > MAX_SPANS:
        raise PromiseError("too-many-spans", f"returned more than {MAX_SPANS} spans")
    for span in answer:
        if type(span.start) is not int or type(span.end) is not int or type(span.form) is not str:
            raise PromiseError("wrong-type", "returned a span whose place or form is of another type")
        if not 0 <= span.start <= span.end <= len(utterance.tokens):
            raise PromiseError("outside-utterance", "returned a span that is not in the utterance")
