"""Perform `call` steps by the modules, as `modules.toml` beside the registry configures them.

Hosts, database addresses and people to notify stand in that file, which belongs to whoever runs the workflow. The spec
says what is asked; a case gives values, and can change neither. A value `env:NAME` is taken from the environment.
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.call_arguments import Plain, as_text, filled, filled_path, plain_of, simple
from runtime.errors import UsageError
from runtime.given import Given, Recorded, to_python
from runtime.workflow_plan import PlannedStep, Typed, WorkflowPlan
from runtime.workflow_run import EFFECTS, done_mark
from templates.modules.db import Database, DatabaseOptions
from templates.modules.health import ModuleError
from templates.modules.http import HttpClient, HttpOptions
from templates.modules.notify import Notice, Notifier

SETTINGS = "modules.toml"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpService(_Settings):
    """`base`: `https://host` or `https://host:port`; no other host is reached. Plain http: for loopback alone."""

    base: str = Field(pattern=r"^(https://[^/@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)$")
    timeout_s: float = Field(4.0, gt=0, le=10)
    attempts: int = Field(3, ge=1, le=4)


class DatabaseService(_Settings):
    """`url`: `sqlite:///FILE` or `postgresql+psycopg://...`."""

    url: str
    patience_s: float = Field(10.0, gt=0, le=20)
    statement_s: float = Field(20.0, gt=0, le=30)


class NotifyService(_Settings):
    """`addresses`: `mailtos://...`, `slack://...` and other addresses of apprise."""

    addresses: tuple[str, ...] = Field(min_length=1)


class ModuleSettings(_Settings):
    """The whole file: services by module and name."""

    http: dict[str, HttpService] = Field(default_factory=dict)
    db: dict[str, DatabaseService] = Field(default_factory=dict)
    notify: dict[str, NotifyService] = Field(default_factory=dict)

    @staticmethod
    def read(file: Path) -> "ModuleSettings":
        """Raises UsageError; its text holds no value of the file."""
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
            return ModuleSettings.model_validate(_from_environment(data))
        except FileNotFoundError:
            return ModuleSettings()
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{file}: not valid TOML: {error}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: cannot be read ({type(error).__name__})") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise UsageError(f"{file}: {place}: {first['msg']}; docs/workflows.md says what stands there") from None


@dataclass
class Modules:
    """A `Caller` over the services that a plan names. Opened on first use, one of each a process."""

    settings: ModuleSettings
    _open: dict[tuple[str, str], HttpClient | Database | Notifier] = field(default_factory=dict)

    @staticmethod
    def of(plan: WorkflowPlan, root: Path) -> "Modules | None":
        """None where no step calls a module. Raises UsageError where a service is not configured."""
        if not plan.calls:
            return None
        settings = ModuleSettings.read(root / SETTINGS)
        for step in plan.calls:
            if step.service not in getattr(settings, step.module):
                raise UsageError(
                    f"{step.name}: no service [{step.module}.{step.service}] in {root / SETTINGS}; add it there"
                )
        return Modules(settings)

    def __call__(self, step: PlannedStep, values: Mapping[str, Given], workflow: str, reference: str) -> Recorded:
        """Its values; where it could not be done, the step's fallback, or a mark that sends the case to a person."""
        doubtful = sorted(name for name in step.inputs if name in values and values[name].doubtful)
        if doubtful and step.operation in EFFECTS:
            return _not_done(step, f"not called: doubtful {', '.join(doubtful)}")
        plain = {name: plain_of(values[name], typed) for name, typed in step.inputs.items() if name in values}
        missing = [name for name in step.inputs if plain.get(name) is None]
        if missing:
            return _not_done(step, f"not called: missing {', '.join(missing)}")
        known = {name: value for name, value in plain.items() if value is not None}
        try:
            answer = self._asked(step, known, workflow, reference)
        except ModuleError as error:
            return _fallback(step, str(error))
        if not isinstance(answer, Mapping):
            return _fallback(step, f"{step.module}: {answer}")
        return {name: _returned(step, name, typed, answer, bool(doubtful)) for name, typed in step.fields.items()}

    def _asked(self, step: PlannedStep, values: Mapping[str, Plain], workflow: str, reference: str) -> Any:
        """The answer's names and values; a text that says why there are none."""
        given: Mapping[str, Any] = step.arguments
        match self._service(step):
            case HttpClient() as client:
                url = self.settings.http[step.service].base + filled_path(given["path"], values)
                if step.operation == "get":
                    asked = filled(given.get("parameters", {}), values)
                    answer = client.get(url, {name: as_text(one) for name, one in asked.items()})
                else:
                    key = hashlib.sha256(f"{reference}:{step.name}".encode()).hexdigest()
                    answer = client.post(url, simple(filled(given["body"], values)), key)
                return answer if isinstance(answer, Mapping) or step.fields else {}
            case Database() as database:
                asked = filled(given.get("parameters", {}), values)
                if self.settings.db[step.service].url.startswith("sqlite"):
                    asked = simple(asked)
                if step.operation == "execute":
                    database.execute(given["statement"], asked)
                    return {}
                rows = database.select(given["statement"], asked)
                return "more than one row" if len(rows) > 1 else rows[0] if rows else {}
            case Notifier() as notifier:
                notifier.send(step.service, Notice(filled(given["what"], values), workflow, reference))
                return {}

    def _service(self, step: PlannedStep) -> HttpClient | Database | Notifier:
        kind: Any = step.module
        key = (step.module, step.service)
        if key not in self._open:
            self._open[key] = _opened(kind, step.service, self.settings)
        return self._open[key]


def _opened(
    module: Literal["http", "db", "notify"], name: str, settings: ModuleSettings
) -> HttpClient | Database | Notifier:
    match module:
        case "http":
            found = settings.http[name]
            host = found.base.partition("://")[2]
            loopback = found.base.startswith("http://")
            return HttpClient(
                HttpOptions((host,), found.timeout_s, attempts=found.attempts, insecure_loopback=loopback)
            )
        case "db":
            database = settings.db[name]
            options = DatabaseOptions(2, 3.0, database.statement_s, database.patience_s)
            return Database(database.url, options)
        case "notify":
            return Notifier({name: settings.notify[name].addresses})


def _not_done(step: PlannedStep, reason: str) -> Recorded:
    return {
        done_mark(step): Given("false", "low_confidence", 0.0, "call", reason),
        **{name: Given(None, "not_found", 0.0, "call", reason) for name in step.fields},
    }


def _fallback(step: PlannedStep, reason: str) -> Recorded:
    if not step.fallback:
        return _not_done(step, reason)
    by = f"fallback of {step.name}: {reason}"
    values = {name: Given(step.fallback[name], source="call", by=by) for name in step.fields}
    return {done_mark(step): Given("true", by=by), **values}


def _returned(step: PlannedStep, name: str, typed: Typed, answer: Mapping[str, Any], doubtful: bool) -> Given:
    """One value of an answer; missing where it is none of its type. As doubtful as what was asked with."""
    by = f"{step.module} {step.service}"
    text = _text(answer.get(name.partition(".")[2]), typed)
    if text is None or to_python(Given(text), typed) is None:
        return Given(None, "not_found", 0.0 if doubtful else 1.0, "call", by)
    return Given(text, "low_confidence" if doubtful else "found", 0.0 if doubtful else 1.0, "call", by)


def _text(value: Any, typed: Typed) -> str | None:
    if typed.type == "boolean" and isinstance(value, int) and value in (0, 1):
        return "true" if value else "false"  # SQLite has no booleans
    if isinstance(value, bool | str | int | float | Decimal):
        return as_text(value) if not isinstance(value, float) else repr(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return None


def _from_environment(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _from_environment(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_from_environment(one) for one in value]
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in os.environ:
            raise UsageError(f"{SETTINGS}: the environment has no {name}; set it")
        return os.environ[name]
    return value
