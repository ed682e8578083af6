"""The weights file and the features."""

from pathlib import Path

import numpy as np
import pytest

from security.classifier import BUCKETS, DEFAULT_WEIGHTS, features, load_linear
from security.errors import GateError


def test_weights_are_small_and_hold_no_pickle() -> None:
    assert DEFAULT_WEIGHTS.stat().st_size <= 2 << 20
    with np.load(DEFAULT_WEIGHTS, allow_pickle=False) as file:
        assert {"weights", "idf", "meta"} <= set(file)


def test_features_do_not_see_digits_case_or_blanks() -> None:
    for one, other in zip(features("Invoice  4711"), features("INVOICE 9302"), strict=True):
        assert np.array_equal(one[0], other[0])
    characters, words = features("Invoice 4711")
    assert characters[0].max() < BUCKETS <= words[0].min()


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_missing_or_broken_weights_are_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GateError, match=r"weights\.npz"):
        load_linear(path)


def test_weights_of_another_size_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    meta = np.array('{"bias": 0, "review": 0.5, "block": 0.9}')
    np.savez(path, meta=meta, weights=np.ones(3), weights_scale=1.0, idf=np.ones(3), idf_scale=1.0)
    with pytest.raises(GateError, match="another version"):
        load_linear(path)
