"""WebSocket receivers run while the worker owns their identity, and follow what the keeper says is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from switchhook.api.opening import open_clients
from switchhook.app.sockets import Sockets, StateMemory
from switchhook.clock import SystemClock
from switchhook.keeper.look import Look
from switchhook.keeper.standing import Owner
from switchhook.settings import IdentitySettings
from switchhook.simulator.platform import Platform
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics
from tests.ingress.test_websocket import PRESENCE, TEXTS, ModelLog


async def until(true: Callable[[], object]) -> None:
    """Return once `true()`."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


async def test_a_receiver_lives_as_long_as_its_identity_is_owned(tmp_path: Path) -> None:
    """Owned: connected and subscribed to what is wanted; more wanted: subscribed anew; given away: gone; back: again
    where it was left.
    """
    platform, clock, log = Platform(seed=1), SystemClock(), ModelLog()
    await platform.start()
    said = platform.credentials()
    identity = IdentitySettings(
        name="main",
        server=said["url"],
        client_id=said["client_id"],
        client_secret=said["client_secret"],
        jwt=said["jwt"],
        transport="websocket",
    )
    store = SqliteState(tmp_path / "state.db", clock)
    await store.load(0)
    clients = open_clients([identity], clock)
    owner = Owner(said["account_id"], platform.world.account.extension("101").id)
    looks = {"main": Look("main", clock.now(), owner, {TEXTS: frozenset({"h"})})}
    owned: set[str] = set()
    sockets = Sockets(
        {"main": 0},
        clients,
        log,
        store,
        looks=lambda: looks,
        owns=owned.__contains__,
        clock=clock,
        metrics=Metrics(),
    )
    stop = asyncio.Event()
    running = asyncio.create_task(sockets.run(stop))
    subscriptions = platform.world.subscriptions.all
    await asyncio.sleep(0)
    assert subscriptions == {}
    owned.add("main")
    await until(lambda: len(subscriptions) == 1)
    looks["main"] = Look("main", clock.now(), owner, {TEXTS: frozenset({"h"}), PRESENCE: frozenset({"h"})})
    await until(lambda: any(len(each.filters) == 2 for each in subscriptions.values()))
    await platform.text(text="1")
    await log.until(lambda: log.texts() == ["1"])
    await until(lambda: sockets.connected("main"))
    await until(lambda: StateMemory(store, 0, "main").recall() is not None)
    owned.clear()
    await until(lambda: all(each.send is None for each in platform.world.sockets.all.values()))
    assert not sockets.connected("main")
    await platform.text(text="2")
    owned.add("main")
    await log.until(lambda: log.texts() == ["1", "2"])
    assert log.gaps() == []
    stop.set()
    await running
    await clients["main"].close()
    await store.close()
    await platform.stop()
