"""A GGUF model on this machine: llama.cpp's server inside this process, listening on loopback only.

Started when first asked for, once a process and file; it ends with the process.
"""

import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import MissingPackage, ModelNameError, ModelUnavailable

CONTEXT = 8192
"""Tokens of prompt and answer together that the server makes room for."""
MOST_THREADS = 4
"""Of one model."""

_lock = threading.Lock()
_running: dict[Path, "LocalServer"] = {}


@dataclass(frozen=True)
class LocalServer:
    """A running server: its OpenAI endpoint and the key that it asks for."""

    url: str
    key: str
    server: Any
    """Keeps llama.cpp's server alive."""


def serve(path: Path) -> LocalServer:
    """The server for the model file at `path`, started if need be.

    Raises ModelNameError where there is no such file, MissingPackage without the extra `local`, and ModelUnavailable
    where llama.cpp cannot load it.
    """
    path = path.expanduser().resolve()
    with _lock:
        if path not in _running:
            _running[path] = _start(path)
        return _running[path]


def _start(path: Path) -> LocalServer:
    if not path.is_file():
        raise ModelNameError(f"local:{path.name}: no such file; give the path of a .gguf model file")
    try:
        import xllamacpp
    except ImportError:
        raise MissingPackage("local models need llama.cpp: pip install 'code-factory[local]'") from None
    key = secrets.token_hex(16)  # other users of this machine can reach the port too
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port, params.api_keys, params.ui = 0, [key], False
    params.n_ctx, params.n_parallel, params.use_jinja = CONTEXT, 1, True
    params.cpuparams.n_threads = _idle_cores()
    params.cpuparams_batch.n_threads = min(MOST_THREADS, os.cpu_count() or 1)  # a prompt's threads seldom wait
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # a busy wait starves other work on few cores
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise ModelUnavailable(f"local:{path.name}: llama.cpp cannot load it ({type(error).__name__})") from None
    return LocalServer(f"{server.listening_address}/v1", key, server)


def _idle_cores() -> int:
    """At least 1. llama.cpp's threads wait for each other by spinning: on a busy core they slow all others."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, min(MOST_THREADS, round((os.cpu_count() or 1) - busy)))
