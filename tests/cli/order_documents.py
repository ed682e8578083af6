"""A small golden folder that the tests write themselves: orders of several vendors, each with its own layout."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from ocr.document import Document

LAYOUTS = (
    ("Order No", "Date", "Amount due", "{:%d.%m.%Y}"),
    ("Reference", "Issued on", "Total", "{:%Y-%m-%d}"),
    ("Our number", "Ordered", "To pay", "{:%d %B %Y}"),
)
VENDORS = (
    "Amber Tools Ltd", "Birch Paper GmbH", "Cobalt Foods Inc", "Delta Prints SARL", "Ember Lights AG", "Fjord Boats AS",
)  # fmt: skip
GOODS = ("Copper wire", "Oak board", "Steel bolt", "Linen cloth", "Glass pane")


def write_golden(folder: Path, count: int, seed: int) -> list[dict[str, object]]:
    """Write `count` documents, in turn `.txt` and `.words.json`, and `labels.jsonl`; give its lines."""
    (folder / "documents").mkdir(parents=True)
    labels = []
    for place, (text, label) in enumerate(_documents(count, seed)):
        name = f"documents/{seed}-{place:02}" + (".txt" if place % 2 else ".words.json")
        (folder / name).write_text(text if place % 2 else Document.from_text(text).to_json())
        labels.append({"document": name, **label})
    (folder / "labels.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    return labels


def _documents(count: int, seed: int) -> Iterator[tuple[str, dict[str, object]]]:
    from datetime import date, timedelta

    chance = random.Random(seed)
    for place in range(count):
        vendor = VENDORS[place % len(VENDORS)]
        number_label, date_label, total_label, form = LAYOUTS[place % len(LAYOUTS)]
        day = date(2025, 1, 1) + timedelta(days=chance.randrange(400))
        number = f"{chance.choice('ABCD')}-{chance.randrange(10_000, 99_999)}"
        rows = [
            (chance.choice(GOODS), chance.randrange(1, 9), chance.randrange(100, 9_999) / 100)
            for _ in range(chance.randrange(2, 5))
        ]
        net = sum(quantity * price for _, quantity, price in rows)
        tax = round(net * 0.2, 2)
        lines = [vendor, "", f"{number_label:<20}{number}", f"{date_label:<20}{form.format(day)}", ""]
        lines.append(f"{'Article':<24}{'Quantity':>10}{'Price':>12}{'Sum':>12}")
        lines += [
            f"{goods:<24}{quantity:>10}{price:>12.2f}{quantity * price:>12.2f}" for goods, quantity, price in rows
        ]
        lines += ["", f"{'Net':<46}{net:>12.2f}", f"{'Tax 20 %':<46}{tax:>12.2f}"]
        lines.append(f"{total_label:<46}{net + tax:>12.2f}")
        fields = {
            "order_number": number,
            "order_date": day.isoformat(),
            "vendor": vendor,
            "net": f"{net:.2f}",
            "tax": f"{tax:.2f}",
            "total": f"{net + tax:.2f}",
            "remark": None,
        }
        items = [
            {"article": goods, "quantity": str(quantity), "price": f"{price:.2f}", "amount": f"{quantity * price:.2f}"}
            for goods, quantity, price in rows
        ]
        yield "\n".join(lines) + "\n", {"fields": fields, "line_items": items}
