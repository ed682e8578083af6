import pytest
import yaml

from runtime.artifact import Artifact
from runtime.errors import UsageError
from runtime.limits import limits_of
from tests.runtime.conftest import make_artifact


def artifact(**fallback: object) -> Artifact:
    """One whose spec has this `fallback` block."""
    made = make_artifact()
    spec = {**yaml.safe_load(made.spec_yaml), "fallback": fallback}
    return Artifact({**made.files, "spec.yaml": yaml.safe_dump(spec).encode()})


def test_without_limits_there_is_none() -> None:
    assert limits_of(make_artifact()) == (None, 4000)


def test_the_callers_limit_stands_in_for_the_specs() -> None:
    spec = artifact(tokens_per_batch=900, tokens_per_document=70)
    assert limits_of(spec) == (900, 70)
    assert limits_of(spec, 1200) == (1200, 70)
    assert limits_of(spec, 0) == (0, 70)


def test_dollars_count_as_the_tokens_they_buy_at_the_dearest_price(monkeypatch: pytest.MonkeyPatch) -> None:
    tier = {"above": 0, "input": 1.0, "output": 5.0, "cache_read": 0.1, "cache_write": 1.25}
    monkeypatch.setattr("inference.usage._table", lambda: {"anthropic:claude-x": (tier,)})
    priced = artifact(model="anthropic:claude-x", dollars_per_batch=2.0)
    assert limits_of(priced) == (400_000, 4000)
    assert limits_of(priced, 1000) == (1000, 4000)


def test_a_model_without_a_price_cannot_be_limited_in_dollars() -> None:
    unknown = artifact(model="openai-compatible:own@http://models.example.org/v1", dollars_per_batch=2.0)
    with pytest.raises(UsageError, match="tokens_per_batch"):
        limits_of(unknown)
