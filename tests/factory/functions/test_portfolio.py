"""Parameter by parameter the better author; a model is asked only for what the examples read wrongly."""

from factory.assemble import fill
from factory.functions.attempt import Trial, example_attempts
from factory.functions.compile import compile_functions, function_plan
from factory.functions.llm import FunctionLLMGenerator
from factory.functions.load import LoadedFunctions
from factory.functions.portfolio import FunctionPortfolio
from factory.generate.generator import Generated
from runtime.call import load_functions
from security.finding import Finding
from tests.factory.functions.scripted import GOOD, HARD, NARROW, TAGS, client, loaded, writes, written
from tests.inference.model_server import ModelServer, Reply, model_server


def portfolio(server: ModelServer, rounds: int = 2) -> FunctionPortfolio:
    return FunctionPortfolio(FunctionLLMGenerator(client(server), rounds))


def write(made: FunctionPortfolio, spec: LoadedFunctions) -> Generated:
    return made.write(spec, [planned for list_ in Trial(spec).plans for planned in list_], (), None)


def test_examples_that_read_everything_ask_nobody() -> None:
    with model_server("openai", writes([GOOD])) as server:
        generated = write(portfolio(server), loaded())
        assert server.bodies == [] and generated.tokens == 0
    assert {name: contest.winner for name, contest in generated.contests.items()} == {
        "to": "examples",
        "count": "examples",
    }


def test_the_model_is_asked_for_the_rest_and_wins_it() -> None:
    spec = loaded(HARD)
    assert [len(one.missed) for one in example_attempts(Trial(spec)).values()] == [11, 0]
    with model_server("openai", writes([NARROW, TAGS])) as server:
        compiled = compile_functions(spec, portfolio(server))
        assert written(server) == [["tags"], ["tags"]]
    winners = compiled.artifact.manifest["winners"]
    assert winners["tags"]["winner"] == "llm" and winners["tags"]["margin"] == 11
    assert winners["memo"]["winner"] == "examples" and compiled.perturbed == (10, 10)
    answer = load_functions(compiled.artifact).call("Put #blue #green on memo 4 for me")
    assert answer.arguments == {"tags": ["blue", "green"], "memo": 4}
    assert "| `tags` | llm | 11 | 0 of 11 | 11 of 11 |" in compiled.artifact.files["report.md"].decode()


def test_a_model_that_reads_no_more_wins_nothing() -> None:
    with model_server("openai", writes([NARROW])) as server:
        generated = write(portfolio(server, rounds=1), loaded(HARD))
    contest = generated.contests["tags"]
    assert contest.winner == "examples" and contest.right == {"examples": 0, "llm": 0}


def test_an_outage_leaves_all_to_the_examples() -> None:
    with model_server("openai", Reply(status=500)) as server:
        generated = write(portfolio(server), loaded(HARD))
    assert {contest.winner for contest in generated.contests.values()} == {"examples"}
    assert generated.work is not None and "at attempt 2 of 2" in generated.work.stopped


def test_a_winner_that_a_stage_refuses_is_out() -> None:
    spec = loaded(HARD)
    with model_server("openai", writes([TAGS])) as server:
        made = portfolio(server, rounds=1)
        first = write(made, spec)
        finding = Finding("raised", "high", "'tags' raised on a hostile utterance", gate="execution")
        second = made.write(spec, Trial(spec).plans[0], [finding], first)
    assert first.contests["tags"].winner == "llm" and second.contests["tags"].winner == "examples"


def test_the_version_that_runs_now_defends_what_it_reads() -> None:
    spec = loaded(HARD)
    with model_server("openai", writes([TAGS])) as server:
        first = write(portfolio(server, rounds=1), spec)
    running = fill(function_plan().template_source, first.source)
    again = write(FunctionPortfolio(previous=running), spec)
    assert again.contests["tags"].winner == "previous" and again.contests["tags"].right["examples"] == 0
    assert again.functions == first.functions and again.work is None and again.tokens == 0
    assert write(FunctionPortfolio(previous="no template"), spec).generator == "examples"
