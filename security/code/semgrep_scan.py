"""semgrep with our own rules (`security/data/semgrep.yaml`; extra `semgrep`): no registry, no metrics, no `# nosem`."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from security.code.source import GATE, Code
from security.finding import Finding

RULES_FILE = Path(__file__).parents[1] / "data" / "semgrep.yaml"
SECONDS = 60
OPTIONS = (
    "scan",
    "--json",
    "--quiet",
    "--metrics=off",
    "--disable-version-check",
    "--disable-nosem",
    "--no-git-ignore",
)


def semgrep_program() -> str | None:
    """Where semgrep is: beside this Python, or on the path; None where the extra is not installed."""
    beside = Path(sys.executable).with_name("semgrep")
    return str(beside) if beside.is_file() else shutil.which("semgrep")


def semgrep_scan(code: Code) -> Iterator[Finding]:
    """All findings of our rules; one of our own where semgrep did not read the code, or is not there."""
    program = semgrep_program()
    if program is None:
        yield _failed("semgrep is not installed: pip install 'code-factory[semgrep]'")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "generated.py"
        file.write_text(code.text, encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603  # a program that was looked up, our own arguments, no shell
                [program, *OPTIONS, "--config", str(RULES_FILE), str(file)],
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
            report = json.loads(done.stdout)
            read = [str(file)] == list(report["paths"]["scanned"]) and not report["errors"]
        except (subprocess.TimeoutExpired, OSError, ValueError, KeyError):
            yield _failed("semgrep gave no usable answer")
            return
    if not read:
        yield _failed("semgrep could not read the code")
    for result in report["results"]:
        about = result["extra"]["metadata"]
        yield Finding(
            result["check_id"].rpartition(".")[2],
            "high",
            result["extra"]["message"],
            about["cwe"],
            result["start"]["line"],
            result["start"]["col"],
            GATE,
            about["fix"],
        )


def _failed(what: str) -> Finding:
    return Finding("semgrep-failed", "high", what, None, None, None, GATE, "simplify it, or mend the installation")
