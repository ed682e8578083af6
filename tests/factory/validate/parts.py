"""Small artifacts that the tests of the stages write themselves."""

import json
from pathlib import Path

from extractors.model import ExtractorModel, FieldModel
from factory.assemble import fill
from factory.golden import Example, Label
from factory.select import Plan, select
from factory.spec import DocumentSpec, parse_spec
from factory.validate import Evidence
from ocr.document import Document
from runtime.artifact import Artifact

SPEC_TEXT = "kind: document\nname: note\nfields:\n  total: {type: money}\n  day: {type: date}\n"
SPEC: DocumentSpec = parse_spec(SPEC_TEXT)
PLAN: Plan = select(SPEC)
GOOD = {
    "total": '    """Amount."""\n    return money(document)\n',
    "day": '    """Day."""\n    return dates(document)\n',
}
DOCUMENT = Document.from_text("Date: 2024-01-31\nTotal 12.50\n")
EVIDENCE = Evidence([Example(Label(Path("a.txt"), {"total": "12.50", "day": "2024-01-31"}), DOCUMENT)], {}, PLAN)


def function(name: str, body: str) -> str:
    """A field's function with the given body, which is indented already."""
    return f"def {name}(document: Document) -> list[Candidate]:\n{body}"


def source(**bodies: str) -> str:
    """The filled template: good functions, but for the bodies given."""
    functions = {**GOOD, **bodies}
    return fill(PLAN.template_source, "\n\n".join(function(name, body) for name, body in functions.items()))


def artifact(activity: str) -> Artifact:
    """An artifact around the text of `activity.py`."""
    model = ExtractorModel({"total": FieldModel("money", {}), "day": FieldModel("date", {})})
    return Artifact(
        {
            "activity.py": activity.encode(),
            "weights.json": model.to_json().encode(),
            "spec.yaml": SPEC_TEXT.encode(),
            "report.md": b"",
            "manifest.json": json.dumps({"name": "note"}).encode(),
        }
    )


def line_of(text: str, part: str) -> int:
    """The line, counted from 1, in which `part` first stands."""
    return text[: text.index(part)].count("\n") + 1
