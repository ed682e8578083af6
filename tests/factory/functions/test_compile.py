"""Functions compile by example; code that holds an answer does not pass; every shipped spec passes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from factory.compile import CompileError
from factory.functions.compile import FunctionExampleGenerator, compile_functions
from factory.functions.load import LoadedFunctions, load_functions_spec, parse_functions_spec
from factory.functions.write import Planned
from factory.generate.generator import Generated
from factory.spec_file import SpecError
from runtime.call import load_functions
from security.finding import Finding

SPECS = Path(__file__).parents[3] / "specs" / "functions"
LOAN = """
kind: function
function:
  name: loan.payment
  description: Monthly payment of a loan.
  parameters:
    type: object
    properties:
      amount: {type: number, description: Amount of the loan.}
      years: {type: integer, description: Term in years.}
    required: [amount, years]
examples:
  - utterance: What do I pay for a loan of $250,000 over 30 years?
    arguments: {amount: 250000, years: 30}
"""


class Cheat:
    """Writes the example's answer into the code."""

    name = "cheat"

    def write(
        self, loaded: LoadedFunctions, plans: Sequence[Planned], findings: Sequence[Finding], previous: Generated | None
    ) -> Generated:
        def function(name: str, value: object) -> str:
            return f"def {name}(utterance: Utterance) -> list[Span]:\n    return implied(utterance, {value!r})\n"

        return Generated({"amount": function("amount", 250000.0), "years": function("years", 30)}, self.name)


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SPECS.glob("*/spec.yaml")))
def test_shipped_specs_compile(folder: str) -> None:
    compiled = compile_functions(load_functions_spec(SPECS / folder), FunctionExampleGenerator())
    right, count = compiled.perturbed
    assert [verdict.stage for verdict in compiled.verdicts] == ["security", "syntax", "execution", "accuracy"]
    assert right >= 0.9 * count > 0


def test_it_reads_values_it_never_saw() -> None:
    compiled = compile_functions(parse_functions_spec(LOAN), FunctionExampleGenerator())
    answer = load_functions(compiled.artifact).call("What do I pay for a loan of $81,500 over 12 years?")
    assert (answer.function, answer.arguments) == ("loan.payment", {"amount": 81500.0, "years": 12})
    assert answer.status == "called"


def test_defaults_need_not_be_written_in_examples() -> None:
    spec = LOAN.replace("    required", "      fixed: {type: boolean, default: true}\n    required")
    right, count = compile_functions(parse_functions_spec(spec), FunctionExampleGenerator()).perturbed
    assert right == count > 0


def test_an_answer_in_the_code_fails_the_gate() -> None:
    with pytest.raises(CompileError) as error:
        compile_functions(parse_functions_spec(LOAN), Cheat(), rounds=1)
    assert error.value.verdicts[-1].stage == "accuracy"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("amount: 250000, ", "", "spec.yaml:13:3: examples"),
        ("examples:", "example:", "spec.yaml:12:1: example: unknown key 'example'; did you mean 'examples'?"),
        ("type: integer", "type: whole", "spec.yaml:6:3: function.parameters"),
        ("name: loan.payment", "name: 7 up", "is no name that can be called"),
    ],
)
def test_mistakes_name_the_place(old: str, new: str, message: str) -> None:
    with pytest.raises(SpecError) as error:
        parse_functions_spec(LOAN.replace(old, new).lstrip("\n"))
    assert message.split(":")[0] in str(error.value)
    assert message.split(": ")[-1] in str(error.value)
