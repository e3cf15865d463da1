"""From one notification to its parts. Pure: what must be fetched is asked for, never fetched here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchhook.events.fields import extension_of
from switchhook.events.kinds import kind_of
from switchhook.events.messages import NEEDED_FOR
from switchhook.events.parts import Fact, Interpreted, Need, PartyPart, Source, nothing
from switchhook.events.types import Event, Notification
from switchhook.notification import Envelope

__all__ = ["Fact", "Interpreted", "Need", "PartyPart", "Source", "interpret"]

_NO_ANSWERS: Mapping[Need, Any] = {}


def interpret(
    envelope: Envelope,
    source: Source,
    answers: Mapping[Need, Any] | None = None,
    wanted: Callable[[type[Event]], bool] | None = None,
) -> Interpreted | tuple[Need, ...]:
    """The parts of a notification, or the reads needed first (ask again with their answers).

    An answer may be an ApiError: a message that is gone yields no part. `wanted` tells whether anybody asks for a type
    of event; reads that could only lead to events that nobody asks for are left out (None: everything is wanted).

    Every notification yields a `Notification` first, whatever its kind, unless nobody asks for those; one that nothing
    reads yields no more than that, with `recognised` False.
    """
    kind = kind_of(envelope.path)
    found = kind.read(envelope, source, answers or _NO_ANSWERS) if kind else nothing(envelope, source)
    if not isinstance(found, Interpreted):
        idle = {need: None for need in found if wanted and not any(map(wanted, NEEDED_FOR[need.operation]))}
        return interpret(envelope, source, {**(answers or {}), **idle}, wanted) if idle else found
    if wanted is not None and not wanted(Notification):
        return found
    raw = Notification(
        id=source.named(f"notification/{envelope.uuid}"),
        at=envelope.timestamp or source.received_at,
        received_at=source.received_at,
        account_id=source.account,
        extension_id=extension_of(envelope),
        key=source.key,
        backfilled=source.backfilled,
        raw=envelope.body,
        event=envelope.event,
        subscription_id=envelope.subscription_id,
        owner_id=envelope.owner_id,
        uuid=envelope.uuid,
        kind=kind.name if kind else "",
    )
    return Interpreted(found.identity, (Fact(raw), *found.parts), found.recognised)
