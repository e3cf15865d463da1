"""Facts about Switchhook itself, told by the keeper and the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchhook.events.types.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionHealed(Event):
    """A subscription was blacklisted, missing or wrong, and stands again."""

    identity: str
    subscription: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFound(Event):
    """Notifications since then may be lost. `cause` says why; once it is over, what can be fetched is fetched."""

    identity: str
    cause: str
    since: datetime
    until: datetime | None = None
    """None: it still lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettered(Event):
    """A run of another handler ended as a dead letter."""

    handler: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerFailing(Event):
    """A handler failed repeatedly within a short span."""

    handler: str
    failures: int
