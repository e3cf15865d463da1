"""Brings back what a gap swallowed, into the same log, marked as late; the worker knows what it has handled already."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import orjson

from switchhook.clock import Clock
from switchhook.errors import ApiError
from switchhook.keeper import sources
from switchhook.keeper.client import Client
from switchhook.keeper.gaps import Gap
from switchhook.keeper.recovery import LOST, Recovery, recovery
from switchhook.keeper.sources import Fetched, Messages, Span
from switchhook.keeper.standing import Owner
from switchhook.log import Header, Log, NewRecord

LATE = 180.0
"""Seconds after which what comes late (a call some while after it is over) is fetched too."""
_BATCH = 100


@dataclass(slots=True)
class Recovered:
    """What came of it: records by kind, what cannot be had back, what was refused and why."""

    fetched: Counter[str] = field(default_factory=Counter)
    lost: tuple[str, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)


class Backfill:
    """For one identity. `heard_of` tells whether a call (by session) is known already: then how it ended is the fold's
    to find out.
    """

    def __init__(
        self, client: Client, log: Log, owner: Owner, *, clock: Clock, heard_of: Callable[[str], bool]
    ) -> None:
        self._client = client
        self._log = log
        self._owner = owner
        self._clock = clock
        self._heard_of = heard_of

    async def fetch(self, gap: Gap) -> Recovered:
        """Fetch a gap that is over, now and once more after three minutes. Raises ApiError for what passes by itself,
        LogUnavailable; everything is fetched again then, which does no harm.
        """
        assert gap.until is not None
        span, wanted, recovered = Span(gap.since, gap.until), recovery(gap.filters), Recovered()
        recovered.lost = tuple(LOST[each] for each in sorted(wanted.lost))
        mailboxes = [Messages(self._client, self._owner, each, of) for each, of in sorted(wanted.messages.items())]
        told: set[str] = set()
        for name, source in self._at_once(wanted, mailboxes, span):
            await self._carry(name, source, gap, recovered, told)
        if wanted.calls or mailboxes:
            await self._clock.sleep(LATE)
        for name, source in self._later(wanted, mailboxes, span):
            await self._carry(name, source, gap, recovered, told)
        return recovered

    def _at_once(
        self, wanted: Recovery, mailboxes: Sequence[Messages], span: Span
    ) -> Sequence[tuple[str, AsyncIterator[Fetched]]]:
        client, owner, now = self._client, self._owner, self._clock.now()
        found = [("messages", each.fetch(span)) for each in mailboxes]
        found += [("calls", sources.calls(client, owner, each, span)) for each in _ordered(wanted.calls)]
        found += [("presence", sources.presence(client, owner, each, now)) for each in _ordered(wanted.presence)]
        if wanted.posts:
            found.append(("posts", sources.posts(client, span)))
        return found

    def _later(
        self, wanted: Recovery, mailboxes: Sequence[Messages], span: Span
    ) -> Sequence[tuple[str, AsyncIterator[Fetched]]]:
        late = [("messages", each.fetch(span)) for each in mailboxes]
        late += [
            ("calls", sources.late_calls(self._client, self._owner, each, span)) for each in _ordered(wanted.calls)
        ]
        return late

    async def _carry(
        self, name: str, source: AsyncIterator[Fetched], gap: Gap, recovered: Recovered, told: set[str]
    ) -> None:
        """From the platform into the log. A refusal that will not pass is noted, and the rest goes on."""
        batch: list[NewRecord] = []
        try:
            async for each in source:
                known = f"{each.kind}/{each.id}"
                if known in told or (each.kind == "calls" and each.key and self._heard_of(each.key)):
                    continue
                told.add(known)
                recovered.fetched[each.kind] += 1
                batch.append(self._record(each, gap))
                if len(batch) >= _BATCH:
                    await self._log.append(batch)
                    batch = []
        except ApiError as error:
            if error.transient:
                raise
            recovered.failures[name] = str(error)
        if batch:
            await self._log.append(batch)

    def _record(self, each: Fetched, gap: Gap) -> NewRecord:
        envelope = {
            "uuid": f"{gap.id}/{each.kind}/{each.id}",
            "event": each.path,
            "timestamp": each.at.isoformat(),
            "subscriptionId": "",
            "ownerId": self._owner.extension_id,
            "body": each.body,
        }
        headers = {Header.BACKFILLED: gap.id, Header.SOURCE: "keeper"}
        value = orjson.dumps(envelope, default=str, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        return NewRecord(gap.account, each.key, value, self._clock.now().timestamp(), headers)


def _ordered(extensions: set[str | None]) -> list[str | None]:
    return sorted(extensions, key=lambda each: each or "")
