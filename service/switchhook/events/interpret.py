"""From one notification to its parts. Pure: what must be fetched is asked for, never fetched here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.events import chats, messages, telephony
from switchhook.events.fields import extension_of, moment
from switchhook.events.parts import Fact, Interpreted, Need, PartyPart, Source
from switchhook.events.types import Notification
from switchhook.notification import Envelope

__all__ = ["Fact", "Interpreted", "Need", "PartyPart", "Source", "interpret"]

Reader = Callable[[Envelope, Source, Mapping[Need, Any]], Interpreted | tuple[Need, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of notification: its name, the paths that tell it, and who reads it."""

    name: str
    path: re.Pattern[str]
    read: Reader


_KINDS = tuple(
    _Kind(name, re.compile(path), read)
    for name, path, read in (
        ("telephony", r"/telephony/sessions$", telephony.read),
        ("text", r"/message-store/instant$", messages.read_text),
        ("message-store", r"/message-store$", messages.read_changes),
        ("post", r"^/(?:team-messaging/v1|restapi/v1\.0/glip)/posts$", chats.read_post),
    )
)


def interpret(
    envelope: Envelope, source: Source, answers: Mapping[Need, Any] | None = None
) -> Interpreted | tuple[Need, ...]:
    """The parts of a notification, or the reads needed first (ask again with their answers).

    An answer may be an ApiError: a message that is gone yields no part. A notification is told by the end of its
    path, never by equality with a filter: the platform answers account-wide filters with the extension's own path
    (seen in real streams), and puts the filter's query behind it.

    Every notification yields a `Notification` first, whatever its kind; one that nothing reads yields that alone, with
    `recognised` False.
    """
    kind = next((each for each in _KINDS if each.path.search(envelope.path)), None)
    found = kind.read(envelope, source, answers or {}) if kind else unread(envelope, source)
    if not isinstance(found, Interpreted):
        return found
    raw = Notification(
        id=source.named(f"notification/{envelope.uuid}"),
        at=moment(otherwise=envelope.timestamp or source.received_at),
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


def unread(envelope: Envelope, source: Source) -> Interpreted:
    """A notification of a kind, or of a shape, that nothing reads."""
    return Interpreted(source.named(f"uuid/{envelope.uuid}"), (), recognised=False)
