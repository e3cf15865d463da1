"""What of the container can be shown without a container engine: its install steps, its user, its file system, its end.

The steps of the Dockerfile, in an empty folder with nothing but the lock file and the wheel; then `switchhook run` as
an unprivileged user on a tree that it cannot write.
"""

from __future__ import annotations

import asyncio
import configparser
import os
import re
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from switchhook.settings import IngressSettings, WorkerSettings
from switchhook.simulator.platform import Platform
from tests.command_lines import exists
from tests.faults.processes import Processes

ROOT = Path(__file__).parents[2]
NOBODY = 65534


async def _command(*words, **options):
    process = await asyncio.create_subprocess_exec(
        *map(str, words), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, **options
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter: pytest's own are for the user who runs it."""
    with tempfile.TemporaryDirectory(prefix="switchhook-container-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        # What was made read-only can be removed again.
        for path in [Path(name), *(each for each in Path(name).rglob("*") if each.is_dir() and not each.is_symlink())]:
            path.chmod(0o755)


@pytest.mark.processes
async def test_the_wheel_runs_unprivileged_on_a_read_only_tree_and_ends_in_time(folder):
    """Installed from the lock file and the wheel alone, the service runs as nobody and ends on SIGTERM with code 0."""
    tree, data = folder / "switchhook", folder / "data"
    data.mkdir()
    wheel = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "wheels", ROOT]
    await _command(sys.executable, "-m", "pip", *wheel)
    await _command(sys.executable, "-m", "venv", tree)
    pip = [tree / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    await _command(*pip, "--require-hashes", "-r", ROOT / "deploy/requirements.lock")
    await _command(*pip, "--no-deps", *(folder / "wheels").glob("*.whl"))
    await _command("chmod", "-R", "a-w,a+rX", tree)
    before = sorted(str(path) for path in tree.rglob("*"))

    platform = Platform(limits=False)
    await platform.start()
    processes = Processes(data, platform.credentials(), '[[handlers]]\nuse = "forward"\nsettings = { to = "102" }\n')
    as_nobody = []
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
        os.chown(processes.settings, NOBODY, NOBODY)
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if "root" in Path(sys.base_prefix).parts:
            # This interpreter lives in root's home: nobody may read it, and still write nothing.
            as_nobody += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    log = data / "run.log"
    environment = {"PATH": f"{tree}/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/"}
    with log.open("w") as output:
        service = await asyncio.create_subprocess_exec(
            *(*as_nobody, tree / "bin/switchhook", "run", "--settings", processes.settings),
            cwd=data,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(90):
            while not await processes.settled():
                assert service.returncode is None, log.read_text()
                await asyncio.sleep(0.1)
        health = [*as_nobody, tree / "bin/switchhook", "health", "--settings", processes.settings]
        assert await _command(*health, env=environment) == "ingress: ok\nworker: ok\n"
        service.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await service.wait() == 0, log.read_text()
    finally:
        if service.returncode is None:
            service.kill()
            await service.wait()
        await platform.stop()
    assert sorted(str(path) for path in tree.rglob("*")) == before, "something was written into the tree"


def test_the_unit_follows_the_project():
    """The unit of systemd in the page: a verb that there is, files in its folder, time to end."""
    (text,) = re.findall(r"^```ini\n(.*?)^```$", (ROOT / "deploy/README.md").read_text(), re.MULTILINE | re.DOTALL)
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(text)
    service = unit["Service"]
    exists(service["ExecStart"].split()[1:])
    variables = dict(each.split("=", 1) for each in service["Environment"].split())
    assert variables == {
        "SWITCHHOOK_INGRESS__JOURNAL": f"/var/lib/{service['StateDirectory']}/journal.db",
        "SWITCHHOOK_STATE__PATH": f"/var/lib/{service['StateDirectory']}/state.db",
    }
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(name in dockerfile for name in variables), "the container is told the same"
    assert int(service["TimeoutStopSec"]) > WorkerSettings().drain + 5


def test_the_compose_file_follows_the_project():
    """Verbs, port, files and time to end; topics are made before anything needs them, on a volume of the broker's."""
    services = yaml.safe_load((ROOT / "deploy/compose.yml").read_text())["services"]
    topics, service, kafka = services["topics"], services["switchhook"], services["kafka"]
    exists(topics["command"])
    assert service["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}
    assert kafka["environment"]["KAFKA_LOG_DIRS"] == kafka["volumes"][0].partition(":")[2]
    settings = re.search(r"SWITCHHOOK_SETTINGS=(\S+)", (ROOT / "Dockerfile").read_text())
    assert settings is not None
    for each in (topics, service):
        assert each["image"] == topics["image"]
        assert each["read_only"]
        assert f"./switchhook.toml:{settings[1]}:ro" in each["volumes"]
    assert "data:/data" in service["volumes"]
    assert service["ports"] == [f"{IngressSettings().port}:{IngressSettings().port}"]
    assert int(service["stop_grace_period"].removesuffix("s")) > WorkerSettings().drain + 5
    version = re.search(r"kafka_2.13</artifactId>\s*<version>([\d.]+)", (ROOT / "deploy/kafka/pom.xml").read_text())
    assert version is not None
    assert kafka["image"] == f"apache/kafka:{version[1]}"


def test_the_dockerfile_follows_the_project():
    """User, health check, lock file and entry point of the Dockerfile exist in the project as they are named there."""
    text = (ROOT / "Dockerfile").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    user = re.search(r"^USER (\d+):(\d+)$", text, re.MULTILINE)
    assert user is not None
    assert f"groupadd --gid {user[2]} switchhook" in text
    assert f"useradd --uid {user[1]} --gid {user[2]} " in text
    assert "install -d -o switchhook -g switchhook /data" in text
    assert 'ENTRYPOINT ["switchhook"]' in text
    assert "switchhook" in project["scripts"]
    sent = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = []
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name
            copied.append(name)
    assert sorted(copied) == sorted(sent), "an engine is sent what is copied, and nothing else"
    ports = re.findall(r"^EXPOSE (.+)$", text, re.MULTILINE)
    assert ports == [str(IngressSettings().port)]
    for installed in re.findall(r"pip install (.+?)(?: \\)?$", text, re.MULTILINE):
        # From a lock file by its hashes, or the wheel that was built here.
        assert ("--require-hashes" in installed) != ("--no-deps /wheels/" in installed), installed
    stop = re.search(r"^STOPSIGNAL (\w+)$", text, re.MULTILINE)
    assert stop is not None
    assert stop[1] == "SIGTERM"
    assert re.search(r"^HEALTHCHECK .*CMD \[\"switchhook\", \"health\"\]$", text, re.MULTILINE)
    python = re.search(r"FROM python:(\d+\.\d+)-slim", text)
    assert python is not None
    assert f"Programming Language :: Python :: {python[1]}" in project["classifiers"]
