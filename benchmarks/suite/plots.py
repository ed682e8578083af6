"""Plots of a run as SVG text: break-even curve, accuracy against cost, reliability diagram, learning curve, latency."""

import io
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.metrics.cost import monthly, paper_price
from benchmarks.metrics.tokens import amortised
from benchmarks.suite.rows import Row
from benchmarks.suite.tables import load, spend

matplotlib.rcParams["svg.hashsalt"] = "code-factory"  # the same rows give the same bytes
COUNTS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
SIZE = (6.4, 4.0)


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Title to SVG, for each plot that the rows can fill."""
    found: dict[str, str] = {}
    measured = [row for row in rows if row.task == "documents" and row.skipped is None]
    for data in dict.fromkeys(row.data for row in measured):
        part = [row for row in measured if row.data == data]
        found[f"Tokens a document, with compiling spread over them ({data})"] = _amortisation(part)
        found[f"Accuracy against cost at a million documents a month ({data})"] = _cost(part)
        found[f"Latency ({data})"] = _latency(part)
        if any(row.values["reliability_bins"] for row in part):
            found[f"Reliability diagram ({data})"] = _reliability(part)
    for row in rows:
        if row.task == "learning_curve" and row.skipped is None:
            found[f"Learning curve ({row.data})"] = _learning(row)
    return found


def _amortisation(rows: Sequence[Row]) -> str:
    figure, axes = _axes("documents", "tokens a document")
    for row in rows:
        curve = amortised(spend(row), COUNTS)
        axes.plot([count for count, _ in curve], [tokens for _, tokens in curve], marker="o", label=row.system)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=0)
    return _svg(figure, axes)


def _cost(rows: Sequence[Row]) -> str:
    figure, axes = _axes("US dollars a month", "KILE exact")
    for row in rows:
        dollars = monthly(load(row), paper_price(), 1_000_000).total
        axes.scatter([dollars], [row.values["kile"]["exact"]], label=row.system)
    axes.set_xscale("log")
    axes.set_ylim(0, 1)
    return _svg(figure, axes)


def _latency(rows: Sequence[Row]) -> str:
    figure, axes = _axes("milliseconds a document", "")
    places = range(len(rows))
    for name, height in (("p99", 0.7), ("p50", 0.4)):
        axes.barh(list(places), [row.values["latency_ms"][name] for row in rows], height=height, label=name)
    axes.set_yticks(list(places), [row.system for row in rows])
    axes.set_xscale("log")
    return _svg(figure, axes)


def _reliability(rows: Sequence[Row]) -> str:
    figure, axes = _axes("confidence", "share right")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="calibrated")
    for row in rows:
        bins = row.values["reliability_bins"]
        if bins:
            axes.plot([b["confidence"] for b in bins], [b["accuracy"] for b in bins], marker="o", label=row.system)
    return _svg(figure, axes)


def _learning(row: Row) -> str:
    figure, axes = _axes("examples", "KILE exact")
    points = row.values["points"]
    sizes = [point["examples"] for point in points]
    axes.fill_between(
        sizes, [point["interval"][0] for point in points], [point["interval"][1] for point in points], alpha=0.2
    )
    axes.plot(sizes, [point["exact"] for point in points], marker="o", label=row.system)
    axes.set_xscale("log")
    axes.set_ylim(0, 1)
    return _svg(figure, axes)


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _svg(figure: Figure, axes: Axes) -> str:
    axes.legend(fontsize="small")
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None})
    text = target.getvalue()
    return text[text.index("<svg") :]
