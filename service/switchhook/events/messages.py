"""Message notifications: texts, voicemails and faxes with their content, and changes of the store that name ids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from switchhook.errors import ApiError
from switchhook.events.fields import extension_of, inner, moment, number_of, objects, text, whole
from switchhook.events.parts import Fact, Interpreted, Need, Source, nothing
from switchhook.events.types import (
    Event,
    FaxReceived,
    MessageStatusChanged,
    TextReceived,
    VoicemailReceived,
)
from switchhook.notification import Envelope

UPDATES_REACH = timedelta(days=3)
"""How old a message may be whose change is looked for."""
UPDATES_AT_ONCE = 100
SLACK = timedelta(seconds=10)
"""A change may have been made so long before the notification says."""
FRESH = timedelta(seconds=2)
"""A message whose last change is no later than this after it was made is a new one, not a changed one."""

NEEDED_FOR: Mapping[str, tuple[type[Event], ...]] = {
    "readMessage": (TextReceived, VoicemailReceived, FaxReceived, MessageStatusChanged),
    "syncMessages": (MessageStatusChanged,),
}
"""The reads that interpretation asks for, and the events that come of them alone."""

_TEXTS = frozenset({"sms", "pager"})


def read_message(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """A message that came in, whole: a text, voicemail or fax. Identity: id, last change, kind of event."""
    del answers  # the message is in the body
    body = envelope.body
    if not text(body.get("id")):
        return nothing(envelope, source)
    owner = text(inner(body, "owner").get("extensionId")) or extension_of(envelope)
    event = received(body, owner, source, envelope)
    parts = () if event is None else (Fact(event),)
    return Interpreted(_identity(body, source), parts, recognised=bool(parts))


def read_changes(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted | tuple[Need, ...]:
    """A change of the message store. It names new messages by id (JSON numbers), so each must be read; of changed ones
    it gives the count alone, so the newest messages of that type are read and those changed just now are picked out.

    A message that is gone by now (its answer is an ApiError) yields no part.
    """
    extension = text(envelope.body.get("extensionId")) or extension_of(envelope)
    updated_at = moment(envelope.body.get("lastUpdated"), otherwise=envelope.timestamp or source.received_at)
    changes = objects(envelope.body, "changes")
    new = [
        Need("readMessage", (("extensionId", extension), ("messageId", text(message_id))))
        for change in changes
        for message_id in _ids(change)
    ]
    lists = [
        Need(
            "syncMessages",
            (
                ("extensionId", extension),
                ("syncType", "FSync"),
                ("recordCount", str(UPDATES_AT_ONCE)),
                ("dateFrom", (updated_at - UPDATES_REACH).strftime("%Y-%m-%dT%H:%M:%S.000Z")),
                *((("messageType", text(change.get("type"))),) if text(change.get("type")) else ()),
            ),
        )
        for change in changes
        if (whole(change.get("updatedCount")) or 0) > 0
    ]
    missing = tuple(need for need in (*new, *lists) if need not in answers)
    if missing:
        return missing
    found = [answers[need] for need in new if isinstance(answers[need], Mapping)]
    events = [received(message, extension, source, envelope) for message in found]
    since = updated_at - SLACK
    for need in lists:
        events.extend(
            changed(message, common_of(message, extension, source, envelope), source)
            for message in objects(answers[need], "records")
            if _changed_since(message, since, envelope, source)
        )
    parts = tuple(Fact(event) for event in events if event is not None)
    understood = bool(parts) or bool(lists) or any(isinstance(answers[need], ApiError) for need in new)
    single = len(new) == len(parts) == 1 and not lists
    return Interpreted(
        _identity(found[0], source) if single else source.named(f"uuid/{envelope.uuid}"), parts, recognised=understood
    )


def _ids(change: Mapping[str, Any]) -> list[Any]:
    ids = change.get("newMessageIds")
    return ids if isinstance(ids, list) else []


def _changed_since(message: Mapping[str, Any], since: Any, envelope: Envelope, source: Source) -> bool:
    now = envelope.timestamp or source.received_at
    modified = moment(message.get("lastModifiedTime"), otherwise=now)
    created = moment(message.get("creationTime"), otherwise=modified)
    untouched = text(message.get("readStatus")) != "Read" and text(message.get("availability")) in {"", "Alive"}
    fresh = text(message.get("direction")) == "Inbound" and untouched and modified - created <= FRESH
    return bool(text(message.get("id"))) and modified >= since and not fresh


def _identity(message: Mapping[str, Any], source: Source) -> str:
    change = text(message.get("eventType")) or "Create"
    return source.named(f"message/{text(message.get('id'))}/{text(message.get('lastModifiedTime'))}/{change}")


def common_of(message: Mapping[str, Any], extension: str, source: Source, envelope: Envelope) -> dict[str, Any]:
    """What every event about a message says."""
    sender = inner(message, "from")
    return {
        "at": moment(message.get("creationTime"), otherwise=envelope.timestamp or source.received_at),
        "received_at": source.received_at,
        "account_id": source.account,
        "extension_id": extension,
        "key": source.key,
        "backfilled": source.backfilled,
        "raw": message,
        "message_id": text(message.get("id")),
        "sender": number_of(sender),
        "sender_name": text(sender.get("name")),
        "recipients": tuple(number_of(each) for each in objects(message, "to")),
        "conversation_id": text(inner(message, "conversation").get("id")) or text(message.get("conversationId")),
    }


def received(message: Mapping[str, Any], extension: str, source: Source, envelope: Envelope) -> Event | None:
    """A new message as the fact that it is: a text, a voicemail, a fax came in, or one of ours is on its way.

    The same fact, with the same id, however the message was learnt of. None for a message that makes no sense.
    """
    message_id, kind, direction = (text(message.get(name)) for name in ("id", "type", "direction"))
    if not message_id:
        return None
    common = common_of(message, extension, source, envelope)
    name = source.named(f"message/{message_id}/received")
    if direction == "Outbound":
        return changed(message, common, source)
    if kind.lower() in _TEXTS:
        recipients = objects(message, "to")
        ours = [each for each in recipients if each.get("target") is True] or list(recipients[:1])
        return TextReceived(
            id=name,
            text=text(message.get("subject")),
            to=number_of(ours[0]) if ours else "",
            kind=kind,
            attachments=tuple(each for each in objects(message, "attachments") if each.get("type") != "Text"),
            **common,
        )
    if kind.lower() == "voicemail":
        lengths = [whole(each.get("vmDuration")) or 0 for each in objects(message, "attachments")]
        status = text(message.get("vmTranscriptionStatus"))
        return VoicemailReceived(id=name, duration=float(sum(lengths)), transcription=status, **common)
    if kind.lower() == "fax":
        return FaxReceived(id=name, pages=whole(message.get("faxPageCount")) or 0, **common)
    return None


def changed(message: Mapping[str, Any], common: Mapping[str, Any], source: Source) -> MessageStatusChanged:
    """The state that a message is in now, as a fact of its own at each change."""
    modified = text(message.get("lastModifiedTime"))
    fields = {**common, "at": moment(message.get("lastModifiedTime"), otherwise=common["at"])}
    return MessageStatusChanged(
        id=source.named(f"message/{fields['message_id']}/changed/{modified}"),
        kind=text(message.get("type")),
        direction=text(message.get("direction")),
        status=text(message.get("messageStatus")),
        read=text(message.get("readStatus")) == "Read",
        availability=text(message.get("availability")) or "Alive",
        error_code=text(message.get("deliveryErrorCode")),
        **fields,
    )
