"""What the worker hears while it reads the log: every notification is a sign of life, and notes are for the keeper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from switchhook.clock import Clock
from switchhook.errors import Malformed
from switchhook.keeper.gaps import Cause
from switchhook.keeper.loop import Keeper
from switchhook.keeper.watch import Watch
from switchhook.log import Header, Record
from switchhook.log.notes import GAP, WRONG_TOKEN
from switchhook.notification import Envelope, SubscriptionName

_SETTLE = 5.0
"""Seconds to wait for more changes of extensions before the scopes are resolved anew."""


class Ear:
    """`watches` by identity."""

    def __init__(self, keeper: Keeper, watches: Mapping[str, Watch], clock: Clock) -> None:
        self._keeper = keeper
        self._watches = watches
        self._clock = clock
        self._names: dict[str, Watch | None] = {}
        self._changing = False

    def heard(self, record: Record, envelope: Envelope) -> None:
        """A notification as it was delivered. Cheap: it is called for every record."""
        name = record.headers.get(Header.NAME, "")
        if name not in self._names:
            self._names[name] = self._watch(name)
        watch = self._names[name]
        if watch is not None:
            watch.heartbeats.heard(envelope.subscription_id, record.received_at)
        if not self._changing and "/extension" in envelope.path and _is_directory(envelope.path):
            self._changing = True
            self._clock.call_later(_SETTLE, self._changed)

    async def noted(self, record: Record, envelope: Envelope) -> None:
        """A note of the ingress. Returns when it is written down; raises StateUnavailable."""
        if envelope.path == GAP:
            await self._gap(record.account, envelope)
        elif envelope.path == WRONG_TOKEN:
            name = _parsed(str(envelope.body.get("name", "")))
            if name is not None:
                self._keeper.rotate(name.identity, name.part, name.epoch)

    async def _gap(self, account: str, envelope: Envelope) -> None:
        since, until = (datetime.fromtimestamp(float(envelope.body[each]), UTC) for each in ("since", "until"))
        cause = Cause(str(envelope.body["cause"]))
        for name, watch in self._watches.items():
            look = self._keeper.looks.get(name)
            owner = look.owner.account_id if look is not None and look.owner is not None else ""
            if account in {"", owner} or not owner:
                await watch.interrupted(account or owner, cause, since, until)

    def _watch(self, name: str) -> Watch | None:
        parsed = _parsed(name)
        return self._watches.get(parsed.identity) if parsed is not None else None

    def _changed(self) -> None:
        self._changing = False
        self._keeper.directory_changed()


def _parsed(name: str) -> SubscriptionName | None:
    try:
        return SubscriptionName.parse(name)
    except Malformed:
        return None


def _is_directory(path: str) -> bool:
    """Whether a path tells of extensions themselves: the list, or a bare extension."""
    return path.rpartition("/extension")[2].count("/") <= 1
