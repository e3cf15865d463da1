"""The worker process acts as who has logged in with `switchhook login`."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from switchhook.api.keeping import Seal, login_keep
from switchhook.api.opening import open_clients
from switchhook.clock import SystemClock
from switchhook.settings import load
from switchhook.simulator.platform import Platform
from tests.faults.processes import Processes

pytestmark = pytest.mark.processes


class Kept:
    """Holds the token that a client got."""

    token = None

    def load(self):
        """None at first."""
        return self.token

    async def save(self, token):
        """The client has a new one."""
        self.token = token


async def test_the_worker_takes_over_what_a_login_has_left(tmp_path):
    """No JWT in its settings: with the token that lies beside its state it makes the subscription."""
    platform = Platform(seed=1, limits=False)
    await platform.start()
    tail = '[[handlers]]\nuse = "forward"\nsettings = { to = "103" }\n'
    processes = Processes(tmp_path, platform.credentials(), tail)
    kept = Kept()
    client = open_clients(load(processes.settings).identities, SystemClock(), keep=lambda _: kept)["main"]
    try:
        await client.whoami()
        text = processes.settings.read_text(encoding="utf-8")
        processes.settings.write_text("\n".join(each for each in text.splitlines() if not each.startswith("jwt")))
        settings = load(processes.settings)
        keep = login_keep(settings, Seal([SecretStr("correct horse battery staple")]), settings.identities[0])
        await keep.save(kept.token)
        await processes.start("ingress", "worker")
        async with asyncio.timeout(120):
            await processes.subscribed()
        assert len(platform.world.subscriptions.all) == 1
    finally:
        await processes.end()
        await client.close()
        await platform.stop()
