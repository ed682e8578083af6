"""Model strings."""

import pytest

from inference.errors import MissingKey, ModelNameError
from inference.model import FORMS, ModelName, connect, parse_model
from inference.usage import FREE


@pytest.mark.parametrize(
    ("text", "model", "label"),
    [
        ("anthropic:claude-haiku-5-5", ModelName("anthropic", "claude-haiku-5-5"), "anthropic:claude-haiku-5-5"),
        (" openai:gpt-6-luna ", ModelName("openai", "gpt-6-luna"), "openai:gpt-6-luna"),
        (
            "openai-compatible:org/model@v2@http://h:1/v1/",
            ModelName("openai-compatible", "org/model@v2", "http://h:1/v1"),
            "openai-compatible:org/model@v2",
        ),
        (
            "anthropic-compatible:m@https://h",
            ModelName("anthropic-compatible", "m", "https://h"),
            "anthropic-compatible:m",
        ),
        ("local:/models/tiny.gguf", ModelName("local", "/models/tiny.gguf"), "local:tiny.gguf"),
    ],
)
def test_parse(text: str, model: ModelName, label: str) -> None:
    assert parse_model(text) == model
    assert model.label == label


@pytest.mark.parametrize("text", ["", "claude-haiku-5-5", "anthropic:", "gemini:pro", ":x", "Anthropic:claude"])
def test_bad_string_lists_the_forms(text: str) -> None:
    with pytest.raises(ModelNameError) as raised:
        parse_model(text)
    assert FORMS in str(raised.value)


@pytest.mark.parametrize(
    "text", ["openai-compatible:m", "openai-compatible:m@ftp://h", "anthropic-compatible:@http://h"]
)
def test_missing_address(text: str) -> None:
    with pytest.raises(ModelNameError, match="NAME@http"):
        parse_model(text)


@pytest.mark.parametrize(
    ("text", "variable"), [("anthropic:claude-haiku-5-5", "ANTHROPIC_API_KEY"), ("openai:gpt-6-luna", "OPENAI_API_KEY")]
)
def test_missing_key_names_the_variable(text: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(MissingKey, match=variable):
        connect(parse_model(text))


def test_missing_local_file() -> None:
    with pytest.raises(ModelNameError, match=r"local:none\.gguf: no such file"):
        connect(parse_model("local:/nowhere/none.gguf"))


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("local:/m.gguf", True),
        ("openai-compatible:m@http://127.0.0.1:1/v1", True),
        ("openai-compatible:m@http://localhost:1/v1", True),
        ("openai-compatible:gpt-4o@http://proxy.invalid/v1", False),
        ("anthropic:claude-haiku-5-5", False),
    ],
)
def test_what_is_free(text: str, free: bool) -> None:
    assert (parse_model(text).prices == FREE) is free
    assert parse_model(text).prices is not None
