"""The verbs that look at a running service, for people and for programs."""

from __future__ import annotations

import asyncio
import json

import pytest

from switchhook.simulator.platform import Platform
from tests.cli.test_bad_input import run
from tests.faults.processes import Processes

pytestmark = pytest.mark.processes


@pytest.fixture
async def service(tmp_path):
    """A running service that has forwarded a call."""
    platform = Platform(limits=False)
    await platform.start()
    tail = '[[handlers]]\nuse = "forward"\nextensions = ["101"]\nsettings = { to = "103" }\n'
    processes = Processes(tmp_path, platform.credentials(), tail)
    try:
        await processes.start("ingress", "worker")
        async with asyncio.timeout(120):
            await processes.subscribed()
            await platform.ring(to="101")
            while not await processes.document("runs"):
                await asyncio.sleep(0.05)
        yield processes
    finally:
        await processes.end()
        await platform.stop()


async def test_what_the_verbs_tell_of_a_running_service(service):
    """What events list and show, subscriptions list, handlers list, check and health say: a table, JSON, exit code."""
    settings = ("--settings", service.settings)
    code, said = await run("events", "list", "--json", *settings)
    assert code == 0
    newest = json.loads(said)[0]
    assert newest["event"].endswith("/telephony/sessions")
    code, said = await run("events", "show", newest["place"], "--json", *settings)
    assert code == 0
    assert json.loads(said)["notification"]["body"]["telephonySessionId"] == newest["key"]
    code, said = await run("events", "show", newest["place"], *settings)
    assert newest["key"] in said
    code, said = await run("events", "show", "0:999999", *settings)
    assert code == 1
    assert "nothing is stored at 0:999999" in said

    code, said = await run("subscriptions", "list", *settings)
    assert code == 0
    assert "everything wanted stands" in said
    code, said = await run("subscriptions", "list", "--json", *settings)
    assert json.loads(said)[0]["settled"] is True

    code, said = await run("handlers", "list", "--json", *settings)
    assert [each["enabled"] for each in json.loads(said) if each["name"] == "forward"] == [["forward (101)"]]

    code, said = await run("check", "--json", *settings)
    assert code == 0, said
    assert {"what": "public address", "result": "fine"}.items() <= json.loads(said)[-1].items()
    code, said = await run("health", *settings)
    assert (code, said) == (0, "ingress: ok\nworker: ok\n")


async def test_deleted_subscriptions_are_gone(service):
    """`subscriptions delete` with the worker stopped deletes ours, and `list` then says that something differs."""
    settings = ("--settings", service.settings)
    assert await service.stop("worker") == 0
    code, said = await run("subscriptions", "delete", "--yes", "--json", *settings)
    assert code == 0
    assert len(json.loads(said)["main"]) == 1
    code, said = await run("subscriptions", "list", *settings)
    assert code == 1
    assert "to do: create" in said
