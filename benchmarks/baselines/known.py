"""All systems of the comparison, by name, in the order of the tables."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from benchmarks.baselines import (
    autogen_agent,
    code_factory,
    deterministic,
    direct_llm,
    dspy_program,
    invoice2data_templates,
    langchain_chain,
)
from benchmarks.baselines.system import Make

SYSTEMS: Mapping[str, Make] = {
    "deterministic": deterministic.make,
    "invoice2data": invoice2data_templates.make,
    "direct_llm": direct_llm.make,
    "langchain": langchain_chain.make,
    "autogen": autogen_agent.make,
    "dspy": dspy_program.make,
    "code_factory_examples": code_factory.by_example,
    "code_factory_llm": code_factory.by_model,
    "code_factory_portfolio": code_factory.portfolio,
    "code_factory_ladder": code_factory.with_ladder,
}


def load(path: Path) -> Make:
    """The `make` of someone else's adapter file. Runs the file. Raises ValueError where it has none."""
    spec = importlib.util.spec_from_file_location(f"_system_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ValueError(f"{path}: no Python file; see benchmarks/baselines/system.py for what it must offer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make = getattr(module, "make", None)
    if not callable(make):
        raise ValueError(f"{path}: has no function `make(options)`; see benchmarks/baselines/system.py")
    return make  # type: ignore[no-any-return]  # what the file promises; its answers are checked when they are scored
