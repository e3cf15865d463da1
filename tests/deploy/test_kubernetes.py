"""The Kubernetes manifests ask for what there is: verbs, ports, routes, settings, users, files.

Held against Kubernetes' own schemas by hand when they were written; here they are held against the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from switchhook.admin.app import build
from switchhook.settings import AppSettings, load
from tests.command_lines import exists

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
VARIANTS = ["embedded", "kafka"]
SECRETS = "/run/secrets/switchhook"
PAGE = (ROOT / "deploy/README.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
INGRESS_GRACE = 5
"""Seconds that requests under way get when the ingress ends."""

Document = Mapping[str, Any]
every_variant = pytest.mark.parametrize("variant", VARIANTS)


def files(folder: Path) -> Iterator[Path]:
    """The files that a kustomization takes together, those of its bases too."""
    for name in yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["resources"]:
        path = (folder / name).resolve()
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def documents(variant: str) -> list[Document]:
    """All that is applied."""
    found = [each for path in files(FOLDER / variant) for each in yaml.safe_load_all(path.read_text("utf-8"))]
    return [{"spec": {}} | each for each in found]


def templates(variant: str) -> dict[str, Document]:
    """The templates of pods, by the name of what makes the pods."""
    return {
        each["metadata"]["name"]: each["spec"]["template"] for each in documents(variant) if "template" in each["spec"]
    }


def containers(variant: str) -> dict[str, Document]:
    """All containers by pod and name."""
    return {
        f"{name}/{each['name']}": each
        for name, template in templates(variant).items()
        for each in template["spec"]["containers"]
    }


@pytest.fixture
def settings(variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppSettings:
    """The settings of a variant, read as its pods read them, with files for the secrets."""
    for name in ("client-secret", "jwt", "master-secret", "admin-token"):
        (tmp_path / name).write_text("correct horse battery staple")
    text = (FOLDER / variant / "switchhook.toml").read_text("utf-8")
    assert set(re.findall(rf"{SECRETS}/([\w-]+)", text)) == {path.name for path in tmp_path.iterdir()}
    file = tmp_path / "switchhook.toml"
    file.write_text(text.replace(SECRETS, str(tmp_path)))
    for name, value in re.findall(r"(SWITCHHOOK_(?:INGRESS|STATE)__\w+)=(\S+)", DOCKERFILE):
        monkeypatch.setenv(name, value)
    return load(file)


def test_every_file_is_used() -> None:
    """No manifest lies there that no kustomization names, and each names settings that are there."""
    used = {path for folder in FOLDER.iterdir() for path in files(folder)}
    assert used == {path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml"}
    for variant in VARIANTS:
        kustomization = yaml.safe_load((FOLDER / variant / "kustomization.yaml").read_text("utf-8"))
        (generated,) = kustomization["configMapGenerator"]
        assert (generated["name"], generated["files"]) == ("switchhook", ["switchhook.toml"])
        assert (FOLDER / variant / "switchhook.toml").exists()


@every_variant
def test_verbs_and_images(variant: str) -> None:
    """Every container runs a verb that there is, from the image that the kustomization renames."""
    kustomization = yaml.safe_load((FOLDER / variant / "kustomization.yaml").read_text("utf-8"))
    for container in containers(variant).values():
        exists(container["args"])
        assert container["image"] == kustomization["images"][0]["name"]
        assert "command" not in container, "the image's entry point is the command"
        assert "env" not in container, "settings stand in the file; a variable would have to be checked here"


@every_variant
def test_ports_and_probes(variant: str, settings: AppSettings) -> None:
    """Ports have the numbers of the settings; probes ask a route that there is, on a port of the container."""
    numbers = {
        "public": settings.ingress.port,
        "worker-admin": settings.admin.port,
        "ingress-admin": settings.admin.ingress_port,
    }
    assert settings.admin.host == "0.0.0.0", "the kubelet asks from outside of the pod"
    app = build(ready=lambda: None, metrics=lambda: b"", documents={}, token="secret")
    routes = {getattr(route, "path", "") for route in app.routes}
    probed = set()
    for place, container in containers(variant).items():
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
        assert ports == {name: numbers[name] for name in ports}
        for kind in ("readinessProbe", "livenessProbe"):
            if kind in container:
                asked = container[kind]["httpGet"]
                assert asked["port"] in ports, f"{place} would be asked on a port of another container"
                assert asked["port"] != "public"
                assert asked["path"] in routes
                assert asked["path"] == {"readinessProbe": "/readyz", "livenessProbe": "/livez"}[kind]
                probed.add((asked["port"], kind))
    both = {("ingress-admin", "livenessProbe"), ("worker-admin", "livenessProbe")}
    assert both | {("ingress-admin", "readinessProbe")} <= probed
    # The embedded pod is ready when it can accept; what the worker does must not keep notifications out.
    assert (("worker-admin", "readinessProbe") in probed) == (variant == "kafka")


@every_variant
def test_there_is_time_to_end(variant: str, settings: AppSettings) -> None:
    """A worker may drain, an ingress answer what is under way once its address is withdrawn; some seconds are left."""
    for name, template in templates(variant).items():
        needs = 0.0
        for container in template["spec"]["containers"]:
            before = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            assert container["args"] != ["ingress"] or before > 0, "requests would still be sent to a closed port"
            own = {"ingress": INGRESS_GRACE, "worker": settings.worker.drain}.get(container["args"][0], 0)
            needs = max(needs, before + own)
        assert template["spec"].get("terminationGracePeriodSeconds", 30) >= needs + 5, name


@every_variant
def test_nobody_is_root_and_secrets_are_files(variant: str) -> None:
    """The user of the image, by number, on a file system that it cannot write, without rights or a token of the API."""
    user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert user is not None
    for template in templates(variant).values():
        pod = template["spec"]
        context = pod["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (
            True, int(user[1]), int(user[2]), int(user[2])
        )  # fmt: skip
        assert pod["automountServiceAccountToken"] is False
        # Of a service `switchhook` Kubernetes makes variables such as SWITCHHOOK_PORT, which are no settings of ours.
        assert pod["enableServiceLinks"] is False
    for container in containers(variant).values():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}
        }  # fmt: skip
        assert "memory" in container["resources"]["limits"]
        assert "cpu" not in container["resources"]["limits"], "who is throttled answers late"


@every_variant
def test_what_is_written_and_read_is_mounted(variant: str, settings: AppSettings) -> None:
    """Journal and state, settings and secrets: each on a volume of the pod, the journal on one that lasts."""
    settings_file = re.search(r"SWITCHHOOK_SETTINGS=(\S+)", DOCKERFILE)
    assert settings_file is not None
    for each in documents(variant):
        if "template" not in each["spec"]:
            continue
        pod = each["spec"]["template"]["spec"]
        lasting = {claim["metadata"]["name"] for claim in each["spec"].get("volumeClaimTemplates", ())}
        volumes = lasting | {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
            assert {mount["name"] for mount in mounts.values()} <= volumes
            assert mounts[str(Path(settings_file[1]).parent)]["readOnly"]
            assert mounts[SECRETS]["readOnly"]
            if container["args"][0] in ("ingress", "worker"):
                assert settings.ingress.journal.parent == settings.state.path.parent == Path("/data")
                assert "/data" in mounts
            # With Kafka a worker's state is a cache; a journal is what was answered 200 for, and must last.
            if container["args"][0] == "ingress" or (variant == "embedded" and container["args"][0] == "worker"):
                assert mounts["/data"]["name"] in lasting


@every_variant
def test_selectors_find_their_pods(variant: str) -> None:
    """Service, network policy and disruption budgets select pods that are made here, by ports that these have."""
    made = templates(variant).values()

    def selected(labels: Mapping[str, str]) -> list[Document]:
        return [each for each in made if labels.items() <= each["metadata"]["labels"].items()]

    def ports(pods: list[Document]) -> set[str]:
        return {port["name"] for pod in pods for each in pod["spec"]["containers"] for port in each.get("ports", ())}

    by_kind: dict[str, list[Document]] = {}
    for each in documents(variant):
        by_kind.setdefault(each["kind"], []).append(each)
    (service,), (policy,) = by_kind["Service"], by_kind["NetworkPolicy"]
    serving = selected(service["spec"]["selector"])
    assert serving
    for pod in serving:
        assert service["spec"]["ports"][0]["targetPort"] in ports([pod])
    kept = selected(policy["spec"]["podSelector"]["matchLabels"])
    assert {id(pod) for pod in serving} <= {id(pod) for pod in kept}
    public, admin = policy["spec"]["ingress"]
    assert ([port["port"] for port in public["ports"]], "from" in public) == (["public"], False)
    assert {port["port"] for port in admin["ports"]} == ports(kept) - {"public"}
    assert admin["from"], "the operator's ports are for Prometheus alone"
    budgets = by_kind.get("PodDisruptionBudget", [])
    assert [len(selected(budget["spec"]["selector"]["matchLabels"])) for budget in budgets] == [1] * len(budgets)
    for each in by_kind.get("StatefulSet", []) + by_kind.get("Deployment", []):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"].items() <= labels.items()
    for each in by_kind.get("StatefulSet", []):
        assert each["spec"]["serviceName"] == service["metadata"]["name"]


def test_how_many_there_are() -> None:
    """Embedded one pod that is never two; with Kafka at least two of each, of which a drained node takes one."""
    (alone,) = [each for each in documents("embedded") if "template" in each["spec"]]
    assert (alone["kind"], alone["spec"]["replicas"]) == ("StatefulSet", 1)
    with_kafka = [each for each in documents("kafka") if "replicas" in each["spec"]]
    assert {each["metadata"]["name"]: each["kind"] for each in with_kafka} == {
        "switchhook-ingress": "StatefulSet", "switchhook-worker": "Deployment"
    }  # fmt: skip
    assert all(each["spec"]["replicas"] >= 2 for each in with_kafka)
    budgets = [each for each in documents("kafka") if each["kind"] == "PodDisruptionBudget"]
    assert [budget["spec"]["maxUnavailable"] for budget in budgets] == [1, 1]


@every_variant
def test_the_kind_of_log(variant: str, settings: AppSettings) -> None:
    """Each variant's settings are for its log, and its topics are made where there are any."""
    assert settings.log.kind == {"embedded": "sqlite", "kafka": "kafka"}[variant]
    jobs = [each["args"] for each in containers(variant).values() if each["args"][0] == "topics"]
    assert jobs == ([["topics", "create"]] if variant == "kafka" else [])


def test_prometheus_scrapes_all_of_it() -> None:
    """Every operator's port, with the token of the secret, under the job that the alarms ask for."""
    (monitor,) = documents("monitoring")
    endpoints = monitor["spec"]["podMetricsEndpoints"]
    assert {each["port"] for each in endpoints} == {"worker-admin", "ingress-admin"}
    assert {each["path"] for each in endpoints} == {"/metrics"}
    assert {each["authorization"]["credentials"]["name"] for each in endpoints} == {"switchhook"}
    alarms = (ROOT / "deploy/alerts.yml").read_text("utf-8")
    for variant in VARIANTS:
        for template in templates(variant).values():
            name = template["metadata"]["labels"][monitor["spec"]["jobLabel"]]
            assert (f'job="{name}"' in alarms) == (name != "switchhook-topics")


def test_the_page_says_how_to_make_the_secret() -> None:
    """With every key that the settings read."""
    made = set(re.findall(r"--from-(?:file|literal)=([\w-]+)=", PAGE))
    assert made == {"client-secret", "jwt", "master-secret", "admin-token"}
