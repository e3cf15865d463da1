"""What one look of the keeper at one identity found: what is wanted, what exists, what differs, what will be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchhook.keeper.plan import Kind, Plan
from switchhook.keeper.scopes import Scope
from switchhook.keeper.standing import Owner, Standing

_NOTHING = Plan((), {})


@dataclass(slots=True)
class Look:
    """`wanted` is filter → handlers that need it. `refused` is filter → why the platform does not take it. Only `at`
    ever changes: a look that finds nothing new is the last one, at another moment.

    `failure` is one sentence if the look, or acting on it, failed; the rest is what was known by then.
    """

    identity: str
    at: datetime
    owner: Owner | None = None
    wanted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    listing: tuple[Standing, ...] = ()
    plan: Plan = _NOTHING
    concerns: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    transient: bool = False
    """Whether the failure may pass by itself (the platform is away, the budget used up)."""
    retry_after: float = 0.0
    """Seconds that the platform asked us to stay away."""
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    """Handler → what its scope means now."""
    again: float = 0.0
    """Seconds until what was refused is asked for again; 0.0 if nothing was."""
    by_socket: bool = False
    """Whether notifications come over a WebSocket, so that no webhook is kept."""

    @property
    def calm(self) -> bool:
        """Whether nothing is left to do, be everything wanted there or not."""
        return not (self.failure or self.plan.actions)

    @property
    def settled(self) -> bool:
        """Whether everything wanted stands and nothing is left to do."""
        return self.calm and not self.refused

    def counts(self) -> Mapping[str, int]:
        """How many of each state, as the metric `switchhook_subscriptions` has them."""
        verdicts = self.plan.verdicts
        ours = [each for each in self.listing if verdicts.get(each.id, "not ours") != "not ours"]
        return {
            "active": sum(verdicts[each.id] == "stands" for each in ours),
            "blacklisted": sum(each.status != "Active" for each in ours),
            "missing": sum(action.kind is Kind.CREATE for action in self.plan.actions),
            "surplus": sum(each.status == "Active" and verdicts[each.id] != "stands" for each in ours),
            "disabled_filter": sum(len(each.disabled) for each in ours),
        }

    def ends(self) -> float | None:
        """When the first of those that stand ends unless it is renewed, in Unix time; None if none stands."""
        stand = [each for each in self.listing if self.plan.verdicts.get(each.id) == "stands"]
        return min((each.expires.timestamp() for each in stand if each.expires is not None), default=None)

    def describe(self) -> dict[str, Any]:
        """As JSON values, for the admin API and `subscriptions list --json`."""
        return {
            "identity": self.identity,
            "at": self.at.isoformat(),
            "account": self.owner.account_id if self.owner else None,
            "extension": self.owner.extension_id if self.owner else None,
            "transport": "websocket" if self.by_socket else "webhook",
            "settled": self.settled,
            "wanted": [{"filter": each, "handlers": sorted(by)} for each, by in sorted(self.wanted.items())],
            "existing": [self._describe(each) for each in self.listing],
            "actions": [
                {
                    "action": action.kind.value,
                    "id": action.id or None,
                    "name": str(action.name) if action.name else None,
                    "reason": action.reason,
                    "filters": list(action.filters),
                }
                for action in self.plan.actions
            ],
            "refused": [{"filter": each, "reason": why} for each, why in sorted(self.refused.items())],
            "concerns": [*self.concerns, *self.plan.concerns],
            "failure": self.failure or None,
            "transient": self.transient,
        }

    def _describe(self, standing: Standing) -> dict[str, Any]:
        """One subscription. The address holds a code that a stranger cannot guess, so the name stands for it."""
        return {
            "id": standing.id,
            "name": str(standing.name) if standing.name else None,
            "verdict": self.plan.verdicts.get(standing.id, ""),
            "place": standing.place.value,
            "status": standing.status,
            "expires": standing.expires.isoformat() if standing.expires else None,
            "seconds_left": round(left) if (left := standing.remaining(self.at)) is not None else None,
            "filters": sorted(standing.filters),
            "heartbeat": standing.reminder is not None,
            "disabled": [{"filter": each.event_filter, "reason": each.reason} for each in standing.disabled],
            "blacklisted": standing.blacklisted.isoformat() if standing.blacklisted else None,
            "why": standing.why or None,
        }
