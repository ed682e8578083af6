"""A DeBERTa-class injection classifier as a plug-in: an ONNX model and its tokenizer in one folder.

    InputGate(models=[load_linear(), OnnxClassifier(Path("models/deberta-injection"))])

The folder holds `model.onnx` (inputs `input_ids`, `attention_mask` and perhaps `token_type_ids`; output: logits of
shape (texts, classes)) and `tokenizer.json` (the Hugging Face `tokenizers` format), as exporters write them. Which
class means injection stands in `config.json` under `id2label`, else it is class 1. Needs the package `tokenizers`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from security.classifier import Floats
from security.errors import GateError

BATCH = 16
_BENIGN = ("safe", "benign", "legit", "normal", "negative", "label_0")


class OnnxClassifier:
    """Scores texts with the model in `folder`. Raises GateError where it cannot be loaded."""

    def __init__(
        self,
        folder: Path,
        review: float = 0.5,
        block: float = 0.9,
        max_tokens: int = 512,
        name: str = "onnx-classifier",
    ) -> None:
        """Texts longer than `max_tokens` are cut: the gate scores passages of long ones."""
        self.name, self.review, self.block = name, review, block
        self._session, self._tokenizer = _load(folder, max_tokens)
        self._inputs = {value.name for value in self._session.get_inputs()}
        self._class = _injection_class(folder)

    def scores(self, texts: Sequence[str]) -> Floats:
        """The softmax share of the injection class for each text. Raises GateError if the output makes no sense."""
        parts = [self._batch(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _batch(self, texts: Sequence[str]) -> Floats:
        encodings = self._tokenizer.encode_batch(list(texts))
        feeds = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids for encoding in encodings], dtype=np.int64),
        }
        (logits, *_) = self._session.run(None, {key: feeds[key] for key in feeds if key in self._inputs})
        if logits.ndim != 2 or logits.shape[1] <= self._class or not np.isfinite(logits).all():
            raise GateError(f"{self.name}: the model's output is not (texts, classes); export a sequence classifier")
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted[:, self._class] / shifted.sum(axis=1), dtype=np.float32)


def _load(folder: Path, max_tokens: int) -> tuple[Any, Any]:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise GateError("the ONNX plug-in needs the package `tokenizers`: pip install tokenizers") from None
    try:
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # both libraries raise their own, undocumented kinds
        raise GateError(
            f"{folder.name}: needs a readable model.onnx and tokenizer.json ({type(error).__name__})"
        ) from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding()
    return session, tokenizer


def _injection_class(folder: Path) -> int:
    config = folder / "config.json"
    if not config.is_file():
        return 1
    labels = json.loads(config.read_text(encoding="utf-8")).get("id2label", {})
    risky = [int(number) for number, label in labels.items() if str(label).lower() not in _BENIGN]
    return risky[0] if len(risky) == 1 else 1
