"""What the pages for people say is so: links, commands, verbs, settings, alarms."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click
import pytest
import yaml

from switchhook import CallRinging, rehearse
from switchhook.cli import switchhook
from switchhook.settings import AppSettings
from switchhook.telemetry import Metric
from tests.command_lines import exists

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "handlers/README.md",
    ROOT / "deploy/README.md",
    ROOT / "service/switchhook/events/README.md",
    ROOT / "service/switchhook/settings/README.md",
    ROOT / "service/switchhook/simulator/README.md",
]
README = PAGES[0].read_text("utf-8")
OPERATING = PAGES[2].read_text("utf-8")
ALARMS = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\b.*\n((?:.*\n)*?)```$", text, re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What a link can lead to inside of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file, and to a heading of one."""
    text = re.sub(r"^```(?:.*\n)*?```$", "", page.read_text("utf-8"), flags=re.MULTILINE)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def commands(text: str) -> Iterator[list[str]]:
    """The commands of ours in a page, each as its words; also those that kubectl carries to a pod."""
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["kubectl"] and "--" in words:
                words = words[words.index("--") + 1 :]
            if words[:1] == ["switchhook"]:
                yield words[1:]


@every_page
def test_commands_are_those_there_are(page: Path) -> None:
    """Verbs and options of every command in a block."""
    for line in commands(page.read_text("utf-8")):
        exists(line)


def verbs(group: click.Group, prefix: str = "") -> Iterator[str]:
    """All verbs, those of groups with the group's name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group) and name not in ("api", "simulate"):  # these have pages of their own
            yield from verbs(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def test_the_table_has_every_verb() -> None:
    """And no other."""
    table = README.partition("| verb | does |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z -]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:])))
    assert named == set(verbs(switchhook)), "README.md: bring the table of verbs up to date"


@pytest.mark.parametrize("page", PAGES[:3], ids=["README", "handlers", "deploy"])
def test_settings_are_those_there_are(page: Path) -> None:
    """Whatever is written like one, as `ingress.port`, and whole tables in blocks."""
    text = page.read_text("utf-8")
    tables = {
        name: get_args(field.annotation)[0] if get_args(field.annotation) else field.annotation
        for name, field in AppSettings.model_fields.items()
    }
    for table, name in re.findall(rf"`({'|'.join(tables)})\.(\w+)`", text):
        assert name in tables[table].model_fields or name == "db", f"{table}.{name}"
    for block in re.findall(r"^```toml settings\n((?:.*\n)*?)```$", text, re.MULTILINE):
        for table, values in tomllib.loads(block).items():
            assert set(values) <= set(tables[table].model_fields)


def test_make_targets_are_those_there_are() -> None:
    """Every `make target` that the README names."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) <= targets


async def test_the_first_handler_works(tmp_path: Path) -> None:
    """As it stands in the README: it forwards the chosen callers, and nobody else."""
    (code,) = blocks(README, "python")
    file = tmp_path / "forward_some.py"
    file.write_text(code)
    spec = importlib.util.spec_from_file_location("forward_some", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    chosen = {"to": "+16505550199", "callers": ["+16505550100"]}
    for caller, written in (("+16505550100", ["forwardCallParty"]), ("+16505550177", [])):
        call = CallRinging(id="1", at=at, received_at=at, session_id="s-1", party_id="p-1-3", caller=caller)
        assert [each.operation for each in await rehearse(module.handler, call, chosen)] == written


def test_every_alarm_has_its_page_and_every_page_its_alarm() -> None:
    """What to do stands under the alarm's name."""
    pages = re.findall(r"^### (Switchhook\w+)$", OPERATING, re.MULTILINE)
    assert sorted(pages) == sorted(rule["alert"] for rule in ALARMS)


@every_page
def test_metrics_are_those_there_are(page: Path) -> None:
    """Every metric that a page names."""
    named = set(re.findall(r"`(switchhook_\w+)`", page.read_text("utf-8")))
    assert named <= {metric.value for metric in Metric}
