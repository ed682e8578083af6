import sys
import traceback

import pytest

from runtime.artifact import Artifact
from runtime.difference import difference
from runtime.errors import ArtifactError
from runtime.load import load_artifact
from tests.runtime.conftest import MODEL, SOURCE, make_artifact, make_document


def test_functions_model_and_identity() -> None:
    artifact = make_artifact()
    loaded = load_artifact(artifact)
    assert (loaded.id, loaded.name, loaded.model) == (artifact.address, "note", MODEL)
    assert loaded.line_items is None
    found = loaded.functions["number"](make_document("Number N-7"))
    assert [candidate.value for candidate in found] == ["N-7"]


def test_two_versions_live_side_by_side() -> None:
    first = load_artifact(make_artifact())
    second = load_artifact(make_artifact(SOURCE.replace('"Number"', '"Nummer"')))
    assert second.functions["number"](make_document("Nummer 1")) and not first.functions["number"](
        make_document("Nummer 1")
    )
    assert first.module.__name__ != second.module.__name__


def test_tracebacks_show_generated_lines() -> None:
    source = "def f(document):\n    return 1 / len(document.pages[1:])\n\n\nFIELDS = {'number': f}\nLINE_ITEMS = None\n"
    loaded = load_artifact(make_artifact(source))
    with pytest.raises(ZeroDivisionError) as caught:
        loaded.functions["number"](make_document("x"))
    text = "".join(traceback.format_exception(caught.value))
    assert f'artifact-{loaded.id[:12]}/activity.py", line 2' in text
    assert "return 1 / len(document.pages[1:])" in text


@pytest.mark.parametrize(
    "source",
    ["def broken(:\n", "raise RuntimeError('x')\n", "x = 1\n", "FIELDS = {'a': 1}\n", "FIELDS = {}\nLINE_ITEMS = 3\n"],
)
def test_code_that_does_not_fit_is_refused(source: str) -> None:
    artifact = make_artifact(source)
    with pytest.raises(ArtifactError, match=r"activity\.py"):
        load_artifact(artifact)


@pytest.mark.parametrize("weights", [b"{", b"[]", b"{}", b'{"fields": {"a": {}}, "checks": [], "line_items": null}'])
def test_weights_that_are_no_model_are_refused(weights: bytes) -> None:
    with pytest.raises(ArtifactError, match=r"weights\.json"):
        load_artifact(make_artifact().with_file("weights.json", weights))


def test_nothing_is_left_behind_by_a_module_that_failed() -> None:
    artifact = make_artifact("raise RuntimeError('x')\n")
    with pytest.raises(ArtifactError):
        load_artifact(artifact)
    assert f"_artifact_{artifact.address}" not in sys.modules


def test_difference_names_what_changed() -> None:
    before = make_artifact()
    after = Artifact(
        {
            **make_artifact(SOURCE.replace('"Number"', '"Nummer"')).files,
            "manifest.json": b'{"name": "note", "accuracy": {"number": {"exact": 0.5}}}',
        }
    )
    changed = difference(before, after)
    assert any(line.startswith("+") and "Nummer" in line for line in changed.code)
    assert changed.spec == () and changed.weights == {}
    assert changed.metrics == {"accuracy.number.exact": (1.0, 0.5)}
    assert difference(before, before).code == ()
