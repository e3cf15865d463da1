"""The event log: one Protocol, two stores (SQLite, the embedded default, and Kafka). Words are Kafka's for both.

A reader yields one stream of batches and assignment changes, so that the worker is a fold over it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

_NO_HEADERS: Mapping[str, str] = {}


class Header:
    """Names of record headers. Values are text."""

    NAME = "name"
    """The subscription name the request came by (`SubscriptionName`)."""
    REPLAY_OF = "replay-of"
    """`partition:offset` of the record this one is a copy of."""
    AGAIN = "again"
    """Set on a replay that may repeat effects: a nonce that makes its event ids new."""
    BACKFILLED = "backfilled"
    """Set when the record was fetched after the fact; the value names the gap."""
    COMMAND = "command"
    """Set on a record that is no notification: what a person tells the worker (`worker.commands`)."""
    SOURCE = "source"
    """Who wrote it, if not the ingress: "keeper", "websocket", "worker"."""


def partition_of(account: str, partitions: int) -> int:
    """The partition of an account: the same in every process, for ever (CRC-32, as stable as the protocols it is in).

    Whoever owns that partition owns the account: its records, its state, its timers, its keeper.
    """
    return zlib.crc32(account.encode()) % partitions


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What is appended. `account` chooses the partition, `key` is what order is kept for (None: nothing).

    `received_at` is seconds since 1970 (the accepting process's wall clock).
    """

    account: str
    key: str | None
    value: bytes
    received_at: float
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)


class Record(NamedTuple):
    """What is read: a NewRecord with its place. A tuple: made for each, at a seventh of a frozen dataclass's cost."""

    partition: int
    offset: int
    account: str
    key: str | None
    value: bytes
    received_at: float
    headers: Mapping[str, str] = _NO_HEADERS


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of the assignment `epoch`, in offset order per partition."""

    epoch: int
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Assigned:
    """A new assignment begins. `epoch` rises with each; no record of an older one follows."""

    epoch: int
    partitions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Revoking:
    """The assignment `epoch` ends: drain, save, commit, then `released(epoch)`. The log waits until `deadline`
    (monotonic seconds) at the longest.
    """

    epoch: int
    deadline: float


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing happened within the timeout."""


class Reader(Protocol):
    """One member of a group, reading."""

    @property
    def last_alive(self) -> float:
        """Monotonic seconds at which this member last proved to be one (the fence for frozen owners reads it)."""

    async def next(self, timeout: float) -> Batch | Assigned | Revoking | Nothing:
        """The next thing in the stream; Nothing after `timeout` seconds. Raises LogUnavailable, LogCorrupt."""

    def current(self, epoch: int) -> bool:
        """Whether the assignment still stands (or is revoked and not released yet), as far as this member knows."""

    def released(self, epoch: int) -> None:
        """The worker is done with a Revoking epoch. Unknown epochs are ignored."""

    async def commit(self, epoch: int, offsets: Mapping[int, int]) -> bool:
        """Commit the *next* offset to read, per partition. False if the epoch is over or the group refused; never
        raises for that. Raises LogUnavailable.
        """

    def pause(self, partitions: frozenset[int]) -> None:
        """Hand out no records of these until resumed; polling goes on."""

    def resume(self, partitions: frozenset[int]) -> None:
        """Undo `pause`."""


class Log(Protocol):
    """The event log."""

    async def append(self, records: Sequence[NewRecord]) -> None:
        """Return once all records are durable, in order. Raises LogUnavailable: some may be stored then."""

    def read(self, group: str) -> AbstractAsyncContextManager[Reader]:
        """Join `group`; leaving the context leaves the group."""

    async def fetch(self, partition: int, offset: int) -> Record | None:
        """One stored record, for `events show|explain|replay`; None if it is not (or no longer) there."""

    async def recent(self, limit: int) -> Sequence[Record]:
        """The newest stored records, newest first."""

    async def close(self) -> None:
        """Flush and close."""
