"""High-volume messages (A2P), in the published form and in that of the second version of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.events.fields import extension_of, moment, number_of, objects, text
from switchhook.events.parts import Fact, Interpreted, Need, Source, nothing
from switchhook.events.types import MessageEvent, MessageStatusChanged, TextReceived
from switchhook.notification import Envelope

KIND = "A2P"


def read(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """A message came in, or one that we sent has another state. Identity: id, time of last change, state.

    Numbers are plain strings in the published form, objects (each with its own state) in the newer.
    """
    del answers  # the message is in the body
    body = envelope.body
    message_id, direction = text(body.get("id")), text(body.get("direction"))
    if not message_id or direction not in {"Inbound", "Outbound"}:
        return nothing(envelope, source)
    to, objects_to = body.get("to"), objects(body, "to")
    recipients = tuple(filter(None, map(_number, to))) if isinstance(to, list) else ()
    modified = text(body.get("lastModifiedTime"))
    states = [text(each.get("messageStatus")) for each in objects_to]
    errors = [text(each.get("errorCode")) for each in objects_to]
    status = text(body.get("messageStatus")) or next(filter(None, states), "")
    common: dict[str, Any] = {
        "received_at": source.received_at,
        "account_id": source.account,
        "extension_id": extension_of(envelope),
        "key": source.key,
        "backfilled": source.backfilled,
        "raw": body,
        "message_id": message_id,
        "sender": _number(body.get("from")),
        "recipients": recipients,
    }
    sent = envelope.timestamp or source.received_at
    event: MessageEvent
    if direction == "Inbound":
        event = TextReceived(
            id=source.named(f"high-volume/{message_id}/received"),
            at=moment(body.get("creationTime"), otherwise=sent),
            text=text(body.get("text")),
            to=next(iter(recipients), ""),
            kind=KIND,
            attachments=tuple(objects(body, "attachments")),
            **common,
        )
    else:
        event = MessageStatusChanged(
            id=source.named(f"high-volume/{message_id}/changed/{modified}/{status}"),
            at=moment(body.get("lastModifiedTime"), body.get("creationTime"), otherwise=sent),
            kind=KIND,
            direction=direction,
            status=status,
            error_code=text(body.get("errorCode")) or next(filter(None, errors), ""),
            **common,
        )
    return Interpreted(source.named(f"high-volume/{message_id}/{modified}/{status}"), (Fact(event),))


def _number(person: Any) -> str:
    return number_of(person) if isinstance(person, Mapping) else text(person)
