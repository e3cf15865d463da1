"""Message notifications: texts with their content, and changes of the message store that name ids only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.errors import ApiError
from switchhook.events.fields import extension_of, inner, moment, number_of, objects, text
from switchhook.events.parts import Fact, Interpreted, Need, Source
from switchhook.events.types import (
    Event,
    FaxReceived,
    MessageStatusChanged,
    TextReceived,
    VoicemailReceived,
)
from switchhook.notification import Envelope

_TEXTS = frozenset({"sms", "pager"})


def read_text(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted | tuple[Need, ...]:
    """A text that came in, by the instant filter: the message itself. Identity: id, last change, kind of event."""
    del answers  # the message is in the body
    body = envelope.body
    if not text(body.get("id")):
        return Interpreted(source.named(f"uuid/{envelope.uuid}"), (), recognised=False)
    owner = text(inner(body, "owner").get("extensionId")) or extension_of(envelope)
    event = received(body, owner, source, otherwise_at=envelope)
    parts = () if event is None else (Fact(event),)
    return Interpreted(_identity(body, source), parts, recognised=bool(parts))


def read_changes(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted | tuple[Need, ...]:
    """A change of the message store: it names new messages by id (as JSON numbers), so each must be read.

    A message that is gone by now (its answer is an ApiError) yields no part.
    """
    extension = text(envelope.body.get("extensionId")) or extension_of(envelope)
    needs = [
        Need("readMessage", (("extensionId", extension), ("messageId", text(message_id))))
        for change in objects(envelope.body, "changes")
        for message_id in _ids(change)
    ]
    missing = tuple(need for need in needs if need not in answers)
    if missing:
        return missing
    found = [answers[need] for need in needs if isinstance(answers[need], Mapping)]
    events = [received(message, extension, source, otherwise_at=envelope) for message in found]
    parts = tuple(Fact(event) for event in events if event is not None)
    failed = any(isinstance(answers[need], ApiError) for need in needs)
    identity = _identity(found[0], source) if len(needs) == len(parts) == 1 else source.named(f"uuid/{envelope.uuid}")
    return Interpreted(identity, parts, recognised=bool(parts) or failed)


def _ids(change: Mapping[str, Any]) -> list[Any]:
    ids = change.get("newMessageIds")
    return ids if isinstance(ids, list) else []


def _identity(message: Mapping[str, Any], source: Source) -> str:
    change = text(message.get("eventType")) or "Create"
    return source.named(f"message/{text(message.get('id'))}/{text(message.get('lastModifiedTime'))}/{change}")


def received(
    message: Mapping[str, Any], extension: str, source: Source, *, otherwise_at: Envelope | None = None
) -> Event | None:
    """A new message as the fact that it is: a text, a voicemail, a fax came in, or one of ours is on its way.

    The same fact, with the same id, however the message was learnt of. None for a message that makes no sense.
    """
    message_id, kind, direction = (text(message.get(name)) for name in ("id", "type", "direction"))
    if not message_id:
        return None
    sent = (otherwise_at.timestamp if otherwise_at else None) or source.received_at
    recipients = objects(message, "to")
    sender = inner(message, "from")
    common: dict[str, Any] = {
        "at": moment(message.get("creationTime"), otherwise=sent),
        "received_at": source.received_at,
        "account_id": source.account,
        "extension_id": extension,
        "key": source.key,
        "backfilled": source.backfilled,
        "raw": message,
        "message_id": message_id,
        "sender": number_of(sender),
        "sender_name": text(sender.get("name")),
        "recipients": tuple(number_of(each) for each in recipients),
        "conversation_id": text(inner(message, "conversation").get("id")) or text(message.get("conversationId")),
    }
    name = source.named(f"message/{message_id}/received")
    if direction == "Outbound":
        return changed(message, common, source)
    if kind.lower() in _TEXTS:
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
        lengths = [each["vmDuration"] for each in objects(message, "attachments") if _is_number(each.get("vmDuration"))]
        status = text(message.get("vmTranscriptionStatus"))
        return VoicemailReceived(id=name, duration=float(sum(lengths)), transcription=status, **common)
    if kind.lower() == "fax":
        pages = message.get("faxPageCount")
        return FaxReceived(id=name, pages=pages if isinstance(pages, int) else 0, **common)
    return None


def changed(message: Mapping[str, Any], common: Mapping[str, Any], source: Source) -> MessageStatusChanged:
    """The state that a message is in now, as a fact of its own at each change."""
    modified = text(message.get("lastModifiedTime"))
    fields = dict(common)
    fields["at"] = moment(message.get("lastModifiedTime"), otherwise=fields["at"])
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


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
