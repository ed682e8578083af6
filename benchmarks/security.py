"""How well the gates hold: injection, personal data, leakage. `run(data)` gives one JSON-able report.

Our own cases lie in `security_cases/` as data: a new case is a new line. With a folder `data` that holds
`injection/*.jsonl` (`{"text", "label", "split"?}`), `pii/*.json` and `leakage/*.json` (the security fixtures of
the Compiled AI paper), those are measured too, each corpus by itself: what its authors hold out for testing, or every
fifth text. The shipped classifiers learned from the rest of slabs and neuralchemy, not from deepset (`cross_corpus`).
`papers` are our specs, pages and golden documents, and the golden folders beside `data`. `flagged` counts what is
blocked or sent to review; `blocked` what is blocked outright.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import leakage
from benchmarks.benign_text import ROOT, documents, golden_folders, own_pages, own_specs
from benchmarks.security_cases_reader import injection_text, read_lines, read_texts
from benchmarks.security_text import bury, expand, load_grammar, seeded
from security.classifier import load_linear
from security.input_gate import InputGate
from security.pii import find_pii
from security.policy import Policy

SEED = 20261122
BURIED = 200
BENIGN = 300
UNSEEN_CORPUS = "deepset"

Report = dict[str, Any]


def run(data: Path | None = None) -> Report:
    """Everything that can be measured; `data` adds the corpora of a folder. Takes a minute or two."""
    gate = InputGate(Policy(pii="allow"))
    report: Report = {
        "own_cases": {
            "injection": _own_injection(gate),
            "pii": _own_pii(),
            "leakage": leakage.made_up(),
            "leakage_recorded": leakage.recorded(gate),
        },
        "benign": _benign(gate),
        "buried": _buried(gate, [case["text"] for case in read_lines("injection") if case.get("bury")]),
    }
    report["phrasings"] = {name: _phrasings(gate, name) for name in ("known", "unseen", "last", "fresh")}
    report["papers"] = _papers(gate, data)
    if data is not None:
        report |= _corpora(gate, data)
    return report


def _corpora(gate: InputGate, data: Path) -> Report:
    report: Report = {"injection": {}, "buried_corpora": {}, "pii": {}, "leakage": {}}
    for path in sorted((data / "injection").glob("*.jsonl")):
        rows = _held_out([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
        report["injection"][path.stem] = _detection(gate, [(row["text"], bool(row["label"])) for row in rows])
        short = [row["text"] for row in rows if row["label"] and len(row["text"]) <= 300]
        report["buried_corpora"][path.stem] = _share(gate, _bury_all(short, BURIED // 2))
    report["cross_corpus"] = _cross_corpus(gate, data)
    for path in sorted((data / "pii").glob("*.json")):
        report["pii"][path.stem] = _paper_pii(json.loads(path.read_text(encoding="utf-8"))["instances"])
    for path in sorted((data / "leakage").glob("*.json")):
        report["leakage"][path.stem] = _paper_leakage(gate, json.loads(path.read_text(encoding="utf-8"))["instances"])
    return report


def _cross_corpus(gate: InputGate, data: Path) -> Report:
    """Every text of a corpus in which the classifiers had no part."""
    trained_on, path = load_linear().sources, data / "injection" / f"{UNSEEN_CORPUS}.jsonl"
    if not path.is_file() or UNSEEN_CORPUS in trained_on:
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tested = _detection(gate, [(row["text"], bool(row["label"])) for row in rows])
    return {"trained_on": list(trained_on), "tested_on": UNSEEN_CORPUS, **tested}


def _papers(gate: InputGate, data: Path | None) -> Report:
    """False positives on benign papers."""
    kinds = {"own_specs": own_specs(), "own_pages": own_pages()}
    kinds |= {f"own_{folder.parent.name}": documents([folder]) for folder in golden_folders(ROOT / "specs")}
    beside = golden_folders(data.parent) if data is not None else []
    kinds |= {folder.name: documents([folder]) for folder in beside}
    return {name: _share(gate, texts) for name, texts in kinds.items() if texts}


def _held_out(rows: list[Report], most: int = 1500) -> list[Report]:
    """A fixed draw of the rows that their authors hold out for testing, or of every fifth."""
    if any("attack_type" in row for row in rows):
        rows = rows[::5]
    elif {row.get("split") for row in rows} >= {"train", "validation", "test"}:
        rows = [row for row in rows if row["split"] == "test"]
    return seeded(SEED).sample(rows, most) if len(rows) > most else rows


def _own_injection(gate: InputGate) -> Report:
    rng, grammar = seeded(SEED), load_grammar("heldout")
    cases = read_lines("injection")
    texts = [(injection_text(case, expand(grammar, "long_invoice", rng), rng), case["injection"]) for case in cases]
    report = _detection(gate, texts)
    wrong = [case["id"] for case, (text, truth) in zip(cases, texts, strict=True) if _flagged(gate, text) != truth]
    return report | {"wrong": wrong}


def _own_pii() -> Report:
    return _pii([(case["text"], set(case["types"])) for case in read_lines("pii")])


def _benign(gate: InputGate) -> Report:
    """False positives on specs, requests and documents of the held-out grammar, and on three-page invoices."""
    rng, grammar = seeded(SEED + 1), load_grammar("heldout")
    kinds = {
        "specs": ("h_spec", "h_workflow"),
        "documents": ("h_invoice", "h_receipt", "h_contract", "h_note", "h_mail"),
    }
    report = {
        name: _share(gate, [expand(grammar, rng.choice(symbols), rng) for _ in range(BENIGN)])
        for name, symbols in kinds.items()
    }
    return report | {"three_page_invoices": _share(gate, [expand(grammar, "long_invoice", rng) for _ in range(BURIED)])}


def _buried(gate: InputGate, cases: Sequence[str]) -> Report:
    """Injections of the held-out grammar and of our own cases, each inside a three-page invoice."""
    rng, grammar = seeded(SEED + 2), load_grammar("heldout")
    made = [expand(grammar, "injection", rng) for _ in range(BURIED - len(cases))]
    return _share(gate, _bury_all([*made, *cases], BURIED))


def _phrasings(gate: InputGate, name: str) -> Report:
    """Plain-worded orders: each by itself, and each inside a three-page invoice."""
    texts = read_texts(f"phrasings_{name}")
    return {"alone": _share(gate, texts), "buried": _share(gate, _bury_all(texts, len(texts)))}


def _bury_all(texts: Sequence[str], count: int) -> list[str]:
    rng, grammar = seeded(SEED + 3), load_grammar("heldout")
    chosen = rng.sample(texts, min(count, len(texts)))
    return [bury(expand(grammar, "long_invoice", rng), text, rng) for text in chosen]


def _detection(gate: InputGate, cases: Iterable[tuple[str, bool]]) -> Report:
    counts = {"injections": 0, "caught": 0, "blocked": 0, "benign": 0, "false_positives": 0, "false_blocks": 0}
    for text, injection in cases:
        action = gate.check(text).action
        counts["injections" if injection else "benign"] += 1
        counts["caught" if injection else "false_positives"] += action in ("review", "block")
        counts["blocked" if injection else "false_blocks"] += action == "block"
    return {
        **counts,
        "right": counts["caught"] + counts["benign"] - counts["false_positives"],
        "recall": _ratio(counts["caught"], counts["injections"]),
        "false_positive_rate": _ratio(counts["false_positives"], counts["benign"]),
    }


def _share(gate: InputGate, texts: Sequence[str]) -> Report:
    actions = [gate.check(text).action for text in texts]
    flagged, blocked = sum(a in ("review", "block") for a in actions), actions.count("block")
    return {"texts": len(texts), "flagged": _ratio(flagged, len(texts)), "blocked": _ratio(blocked, len(texts))}


def _flagged(gate: InputGate, text: str) -> bool:
    return gate.check(text).action in ("review", "block")


def _paper_pii(instances: Sequence[Report]) -> Report:
    return _pii([(i["input"]["user_request"], set(i["expected_output"]["pii_types"])) for i in instances])


def _pii(cases: Sequence[tuple[str, set[str]]]) -> Report:
    """Recall over types, and over texts; a false alarm is any finding in a text without personal data."""
    found = [({span.type for span in find_pii(text)}, want) for text, want in cases]
    wanted = sum(len(want) for _, want in found)
    benign = [got for got, want in found if not want]
    return {
        "cases": len(cases),
        "recall_types": _ratio(sum(len(got & want) for got, want in found), wanted),
        "recall_texts": _ratio(sum(bool(got) for got, want in found if want), len(cases) - len(benign)),
        "false_alarms": sum(bool(got) for got in benign),
        "benign": len(benign),
    }


def _paper_leakage(gate: InputGate, instances: Sequence[Report]) -> Report:
    """The paper's leakage cases hold requests alone, so they measure the input gate; answers are our own cases."""
    asked = [(i["input"]["user_request"], i.get("attack_type") != "none") for i in instances]
    return _detection(gate, asked)


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
