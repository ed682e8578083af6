"""What the spec's labels are worth before an example was seen."""

from pathlib import Path

from extractors.extract import extract
from factory.assemble import fill
from factory.compile import folds_of
from factory.generate.examples import ExampleGenerator
from factory.golden import Example, Label
from factory.prior import prior, with_prior
from factory.prompt import assemble_prompt
from factory.propose import load_functions, propose_all
from factory.select import select
from factory.spec import DocumentSpec, FieldSpec, parse_spec
from factory.train import train
from ocr.document import Document

LABELLED = """kind: document
name: bill
fields:
  due: {type: money, labels: [Amount payable, Solde]}
"""


def test_labels_become_weights_where_labels_stand() -> None:
    weights = prior(FieldSpec(type="money", labels=("Grand Total:", "Total")))
    assert weights["left label"] == {"grand total": 1.0, "total": 1.0}
    assert weights["left 1"]["total"] == 0.5  # the larger of the two labels that end in it
    assert weights["left"]["grand"] == 0.15
    assert "grand" not in weights["left 1"]


def test_a_field_without_labels_has_no_prior() -> None:
    assert prior(FieldSpec(type="date")) == {}


def test_long_labels_are_left_out_where_they_do_not_fit() -> None:
    weights = prior(FieldSpec(type="money", labels=("one two three four five six",)))
    assert set(weights) == {"left 1", "left", "above 1", "above"}


def test_what_no_example_showed_keeps_its_prior() -> None:
    learned = with_prior({"left": {"total": 2.0}}, [("left", "total")], {"left": {"total": 0.3, "solde": 0.3}})
    assert learned == {"left": {"total": 2.0, "solde": 0.3}}


def test_a_label_that_no_example_shows_is_read_all_the_same() -> None:
    """Three examples say "Amount payable"; the document to read says what only the spec says."""
    spec = parse_spec(LABELLED)
    assert isinstance(spec, DocumentSpec)
    examples = [
        Example(
            Label(Path(f"{place}.txt"), {"due": f"{place}7.50"}),
            Document.from_text(f"Shop {place}\nPaid 99.00\nAmount payable {place}7.50\nSaved 12.00\n"),
        )
        for place in range(1, 4)
    ]
    prompt = assemble_prompt(select(spec), spec, examples)
    generated = ExampleGenerator().write(prompt, (), None)
    source = fill(prompt.plan.template_source, generated.source)
    trained = train(spec, examples, propose_all(source, ["due"], examples), folds_of(spec, examples))
    functions, _ = load_functions(source)
    french = Document.from_text("Boutique\nVerse 80.00\nSolde 31.20\nRemise 12.00\n")
    assert extract(french, functions, None, trained.model).fields["due"].value == "31.20"
