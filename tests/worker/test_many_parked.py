"""A million parked records are no burden for what comes in."""

from __future__ import annotations

import asyncio
import sqlite3

from switchhook.clock import settle
from switchhook.events.types import PostAdded
from switchhook.state import Table
from switchhook.state.sqlite import SqliteState
from switchhook.worker.saved import SavedRun
from tests.worker.model import Service, enable, handler_for, post

PARKED = 1_000_000


async def test_1m_parked_records_do_not_stop_polling(clock, tmp_path):
    """All of them are due at once: some go on at a time, new records are handled meanwhile, polling never stops."""
    gate = asyncio.Event()
    heard, woken = [], []

    async def on_post(event: PostAdded, ctx):
        if event.post_id.startswith("old"):
            woken.append(event.post_id)
            await gate.wait()
        else:
            heard.append(event.post_id)

    class Counted(SqliteState):
        most = 0

        def due(self, *arguments):
            found = super().due(*arguments)
            self.most = max(self.most, len(found))
            return found

    class OnDisk(Service):
        def open_store(self):
            return Counted(tmp_path / "state.db", clock)

    one = OnDisk(clock, enable(handler_for(PostAdded, on_post)), drain=100_000.0)
    await one.open_store().close()
    fill(tmp_path / "state.db", clock)
    one.start()
    await until(one, lambda: len(woken) == 200)
    polls = one.log.members[0].polls
    for number in range(20):
        await one.log.append([post(number, f"c{number}", clock=clock)])
        await until(one, lambda number=number: len(heard) == number + 1)
    assert one.log.members[0].polls > polls + 20
    assert len(woken) == 200
    await until(one, lambda: one.log.committed[0] == 20)
    gate.set()
    await until(one, lambda: len(woken) > 400)
    assert one.store.most <= 400, "a look reads some of them, not all"
    one.stopping.set()
    await until(one, one.task.done)
    assert one.task.result() == 0
    await one.store.close()


def fill(path, clock):
    """Park a million runs, each in a lane of its own, all of them due; only those that are due first are looked at."""
    event = PostAdded(
        id="old", at=clock.now(), received_at=clock.now(), post_id="old", chat_id="c", creator_id="1", text="t"
    )
    saved = SavedRun(event, "probe", "on_post", 0, 0).dump().decode()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?) "
            "INSERT INTO entries (partition, kind, key, value, version, due) "
            "SELECT 0, ?, printf('probe\t=%07d\t0', n), CASE WHEN n < 5000 THEN ? ELSE '{}' END, 1, n FROM number",
            (PARKED, Table.PARKED.value, saved),
        )
    connection.close()


async def until(one, condition):
    """Wait for files and threads, which take real time, and let the clock go on."""
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.001)
            await settle()
            await one.clock.advance(0.05)
