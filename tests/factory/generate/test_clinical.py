"""Fields that ask for clinical concepts get functions that read notes; others are left alone."""

from pathlib import Path

import pytest

from extractors.candidate import Kind
from factory.generate.clinical import choose, functions
from factory.golden import Example, Label
from factory.select import select_template
from factory.spec import DocumentSpec, FieldSpec
from ocr.document import Document
from security.code_gate import check_code, provided_names


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("has_t2d_diagnosis", "boolean", ("conditions", "type_2_diabetes")),
        ("has_type_1_diabetes", "boolean", ("conditions", "type_1_diabetes")),
        ("current_a1c", "number", ("measures", "hemoglobin_a1c")),
        ("bmi", "number", ("measures", "body_mass_index")),
        ("has_step_therapy_failure", "boolean", ("trials", "glucose_and_weight")),
        ("bmi", "date", None),
        ("total", "number", None),
        ("submitted_on", "date", None),
    ],
)
def test_a_field_is_known_by_its_words(name: str, kind: Kind, wanted: tuple[str, str] | None) -> None:
    assert choose(name, FieldSpec(type=kind), []) == wanted


def test_examples_that_mean_something_else_win_over_the_name() -> None:
    notes = [Document.from_text(f"BMI {20 + place}") for place in range(5)]
    examples = [Example(Label(Path("a.txt"), {"bmi": "17"}), note) for note in notes]
    assert choose("bmi", FieldSpec(type="number"), examples) is None


def test_the_written_functions_pass_the_code_gate() -> None:
    spec = DocumentSpec(name="chart", fields={"bmi": FieldSpec(type="number", description='The "present" BMI.')})
    (source,) = functions(spec, []).values()
    provided = provided_names(select_template("decision", spec).template_source)
    assert not check_code(source, provided)
    assert "measures(document, 'body_mass_index')" in source
