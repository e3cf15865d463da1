"""The demo, as a newcomer runs it, and what it says when something does not happen."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import aiohttp
import pytest

from switchhook.cli import demo
from switchhook.cli.demo import story

pytestmark = pytest.mark.processes


async def _demo(*arguments):
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "switchhook.cli", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_every_scene_happens_and_is_told_as_data():
    """`demo --json` ends by itself with code 0; every handler acted, and the time to each call is told."""
    process = await _demo("--json")
    async with asyncio.timeout(90):
        said, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    told = json.loads(said)
    assert told["happened"] == told["of"] == 4
    acted = {decision["handler"] for scene in told["scenes"] for decision in scene["decisions"]}
    assert acted == {"forward", "answer", "record", "post_to_chat"}
    assert all(scene["reactions_ms"] and min(scene["reactions_ms"]) > 0 for scene in told["scenes"])


async def test_keep_leaves_it_running_with_its_addresses():
    """`demo --keep` prints where platform and worker answer, and Ctrl-C ends it with code 0."""
    process = await _demo("--keep")
    assert process.stdout is not None
    found = {}
    async with asyncio.timeout(90):
        while b"  try " not in (line := await process.stdout.readline()):
            name, _, address = line.decode().strip().partition(" ")
            if address.strip().startswith("http"):
                found[name] = address.strip()
        async with aiohttp.ClientSession() as session:
            for address in (found["platform"] + "/simulator/state", found["worker"]):
                async with session.get(address) as answer:
                    assert answer.status == 200
        process.send_signal(signal.SIGINT)
        await process.communicate()
    assert process.returncode == 0


async def test_a_scene_that_does_not_happen_ends_with_code_1(monkeypatch, capsys):
    """A scene whose effect is not seen at the platform is told as a failure, and so is the whole."""

    async def nothing(_platform):
        return {}

    scene = story.Scene("Nothing happens", nothing, lambda _state, _started: "", ("forward",))
    monkeypatch.setattr(demo, "SCENES", (scene,))
    monkeypatch.setattr(story, "_PATIENCE", 0.3)
    assert await demo._play(as_json=False, keep=False) == 1
    said = capsys.readouterr().out
    assert "forward       did not act within" in said
    assert "this is a failure" in said
    assert "1 of 1 scenes did not end as they should" in said
