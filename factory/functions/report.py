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
        drafted = sum(one.function == part.function.name for one in loaded.drafted)
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
    """A line a drafted call, with the arguments that its utterance does not print or that are read otherwise."""
    by_name = {part.function.name: list_ for part, list_ in zip(loaded.spec.parts, plans, strict=True)}
    for drafted in loaded.drafted:
        utterance = Utterance.of(drafted.example.utterance)
        given = [
            (".".join(one.slot.path), value_at(drafted.example.arguments, one.slot.path), one.schema.get("default"))
            for one in by_name[drafted.function]
        ]
        hidden = [
            path for path, value, default in given
            if value is not None and value != default and not literal_spans(utterance, value)
        ]  # fmt: skip
        made = ", ".join(f"{key}={value!r}" for key, value in drafted.example.arguments.items())
        notes = [f"not in it: {', '.join(hidden)}"] if hidden else []
        notes += [f"read in two ways: {', '.join(drafted.disputed)}"] if drafted.disputed else []
        yield "; ".join([f'"{drafted.example.utterance}" calls {drafted.function}({made})', *notes])
