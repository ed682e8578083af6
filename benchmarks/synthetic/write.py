"""Writes golden folders: `labels.jsonl` beside `documents/`."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.synthetic.forms import canonical
from benchmarks.synthetic.model import Drawn, Invoice

HEADER = (
    *("invoice_number", "type_code", "issue_date", "due_date", "delivery_date", "currency"),
    *("seller_name", "seller_vat_id", "seller_tax_number"),
    *("seller_street", "seller_postcode", "seller_city", "seller_country"),
    *("buyer_name", "buyer_vat_id", "buyer_street", "buyer_postcode", "buyer_city", "buyer_country"),
    *("order_reference", "customer_id", "iban", "bic", "payment_terms"),
    *("line_total", "net_total", "tax_total", "grand_total", "prepaid", "amount_due"),
)
COLUMNS = ("position", "code", "description", "quantity", "unit_price", "line_total", "tax_rate")


@dataclass(frozen=True)
class Sample:
    """A generated document with its label. A document without a label (`fields` is None) cannot be read at all."""

    name: str
    """File name, with its suffix."""
    content: bytes
    fields: dict[str, str | None] | None
    extra: dict[str, Any] = field(default_factory=dict)
    line_items: list[dict[str, str | None]] | None = None
    visible: dict[str, bool] = field(default_factory=dict)


def write_folder(folder: Path, samples: Iterable[Sample]) -> int:
    """Write a golden folder, replacing the one that is there. Gives the number of documents."""
    documents = folder / "documents"
    if documents.exists():
        shutil.rmtree(documents)
    documents.mkdir(parents=True)
    lines, count = [], 0
    for sample in samples:
        (documents / sample.name).write_bytes(sample.content)
        count += 1
        if sample.fields is not None:
            lines.append(json.dumps(_line(sample), ensure_ascii=False))
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return count


def _line(sample: Sample) -> dict[str, Any]:
    line: dict[str, Any] = {"document": f"documents/{sample.name}", "fields": sample.fields}
    if sample.visible:
        line["visible"] = sample.visible
    if sample.line_items is not None:
        line["line_items"] = sample.line_items
    return line | sample.extra


def invoice_fields(invoice: Invoice, drawn: Drawn) -> dict[str, str | None]:
    """The header fields that the page shows; the type code always, `visible` says whether it is printed."""
    return {
        name: canonical(invoice.values[name]) if name in drawn.shown or name == "type_code" else None for name in HEADER
    }


def invoice_rows(invoice: Invoice, drawn: Drawn) -> list[dict[str, str | None]]:
    """The rows of the table, columns that are not printed as None."""
    return [
        {name: _cell(getattr(line, name)) if name in drawn.columns else None for name in COLUMNS}
        for line in invoice.lines
    ]


def _cell(value: object) -> str | None:
    return plain(value) if isinstance(value, Decimal) else canonical(value) or None


def plain(value: Decimal) -> str:
    """A decimal as it would be typed: 12.50 with its cents, 3 and 8.1 without useless zeros."""
    if value.as_tuple().exponent == -2:
        return f"{value:f}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def slug(name: str) -> str:
    """The first two words of a name, for a file name."""
    plain = name.lower().translate(str.maketrans("äöüéèàçôîû", "aoueeacoiu")).replace("ß", "ss")
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split()
    return "-".join(words[:2])
