"""A model named by a string.

anthropic:claude-haiku-5-5                   key in ANTHROPIC_API_KEY
openai:gpt-6-luna                            key in OPENAI_API_KEY
anthropic-compatible:NAME@http://host:port   key in ANTHROPIC_COMPATIBLE_API_KEY, if the server asks for one
openai-compatible:NAME@http://host:port/v1   key in OPENAI_COMPATIBLE_API_KEY, if the server asks for one
local:/path/model.gguf                       llama.cpp in this process; extra `local`
"""

import ipaddress
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from inference import usage
from inference.errors import MissingKey, ModelNameError
from inference.local import serve

if TYPE_CHECKING:
    from pydantic_ai.models import Model

Provider = Literal["anthropic", "openai", "anthropic-compatible", "openai-compatible", "local"]

FORMS = (
    "anthropic:MODEL, openai:MODEL, anthropic-compatible:NAME@http://…, openai-compatible:NAME@http://…, "
    "or local:/path/model.gguf"
)

_lock = threading.Lock()
_connected: dict[tuple[int, "ModelName"], "Model"] = {}


@dataclass(frozen=True, slots=True)
class ModelName:
    """A parsed model string. `name` is the model's name, or the file's path for `local`."""

    provider: Provider
    name: str
    url: str | None = None

    @property
    def label(self) -> str:
        """For manifests, messages and metrics: without folders and addresses."""
        return f"{self.provider}:{Path(self.name).name if self.provider == 'local' else self.name}"

    @property
    def key_variable(self) -> str:
        """The environment variable that holds the key."""
        return f"{self.provider.upper().replace('-', '_')}_API_KEY"

    @property
    def speaks_anthropic(self) -> bool:
        return self.provider.startswith("anthropic")

    @property
    def on_this_machine(self) -> bool:
        return self.provider == "local" or (self.url is not None and _is_loopback(self.url))

    @property
    def prices(self) -> tuple[usage.Tier, ...] | None:
        """What a token costs; None where it is not known. A model on this machine is free."""
        if self.on_this_machine:
            return usage.FREE
        return usage.prices(f"{self.provider.removesuffix('-compatible')}:{self.name}")


def parse_model(text: str) -> ModelName:
    """Read a model string.

    >>> parse_model("anthropic:claude-haiku-5-5")
    ModelName(provider='anthropic', name='claude-haiku-5-5', url=None)

    Raises ModelNameError, which lists the forms.
    """
    provider, colon, rest = text.strip().partition(":")
    if not colon or not rest or provider not in get_args(Provider):
        raise ModelNameError(f"{text!r} names no model; use {FORMS}")
    if not provider.endswith("-compatible"):
        return ModelName(provider, rest)  # type: ignore[arg-type]  # one of Provider, by the check above
    name, at, url = rest.rpartition("@")
    if not at or not name or urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise ModelNameError(f"{text!r} lacks the server's address; write {provider}:NAME@http://host:port")
    return ModelName(provider, name, url.rstrip("/"))  # type: ignore[arg-type]  # likewise


def connect(model: ModelName) -> "Model":
    """The pydantic-ai model, one a process. Starts the server of a `local` model.

    Raises MissingKey, MissingPackage, ModelNameError (no such file) or ModelUnavailable (it cannot be loaded).
    """
    place = (os.getpid(), model)  # connections do not survive a fork
    with _lock:
        if place not in _connected:
            _connected[place] = _connect(model)
        return _connected[place]


def _connect(model: ModelName) -> "Model":
    if model.provider == "local":
        server = serve(Path(model.name))
        return _openai(Path(model.name).stem, server.url, server.key)
    key = os.environ.get(model.key_variable, "")
    if not key and model.url is None:
        raise MissingKey(f"{model.label}: set the environment variable {model.key_variable} to your key")
    return (_anthropic if model.speaks_anthropic else _openai)(model.name, model.url, key or "none")


def _openai(name: str, url: str | None, key: str) -> "Model":
    from pydantic_ai.models.openai import OpenAIChatModel  # imported late: most commands ask no model
    from pydantic_ai.providers.openai import OpenAIProvider

    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=url, api_key=key))


def _anthropic(name: str, url: str | None, key: str) -> "Model":
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    return AnthropicModel(name, provider=AnthropicProvider(base_url=url, api_key=key))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
