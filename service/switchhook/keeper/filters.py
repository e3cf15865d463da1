"""Event filters in one canonical form, so that what was asked for can be compared with what the platform tells back.

Pure. The platform replaces `~` by ids, changes the order of filters, and answers to two spellings of the team
messaging paths (RingCentral guide: "Creating a webhook subscription"; API reference: SubscriptionInfo).
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote

_GLIP = "/restapi/v1.0/glip/"
_TEAM_MESSAGING = "/team-messaging/v1/"
_SUBSCRIPTION = "/restapi/v1.0/subscription/"


@lru_cache(maxsize=16_384)
def canonical(event_filter: str, *, account_id: str, extension_id: str) -> str:
    """`event_filter` with `~` resolved for the owner, query keys in order, and today's spelling of the path."""
    path, _, query = event_filter.partition("?")
    path = path.rstrip("/")
    if path.startswith(_SUBSCRIPTION):
        path = _SUBSCRIPTION + "~"
    elif path.startswith(_GLIP):
        path = _TEAM_MESSAGING + path.removeprefix(_GLIP)
    path = path.replace("/account/~", f"/account/{account_id}").replace("/extension/~", f"/extension/{extension_id}")
    pairs = sorted(unquote(pair) for pair in query.split("&") if pair)
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def reminder(lifetime: int) -> str:
    """The renewal reminder for a subscription that was granted `lifetime` seconds, used as a heartbeat.

    Reminders begin at half of the lifetime, the earliest that the platform allows (threshold <= lifetime / 2,
    interval <= threshold / 2; RingCentral guide: "Creating a webhook subscription"), and come every ten minutes, or
    more often where the lifetime is short.
    """
    threshold = max(lifetime // 2, 2)
    return reminder_every(max(min(600, threshold // 12), 1), threshold)


def reminder_every(interval: int, threshold: int) -> str:
    """A reminder every `interval` seconds once `threshold` seconds are left."""
    return f"{_SUBSCRIPTION}~?interval={interval}&threshold={threshold}"


def reminder_times(event_filter: str) -> tuple[int, int] | None:
    """Threshold and interval of a reminder filter in seconds; None if it does not say them."""
    query = dict(pair.partition("=")[::2] for pair in event_filter.partition("?")[2].split("&"))
    threshold, interval = query.get("threshold", ""), query.get("interval", "")
    return (int(threshold), int(interval)) if threshold.isdecimal() and interval.isdecimal() else None


def is_reminder(event_filter: str) -> bool:
    """Whether a filter asks for renewal reminders."""
    return event_filter.startswith(_SUBSCRIPTION)
