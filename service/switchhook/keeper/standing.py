"""A push subscription as the platform lists it, read into what the plan compares. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from switchhook.keeper.filters import canonical, is_reminder
from switchhook.notification import Addresses, SubscriptionName, parse_timestamp


class Place(StrEnum):
    """Whose address a subscription delivers to."""

    CURRENT = "current"
    """The address that we would subscribe with today."""
    STALE = "stale"
    """Ours, at our public address, made with an earlier master secret."""
    ELSEWHERE = "elsewhere"
    """Made with our master secret for another public address: an earlier one of ours, or another deployment."""
    STRANGE = "strange"
    """Not ours."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns subscriptions: an identity's account and extension, as the platform's ids."""

    account_id: str
    extension_id: str


@dataclass(frozen=True, slots=True)
class Disabled:
    """A filter that the platform accepted and does not deliver, with its reason ("SUB-412") and message."""

    event_filter: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One subscription. `filters` are canonical, disabled ones included; reminders stand apart in `reminder`."""

    id: str
    address: str
    place: Place
    name: SubscriptionName | None
    status: str
    filters: frozenset[str]
    reminder: str | None = None
    disabled: tuple[Disabled, ...] = ()
    created: datetime | None = None
    expires: datetime | None = None
    blacklisted: datetime | None = None
    why: str = ""
    """The platform's reason for a blacklisting."""

    def active(self, now: datetime) -> bool:
        """Whether it can be delivering."""
        return self.status == "Active" and not self.expired(now)

    def expired(self, now: datetime) -> bool:
        """Whether its time is over, whatever its status says."""
        return self.expires is not None and self.expires <= now

    def remaining(self, now: datetime) -> float | None:
        """Seconds to its expiry; None if the platform did not tell it."""
        return None if self.expires is None else (self.expires - now).total_seconds()


def read_standing(record: Mapping[str, Any], owner: Owner, addresses: Addresses) -> Standing:
    """Read one record of the platform's listing. Fields that are missing or odd are left out, never an error."""
    mode = record.get("deliveryMode") or {}
    address = str(mode.get("address") or "")
    name, place = _whose(address, addresses)
    disabled = tuple(
        Disabled(_canonical(each.get("filter"), owner), str(each.get("reason", "")), str(each.get("message", "")))
        for each in record.get("disabledFilters") or ()
    )
    shown = {_canonical(each, owner) for each in record.get("eventFilters") or ()}
    shown |= {each.event_filter for each in disabled}
    reminders = sorted(each for each in shown if is_reminder(each))
    blacklisting = record.get("blacklistedData") or {}
    return Standing(
        id=str(record.get("id", "")),
        address=address,
        place=place,
        name=name,
        status=str(record.get("status", "")),
        filters=frozenset(each for each in shown if not is_reminder(each)),
        reminder=reminders[0] if reminders else None,
        disabled=disabled,
        created=_time(record.get("creationTime")),
        expires=_time(record.get("expirationTime")),
        blacklisted=_time(blacklisting.get("blacklistedAt")),
        why=str(blacklisting.get("reason", "")),
    )


@dataclass(frozen=True, slots=True)
class Echo:
    """How the platform showed what was asked of one subscription: it may spell a filter otherwise, or not show it."""

    asked: frozenset[str]
    asked_reminder: str | None
    shown: frozenset[str]
    shown_reminder: str | None

    def translate(self, standing: Standing) -> Standing:
        """`standing` with what was asked, if it still shows what it showed when that was asked."""
        if (standing.filters, standing.reminder) != (self.shown, self.shown_reminder):
            return standing
        return replace(standing, filters=self.asked, reminder=self.asked_reminder)


def _whose(address: str, addresses: Addresses) -> tuple[SubscriptionName | None, Place]:
    name = addresses.recognise(address)
    if name is None:
        return None, Place.STRANGE
    today = addresses.address(name)
    if address == today:
        return name, Place.CURRENT
    here = address.rpartition(".")[0] == today.rpartition(".")[0]
    return name, Place.STALE if here else Place.ELSEWHERE


def _canonical(event_filter: object, owner: Owner) -> str:
    return canonical(str(event_filter or ""), account_id=owner.account_id, extension_id=owner.extension_id)


def _time(text: object) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        return parse_timestamp(text)
    except ValueError:
        return None
