"""Notifications about people: presence, do-not-disturb, queue availability, extensions, the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchhook.events.fields import extension_of, inner, moment, objects, text, whole
from switchhook.events.parts import Fact, Interpreted, Need, PartyPart, Source, nothing
from switchhook.events.types import ExtensionChanged, PresenceChanged
from switchhook.notification import Envelope

PRESENCE = "presence/"
"""What the session id of a part begins with that is the presence of an extension."""


def read_presence(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """Presence, plain or detailed, of the extension that the body names (monitored lines come under the path of who
    monitors). A part for the fold where it has a sequence, which rises per extension.
    """
    del answers  # presence comes whole
    body = envelope.body
    extension, sequence = text(body.get("extensionId")) or extension_of(envelope), whole(body.get("sequence"))
    at = envelope.timestamp or source.received_at
    if not extension:
        return nothing(envelope, source)
    if not sequence:
        event = presence_of(body, source, id=f"presence/{extension}/{envelope.uuid}", extension_id=extension, at=at)
        return Interpreted(source.named(f"uuid/{envelope.uuid}"), (Fact(event),))
    identity = source.named(f"presence/{extension}/{sequence}")
    part = PartyPart(identity, f"{PRESENCE}{extension}", sequence, {}, body, source, at)
    return Interpreted(identity, (part,))


def presence_of(body: Mapping[str, Any], source: Source, **fields: Any) -> PresenceChanged:
    """The event. Newer accounts have two fields in place of `dndStatus` (RingCentral specification)."""
    accepts = body.get("acceptCallQueueCalls")
    return PresenceChanged(
        **fields | {"id": source.named(fields["id"])},
        received_at=source.received_at,
        account_id=source.account,
        key=source.key,
        backfilled=source.backfilled,
        raw=body,
        presence=text(body.get("presenceStatus")),
        telephony=text(body.get("telephonyStatus")),
        user=text(body.get("userStatus")),
        meeting=text(body.get("meetingStatus")),
        do_not_disturb=text(body.get("dndStatus")) or text(body.get("dndStatusPersonal")),
        sequence=whole(body.get("sequence")) or 0,
        active_calls=tuple(objects(body, "activeCalls")),
        accepts_queue_calls=accepts if isinstance(accepts, bool) else None,
    )


def read_queue(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """Members of a queue take its calls, or no longer. Guide and specification disagree on the shape: both are read."""
    del answers  # comes whole
    queue = envelope.path.rpartition("/call-queues/")[2].partition("/")[0]
    body = envelope.body
    members = [(text(inner(each, "member").get("id")), each.get("acceptCurrentQueueCalls")) for each in _records(body)]
    members += [(text(each.get("extensionId")), each.get("acceptCalls")) for each in (body, *_records(body))]
    parts = tuple(
        Fact(
            PresenceChanged(
                id=source.named(f"presence/{extension}/queue/{queue}/{envelope.uuid}"),
                at=envelope.timestamp or source.received_at,
                received_at=source.received_at,
                account_id=source.account,
                extension_id=extension,
                key=source.key,
                backfilled=source.backfilled,
                raw=body,
                accepts_queue_calls=accepts,
                queue_id=text(body.get("callQueueId")) or queue,
            )
        )
        for extension, accepts in members
        if extension and isinstance(accepts, bool)
    )
    return Interpreted(source.named(f"uuid/{envelope.uuid}"), parts, recognised=bool(parts))


def _records(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return objects(body, "records")


def read_extensions(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """Extensions that changed: one, a list of them, or entries of the company directory."""
    del answers  # comes whole
    body = envelope.body
    found = [*objects(body, "extensions"), *objects(body, "contacts")] or [body]
    parts = tuple(Fact(_extension_changed(each, envelope, source)) for each in found if text(each.get("eventType")))
    return Interpreted(source.named(f"uuid/{envelope.uuid}"), parts, recognised=bool(parts))


def _extension_changed(entry: Mapping[str, Any], envelope: Envelope, source: Source) -> ExtensionChanged:
    extension = text(entry.get("extensionId")) or text(entry.get("id")) or extension_of(envelope)
    change, hints = text(entry.get("eventType")), entry.get("hints")
    full_name = " ".join(filter(None, (text(entry.get("firstName")), text(entry.get("lastName")))))
    return ExtensionChanged(
        id=source.named(f"extension/{extension}/{change}/{envelope.uuid}"),
        at=moment(otherwise=envelope.timestamp or source.received_at),
        received_at=source.received_at,
        account_id=source.account,
        extension_id=extension,
        key=source.key,
        backfilled=source.backfilled,
        raw=envelope.body,
        change=change,
        hints=tuple(text(each) for each in hints) if isinstance(hints, list) else (),
        name=text(entry.get("name")) or full_name,
        number=text(entry.get("extensionNumber")),
    )
