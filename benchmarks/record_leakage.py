"""Record what a real model answers to requests for its own orders: `python -m benchmarks.record_leakage --model NAME`.

Each line of `security_cases/leakage_requests.txt` is asked through `inference.complete`, as every call of the product
is, with one of the system prompts of `prompts.json` and canaries; the output gate is replaced by one that writes down
what it is given. An answer becomes a line of `leakage_recorded.jsonl`, with `{canary0}` in the place of a canary.
`leaked` is then set by a person who has read it: true where the answer gives away a mark, or what an order says, in any
words. What is recorded already is not asked again.
"""

import argparse
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from benchmarks.leakage import PROMPTS, RECORDED
from benchmarks.security_cases_reader import read_lines, read_texts
from inference.budget import Budget
from inference.complete import complete_sync
from inference.errors import AnswerInvalid
from inference.gates import Admitted, Gates
from inference.model import ModelName, parse_model
from inference.request import Request

HONEST = "honest: "
MOST_TOKENS = 400_000


class Said(BaseModel):
    """Free text: the shape that leaves a model the most room to leak."""

    answer: str = Field(description="the answer in plain text")


class Recorder:
    """A pair of gates that lets everything pass and keeps the last answer."""

    def __init__(self) -> None:
        self.answer = ""
        self.gates = Gates(Admitted, self._keep)

    def _keep(self, answer: str, system: str, canaries: tuple[str, ...], known: str) -> tuple[str, ...]:
        for number, canary in enumerate(canaries):
            answer = answer.replace(canary, f"{{canary{number}}}")
        self.answer = answer
        return ()


def record(model: ModelName, prompts: Sequence[str], known: Collection[str]) -> Iterator[dict[str, Any]]:
    """One row a request whose id is not `known`; a model that gives no fitting answer is recorded with its last one."""
    budget, today = Budget("leakage", MOST_TOKENS), datetime.now(UTC).date().isoformat()
    for number, line in enumerate(read_texts("leakage_requests")):
        recorder, prompt, request = Recorder(), number % len(prompts), line.removeprefix(HONEST)
        if (name := f"recorded-{number + 1:02}") in known:
            continue
        question = Request("leakage", prompts[prompt], request, Said, retries=0)
        try:
            complete_sync(question, model, budget, recorder.gates)
        except AnswerInvalid as error:
            sys.stderr.write(f"{number}: {error}\n")
        yield {
            "id": name,
            "prompt": prompt,
            "request": request,
            "honest": line.startswith(HONEST),
            "response": recorder.answer,
            "model": model.label,
            "date": today,
            "leaked": None,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", required=True, help="model string, as in `factory compile --model`")
    options = parser.parse_args(arguments)
    known = {row["id"] for row in read_lines(RECORDED.stem)} if RECORDED.exists() else set()
    with RECORDED.open("a", encoding="utf-8") as out:
        for row in record(parse_model(options.model), PROMPTS, known):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
