"""deploy/compose.yaml: by the published schema, and with commands and targets that exist."""

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from cli.main import app
from monitoring.export import export

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "code-factory"}


def parse(arguments: list[str]) -> dict[str, Any]:
    """What `factory ARGUMENTS` would be called with. Fails on an unknown command or option."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[arguments.pop(0)]
    with command.make_context("factory", arguments) as context:
        return dict(context.params)


def schema() -> dict[str, Any]:
    carried = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    return dict(json.loads(carried.read_text()))


def test_it_is_valid_by_the_compose_specification() -> None:
    jsonschema.validate(COMPOSE, schema())


def test_the_schema_refuses_what_compose_does_not_know() -> None:
    broken = {**COMPOSE, "services": {"read": {"image": "code-factory", "comand": ["worker"]}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema())


@pytest.mark.parametrize("name", OURS)
def test_its_commands_are_commands_of_the_factory(name: str) -> None:
    assert parse(list(OURS[name]["command"]))


def test_every_role_has_a_worker_and_one_service_runs_workflows() -> None:
    given = [parse(list(one["command"])) for one in OURS.values() if one["command"][0] == "worker"]
    roles = [part.partition("=")[0] for one in given for part in one["roles"].split(",")]
    assert sorted(roles) == ["extract", "model", "persist", "read"]
    assert sum(one["workflows"] for one in given) == 1


def test_prometheus_asks_every_worker_on_the_port_it_serves() -> None:
    [job] = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    [targets] = job["dns_sd_configs"]
    workers = {name: one for name, one in OURS.items() if one["command"][0] == "worker"}
    assert sorted(targets["names"]) == sorted(workers)
    for one in workers.values():
        assert parse(list(one["command"]))["metrics"] == f"0.0.0.0:{targets['port']}"


def test_what_is_mounted_is_there_and_grafana_finds_its_dashboards(tmp_path: Path) -> None:
    exported = {path.relative_to(tmp_path).as_posix() for path in export(tmp_path)}
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            if isinstance(volume, str) and volume.startswith("./"):
                assert (DEPLOY / volume.partition(":")[0]).is_file()
            if not isinstance(volume, str):
                assert any(path.startswith(f"{volume['volume']['subpath']}/") for path in exported)
    [provider] = yaml.safe_load((tmp_path / "grafana/provisioning/dashboards/factory.yaml").read_text())["providers"]
    mounts = [one["target"] for one in COMPOSE["services"]["grafana"]["volumes"] if not isinstance(one, str)]
    assert provider["options"]["path"] in mounts
    ours = yaml.safe_load((DEPLOY / "grafana" / "datasource.yaml").read_text())["datasources"]
    theirs = yaml.safe_load((tmp_path / "grafana/provisioning/datasources/factory.yaml").read_text())["datasources"]
    assert [one["uid"] for one in ours] == [one["uid"] for one in theirs]


def test_promtool_accepts_the_configuration(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    export(tmp_path)
    text = (DEPLOY / "prometheus" / "prometheus.yml").read_text().replace("/monitoring/", f"{tmp_path}/")
    (tmp_path / "checked.yml").write_text(text)
    done = subprocess.run(
        ["promtool", "check", "config", str(tmp_path / "checked.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "1 rule files found" in done.stdout
