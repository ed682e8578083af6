"""The plug-in, with a model of a dozen words that the test builds."""

from pathlib import Path

import numpy as np
import pytest

from security.classifier import load_linear
from security.errors import GateError
from security.input_gate import InputGate
from security.onnx_classifier import OnnxClassifier

onnx = pytest.importorskip("onnx")
tokenizers = pytest.importorskip("tokenizers")

WORDS = {"[PAD]": 0, "[UNK]": 1, "zebra": 2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """logits = sum over the tokens of a table row: `zebra` speaks for the injection class."""
    table = np.array([[0.0, 0.0], [0.2, 0.0], [0.0, 9.0]], dtype=np.float32)
    helper, kind = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
            helper.make_node("ReduceSum", ["rows", "axes"], ["logits"], keepdims=0),
        ],
        "tiny",
        [helper.make_tensor_value_info("input_ids", kind.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("logits", kind.FLOAT, ["batch", 2])],
        [onnx.numpy_helper.from_array(table, "table"), onnx.numpy_helper.from_array(np.array([1]), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "model.onnx"))
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "config.json").write_text('{"id2label": {"0": "SAFE", "1": "INJECTION"}}')
    return tmp_path


def test_scores(folder: Path) -> None:
    scores = OnnxClassifier(folder).scores(["the zebra", "please", *["word"] * 40])
    assert len(scores) == 42
    assert scores[0] > 0.99
    assert scores[1:].max() < 0.5


def test_joins_the_embedded_classifier_in_the_gate(folder: Path) -> None:
    text = "The zebra is in the zoo."
    assert InputGate().check(text).action == "allow"
    verdict = InputGate(models=[load_linear(), OnnxClassifier(folder)]).check(text)
    assert verdict.action == "block"
    assert [finding.id for finding in verdict.findings] == ["onnx-classifier"]


def test_the_risky_class_is_named_in_the_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"id2label": {"0": "jailbreak", "1": "benign"}}')
    assert OnnxClassifier(folder).scores(["zebra"])[0] < 0.01


def test_a_broken_folder_says_what_is_missing(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(GateError, match=r"readable model\.onnx"):
        OnnxClassifier(folder)


def test_a_model_of_another_shape_closes_the_gate(folder: Path) -> None:
    (folder / "config.json").write_text('{"id2label": {"0": "safe", "7": "injection"}}')
    assert InputGate(models=[OnnxClassifier(folder)]).check("Anything.").action == "block"
