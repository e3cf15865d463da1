"""Facts about people and the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.events.types.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """An extension's presence, as far as the notification says it; what it does not say is empty (None for a yes or
    no).

    All words are the platform's. `presence` is computed by it, `user` is what the person chose. `telephony` is
    "NoCall", "Ringing", "CallConnected", "OnHold" or "ParkedCall". `sequence` rises per extension: what is older than
    the newest seen comes too late and is dropped (0: none given). `active_calls` come with the detailed form only. A
    change of do-not-disturb alone says just that; a change of a queue member's availability says `accepts_queue_calls`
    for the queue `queue_id` ("": for all queues).
    """

    presence: str = ""
    telephony: str = ""
    user: str = ""
    meeting: str = ""
    do_not_disturb: str = ""
    sequence: int = 0
    active_calls: tuple[Mapping[str, Any], ...] = ()
    accepts_queue_calls: bool | None = None
    queue_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChanged(Event):
    """An extension was created, updated or deleted (`change`), with the platform's hints of what.

    `name` and `number` (of the extension) come from the company directory only.
    """

    change: str
    hints: tuple[str, ...] = ()
    name: str = ""
    number: str = ""
