"""Templates with their holes filled, gated and loaded; and child processes that run them and may be killed."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from factory.assemble import fill
from factory.select import Plan
from factory.validate import judge_source
from security.finding import Finding

ROOT = Path(__file__).parents[2]
HANDLE = '''
def handle(values: Values) -> Made:
    """Twice the amount, after some work."""
    total = 0
    for number in range(int(str(values.get("work", 0)))):
        total = (total + number) % 7
    amount = values["amount"]
    return {"twice": Decimal(str(amount)) * 2, "rest": total}
'''


def filled(template: str, generated: str = HANDLE) -> str:
    """The source of a template with functions in its hole; they pass the security stage, as any others."""
    text = (ROOT / "templates" / "workflows" / f"{template}.py").read_text(encoding="utf-8")
    source = fill(text, generated)
    assert judged(template, source) == ()
    return source


def judged(template: str, source: str) -> tuple[Finding, ...]:
    """What the security stage objects to."""
    text = (ROOT / "templates" / "workflows" / f"{template}.py").read_text(encoding="utf-8")
    return judge_source(source, Plan(template, text, {})).findings


def loaded(template: str, generated: str = HANDLE) -> ModuleType:
    """The filled template as a module."""
    name = f"filled_{template}"
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(filled(template, generated), f"{template}.py", "exec"), module.__dict__)
    return module


def start(folder: Path, template: str, program: str, *arguments: str) -> "subprocess.Popen[str]":
    """Run `program` in a child process, where `host` is the filled template."""
    (folder / "host.py").write_text(filled(template))
    (folder / "program.py").write_text(program)
    command = [sys.executable, str(folder / "program.py"), *arguments]
    environment = {"PYTHONPATH": f"{folder}:{ROOT}", "PATH": "/usr/bin:/bin"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)
