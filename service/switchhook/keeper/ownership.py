"""Which of the listed subscriptions are ours, and what for. Pure. What is not ours is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchhook.keeper.standing import Place, Standing

PROBE = 9_999
"""The part of a probe's name: a subscription made for two minutes to see a notification come."""
A_PROBE = "a probe"
PROBE_LIFE = 300.0
"""Seconds after which a probe was left behind by a crash."""


@dataclass(slots=True)
class Owned:
    """`parts`: part of the identity's filters → its subscriptions. `leftovers`: what is ours and good for nothing, with
    the reason. `verdicts` and `concerns` as in a plan.
    """

    parts: dict[int, list[Standing]] = field(default_factory=dict)
    leftovers: list[tuple[Standing, str]] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    concerns: list[str] = field(default_factory=list)


def sort_out(
    listing: Sequence[Standing], *, account: str, identity: str, siblings: frozenset[str], now: datetime
) -> Owned:
    """Sort a listing for one identity; `siblings` are the names of all identities of the settings."""
    owned = Owned()
    for standing in listing:
        name = standing.name
        if name is None or name.account != account:
            owned.verdicts[standing.id] = "not ours"
        elif standing.place is Place.ELSEWHERE:
            _elsewhere(standing, owned, now)
        elif name.part == PROBE:
            owned.verdicts[standing.id] = A_PROBE
            if standing.created is None or (now - standing.created).total_seconds() > PROBE_LIFE:
                owned.leftovers.append((standing, "a probe that was left behind"))
        elif name.identity == identity:
            owned.parts.setdefault(name.part, []).append(standing)
        elif name.identity in siblings:
            owned.verdicts[standing.id] = f"of identity {name.identity}"
        else:
            owned.leftovers.append((standing, f"of identity {name.identity}, which the settings no longer have"))
    return owned


def _elsewhere(standing: Standing, owned: Owned, now: datetime) -> None:
    """Another deployment with our secret may live there: what is Active is left alone, what is dead is cleaned up."""
    if standing.active(now):
        owned.verdicts[standing.id] = "ours at another public address"
        owned.concerns.append(f"{standing.id} of ours delivers to another public address; it is left alone")
    else:
        owned.leftovers.append((standing, f"{standing.status or 'expired'} at another public address"))
