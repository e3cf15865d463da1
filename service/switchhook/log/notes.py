"""Notes: what Switchhook's own parts tell through the event log, in the form of a notification.

So everything that reads notifications (interpretation, `events show`, replay) reads them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from switchhook.log import Header, NewRecord

PATH = "/switchhook/"
EVENT = PATH + "event"
"""An event of our own: the body is the event, as `events.codec` writes it."""
GAP = PATH + "gap"
"""A span that the ingress could not accept: `cause`, `since`, `until` (seconds since 1970)."""
WRONG_TOKEN = PATH + "wrong-token"
"""A notification came by an address of ours with a token that is not ours: `name` of the subscription."""


def note(
    path: str, body: Mapping[str, Any], *, uuid: str, account: str, at: float, source: str, key: str | None = None
) -> NewRecord:
    """A record to append. `source` is who writes it; the same `uuid` makes the same note, however often appended."""
    envelope = {
        "uuid": uuid,
        "event": path,
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(),
        "subscriptionId": "",
        "ownerId": "",
        "body": body,
    }
    return NewRecord(account, key, orjson.dumps(envelope), at, {Header.SOURCE: source})
