"""The state of one document type as a page for people without Grafana: one HTML file, plots inside, no script.

It holds counts and names of the spec, no value of a document.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import matplotlib
from jinja2 import Environment
from markupsafe import Markup
from matplotlib.figure import Figure
from sqlalchemy import ColumnElement, case, func, select

from factory.score import wilson
from monitoring.reviewed import settled_counts
from runtime.errors import UsageError
from runtime.record import HEADER
from runtime.store import Store
from runtime.tables import AUDIT, fields, records, review_items

matplotlib.rcParams["svg.hashsalt"] = "code-factory"  # the same store gives the same bytes
DAYS = 60
"""The latest days with records that are shown."""
BINS = 20
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ name }}: monitoring</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}</style></head><body>
<h1>{{ name }}</h1>
<p>{{ total }} records, {{ first[:10] }} to {{ last[:10] }} (UTC); {{ waiting }} review items are open.</p>
<h2>Versions</h2>
<table><tr><th>artifact</th><th>records</th><th>read, ms</th><th>extract, ms</th></tr>
{% for row in versions %}<tr><td>{{ row[0][:12] }}</td><td>{{ row[1] }}</td><td>{{ "%.1f"|format(row[2]) }}</td>\
<td>{{ "%.1f"|format(row[3]) }}</td></tr>
{% endfor %}</table>
<h2>How right accepted and doubtful answers were</h2>
{% if judged %}<table><tr><th>field</th><th>basis</th><th>settled</th><th>unchanged</th><th>95 % interval</th></tr>
{% for row in judged %}<tr><td>{{ row.field }}</td><td>{{ row.basis }}</td><td>{{ row.total }}</td>\
<td>{{ "%.1f"|format(100 * row.right / row.total) }} %</td>\
<td>{{ "%.1f to %.1f"|format(100 * row.low, 100 * row.high) }}</td></tr>
{% endfor %}</table>{% else %}<p>Nothing is settled yet.</p>{% endif %}
{% for title, plot in plots %}<h2>{{ title }}</h2>
{{ plot }}
{% endfor %}</body></html>
"""


def report(store: Store, name: str) -> str:
    """The page of one type. Raises UsageError where it has no records."""
    own = records.c.name == name
    with store.engine.connect() as connection:

        def rows(query: Any) -> list[Any]:
            return list(connection.execute(query).all())

        total, first, last = rows(
            select(func.count(), func.min(records.c.created), func.max(records.c.created)).where(own)
        )[0]
        if not total:
            raise UsageError(f"{name}: no records in {store.where}; `factory run {name} FOLDER` makes some")
        versions = rows(
            select(records.c.artifact, func.count(), func.avg(records.c.read_ms), func.avg(records.c.extract_ms))
            .where(own)
            .group_by(records.c.artifact)
            .order_by(func.min(records.c.created))
        )
        open_items = select(func.count()).select_from(review_items.join(records, records.c.id == review_items.c.record))
        waiting = rows(open_items.where(own, review_items.c.state == "open"))[0][0]
        day = func.substr(records.c.created, 1, 10)
        days = rows(select(day, func.count()).where(own).group_by(day).order_by(day.desc()).limit(DAYS))[::-1]
        answers = select(fields.c.name).join(records, records.c.id == fields.c.record)
        answers = answers.where(own, fields.c.row == HEADER)
        states = _counted(
            rows(answers.add_columns(fields.c.status, func.count()).group_by(fields.c.name, fields.c.status))
        )
        sources = _counted(
            rows(answers.add_columns(fields.c.source, func.count()).group_by(fields.c.name, fields.c.source))
        )
        place = func.round(fields.c.confidence * BINS - 0.5)
        binned = rows(answers.add_columns(place, func.count()).group_by(fields.c.name, place))
        sure = _counted([(field, min(max(int(bin_), 0), BINS - 1), count) for field, bin_, count in binned])
        empty: ColumnElement[int] = case((fields.c.value.is_(None), 1), else_=0)
        daily = rows(answers.add_columns(day, func.avg(empty)).group_by(fields.c.name, day).order_by(day))
    plots = [
        ("Records a day", _bars([row[0] for row in days], [row[1] for row in days])),
        ("Answers by status", _stacked(states)),
        ("Answers by source", _stacked(sources)),
        ("Confidence: how many answers lie where", _histograms(sure)),
        ("Share of records without the field, by day", _lines(daily, [row[0] for row in days])),
    ]
    page = Environment(autoescape=True).from_string(PAGE)
    return page.render(
        name=name, total=total, first=first, last=last, waiting=waiting, versions=versions,
        judged=_judged(store, name), plots=[(title, Markup(plot)) for title, plot in plots],  # noqa: S704  # our own SVG
    )  # fmt: skip


def _judged(store: Store, name: str) -> list[dict[str, Any]]:
    """By field and basis: settled items, those left unchanged, and the interval of their share."""
    counts: dict[tuple[str, str], Counter[bool]] = {}
    for kind, field, reason, decision, count in settled_counts(store):
        if kind == name:
            basis = "audited" if reason == AUDIT else "reviewed"
            counts.setdefault((field, basis), Counter())[decision == "accept"] += count
    found = []
    for (field, basis), split in sorted(counts.items()):
        low, high = wilson(split[True], split.total())
        found.append({"field": field, "basis": basis, "total": split.total(), "right": split[True], "low": low,
                      "high": high})  # fmt: skip
    return found


def _counted(rows: Sequence[Any]) -> dict[str, Counter[Any]]:
    found: dict[str, Counter[Any]] = {}
    for field, what, count in sorted(rows, key=lambda row: (str(row[0]), str(row[1]))):
        found.setdefault(field, Counter())[what] += count
    return found


def _bars(names: Sequence[str], counts: Sequence[int]) -> str:
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.bar(names, counts, color="#4472a8")
    axes.tick_params(axis="x", rotation=60, labelsize=7)
    return _svg(figure)


def _stacked(counts: Mapping[str, Counter[str]]) -> str:
    figure = Figure(figsize=(9, 1.2 + 0.3 * len(counts)), layout="constrained")
    axes = figure.subplots()
    left = dict.fromkeys(counts, 0.0)
    for what in sorted({what for split in counts.values() for what in split}):
        shares = {field: split[what] / split.total() for field, split in counts.items()}
        axes.barh(list(counts), list(shares.values()), left=list(left.values()), label=what)
        left = {field: left[field] + shares[field] for field in counts}
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    return _svg(figure)


def _histograms(counts: Mapping[str, Counter[int]]) -> str:
    figure = Figure(figsize=(9, 1.2 + 0.3 * len(counts)), layout="constrained")
    axes = figure.subplots()
    shares = [[split[place] / split.total() for place in range(BINS)] for split in counts.values()]
    axes.imshow(shares, aspect="auto", cmap="Blues", extent=(0, 1, len(counts), 0), vmin=0)
    axes.set_yticks([place + 0.5 for place in range(len(counts))], list(counts))
    return _svg(figure)


def _lines(daily: Sequence[Any], days: Sequence[str]) -> str:
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    axes = figure.subplots()
    found = {(row[0], row[1]): float(row[2]) for row in daily}
    for field in sorted({field for field, _ in found}):
        axes.plot(days, [found.get((field, day), float("nan")) for day in days], marker="o", markersize=3, label=field)
    axes.set_ylim(-0.02, 1.02)
    axes.tick_params(axis="x", rotation=60, labelsize=7)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    return _svg(figure)


def _svg(figure: Figure) -> str:
    target = StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None})
    text = target.getvalue()
    return text[text.index("<svg") :]
