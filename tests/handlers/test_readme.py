"""The page beside the handlers: the tutorial works as written, and every recipe loads."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from switchhook import Context, Settings, parse_timestamp
from switchhook.api.catalogue import operation
from switchhook.api.sansio import build
from switchhook.registry import Registry, discover
from switchhook.settings import HandlerSettings
from tests.plugin.ports import Port

HERE = Path(__file__).parent.parent.parent
README = (HERE / "handlers" / "README.md").read_text("utf-8")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands behind it, and its text."""

    language: str
    info: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w+) ?(.*)\n((?:.*\n)*?)```$", README, re.MULTILINE)]
TOML = [block for block in BLOCKS if block.language == "toml"]


@pytest.fixture
def folder(tmp_path):
    """The newcomer's folder with the files of the tutorial."""
    for block in BLOCKS:
        if block.info.startswith("file="):
            (tmp_path / block.info.removeprefix("file=")).write_text(block.text)
    return tmp_path


def test_tutorial_works_as_written(folder):
    """Each command prints what the page says it prints."""
    commands = [block.text for block in BLOCKS if block.info == "run"]
    assert len(commands) == 3
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for text in commands:
        command, _, printed = text.removeprefix("$ ").partition("\n")
        ran = subprocess.run(
            shlex.split(command), cwd=folder, env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert printed.strip() in ran.stdout


async def test_calls_of_the_platform_fit_the_catalogue():
    """What the page calls exists, with these parameters."""
    (block,) = [block for block in BLOCKS if block.info == "ctx"]
    code = "async def rule(ctx):\n" + "".join(f"    {line}\n" for line in block.text.splitlines())
    names = {"timedelta": timedelta, "parse_timestamp": parse_timestamp}
    exec(code, names)
    port = Port()
    port.answer = {"records": [{"id": "1", "startTime": "2026-01-05T09:00:00.000Z"}]}
    await names["rule"](Context(port, Settings()))
    for called, parameters, _ in port.calls:
        build(operation(called), parameters)
    assert [identity for _, _, identity in port.calls][-1] == "bot"


@pytest.mark.parametrize("block", TOML, ids=lambda block: block.text.splitlines()[1])
def test_recipe_loads(block, folder, monkeypatch):
    """Its handlers exist and its settings fit."""
    monkeypatch.setenv("DELIVER_SECRET", "a key of sixteen")
    wanted = [HandlerSettings(**table) for table in tomllib.loads(block.text)["handlers"]]
    registry = Registry.from_settings(wanted, identities=["main", "bot"], folder=folder)
    assert len(registry.enabled) == len(wanted)


def test_every_handler_that_ships_has_a_recipe():
    """Under its name, with the first line of its file or words near it."""
    recipes = set(re.findall(r"^### (\w+): ", README, re.MULTILINE))
    assert recipes == set(discover())


def test_handlers_are_short():
    """15 to 60 lines: they are examples too."""
    for file in (HERE / "handlers" / "switchhook_handlers").glob("*.py"):
        lines = len(file.read_text("utf-8").splitlines())
        assert file.name == "__init__.py" or 15 <= lines <= 60, file
