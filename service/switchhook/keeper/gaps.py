"""Spans in which notifications may be lost: each has a name, a cause, a life of its own, and survives a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson

from switchhook.state import Delete, Put, StateStore, Table

_PREFIX = "gap/"


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
        id=f"{since:%Y%m%dT%H%M%SZ}-{cause.value}-{identity}",
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

    def of(self, account: str, identity: str | None = None) -> Sequence[Gap]:
        """The gaps of an account (and identity), oldest first."""
        entries = self._store.scan(self._partition_of(account), Table.KEEPER, f"{_PREFIX}{account}/")
        found = [Gap.restore(entry.value) for entry in entries]
        return [each for each in found if identity in {None, each.identity}]

    async def save(self, *gaps: Gap) -> None:
        """Store these; returns when durable."""
        await self._store.apply(
            [Put(self._partition_of(each.account), Table.KEEPER, self._key(each), each.dump()) for each in gaps]
        )

    async def add(self, new: Gap) -> Gap:
        """Store a gap unless it is known; an open one of the same cause takes it in. Returns what is stored."""
        for known in self.of(new.account, new.identity):
            if known.id == new.id or (
                known.stage is Stage.OPEN and new.stage is Stage.OPEN and known.cause is new.cause
            ):
                filters = tuple(sorted({*known.filters, *new.filters}))
                merged = replace(known, filters=filters, since=min(known.since, new.since))
                if merged != known:
                    await self.save(merged)
                return merged
        await self.save(new)
        return new

    async def forget(self, account: str, before: datetime) -> int:
        """Remove finished gaps that ended before `before`; returns how many."""
        done = [each for each in self.of(account) if each.until and each.until < before and each.stage in _FINISHED]
        partition = self._partition_of(account)
        if done:
            await self._store.apply([Delete(partition, Table.KEEPER, self._key(each)) for each in done])
        return len(done)

    def _key(self, each: Gap) -> str:
        return f"{_PREFIX}{each.account}/{each.id}"


_FINISHED = frozenset({Stage.FETCHED, Stage.PARTLY})
