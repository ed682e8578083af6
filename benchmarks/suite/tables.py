"""Rows to tables: the paper's Tables 1, 2 and 3 with our columns, then the other categories. Cells are text.

Source of the paper's figures: Compiled AI paper, Tables 1 to 3.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.baselines.known import SYSTEMS
from benchmarks.bfcl import run as bfcl
from benchmarks.metrics.cost import VOLUMES, Load, monthly, paper_price
from benchmarks.metrics.tokens import Spend, break_even, compression
from benchmarks.suite.rows import Row

REFERENCE = "direct_llm"
"""Token and cost ratios are against this system, as in the paper."""
NOTHING = "-"


@dataclass(frozen=True)
class Table:
    """A title, a head, lines of cells; `rows` names the row files that the lines come from, in order."""

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...] = ()
    note: str = ""
    skipped: tuple[str, ...] = field(default=())


Make = Callable[[Sequence[Row]], Table | None]


def tables(rows: Sequence[Row]) -> list[Table]:
    """All tables that the rows can fill."""
    found: list[Table] = []
    for data in dict.fromkeys(row.data for row in rows if row.task == "documents"):
        part = sorted(
            (row for row in rows if row.task == "documents" and row.data == data), key=lambda row: order(row.system)
        )
        measured = [row for row in part if row.skipped is None]
        skipped = tuple(f"{row.system}: {row.skipped}" for row in part if row.skipped is not None)
        if measured:
            found += [_documents(data, measured, skipped), _tokens(data, measured), _costs(data, measured)]
            found += [_latency(data, measured), _certainty(data, measured), _quality(data, measured)]
    found += [table for make in (_functions, _learning, _security, _code, _ablation) for table in make(rows)]
    return [table for table in found if table.lines]


def order(system: str) -> tuple[int, str]:
    """Known systems in their order, then others by name."""
    known = list(SYSTEMS)
    return (known.index(system) if system in SYSTEMS else len(known), system)


def spend(row: Row) -> Spend:
    """The tokens of a `documents` row."""
    used = row.values["tokens"]
    return Spend(used["prepare_input"] + used["prepare_output"], used["document_input"] + used["document_output"])


def _documents(data: str, rows: Sequence[Row], skipped: tuple[str, ...]) -> Table:
    lines = []
    for row in rows:
        kile, lir = row.values["kile"], row.values["lir"]
        low, high = kile["interval"]
        lines.append(
            (row.system, percent(kile["exact"]), f"{percent(low)} to {percent(high)}", percent(kile["f1"]),
             percent(kile["whole_document"]), percent(lir["f1"]) if lir else NOTHING,
             number(row.values["latency_ms"]["p50"]), number(row.values["tokens"]["requests"]),
             percent(row.values["reliability"]["completed"]))
        )  # fmt: skip
    first = rows[0].values
    note = (
        f"{first['documents']} documents of vendors not among the {first['training']} examples. KILE and LIR by exact "
        "normalised text, not by DocILE's official metric. Intervals: bootstrap over documents, 95 %."
    )
    head = (
        "system",
        "KILE exact",
        "95 % interval",
        "KILE F1",
        "whole document",
        "LIR F1",
        "p50 ms",
        "calls",
        "answered",
    )
    return Table(f"Table 3, {data}: documents", head, tuple(lines), _ids(rows), note, skipped)


def _tokens(data: str, rows: Sequence[Row]) -> Table:
    reference = next((spend(row) for row in rows if row.system == REFERENCE), None)
    lines = []
    for row in rows:
        used = spend(row)
        ratios = (NOTHING, NOTHING)
        if reference is not None and row.system != REFERENCE:
            ratios = (number(break_even(used, reference)), _times(compression(used, reference, 1000)))
        per = f"{used.per_transaction:,.0f}"
        lines.append((row.system, f"{used.generation:,.0f}", per, f"{used.total(1000):,.0f}", *ratios))
    note = f"As the server counted them. Break-even (equation 1) and compression at 1,000 against {REFERENCE}."
    head = ("system", "generation", "a document", "total at 1,000", "break-even n*", "compression")
    return Table(f"Table 1, {data}: tokens", head, tuple(lines), _ids(rows), note)


def _costs(data: str, rows: Sequence[Row]) -> Table:
    price = paper_price()
    lines = [(row.system, *(f"${monthly(load(row), price, volume).total:,.0f}" for volume in VOLUMES)) for row in rows]
    note = (
        f"US dollars a month at the paper's price ({price.input:.0f} and {price.output:.0f} a million tokens) and "
        "machines as in benchmarks/metrics/prices.yaml; one compile a month."
    )
    head = ("system", *(f"{volume:,} documents" for volume in VOLUMES))
    return Table(f"Table 2, {data}: total cost of ownership", head, tuple(lines), _ids(rows), note)


def load(row: Row) -> Load:
    """What a `documents` row spends a document, for the cost table."""
    used = row.values["tokens"]
    return Load(
        used["prepare_input"], used["prepare_output"], used["document_input"], used["document_output"],
        row.values["cpu_seconds"],
    )  # fmt: skip


def _latency(data: str, rows: Sequence[Row]) -> Table:
    lines = []
    for row in rows:
        timed, same = row.values["latency_ms"], row.values["consistency"]
        cells = [number(timed[name]) for name in ("p50", "p99", "jitter", "cold_start")]
        steady = (
            (f"{same['entropy']:.3f}", percent(same["reproducibility"]), f"{same['repeats']:,}")
            if same
            else (NOTHING, NOTHING, NOTHING)
        )
        errors = ", ".join(f"{name} {count}" for name, count in row.values["reliability"]["errors"].items())
        lines.append((row.system, *cells, *steady, errors or "none"))
    head = ("system", "p50 ms", "p99 ms", "jitter ms", "cold start ms", "entropy bits", "same", "reads", "errors")
    return Table(f"Latency, consistency, reliability, {data}", head, tuple(lines), _ids(rows))


def _certainty(data: str, rows: Sequence[Row]) -> Table:
    lines = []
    for row in rows:
        accepted, through = row.values["accepted"], row.values["straight_through"] or {}
        error = row.values["calibration_error"]
        lines.append(
            (row.system, percent(accepted["share"]), percent(accepted["right"]),
             *(percent(through.get(target)) for target in ("0.95", "0.98", "0.99")),
             NOTHING if error is None else f"{error:.3f}")
        )  # fmt: skip
    head = ("system", "accepted", "of these right", "STP at 95 %", "at 98 %", "at 99 %", "ECE")
    note = "STP: best share taken unseen at that precision, by the system's own confidence, in hindsight."
    return Table(f"Knowing what one does not know, {data}", head, tuple(lines), _ids(rows), note)


def _quality(data: str, rows: Sequence[Row]) -> Table:
    lines = []
    written = [row for row in rows if row.values["quality"] is not None]
    for row in written:
        code, compiled = row.values["quality"], row.values["compilation"] or {}
        passed = compiled.get("first_round") or {}
        stages = [_passed(passed.get(stage)) for stage in ("security", "syntax", "execution", "accuracy")]
        lines.append(
            (row.system, percent(code["type_coverage"]), number(code["complexity_mean"]), str(code["complexity_max"]),
             str(code["lines_max"]), str(code["lint_findings"]), str(compiled.get("rounds", NOTHING)), *stages,
             number(row.values["prepare_seconds"]))
        )  # fmt: skip
    head = (
        "system", "typed", "complexity", "highest", "longest", "lint", "rounds", "security", "syntax", "execution",
        "accuracy", "compile s",
    )  # fmt: skip
    note = "Stages: whether the code passed at the first try."
    return Table(f"Generated code and its validation, {data}", head, tuple(lines), _ids(written), note)


def _functions(rows: Sequence[Row]) -> Iterator[Table]:
    for row in (row for row in rows if row.task == "functions"):
        if row.skipped is not None:
            why = (f"function calls: {row.skipped}",)
            yield Table("Table 1, function calls", ("category",), ((NOTHING,),), (row.id,), skipped=why)
            continue
        lines = []
        for name, found in row.values["categories"].items():
            shown, timed = found.get("perturbed"), found["latency_ms"]
            lines.append(
                (name, str(found["cases"]), percent(found.get("exact")), percent(found.get("right_function")),
                 percent(found["abstained"]), percent(shown["exact"]) if shown else NOTHING, str(found["tokens"]),
                 number(timed["wall_p50"]), number(timed["wall_p99"]))
            )  # fmt: skip
        head = ("category", "cases", "AST", "function", "abstained", "fresh values", "tokens", "p50 ms", "p99 ms")
        note = (
            "By the leaderboard's rules, nothing shown; `fresh values`: one example shown, other values in it. "
            f"{row.values['different_answers']} different answer(s) in {bfcl.RUNS:,} runs of one utterance."
        )
        yield Table("Table 1, function calls", head, tuple(lines), (row.id,) * len(lines), note)


def _learning(rows: Sequence[Row]) -> Iterator[Table]:
    for row in (row for row in rows if row.task == "learning_curve" and row.skipped is None):
        lines = [
            (str(point["examples"]), percent(point["exact"]),
             f"{percent(point['interval'][0])} to {percent(point['interval'][1])}", percent(point["accepted"]),
             percent(point["accepted_right"]))
            for point in row.values["points"]
        ]  # fmt: skip
        head = ("examples", "KILE exact", "95 % interval", "accepted", "of these right")
        yield Table(f"Learning curve, {row.data}", head, tuple(lines), (row.id,) * len(lines))


def _security(rows: Sequence[Row]) -> Iterator[Table]:
    for row in (row for row in rows if row.task == "security"):
        lines = [(name, *cells) for name, cells in _security_lines(row.values)]
        head = ("gate and cases", "cases", "right", "recall", "false positives")
        yield Table("Security: input and output gates", head, tuple(lines), (row.id,) * len(lines))


def _security_lines(values: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    own = values["own_cases"]
    found = own["injection"]
    yield "injection, own", _detected(found)
    yield "personal data, own", (
        str(own["pii"]["cases"]), NOTHING, percent(own["pii"]["recall_types"]), str(own["pii"]["false_alarms"])
    )  # fmt: skip
    for name, leaks in (("own", own["leakage"]), ("recorded answers of a model", own["leakage_recorded"])):
        yield f"leakage, {name}", (
            str(leaks["cases"]), str(leaks["right"]), percent(leaks["recall"]), str(leaks["false_alarms"])
        )  # fmt: skip
    yield "injection buried in three pages", (
        str(values["buried"]["texts"]), NOTHING, percent(values["buried"]["flagged"]), NOTHING
    )  # fmt: skip
    for name, share in values["benign"].items():
        yield f"benign {name.replace('_', ' ')}", (str(share["texts"]), NOTHING, NOTHING, percent(share["flagged"]))
    for name, found in values.get("injection", {}).items():
        yield f"injection, {name}", _detected(found)
    for name, found in values.get("leakage", {}).items():
        yield f"requests for leaks, {name}", _detected(found)
    for name, found in values.get("pii", {}).items():
        yield f"personal data, {name}", (
            str(found["cases"]), NOTHING, percent(found["recall_types"]), str(found["false_alarms"])
        )  # fmt: skip


def _detected(found: dict[str, Any]) -> tuple[str, ...]:
    cases = found["injections"] + found["benign"]
    return str(cases), str(found["right"]), percent(found["recall"]), percent(found["false_positive_rate"])


def _code(rows: Sequence[Row]) -> Iterator[Table]:
    for row in (row for row in rows if row.task == "security_code"):
        code, box = row.values["code"], row.values["sandbox"]
        lines = [(kind, percent(recall)) for kind, recall in code["recall_by_kind"].items()]
        lines.append(("benign functions flagged", percent(code["false_positive_rate"])))
        lines.append(("sandbox escapes", f"{len(box['escaped'])} of {box['attacks']}"))
        note = f"{code['right']} of {code['cases']} cases right. Sandbox layers here: {', '.join(box['layers'])}."
        yield Table(
            "Security: code gate by weakness, sandbox", ("class", "recall"), tuple(lines), (row.id,) * len(lines), note
        )


def _ablation(rows: Sequence[Row]) -> Iterator[Table]:
    for row in (row for row in rows if row.task == "ablation"):
        stages = ("security", "syntax", "execution", "accuracy")
        lines = [
            (defect, *("caught" if stage in caught else NOTHING for stage in stages))
            for defect, caught in row.values["defects"].items()
        ]
        note = "; ".join(f"without {stage}: {len(row.values['missed_without'][stage])} pass" for stage in stages)
        head = ("planted defect", *stages)
        yield Table("Ablation: each stage alone", head, tuple(lines), (row.id,) * len(lines), note)


def _ids(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row.id for row in rows)


def _passed(value: bool | None) -> str:
    return NOTHING if value is None else "yes" if value else "no"


def _times(factor: float) -> str:
    return "no tokens" if math.isinf(factor) else f"{number(factor)}x"


def percent(share: float | None) -> str:
    """A share as text; a dash where there is none."""
    return NOTHING if share is None else f"{share:.1%}".replace("%", " %")


def number(value: float) -> str:
    """Three figures that count."""
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
