"""Cases compiled with a model: schema and utterance go in, no answer; three authors beside each other.

`examples` sees the schema alone and asks nobody. With a model the utterance goes in, too: the model says which call it
asks for (`asked`: its own answer, which is what asking it every time gives) and `drafts` is that answer settled with
what the functions by example read. With the draft as example `llm` has the model write every function, and `portfolio`
only those that the functions by example read wrongly. Functions
that the model wrote run in the sandbox alone. Each author is scored on the utterance by the leaderboard's rules, and
on perturbed utterances that nobody saw.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.bfcl.cases import Case, read_cases
from benchmarks.bfcl.checker import call_matches, calls_match
from benchmarks.bfcl.run import ready
from benchmarks.bfcl.shown import shown_part
from extractors.utterance.decide import with_defaults
from factory.functions.attempt import LIMITS
from factory.functions.compile import build, function_plan, plans_of
from factory.functions.drafts import draft_examples, nested
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.load import LoadedFunctions
from factory.functions.perturb import perturb
from factory.functions.portfolio import FunctionPortfolio
from factory.functions.same import same_arguments
from factory.functions.spec import FunctionSpec
from factory.functions.validate import answers
from factory.functions.write import Planned
from factory.generate.generator import Generated, GenerateError
from inference.budget import Budget
from inference.client import Client
from security.finding import Finding

CATEGORY = "simple_python"
ROUNDS = 2
WRITERS = ("llm", "portfolio")


@dataclass
class _Author:
    """What is counted of an author."""

    exact: int = 0
    perturbed: int = 0
    tokens: int = 0
    calls: int = 0
    rounds: list[int] = field(default_factory=list)
    refused: int = 0
    """Cases without a sound function for every parameter: they count as wrong."""
    by_model: int = 0
    parameters: int = 0


@dataclass(frozen=True)
class _Asked:
    """A case, and what its authors are scored on: the utterance first, then perturbed ones with the calls expected."""

    case: Case
    name: str
    utterances: tuple[str, ...]
    expected: tuple[dict[str, Any], ...]


def measure_with_model(
    data: Path,
    client: Client,
    limit: int,
    skip: int = 0,
    rounds: int = ROUNDS,
    perturbed: int = 5,
    writers: Sequence[str] = WRITERS,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Scores by author over `limit` cases after the first `skip`. Raises UsageError, InferenceError."""
    authors = {name: _Author() for name in ("examples", "asked", "drafts", *writers)}
    start, utterances = time.perf_counter(), 0
    cases = read_cases(data, CATEGORY)[skip : skip + limit]
    for number, case in enumerate(cases, start=1):
        exact = ", ".join(f"{name} {one.exact}" for name, one in authors.items())
        progress(f"{case.id} ({number} of {len(cases)}): {exact}")
        asked = _asked(case, perturbed)
        utterances += len(asked.expected)
        _measure_case(asked, client, rounds, authors)
    return {
        "category": CATEGORY,
        "model": client.model.label,
        "cases": len(cases),
        "skipped": skip,
        "rounds_at_most": rounds,
        "perturbed_utterances": utterances,
        "seconds": round(time.perf_counter() - start),
        "authors": {name: _report(one, len(cases), utterances) for name, one in authors.items()},
    }


def _measure_case(asked: _Asked, client: Client, rounds: int, authors: Mapping[str, _Author]) -> None:
    part = asked.case.parts[0]
    spec = FunctionSpec(kind="function", function=part.function, utterances=(asked.case.utterance,))
    loaded = LoadedFunctions(spec, asked.case.id, spec.model_dump_json(indent=1))
    _score(asked, _by_example(asked, loaded), authors["examples"])
    before = client.budget.spent
    loaded = draft_examples(loaded, client).loaded
    drafting = client.budget.spent.tokens - before.tokens
    for name, author in authors.items():
        if name != "examples":
            author.tokens += drafting
            author.calls += client.budget.spent.requests - before.requests
    if loaded.drafted:
        draft = loaded.drafted[0]
        for name, made in (
            ("asked", nested(draft.answered, plans_of(loaded.spec)[0])),
            ("drafts", draft.example.arguments),
        ):
            authors[name].exact += calls_match(asked.case.functions, [{asked.name: made}], asked.case.answers, CATEGORY)
    for name in (name for name in WRITERS if name in authors):
        # A budget of its own, so that the account of one author does not hold the other's.
        own = replace(client, budget=Budget("case", within=client.budget))
        _measure_author(asked, loaded, own, name, rounds, authors[name])


def _measure_author(
    asked: _Asked, loaded: LoadedFunctions, client: Client, name: str, rounds: int, author: _Author
) -> None:
    llm = FunctionLLMGenerator(client, rounds)
    generator = llm if name == "llm" else FunctionPortfolio(llm)
    plans = plans_of(loaded.spec)
    author.parameters += len(plans[0])
    try:
        generated = generator.write(loaded, plans[0], (), None)
    except GenerateError:
        author.refused += 1
    else:
        winners = {parameter: contest.winner for parameter, contest in generated.contests.items()}
        by_model = sum(winners.get(parameter, name) == "llm" for parameter in generated.functions)
        author.by_model += by_model
        _score(asked, _read(asked, loaded, plans, generated) if by_model else _by_example(asked, loaded), author)
    author.tokens += client.budget.spent.tokens
    author.calls += client.budget.spent.requests
    author.rounds.append(llm.round)


def _by_example(asked: _Asked, loaded: LoadedFunctions) -> list[dict[str, Any]]:
    """The arguments for every utterance; functions by example are our own calls of proposers, and run here."""
    functions = ready(loaded.spec.parts)
    return [functions.read(asked.name, text).arguments for text in asked.utterances]


def _read(
    asked: _Asked, loaded: LoadedFunctions, plans: Sequence[Sequence[Planned]], generated: Generated
) -> list[dict[str, Any]]:
    """The same with functions that a model wrote, in the sandbox; none where they do not run."""
    artifact = build(loaded, function_plan(), plans, generated, 0)
    names = [asked.name] * len(asked.utterances)
    found = answers(artifact, asked.utterances, 0, names=names, limits=LIMITS)
    if isinstance(found, Finding):
        return [{} for _ in names]
    return [dict(found["answers"].get(str(place), {}).get("arguments", {})) for place in range(len(names))]


def _asked(case: Case, perturbed: int) -> _Asked:
    name = next(iter(case.answers[0]))
    part = shown_part(case)
    likes = [one.example for one in perturb(part, part.examples[0], perturbed)] if part is not None else []
    schema = case.parts[0].function.parameters
    expected = tuple(with_defaults(one.arguments, schema) for one in likes)
    return _Asked(case, name, (case.utterance, *(one.utterance for one in likes)), expected)


def _score(asked: _Asked, found: Sequence[Mapping[str, Any]], author: _Author) -> None:
    case, about = asked.case, asked.case.functions[0]
    author.exact += calls_match(case.functions, [{asked.name: found[0]}], case.answers, CATEGORY)
    for made, wanted in zip(found[1:], asked.expected, strict=True):
        allowed = {asked.name: {key: [value] for key, value in wanted.items()}}
        author.perturbed += call_matches(about, {asked.name: made}, allowed) and same_arguments(made, wanted)


def _report(author: _Author, cases: int, utterances: int) -> dict[str, Any]:
    rounds = author.rounds
    return {
        "exact": round(author.exact / cases, 4) if cases else 0.0,
        "perturbed_exact": round(author.perturbed / utterances, 4) if utterances else 0.0,
        "tokens_a_case": round(author.tokens / cases) if cases else 0,
        "calls_a_case": round(author.calls / cases, 2) if cases else 0.0,
        "rounds_mean": round(sum(rounds) / len(rounds), 2) if rounds else 0.0,
        "refused": author.refused,
        "parameters_by_model": author.by_model,
        "parameters": author.parameters,
    }
