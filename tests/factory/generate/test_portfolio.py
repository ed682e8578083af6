"""Field by field the better function wins, the simpler one of equals; one that a stage refuses is out."""

import pytest

from factory.assemble import fill
from factory.compile import compile_spec
from factory.generate.examples import ExampleGenerator
from factory.generate.generator import Contest, GenerateError
from factory.generate.llm import LLMGenerator
from factory.generate.portfolio import PortfolioGenerator, describe, size
from security.finding import Finding
from tests.factory.generate.orders import (
    EMPTY,
    GOOD,
    RAISING,
    SPEC,
    client,
    function,
    order_prompt,
    order_spec,
    orders,
    writes,
)
from tests.inference.model_server import Reply, model_server

HALF = function("total", "    return [one for one in money(document) if one.value > '5']\n")
LONGER = function("total", "    found = money(document)\n    return [one for one in found if one.value or one.text]\n")


def running(**functions: str) -> str:
    """The source of a version that runs now."""
    prompt = order_prompt()
    written = ExampleGenerator().write(prompt, (), None)
    return fill(prompt.plan.template_source, "\n\n\n".join({**written.functions, **functions}.values()))


def test_better_function_wins_whoever_wrote_it() -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [HALF]})) as server:
        portfolio = PortfolioGenerator(LLMGenerator(client(server), rounds=1), running(total=EMPTY))
        compiled = compile_spec(order_spec(), SPEC, orders(), portfolio)
    won = compiled.artifact.manifest["winners"]["total"]
    assert won["winner"] == "examples" and won["documents"] == 24
    assert won["right"]["examples"] > won["right"]["llm"] > won["right"]["previous"] == 0
    assert won["margin"] == won["right"]["examples"] - won["right"]["llm"]
    assert compiled.artifact.manifest["generator"]["name"] == "auto"
    report = compiled.artifact.files["report.md"].decode()
    assert f"| `total` | examples | {won['margin']} | {won['right']['examples']} of 24 |" in report


def test_simpler_one_of_equals_wins() -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [LONGER]})) as server:
        generated = PortfolioGenerator(LLMGenerator(client(server))).write(order_prompt(), (), None)
    contest = generated.contests["total"]
    assert contest.right["examples"] == contest.right["llm"] and contest.margin == 0
    assert contest.winner == "examples" and generated.functions["total"] != LONGER
    assert size(LONGER) > size(GOOD["total"]) == size(GOOD["total"].replace("Written", "Made"))


def test_model_without_a_sound_function_leaves_the_field_to_the_others() -> None:
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [RAISING]})) as server:
        generated = PortfolioGenerator(LLMGenerator(client(server), rounds=1)).write(order_prompt(), (), None)
    contest = generated.contests["total"]
    assert contest.winner == "examples" and "raised IndexError" in contest.refused["llm"]
    assert "llm refused" in generated.notes["total"]


def test_outage_leaves_all_fields_to_the_others() -> None:
    with model_server("openai", Reply(status=500)) as server:
        compiled = compile_spec(order_spec(), SPEC, orders(), PortfolioGenerator(LLMGenerator(client(server))))
    manifest = compiled.artifact.manifest
    assert {one["winner"] for one in manifest["winners"].values()} == {"examples"}
    assert "at attempt 2 of 2" in manifest["generator"]["stopped"]


def test_previous_version_defends_its_functions() -> None:
    better = function("total", "    return [one for one in money(document) if one.value != '0.01']\n")
    worse = PortfolioGenerator(previous=running(total=EMPTY)).write(order_prompt(), (), None)
    assert worse.contests["total"].right["previous"] == 0 and worse.contests["total"].winner == "examples"
    equal = PortfolioGenerator(previous=running(total=better)).write(order_prompt(), (), None)
    assert set(equal.contests["total"].right) == {"examples", "previous"}


def test_same_version_again_is_no_contest() -> None:
    plain = ExampleGenerator().write(order_prompt(), (), None)
    assert PortfolioGenerator(previous=running()).write(order_prompt(), (), None) == plain
    assert PortfolioGenerator(previous="no template").write(order_prompt(), (), None) == plain


def test_function_that_a_stage_refuses_is_out_and_the_next_takes_its_place() -> None:
    prompt = order_prompt()
    with model_server("openai", writes({"vendor": [GOOD["vendor"]], "total": [LONGER]})) as server:
        portfolio = PortfolioGenerator(LLMGenerator(client(server), rounds=1))
        first = portfolio.write(prompt, (), None)
        assert first.contests["total"].winner == "examples"
        finding = Finding("raised", "high", "'total' raised on a hostile document", gate="execution")
        second = portfolio.write(prompt, [finding], first)
        assert second.contests["total"].winner == "llm" and second.functions["total"].strip() == LONGER.strip()
        assert second.functions["vendor"] == first.functions["vendor"]
        with pytest.raises(GenerateError, match=r"'total': no author"):
            portfolio.write(prompt, [finding], second)


def test_description_names_all_authors() -> None:
    contest = Contest("llm", {"llm": 9}, 10, {"previous": "too-slow"})
    assert contest.margin == 0 and Contest("llm", {"examples": 7, "llm": 9}, 10).margin == 2
    assert describe(contest) == ("by llm: llm 9 of 10 held-out answers right; previous refused (too-slow)")
