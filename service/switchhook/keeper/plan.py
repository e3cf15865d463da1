"""What to do about the push subscriptions of one identity: wanted filters + listing + now → actions. Pure.

Level-triggered: an action is planned from a fresh listing only, and a plan with nothing in it means that all is well.
Because a replacement is created in one round, and what it replaces is deleted in a later one whose listing shows the
replacement Active, nothing is ever deleted before its successor delivers.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from switchhook.keeper.filters import reminder
from switchhook.keeper.ownership import A_PROBE, PROBE_LIFE, sort_out
from switchhook.keeper.packing import Slot, pack
from switchhook.keeper.standing import Place, Standing
from switchhook.notification import SubscriptionName


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of the keeper. Spans in seconds."""

    lifetime: int = 604_800
    """What is asked for; the platform grants what it likes."""
    renew_at: float = 0.25
    """Share of the granted lifetime that is left when it is renewed."""
    filters_each: int = 50
    """Filters per subscription, unless the quota makes it more."""
    quota: int = 20
    """Subscriptions that one user may have for one application: 30 by the reference, 20 were met."""
    reserve: int = 2
    """Places of the quota kept for replacements."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one identity needs. `filters` are canonical. `epochs` holds the least epoch by part, where a token has to
    be changed; `granted` what the platform granted by subscription id, as far as known.
    """

    account: str
    identity: str
    filters: frozenset[str]
    siblings: frozenset[str] = frozenset()
    """Names of all identities in the settings: a subscription of any other name is an orphan."""
    epochs: Mapping[int, int] = field(default_factory=dict)
    granted: Mapping[str, int] = field(default_factory=dict)
    deaf: frozenset[str] = frozenset()
    """Ids of subscriptions that are Active and were proved to deliver nothing."""
    heartbeat: bool = True


class Kind(StrEnum):
    """What an action does."""

    CREATE = "create"
    UPDATE = "update"
    RENEW = "renew"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Action:
    """One call to make, with the reason a person reads. `id` is "" for a creation."""

    kind: Kind
    reason: str
    id: str = ""
    name: SubscriptionName | None = None
    filters: tuple[str, ...] = ()
    heals: str = ""
    """The cause, if this repairs what was delivering before: "blacklisted", "missing", …"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order to take them, what each listed subscription is to us, and what a person should know.

    `due` is when time alone makes the plan another one: a renewal, an expiry (None: never).
    """

    actions: tuple[Action, ...]
    verdicts: Mapping[str, str]
    concerns: tuple[str, ...] = ()
    due: datetime | None = None


def plan(wanted: Wanted, listing: Sequence[Standing], now: datetime, policy: Policy) -> Plan:
    """Compare and decide."""
    return _Planner(wanted, listing, now, policy).plan()


class _Planner:
    def __init__(self, wanted: Wanted, listing: Sequence[Standing], now: datetime, policy: Policy) -> None:
        self.wanted = wanted
        self.listing = listing
        self.now = now
        self.policy = policy
        self.first: list[Action] = []
        self.later: list[Action] = []
        self.verdicts: dict[str, str] = {}
        self.concerns: list[str] = []
        self.dues: list[datetime] = []

    def plan(self) -> Plan:
        wanted = self.wanted
        owned = sort_out(
            self.listing, account=wanted.account, identity=wanted.identity, siblings=wanted.siblings, now=self.now
        )
        self.verdicts |= owned.verdicts
        self.concerns += owned.concerns
        self._fill(owned.parts)
        settled = not self.first
        for standing, why in owned.leftovers:
            self.verdicts[standing.id] = why
            if settled:
                self._delete(standing, why)
        self._quota(owned.parts)
        self.dues += [each.expires for each in self.listing if each.expires is not None and each.expires > self.now]
        self.dues += [
            self.now + timedelta(seconds=PROBE_LIFE) for verdict in self.verdicts.values() if verdict == A_PROBE
        ]
        return Plan(tuple(self.first + self.later), self.verdicts, tuple(self.concerns), min(self.dues, default=None))

    def _fill(self, ours: Mapping[int, Sequence[Standing]]) -> None:
        survivors = {part: self._survivor(part, found) for part, found in ours.items()}
        strangers = len(self.listing) - sum(len(found) for found in ours.values())
        slots = pack(
            self.wanted.filters,
            [Slot(part, (survivors[part] or self._first(ours[part])).filters) for part in sorted(ours)],
            each=self.policy.filters_each,
            most=max(1, self.policy.quota - self.policy.reserve - strangers),
        )
        for slot in slots:
            self._slot(slot, survivors.get(slot.part), ours.get(slot.part, ()))
        settled = not self.first
        for part, found in sorted(ours.items()):
            if part not in {slot.part for slot in slots}:
                for standing in found:
                    self.verdicts[standing.id] = "surplus"
                    if settled:
                        self._delete(standing, "no enabled handler needs it")

    def _survivor(self, part: int, found: Sequence[Standing]) -> Standing | None:
        least = self.wanted.epochs.get(part, 1)
        usable = [
            each
            for each in found
            if each.active(self.now)
            and each.place is Place.CURRENT
            and each.name
            and each.name.epoch >= least
            and each.id not in self.wanted.deaf
        ]
        return self._first(usable) if usable else None

    def _first(self, found: Sequence[Standing]) -> Standing:
        """The survivor of doubles: highest epoch, oldest, lowest id. Every keeper that sees the listing agrees."""
        return min(found, key=lambda each: (-(each.name.epoch if each.name else 0), _age(each), each.id))

    def _slot(self, slot: Slot, survivor: Standing | None, found: Sequence[Standing]) -> None:
        remind = None
        if self.wanted.heartbeat:
            granted = self.wanted.granted.get(survivor.id) if survivor else None
            remind = reminder(min(granted or self.policy.lifetime, self.policy.lifetime))
        filters = tuple(sorted(slot.filters)) + ((remind,) if remind else ())
        if survivor is None:
            self._create(slot.part, filters, found)
            return
        self.verdicts[survivor.id] = "stands"
        for each in survivor.disabled:
            self.concerns.append(f"{survivor.id}: the platform does not deliver {each.event_filter} ({each.reason})")
        action = self._change(survivor, slot.filters, filters, remind)
        if action is not None:
            self.first.append(action)
        for other in found:
            if other is not survivor:
                self.verdicts[other.id] = self._trouble(other, "a double")
                if action is None or action.kind is Kind.RENEW:
                    self._delete(other, f"{self.verdicts[other.id]}, replaced by {survivor.id}")

    def _change(
        self, survivor: Standing, filters: frozenset[str], ask: tuple[str, ...], remind: str | None
    ) -> Action | None:
        added, dropped = len(filters - survivor.filters), len(survivor.filters - filters)
        if added or dropped:
            return Action(Kind.UPDATE, f"{added} filters missing, {dropped} too many", survivor.id, survivor.name, ask)
        if remind != survivor.reminder:
            return Action(Kind.UPDATE, "the heartbeat filter differs", survivor.id, survivor.name, ask)
        left = survivor.remaining(self.now)
        if left is None:
            return None
        granted = min(self.wanted.granted.get(survivor.id, self.policy.lifetime), self.policy.lifetime)
        threshold = granted * self.policy.renew_at * (1 + _spread(survivor.id) / 5)
        if left > threshold:
            self.dues.append(self.now + timedelta(seconds=left - threshold))
            return None
        return Action(Kind.RENEW, f"expires in {_span(left)}", survivor.id, survivor.name, ask)

    def _create(self, part: int, filters: tuple[str, ...], found: Sequence[Standing]) -> None:
        epoch = max([self.wanted.epochs.get(part, 1)] + [each.name.epoch + 1 for each in found if each.name])
        reason, heals = "missing", ""
        if found:
            heals = self._trouble(self._first(found))
            reason = f"{heals}: {self._first(found).why}" if self._first(found).why else heals
            for each in found:
                self.verdicts[each.id] = f"{self._trouble(each)}, to be replaced"
        name = SubscriptionName(self.wanted.account, self.wanted.identity, part, epoch)
        self.first.append(Action(Kind.CREATE, reason, "", name, filters, heals))

    def _trouble(self, standing: Standing, otherwise: str = "delivering with a token that is not ours") -> str:
        """Why a subscription of ours is not the survivor, in a word or two."""
        if standing.status != "Active":
            return standing.status.lower() or "without a status"
        if not standing.active(self.now):
            return "expired"
        if standing.place is Place.STALE:
            return "made with an earlier master secret"
        return "deaf" if standing.id in self.wanted.deaf else otherwise

    def _delete(self, standing: Standing, why: str) -> None:
        self.later.append(Action(Kind.DELETE, why, standing.id, standing.name))

    def _quota(self, ours: Mapping[int, Sequence[Standing]]) -> None:
        """Where no place is left for a replacement, what delivers nothing makes room first."""
        creates = sum(action.kind is Kind.CREATE for action in self.first)
        over = len(self.listing) + creates - self.policy.quota
        if not creates or over <= 0:
            return
        gone = {action.id for action in self.later}
        dead = [each for found in ours.values() for each in found if not each.active(self.now) and each.id not in gone]
        dead.sort(key=lambda each: each.id)
        room = [Action(Kind.DELETE, "makes room for its replacement", each.id, each.name) for each in dead[:over]]
        self.first = room + self.first
        if over > len(room):
            self.concerns.append(
                f"{len(self.listing)} subscriptions exist and {creates} more are needed, which may be over the "
                f"platform's limit of {self.policy.quota} per user and application; delete those nobody needs"
            )


def _age(standing: Standing) -> float:
    return standing.created.timestamp() if standing.created else 0.0


def _spread(subscription_id: str) -> float:
    """0 to 1, always the same for one id: renewals of many subscriptions do not fall on one moment."""
    return zlib.crc32(subscription_id.encode()) / 2**32


def _span(seconds: float) -> str:
    if seconds < 3_600:
        return f"{max(seconds, 0) / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
