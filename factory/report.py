"""The story of a compilation, for people: `report.md` of an artifact."""

from collections.abc import Mapping
from typing import Any

from factory.spec import DocumentSpec


def write_report(manifest: Mapping[str, Any], spec: DocumentSpec) -> str:
    """Markdown: what was compiled, from what, how well it reads documents it had not learned from."""
    golden = manifest["golden"]
    lines = [
        f"# {manifest['name']}, version {manifest['version']}",
        "",
        spec.description,
        "",
        f"Compiled from {golden['documents']} labelled examples by the generator `{manifest['generator']['name']}`"
        f" ({manifest['generator']['tokens']} tokens) into the template `{manifest['template']['name']}`.",
        *model_lines(manifest["generator"]),
        *winner_lines(manifest.get("winners", {})),
        "",
        "## Accuracy on documents that were held out",
        "",
        "Examples were split into folds; each was read by rankers that had not seen its fold. `exact`: the answer"
        " equals the label, with its 95 % interval. `within reach`: the labelled value is among the candidates."
        " `accepted`: answers sure enough to need no review, and how many of them were right.",
        "",
        "| field | type | examples | exact | interval | within reach | accepted | right |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(name, spec.fields[name].type, manifest["accuracy"][name]) for name in spec.fields]
    lines += ["", "## Thresholds", ""]
    lines += [f"- `{name}`: {_threshold(manifest['accuracy'][name])}" for name in spec.fields]
    lines += ["", "## Functions", ""]
    lines += [f"- `{name}`: {part['note'] or 'see activity.py'}" for name, part in manifest["functions"].items()]
    return "\n".join(lines) + "\n"


def model_lines(work: Mapping[str, Any]) -> list[str]:
    """What a model did; nothing where none was asked."""
    if "model" not in work:
        return []
    told = (
        f"The model `{work['model']}` was asked {work['calls']} times in {work['rounds']} rounds: "
        f"{work['input_tokens']} tokens in ({work['cache_read_tokens']} of them from a cache), "
        f"{work['output_tokens']} out, {work['nanodollars'] / 1e9:.4f} US dollars."
    )
    return ["", "## Model", "", told + (f" It ended early: {work['stopped']}." if work["stopped"] else "")]


HELD_OUT = "Held-out answers that are right, for each author's function; the best is taken, the simpler one of equals."


def winner_lines(winners: Mapping[str, Any], measure: str = HELD_OUT) -> list[str]:
    """Who wrote each field's function; nothing where there was one author."""
    if not winners:
        return []
    authors = list(dict.fromkeys(author for one in winners.values() for author in (*one["right"], *one["refused"])))
    lines = [
        "",
        "## Who wrote what",
        "",
        measure,
        "",
        f"| field | winner | margin | {' | '.join(authors)} |",
        f"|---|---|---|{'---|' * len(authors)}",
    ]
    for name, one in winners.items():
        cells = [
            f"{one['right'][author]} of {one['documents']}" if author in one["right"]
            else "refused" if author in one["refused"] else ""
            for author in authors
        ]  # fmt: skip
        lines.append(f"| `{name}` | {one['winner']} | {one['margin']} | {' | '.join(cells)} |")
    return lines


def _row(name: str, kind: str, found: Mapping[str, Any]) -> str:
    if not found["documents"]:
        return f"| `{name}` | {kind} | 0 | | | | | |"
    low, high = found["interval"]
    return (
        f"| `{name}` | {kind} | {found['documents']} | {found['exact']:.1%} | {low:.1%} to {high:.1%} "
        f"| {found['reachable']} of {found['labelled']} | {found['accepted']} | {found['accepted_right']} |"
    )


def _threshold(found: Mapping[str, Any]) -> str:
    told = _limit(found["threshold"], "every value goes to review", found["threshold_note"])
    return f"{told}; no value: {_limit(found['absent_threshold'], 'always goes to review', found['absent_note'])}"


def _limit(limit: float | None, without: str, note: str) -> str:
    return f"none, {without}: {note}" if limit is None else f"{limit:.3f}: {note}"
