"""Learned from repeated vendors: what is trusted of a known vendor's page, and not of a stranger's."""

from pathlib import Path

from extractors.candidate import Record
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

SPEC = """kind: document
name: bill
vendor_field: seller
fields:
  seller: {type: party, labels: [Seller]}
  address: {type: address, labels: [Address]}
  day: {type: date, labels: [Date]}
"""
NAMES = (
    "Amber",
    "Birch",
    "Cedar",
    "Dune",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Moss",
)


def page(name: str, address: str, day: str, buyer: str = "Meadow Works Ltd") -> str:
    return f"{name}\n{address}\n\nInvoice\n\nBuyer:   {buyer}\nDate:   {day}\nThank you\n"


def vendor(place: int) -> tuple[str, str]:
    return (
        f"{NAMES[place]} {NAMES[-place - 1]} Trading Ltd",
        f"{place + 11} {NAMES[place - 3]} Street, 81{place}00 Newport",
    )


def read(texts: list[str]) -> list[Record]:
    spec = parse_spec(SPEC)
    assert isinstance(spec, DocumentSpec)
    examples = []
    for number in range(180):
        name, address = vendor(number % len(NAMES))
        day = f"2024-{number % 12 + 1:02}-{number % 27 + 1:02}"
        label = Label(Path(f"{number}.txt"), {"seller": name, "address": address, "day": day})
        examples.append(Example(label, Document.from_text(page(name, address, day))))
    prompt = assemble_prompt(select(spec), spec, examples)
    source = fill(prompt.plan.template_source, ExampleGenerator().write(prompt, (), None).source)
    trained = train(spec, examples, propose_all(source, list(spec.fields), examples), folds_of(spec, examples))
    functions, _ = load_functions(source)
    assert trained.model.vendors is not None and list(trained.model.vendors.habits) == ["address"]
    assert all(answer.support < 15 for answer in trained.familiar["seller"])  # 15 each, never the document's own
    return [extract(Document.from_text(text), functions, None, trained.model) for text in texts]


def test_a_known_vendor_is_told_from_its_name_elsewhere() -> None:
    name, address = vendor(1)
    stranger = page("Quartz Imports Inc", "92 Old Mill Lane, 55100 Weston", "2024-05-06", buyer=name)
    known, bought = read([page(name, address, "2024-05-06"), stranger])
    assert known.fields["seller"].value == name and known.fields["seller"].status == "found"
    assert known.fields["seller"].explanation[0][0].startswith("vendor known from 15 examples")
    assert all(found.explanation == () for found in bought.fields.values())
