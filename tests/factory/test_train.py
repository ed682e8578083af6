"""What is learned says how sure it is, and not of pages unlike all that it has seen."""

from pathlib import Path

from extractors.extract import extract
from factory.assemble import fill
from factory.folds import folds_of
from factory.generate.examples import ExampleGenerator
from factory.golden import Example, Label
from factory.prompt import assemble_prompt
from factory.propose import load_functions, propose_all
from factory.select import select
from factory.spec import DocumentSpec, parse_spec
from factory.train import train
from ocr.document import Document

SPEC = "kind: document\nname: bill\nfields:\n  due: {type: money}\n"


def bill(number: int) -> str:
    net, tax = 10 * number + 3, number
    return (
        f"Shop {number}\nBread {net - 2}.10\nMilk 1.90\nNet {net}.00\nTax {tax}.40\nDue {net + tax}.40\n"
        f"Cash {net + tax + 5}.00\nChange 4.60\n"
    )


def test_a_page_with_one_amount_is_no_bill() -> None:
    """A softmax over one candidate calls it certain; the rivals that every bill has say that it is not."""
    spec = parse_spec(SPEC)
    assert isinstance(spec, DocumentSpec)
    examples = [
        Example(Label(Path(f"{n}.txt"), {"due": f"{11 * n + 3}.40"}), Document.from_text(bill(n))) for n in range(1, 25)
    ]
    prompt = assemble_prompt(select(spec), spec, examples)
    source = fill(prompt.plan.template_source, ExampleGenerator().write(prompt, (), None).source)
    trained = train(spec, examples, propose_all(source, ["due"], examples), folds_of(spec, examples))
    functions, _ = load_functions(source)
    usual = extract(Document.from_text(bill(30)), functions, None, trained.model).fields["due"]
    strange = extract(Document.from_text("Parking\nLevel 77.00\n"), functions, None, trained.model).fields["due"]
    assert usual.value == "333.40" and usual.confidence > 0.9
    assert strange.value is None or strange.confidence < 0.3
