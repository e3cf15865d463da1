"""What all events have, and the raw thing for whoever needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have.

    `at` is when it happened (the platform's clock), `received_at` when we stored the notification, `backfilled`
    whether it was fetched after the fact instead of delivered. `extension_id` is the extension it concerns, as the
    platform's id ("" where it concerns none). `key` is what order is kept for (None: nothing). `raw` is the
    platform's own body, unchanged.
    """

    id: str
    at: datetime
    received_at: datetime
    account_id: str = ""
    extension_id: str = ""
    key: str | None = None
    backfilled: bool = False
    raw: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Event):
    """The raw thing, for whoever needs it: any notification, whatever its kind.

    Comes for every notification, also those that nothing else interprets. `event` is the platform's event path.
    `kind` is what Switchhook takes it for ("telephony", "text", "presence", …; "" for a kind it does not know).
    """

    event: str
    subscription_id: str = ""
    owner_id: str = ""
    uuid: str = ""
    kind: str = ""
