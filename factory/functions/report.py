"""The story of a compilation of functions, for people: `report.md` of an artifact."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractors.utterance.text import Utterance
from factory.functions.literals import literal_spans
from factory.functions.load import LoadedFunctions
from factory.functions.write import Planned, value_at
from factory.report import model_lines, winner_lines

MEASURE = (
    "Utterances, examples and perturbed ones, whose argument is read rightly by each author's function; the model's is "
    "taken where it reads more."
)


def write_report(manifest: Mapping[str, Any], loaded: LoadedFunctions, plans: Sequence[Sequence[Planned]]) -> str:
    """Markdown: who wrote what, what a model drafted for a person to confirm, and how each parameter is proposed."""
    lines = [f"# {loaded.name}, version {loaded.spec.version}", "", loaded.spec.description, ""]
    lines.append(f"Written by the generator `{manifest['generator']['name']}`.")
    lines += model_lines(manifest["generator"])
    lines += winner_lines(manifest.get("winners", {}), MEASURE)
    if loaded.drafted:
        lines += ["", "## Drafted calls: confirm them", "", *(f"- {line}" for line in unconfirmed(loaded, plans))]
    for part, list_ in zip(loaded.spec.parts, plans, strict=True):
        drafted = sum(name == part.function.name for name, _ in loaded.drafted)
        told = f", {drafted} of them drafted by a model" if drafted else ""
        lines += ["", f"## `{part.function.name}`", "", f"{len(part.examples)} example utterances{told}.", ""]
        for one in list_:
            proposers = ", ".join(proposal.name for proposal in one.proposals) or "not proposed"
            written = manifest.get("winners", {}).get(one.slot.function, {}).get("winner") == "llm"
            by_model = written or manifest["generator"]["name"] == "llm"
            how = "written by the model" if by_model else proposers
            lines.append(f"- `{'.'.join(one.slot.path)}` ({one.slot.type}): {how}")
    return "\n".join(lines) + "\n"


def unconfirmed(loaded: LoadedFunctions, plans: Sequence[Sequence[Planned]]) -> Iterator[str]:
    """A line a drafted call, with the arguments that its utterance does not print."""
    by_name = {part.function.name: list_ for part, list_ in zip(loaded.spec.parts, plans, strict=True)}
    for name, example in loaded.drafted:
        utterance = Utterance.of(example.utterance)
        hidden = [
            ".".join(one.slot.path)
            for one in by_name[name]
            if (value := value_at(example.arguments, one.slot.path)) is not None
            and value != one.schema.get("default") and not literal_spans(utterance, value)
        ]  # fmt: skip
        made = ", ".join(f"{key}={value!r}" for key, value in example.arguments.items())
        yield f'"{example.utterance}" calls {name}({made})' + (f"; not in it: {', '.join(hidden)}" if hidden else "")
