"""The Helm chart: every object it makes is valid by the published schema of Kubernetes.

Helm itself comes in no package that could be pinned here, so `rendered` reads the few forms of Go templates that the
chart keeps to, and fails on any other.
"""

import re
import textwrap
from pathlib import Path
from typing import Any

import jinja2
import kubernetes_validate
import pytest
import yaml

from monitoring.export import export
from runtime.durable.telling import place_of_server
from tests.deploy.test_compose import parse

CHART = Path(__file__).parents[2] / "deploy" / "helm" / "code-factory"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
KUBERNETES = "1.34"
FORMS = (
    (r"range \$(\w+), \$(\w+) := \.Values\.(\w+)", r"{% for \1, \2 in Values.\3.items() %}", "{% endfor %}"),
    (r"if (\S+)", r"{% if (\1) | default(false) %}", "{% endif %}"),
    (r"end", None, None),
    (r'printf "%s(.)%s" (\S+) (\S+) \| quote', r"{{ (\2 ~ '\1' ~ \3) | quote }}", None),
    (r"add (\S+) (\d+)", r"{{ \1 + \2 }}", None),
    (r'\(\.Files\.Glob ("\S+")\)\.AsConfig \| indent (\d)', r"{{ as_config(\1, \2) }}", None),
    (r"([$.][\w.]+)( \| quote)?", r"{{ \1\2 }}", None),
)


def rendered(folder: Path, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of the chart in `folder`."""

    def as_config(pattern: str, indent: int) -> str:
        data = {path.name: path.read_text() for path in sorted(folder.glob(pattern))}
        return textwrap.indent(yaml.safe_dump(data), " " * indent)

    engine = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    engine.filters["quote"] = lambda value: f'"{value}"'
    objects = []
    for path in sorted((CHART / "templates").glob("*.yaml")):
        template = engine.from_string(_jinja(path.read_text()))
        text = template.render(Values=values, Release={"Name": "factory"}, as_config=as_config)
        objects += [one for one in yaml.safe_load_all(text) if one]
    return objects


def _jinja(text: str) -> str:
    ends: list[str] = []

    def translate(found: re.Match[str]) -> str:
        for form, made, end in FORMS:
            match = re.fullmatch(form, found.group(2))
            if match is None:
                continue
            if end is not None:
                ends.append(end)
            out = match.expand(made) if made is not None else ends.pop()
            return re.sub(r"(?<![\w)])(?:\$\.|\.|\$)(?=[A-Za-z])", "", out)
        raise AssertionError(f"the chart uses a form that is not read here: {found.group(0)}")

    return re.sub(r"(\s*\{\{-|\{\{) (.+?) \}\}", translate, text)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("chart")
    export(folder / "monitoring")
    return rendered(folder, VALUES)


def test_every_object_is_valid_by_the_schema(objects: list[dict[str, Any]]) -> None:
    kinds = [kubernetes_validate.validate(one, KUBERNETES, strict=True) and one["kind"] for one in objects]
    assert sorted(set(kinds)) == [
        "ConfigMap",
        "Deployment",
        "HorizontalPodAutoscaler",
        "Ingress",
        "PersistentVolumeClaim",
        "PodDisruptionBudget",
        "Service",
    ]
    assert kinds.count("Deployment") == len(VALUES["workers"]) + 1  # and the review page


def test_the_schema_refuses_what_kubernetes_does_not_know(objects: list[dict[str, Any]]) -> None:
    broken = next(one for one in objects if one["kind"] == "Deployment")
    broken = {**broken, "spec": {**broken["spec"], "replica": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES, strict=True)


def test_its_workers_are_commands_that_cover_every_role(objects: list[dict[str, Any]]) -> None:
    pods = [one["spec"]["template"]["spec"] for one in objects if "worker" in _labels(one)]
    given = [parse(list(pod["containers"][0]["args"])) for pod in pods]
    roles = [part.partition("=")[0] for one in given for part in one["roles"].split(",")]
    assert sorted(roles) == ["extract", "model", "persist", "read"]
    assert sum(one["workflows"] for one in given) == 1
    for pod, one in zip(pods, given, strict=True):
        assert pod["terminationGracePeriodSeconds"] > one["drain"]


def test_names_that_refer_to_each_other_agree(objects: list[dict[str, Any]]) -> None:
    names = {kind: {one["metadata"]["name"] for one in objects if one["kind"] == kind} for kind in _kinds(objects)}
    for one in objects:
        if one["kind"] == "HorizontalPodAutoscaler":
            assert one["spec"]["scaleTargetRef"]["name"] in names["Deployment"]
        if one["kind"] == "Deployment":
            [volume] = one["spec"]["template"]["spec"]["volumes"]
            assert volume["persistentVolumeClaim"]["claimName"] in names["PersistentVolumeClaim"]
            labels = one["spec"]["template"]["metadata"]["labels"]
            assert one["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_the_review_page_is_reached_by_https_alone(objects: list[dict[str, Any]]) -> None:
    by_kind = {one["kind"]: one for one in objects}
    [pod] = [one["spec"]["template"] for one in objects if _labels(one).get("part") == "review"]
    [container] = pod["spec"]["containers"]
    given = parse(list(container["args"]))
    ingress, service = by_kind["Ingress"]["spec"], by_kind["Service"]
    [rule] = ingress["rules"]
    assert given["behind_tls"] and rule["host"] in ingress["tls"][0]["hosts"] and given["hosts"] == [rule["host"]]
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == service["metadata"]["name"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]
    assert container["ports"][0]["containerPort"] == given["port"]
    assert place_of_server(given["temporal"]).address == VALUES["temporal"]["address"]
    assert [one["name"] for one in container["env"]] == ["FACTORY_STORE"]  # the store's password is no argument


def test_only_the_model_worker_has_the_models_keys(objects: list[dict[str, Any]]) -> None:
    having = [
        one["metadata"]["labels"]["worker"]
        for one in objects
        if one["kind"] == "Deployment" and "envFrom" in one["spec"]["template"]["spec"]["containers"][0]
    ]
    assert having == ["model"]


def test_dashboards_and_rules_are_those_of_the_export(objects: list[dict[str, Any]]) -> None:
    maps = [one for one in objects if one["kind"] == "ConfigMap"]
    assert {"overview.json", "factory.rules.yml"} <= {name for one in maps for name in one["data"]}


def _labels(one: dict[str, Any]) -> dict[str, str]:
    labels: dict[str, str] = one["metadata"].get("labels", {}) if one["kind"] == "Deployment" else {}
    return labels


def _kinds(objects: list[dict[str, Any]]) -> set[str]:
    return {one["kind"] for one in objects}
