"""One subscription: what it is, what the platform's rules about it are, and how the API shows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.filters import EventFilter

DAY = 86_400
LIFETIMES = {
    "WebSocket": (DAY, DAY),
    "RC/APNS": (30 * DAY, 90 * DAY),
    "RC/GCM": (30 * DAY, 90 * DAY),
    "PubNub": (900, 900),
}
"""Default and longest life, in seconds, of what is no webhook."""


@dataclass(slots=True)
class Rules:
    """What nobody documents, or sources disagree on: each a knob."""

    default_lifetime: int = 7 * DAY
    longest_lifetime: int = 315_360_000
    """Of webhooks; other transports have lifetimes of their own."""
    most: int = 30
    """Per user and application."""
    renew_keeps_lifetime: bool = True
    """A renewal without `expiresIn` grants what was asked for at first; else the default."""
    shuffle_filters: bool = True
    https_required: bool = False
    """Of webhooks: so it is for applications in production."""
    most_filters: int = 0
    """Of one subscription; 0: no limit. More are refused with CMN-101, which is ours."""
    admin_for_account: bool = False
    """Whether filters for the calls and the presence of the whole account want an administrator: sources hint at it,
    none says so. Refused with CMN-408.
    """
    missing_refuses: bool = False
    """A filter for which the user lacks a permission is refused (CMN-408) instead of disabled: samples show both."""
    reminder_period: int = 1
    """Seconds between looks at who is to be reminded: no span of a reminder may be shorter."""
    reminder_body: bool = True
    """Whether a reminder says in how many seconds the end is; newer documents show none."""


@dataclass(slots=True)
class Subscription:
    """One standing request. `disabled`: filters accepted but not served, with the reason."""

    id: str
    owner: Extension
    client_id: str
    transport: str
    address: str
    verification_token: str | None
    created: datetime
    expires: datetime
    filters: list[EventFilter] = field(default_factory=list)
    disabled: list[tuple[EventFilter, str]] = field(default_factory=list)
    lifetime: int = 7 * DAY
    blacklisted: datetime | None = None
    blacklist_reason: str = ""
    base_url: str = ""
    """How its owner reached the platform: so begin the addresses that it is told."""

    @property
    def active(self) -> bool:
        return self.blacklisted is None


def subscription_view(subscription: Subscription, base_url: str, now: datetime) -> dict[str, Any]:
    """As the API shows it. The verification token is never shown."""
    left = (subscription.expires - now).total_seconds()
    delivery: dict[str, Any] = {"transportType": subscription.transport, "encryption": False}
    if subscription.address:
        delivery["address"] = subscription.address
    view: dict[str, Any] = {
        "uri": f"{base_url}/restapi/v1.0/subscription/{subscription.id}",
        "id": subscription.id,
        "creationTime": stamp(subscription.created),
        "status": "Active" if subscription.active else "Blacklisted",
        "eventFilters": [each.text for each in subscription.filters],
        "expirationTime": stamp(subscription.expires),
        "expiresIn": max(0, int(left) - 1),
        "deliveryMode": delivery,
    }
    if subscription.disabled:
        view["disabledFilters"] = [
            {"filter": each.text, "reason": "SUB-412", "message": f"Extension permission [{permission}] is missing"}
            for each, permission in subscription.disabled
        ]
    if subscription.blacklisted is not None:
        view["blacklistedData"] = {
            "blacklistedAt": stamp(subscription.blacklisted),
            "reason": subscription.blacklist_reason,
        }
    return view
