"""Which filters delivered at the last look and do not now. Pure.

Not subscriptions but filters are compared: a replacement that took over in time is no loss, and a subscription that
stands but lost a permission is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from switchhook.keeper.gaps import Cause
from switchhook.keeper.ownership import PROBE
from switchhook.keeper.standing import Place, Standing

_BEFORE_BLACKLISTING = timedelta(hours=1)
"""The platform gives up after ten minutes of failures (staff, 2018); nobody says so today, so an hour is assumed."""


_HERE = frozenset({Place.CURRENT, Place.STALE})


@dataclass(frozen=True, slots=True)
class Delivering:
    """What delivered at a look: subscription id → its filters. `at` is when that was seen."""

    at: datetime
    filters: Mapping[str, frozenset[str]]

    def all(self) -> frozenset[str]:
        """All filters that delivered."""
        return frozenset(each for filters in self.filters.values() for each in filters)

    def dump_filters(self) -> dict[str, Any]:
        """The filters as JSON values."""
        return {each: sorted(of) for each, of in self.filters.items()}

    @classmethod
    def restore(cls, values: Mapping[str, Any]) -> Delivering:
        """From the JSON values of both."""
        filters = {each: frozenset(of) for each, of in values["filters"].items()}
        return cls(datetime.fromisoformat(values["at"]), filters)


@dataclass(frozen=True, slots=True)
class Loss:
    """Filters that stopped delivering for one cause; `since` is the latest moment at which they surely delivered,
    `until` (None: still lost) when another subscription took over.
    """

    cause: Cause
    since: datetime
    filters: frozenset[str]
    until: datetime | None = None


def delivering(listing: Iterable[Standing], at: datetime, deaf: frozenset[str] = frozenset()) -> Delivering:
    """What delivers to us according to a listing."""
    return Delivering(
        at,
        {
            each.id: each.filters - {one.event_filter for one in each.disabled}
            for each in listing
            if each.active(at) and each.place in _HERE and each.id not in deaf and not _is_probe(each)
        },
    )


def _is_probe(standing: Standing) -> bool:
    return standing.name is not None and standing.name.part == PROBE


def losses(
    before: Delivering,
    now: Delivering,
    listing: Iterable[Standing],
    wanted: frozenset[str],
    heard: Mapping[str, float],
) -> list[Loss]:
    """What was lost between two looks. `heard`: subscription id → seconds since 1970 of its last notification."""
    here = {each.id: each for each in listing}
    covered = now.all()
    new = [each for each in now.filters if each not in before.filters and _made_after(here[each], before.at)]
    throughout = frozenset(one for each, of in now.filters.items() if each not in new for one in of)
    found = []
    for subscription_id, filters in before.filters.items():
        standing = here.get(subscription_id)
        lost = (filters & wanted) - covered
        if lost:
            cause, since = _cause(standing, lost, before.at, now.at, heard.get(subscription_id))
            found.append(Loss(cause, since, lost))
        taken_over = (filters & wanted & covered) - throughout
        if taken_over:
            cause, since = _cause(standing, taken_over, before.at, now.at, heard.get(subscription_id))
            until = max((each for one in new if (each := here[one].created) is not None), default=now.at)
            if since < until:
                found.append(Loss(cause, since, taken_over, until))
    return found


def _made_after(standing: Standing, moment: datetime) -> bool:
    """Somebody else healed it, who does not write down what was lost (or died before)."""
    return standing.created is not None and standing.created > moment


def _cause(
    standing: Standing | None, lost: frozenset[str], before: datetime, now: datetime, heard: float | None
) -> tuple[Cause, datetime]:
    """Why, and since when: never later than the truth, so that a backfill may fetch too much and never too little."""
    last = datetime.fromtimestamp(heard, UTC) if heard else None
    if standing is None:
        return Cause.MISSING, max(before, last or before)
    if standing.status != "Active":
        given_up = min((standing.blacklisted or before) - _BEFORE_BLACKLISTING, before)
        return Cause.BLACKLISTED, max(given_up, last or given_up)
    if not standing.active(now):
        return Cause.MISSING, max(before, standing.expires or before)
    if lost <= {each.event_filter for each in standing.disabled}:
        return Cause.DISABLED, before
    return Cause.DEAF, last or before
