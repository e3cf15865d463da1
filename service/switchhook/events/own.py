"""Events of our own, which the keeper puts into the log as notifications: read as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from switchhook.errors import Malformed
from switchhook.events.codec import decode
from switchhook.events.parts import Fact, Interpreted, Need, Source
from switchhook.notification import Envelope


def read(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """The event. Its id is its identity. Raises Malformed for one that this version does not know."""
    del answers  # the event is in the body
    try:
        event = decode(envelope.body)
    except ValueError as error:
        raise Malformed(f"an event of our own that cannot be read: {error}") from None
    fields: dict[str, Any] = {"account_id": source.account, "received_at": source.received_at, "key": source.key}
    event = replace(event, id=source.named(event.id), **fields)
    return Interpreted(event.id, (Fact(event),))
