"""Notifications other than telephony, as the platform sends them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from switchhook.events.interpret import Interpreted, Need, interpret
from switchhook.notification import envelope
from tests.events.streams import ACCOUNT, source

EXTENSION = "62000101"
STORE = f"/restapi/v1.0/account/{ACCOUNT}/extension/{EXTENSION}/message-store"
TEXT: Mapping[str, Any] = {
    "id": "3062991514017",
    "to": [{"phoneNumber": "+16575550100", "name": "Ann", "target": True}, {"phoneNumber": "+16575550101"}],
    "from": {"phoneNumber": "+16505550100", "location": "Mountain View, CA"},
    "type": "SMS",
    "creationTime": "2026-07-30T18:12:45.028Z",
    "lastModifiedTime": "2026-07-30T18:12:45.028Z",
    "readStatus": "Unread",
    "attachments": [
        {"id": "1", "type": "Text", "contentType": "text/plain"},
        {"id": "2", "type": "MmsAttachment", "contentType": "image/jpeg", "size": 461020},
    ],
    "direction": "Inbound",
    "availability": "Alive",
    "subject": "Hello there",
    "messageStatus": "Received",
    "conversation": {"id": "1638233798595111162"},
    "eventType": "Create",
    "owner": {"extensionId": EXTENSION, "extensionType": "User"},
}


def notification(event: str, body: Any, uuid: str = "6242343638330007102", owner: str = EXTENSION) -> bytes:
    """As the platform wraps it."""
    return json.dumps(
        {
            "uuid": uuid,
            "event": event,
            "timestamp": "2026-07-30T18:12:45.034Z",
            "subscriptionId": "7e4a0000-0000-4000-8000-000000000000",
            "ownerId": owner,
            "body": body,
        }
    ).encode()


def store(*ids: int, kind: str = "SMS", uuid: str = "99") -> bytes:
    """A change of the message store that names new messages, as JSON numbers like the real one."""
    changes = [{"type": kind, "newCount": len(ids), "updatedCount": 0, "newMessageIds": list(ids)}]
    body = {"accountId": int(ACCOUNT), "extensionId": int(EXTENSION), "changes": changes}
    return notification(STORE, body, uuid)


def need(message_id: str) -> Need:
    """The read of one message."""
    return Need("readMessage", (("extensionId", EXTENSION), ("messageId", message_id)))


def read(raw: bytes, answers: Mapping[Need, Any] | None = None, **more: Any) -> Interpreted:
    """The parts of a notification that needs no (further) read."""
    found = interpret(envelope(raw), source(**more), answers)
    assert isinstance(found, Interpreted)
    return found
