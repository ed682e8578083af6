"""bandit as the second opinion: in this process, deaf to `# nosec`, and failing closed.

bandit reads syntax trees and runs nothing of the code. It leaves out a file it cannot parse and calls that success
(https://github.com/PyCQA/bandit, `BanditManager.skipped`): here that is a finding.
"""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from security.code.source import GATE, Code
from security.finding import Finding, Severity

LEFT_OUT = frozenset(("B101", "B105", "B106", "B107"))
"""`assert` is refused by the list of syntax; passwords are told from words like "token" by `text.secrets`."""

_SEVERITY: dict[str, Severity] = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high"}


def bandit_scan(code: Code) -> Iterator[Finding]:
    """All of bandit's findings from severity low up; one of our own where bandit did not read all of the code."""
    from bandit.core import config, constants, manager  # its import takes a third of a second

    logging.getLogger("bandit").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "generated.py"
        file.write_text(code.text, encoding="utf-8")
        scan = manager.BanditManager(config.BanditConfig(), "file", quiet=True, ignore_nosec=True)
        scan.discover_files([str(file)])
        scan.run_tests()
        issues = scan.get_issue_list(sev_level=constants.LOW, conf_level=constants.LOW)
        read = [str(file)] == list(scan.files_list) and not scan.skipped
    if not read:
        yield Finding("bandit-failed", "high", "bandit could not read the code", None, None, None, GATE, "simplify it")
    for issue in issues:
        if issue.test_id not in LEFT_OUT:
            severity = _SEVERITY.get(issue.severity, "high")
            yield Finding(
                issue.test_id, severity, issue.text, issue.cwe.id or None, issue.lineno, issue.col_offset + 1, GATE
            )
