"""Spans in which notifications may be lost: each has a name, a cause, a life of its own, and survives a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson

from switchhook.state import Delete, Entry, Put, StateStore, Table

_PREFIX = "gap/"
_STAMP = "%Y%m%dT%H%M%SZ"


class Cause(StrEnum):
    """Why notifications may be lost."""

    BLACKLISTED = "blacklisted"
    """The platform gave up on our address."""
    MISSING = "missing"
    """The subscription expired, or somebody deleted it."""
    DISABLED = "disabled"
    """The platform stopped delivering a filter, for a permission that was taken away."""
    DEAF = "deaf"
    """Active, and nothing came."""
    INGRESS_DOWN = "ingress-down"
    INGRESS_REFUSED = "ingress-refused"
    """The journal was full, or its disk was."""
    JOURNAL_LOST = "journal-lost"
    WEBSOCKET = "websocket"
    """The connection was away for longer than the platform keeps messages."""


class Stage(StrEnum):
    """How far a gap is."""

    OPEN = "open"
    """Notifications are still being lost."""
    CLOSED = "closed"
    """Over; what can be fetched waits to be fetched."""
    FETCHED = "fetched"
    """Everything that can be had back is in the log."""
    PARTLY = "partly"
    """Something that could be had back was refused: `failures` says what."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`filters` are the event filters concerned. `fetched` counts records by kind; `lost` names what the platform
    does not give back (a ring); `failures` what it refused, with the reason.
    """

    id: str
    account: str
    identity: str
    cause: Cause
    since: datetime
    until: datetime | None = None
    filters: tuple[str, ...] = ()
    stage: Stage = Stage.OPEN
    told: bool = False
    """Whether the event GapFound is in the log."""
    fetched: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def dump(self) -> bytes:
        """As bytes for the state store."""
        return orjson.dumps(self.describe())

    def describe(self) -> dict[str, Any]:
        """As JSON values, for the admin API and `gaps list --json`."""
        return {
            **asdict(self),
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "fetched": dict(self.fetched),
            **{name: list(getattr(self, name)) for name in ("filters", "lost", "failures")},
        }

    @classmethod
    def restore(cls, data: bytes) -> Gap:
        """From `dump`. Raises ValueError, KeyError, TypeError."""
        values = orjson.loads(data)
        until = values.pop("until")
        return cls(
            **values
            | {
                "cause": Cause(values["cause"]),
                "stage": Stage(values["stage"]),
                "since": datetime.fromisoformat(values["since"]),
                "until": datetime.fromisoformat(until) if until else None,
                **{name: tuple(values[name]) for name in ("filters", "lost", "failures")},
            }
        )


def gap(
    account: str,
    identity: str,
    cause: Cause,
    since: datetime,
    filters: Iterable[str],
    *,
    until: datetime | None = None,
) -> Gap:
    """A new gap, whose id is a function of what it is: found twice, it is one gap."""
    since = since.astimezone(UTC)
    return Gap(
        id=f"{since:{_STAMP}}-{cause.value}-{identity}",
        account=account,
        identity=identity,
        cause=cause,
        since=since,
        until=until,
        filters=tuple(sorted(filters)),
        stage=Stage.CLOSED if until else Stage.OPEN,
    )


class Gaps:
    """The gaps of all accounts of this worker, in its state store. `partition_of` says where an account's entries are.

    All writes raise StateUnavailable.
    """

    def __init__(self, store: StateStore, partition_of: Callable[[str], int]) -> None:
        self._store = store
        self._partition_of = partition_of
        self._read: dict[str, tuple[bytes, Gap]] = {}

    def of(self, account: str, identity: str | None = None, stage: Stage | None = None) -> Sequence[Gap]:
        """The gaps of an account (and identity, and stage), oldest first."""
        prefix = f"{_PREFIX}{account}/" + (f"{identity}/" if identity is not None else "")
        entries = self._store.scan(self._partition_of(account), Table.KEEPER, prefix)
        if stage is not None:
            mark = f'"stage":"{stage.value}"'.encode()
            entries = (each for each in entries if mark in each.value)
        found = [each for each in map(self._restore, entries) if stage in {None, each.stage}]
        return sorted(found, key=lambda each: each.since) if identity is None else found

    def _restore(self, entry: Entry) -> Gap:
        """What was read once need not be read again: most gaps are over, and stay as they are."""
        known = self._read.get(entry.key)
        if known is None or known[0] != entry.value:
            known = self._read[entry.key] = entry.value, Gap.restore(entry.value)
        return known[1]

    async def save(self, *gaps: Gap) -> None:
        """Store these; returns when durable."""
        await self._store.apply(
            [Put(self._partition_of(each.account), Table.KEEPER, self._key(each), each.dump()) for each in gaps]
        )

    async def add(self, new: Gap) -> tuple[Gap, bool]:
        """Store a gap unless it is known; an open one of the same cause takes it in. What is stored, and whether it is
        a new one.
        """
        same = self._store.get(self._partition_of(new.account), Table.KEEPER, self._key(new))
        known_ones = [self._restore(same)] if same is not None else []
        if new.stage is Stage.OPEN:
            known_ones += self.of(new.account, new.identity, Stage.OPEN)
        for known in known_ones:
            if known.id == new.id or known.cause is new.cause:
                filters = tuple(sorted({*known.filters, *new.filters}))
                merged = replace(known, filters=filters, since=min(known.since, new.since))
                if merged != known:
                    await self.save(merged)
                return merged, False
        await self.save(new)
        return new, True

    async def forget(self, account: str, identity: str, before: datetime) -> int:
        """Remove an identity's finished gaps that ended before `before`; returns how many."""
        partition, prefix = self._partition_of(account), f"{_PREFIX}{account}/{identity}/"
        began = prefix + f"{before:{_STAMP}}"
        old = [self._restore(each) for each in self._store.scan(partition, Table.KEEPER, prefix) if each.key < began]
        done = [each for each in old if each.until and each.until < before and each.stage in _FINISHED]
        if done:
            await self._store.apply([Delete(partition, Table.KEEPER, self._key(each)) for each in done])
            for each in done:
                self._read.pop(self._key(each), None)
        return len(done)

    def _key(self, each: Gap) -> str:
        return f"{_PREFIX}{each.account}/{each.identity}/{each.id}"


def every_gap(entries: Iterable[Entry]) -> list[Gap]:
    """The gaps among the keeper's entries of the state store, oldest first."""
    found = [Gap.restore(each.value) for each in entries if each.key.startswith(_PREFIX)]
    return sorted(found, key=lambda each: each.since)


_FINISHED = frozenset({Stage.FETCHED, Stage.PARTLY})
