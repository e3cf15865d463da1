"""What people tell a worker through the log: to try a dead letter again, or to drop it.

A command is a record like any other: it reaches whoever owns the account, survives restarts, and is obeyed once.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from switchhook.log import Header, NewRecord, Record
from switchhook.state import Delete, Put, StateStore, Table
from switchhook.worker.completion import Completion
from switchhook.worker.dead_letters import DeadLetter, DeadLetters
from switchhook.worker.journal import Line, Said
from switchhook.worker.parking import Parking
from switchhook.worker.runs import Work
from switchhook.worker.saved import SavedRun

RETRY = "dead-retry"
RETRY_HAPPENED = "dead-retry-happened"
RETRY_NOTHING = "dead-retry-nothing"
DROP = "dead-drop"
_log = structlog.get_logger("switchhook.worker")


def command(letter: DeadLetter, what: str, now: float) -> NewRecord:
    """The record that tells it, for the log of the account. `now`: seconds since 1970."""
    saved = letter.saved
    account = saved.event.account_id if isinstance(saved, SavedRun) else saved.record.account
    return NewRecord(account, None, letter.id.encode(), now, {Header.COMMAND: what, Header.SOURCE: "command line"})


def is_command(record: Record) -> bool:
    """Whether the record tells the worker something, instead of being a notification."""
    return Header.COMMAND in record.headers


class Commands:
    """Obeys."""

    def __init__(self, store: StateStore, parking: Parking, completion: Completion) -> None:
        self._store = store
        self._parking = parking
        self._completion = completion

    async def obey(self, work: Work) -> bool:
        """Do what the record says. Whether something goes on as parked work. Raises Abandoned."""
        shard, what = work.shard, work.record.headers[Header.COMMAND]
        letters = DeadLetters(self._store, shard.partition)
        try:
            letter = letters.find(work.record.value.decode("utf-8", "replace"))
        except LookupError as error:
            _log.warning("nothing to do for a command", command=what, reason=str(error))
            return False
        changes: list[Put | Delete] = [*letters.drop(letter)]
        retried = what in {RETRY, RETRY_HAPPENED, RETRY_NOTHING}
        if retried:
            changes += self._settled(shard.partition, letter, what)
            saved = replace(letter.saved, rounds=0, steady=None, until=None, reason="tried again by hand")
            changes.append(self._parking.entry(shard, letter.lane, letter.place, saved))
        await self._completion.save(shard, changes)
        shard.parked += retried
        _log.info("command obeyed", command=what, id=letter.id)
        return retried

    def _settled(self, partition: int, letter: DeadLetter, what: str) -> list[Put | Delete]:
        """What a person found out about writes of which nobody knew whether they happened."""
        saved = letter.saved
        if what == RETRY or not isinstance(saved, SavedRun):
            return []
        prefix = "\t".join((saved.event.id, saved.handler, saved.rule, ""))
        changes: list[Put | Delete] = []
        for entry in self._store.scan(partition, Table.EFFECTS, prefix):
            line = Line.restore(entry.value)
            if line.said is Said.NOTHING:
                done = Put(partition, Table.EFFECTS, entry.key, line.answered({}).dump(), expires=entry.expires)
                changes.append(done if what == RETRY_HAPPENED else Delete(partition, Table.EFFECTS, entry.key))
        return changes


__all__ = ["DROP", "RETRY", "RETRY_HAPPENED", "RETRY_NOTHING", "Commands", "command", "is_command"]
