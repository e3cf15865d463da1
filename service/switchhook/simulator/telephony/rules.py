"""What the answering rules, hours and blocked numbers of an extension or of the company say of one call. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Document = Mapping[str, Any]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = "00:00"


@dataclass(frozen=True, slots=True)
class Settings:
    """What was written of one extension, or of the company. `bias`: minutes that its time is ahead of UTC.

    An empty schedule is: at all hours. `blocking` and `numbers`: who may not call.
    """

    rules: Iterable[Document]
    schedule: Document
    bias: int
    blocking: Document
    numbers: Iterable[Document]


def blocks(settings: Settings, caller: str, *, fax: bool = False) -> bool:
    """Whether somebody who calls from this number (empty: unknown) is not let through."""
    listed = {str(one.get("phoneNumber")): one.get("status", "Blocked") for one in settings.numbers}
    if caller in listed:
        return bool(listed[caller] == "Blocked")
    if settings.blocking.get("mode") == "All":
        return True
    unknown = ("BlockCallsAndFaxes", "BlockFaxes") if fax else ("BlockCallsAndFaxes",)
    return not caller and settings.blocking.get("noCallerId") in unknown


def applied(settings: Settings, now: datetime, caller: str, dialled: str) -> Document | None:
    """The rule that a call falls under: the first custom one that fits, else the one of the hours."""
    rules = [one for one in settings.rules if one.get("enabled", True)]
    local = now + timedelta(minutes=settings.bias)
    open_now = _is_within(settings.schedule, local)
    for one in rules:
        if one.get("type") == "Custom" and _fits(one, local, caller, dialled, open_now=open_now):
            return one
    wanted = "BusinessHours" if open_now else "AfterHours"
    return next((one for one in rules if one.get("type") == wanted), None)


def _fits(rule: Document, local: datetime, caller: str, dialled: str, *, open_now: bool) -> bool:
    """Whether all its conditions hold; one without any is for every call."""
    callers = {str(one.get("callerId")) for one in rule.get("callers") or ()}
    numbers = {str(one.get("phoneNumber")) for one in rule.get("calledNumbers") or ()}
    schedule = rule.get("schedule") or {}
    reference = schedule.get("ref")
    in_time = open_now is (reference == "BusinessHours") if reference else _is_within(schedule, local)
    return in_time and (not callers or caller in callers) and (not numbers or dialled in numbers)


def _is_within(schedule: Document, local: datetime) -> bool:
    weekly, ranges = schedule.get("weeklyRanges"), schedule.get("ranges")
    if ranges:
        moment = local.strftime("%Y-%m-%dT%H:%M:%S")
        return any(str(one["from"])[:19] <= moment < str(one["to"])[:19] for one in ranges)
    if not weekly:
        return True
    clock = local.strftime("%H:%M")
    today = weekly.get(DAYS[local.weekday()]) or ()
    return any(one["from"] <= clock and (clock < one["to"] or one["to"] == MIDNIGHT) for one in today)
