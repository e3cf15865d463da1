"""Subscriptions: what each user and application asked to be told of, and for how long. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.filters import EventFilter, parse
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.subscription import LIFETIMES, Rules, Subscription, subscription_view


class Subscriptions:
    """All subscriptions of the account."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, seed: int) -> None:
        self.rules = Rules()
        self.all: dict[str, Subscription] = {}
        self._clock = clock
        self._identifiers = identifiers
        self._account = account
        self._random = Random(f"filters {seed}")  # noqa: S311 - repeatable on purpose
        self._expired: dict[str, tuple[Extension, str]] = {}
        """Whose those were that ran out."""
        self._by_interest: dict[tuple[str, str | None], dict[str, Subscription]] = {}
        self.watchable: Callable[[Extension], bool] = lambda _: True
        """Whether an extension lets others watch its presence."""
        self.changed: list[Callable[[Subscription], None]] = []
        """Called with each subscription that was made, renewed or given other filters."""

    def check(
        self, owner: Extension, client_id: str, filters: object, scopes: frozenset[str], *, counted: bool = True
    ) -> list[EventFilter]:
        """Whether these filters may be subscribed to now. Raises Refused (CMN-101, 401, SUB-4xx, 505, 508)."""
        parsed = self._parse(filters, owner, scopes)
        standing = [each for each in self.of(owner, client_id) if each.transport != "WebSocket"]
        if counted and len(standing) >= self.rules.most:
            raise Refused(403, "SUB-505", "Subscriptions limit exceeded")
        return parsed

    def create(
        self,
        owner: Extension,
        client_id: str,
        filters: Sequence[EventFilter],
        *,
        transport: str,
        address: str = "",
        verification_token: str | None = None,
        expires_in: int | None = None,
        base_url: str = "",
    ) -> Subscription:
        """Make one whose filters were checked and whose address, if any, has shaken hands."""
        now = self._clock.now()
        subscription = Subscription(
            self._identifiers.unique(), owner, client_id, transport, address, verification_token, now, now
        )
        subscription.base_url = base_url
        default, longest = self._lifetimes(transport)
        subscription.lifetime = max(1, min(default if expires_in is None else expires_in, longest))
        check_reminder(filters, subscription.lifetime, self.rules.reminder_period)
        self._grant(subscription)
        self.all[subscription.id] = subscription
        self._watch(subscription, filters)
        self._tell(subscription)
        return subscription

    def get(self, subscription_id: str, owner: Extension, client_id: str) -> Subscription:
        """Own one, by id. Raises Refused (CMN-102 if there is none, SUB-507 if it expired)."""
        self._forget_expired()
        found = self.all.get(subscription_id)
        if self._expired.get(subscription_id) == (owner, client_id):
            text = f"Subscription with key [{subscription_id}] and assigned session [{client_id}] was expired"
            raise Refused(404, "SUB-507", text, parameter="subscriptionId")
        if found is None or found.owner is not owner or found.client_id != client_id:
            raise not_found("subscriptionId")
        return found

    def of(self, owner: Extension, client_id: str) -> list[Subscription]:
        self._forget_expired()
        return [each for each in self.all.values() if each.owner is owner and each.client_id == client_id]

    def renew(self, subscription: Subscription) -> None:
        if not self.rules.renew_keeps_lifetime:
            subscription.lifetime = self._lifetimes(subscription.transport)[0]
        self._grant(subscription)
        self._tell(subscription)

    def update(
        self, subscription: Subscription, filters: object, expires_in: int | None, scopes: frozenset[str]
    ) -> None:
        """Other filters, if given, and a new life, always."""
        lifetime = (
            subscription.lifetime if expires_in is None else min(expires_in, self._lifetimes(subscription.transport)[1])
        )
        parsed = subscription.filters
        if filters is not None:
            parsed = self._parse(filters, subscription.owner, scopes)
        check_reminder(parsed, lifetime, self.rules.reminder_period)
        subscription.lifetime = lifetime
        self._grant(subscription)
        if filters is not None:
            self._ignore(subscription)
            self._watch(subscription, parsed)
        self._tell(subscription)

    def delete(self, subscription: Subscription) -> None:
        self._ignore(subscription)
        del self.all[subscription.id]

    def matching(self, occurrence: Occurrence) -> Iterator[tuple[Subscription, EventFilter]]:
        """Who hears of it, once per filter that asks for it."""
        now = self._clock.now()
        for extension in (*occurrence.extensions, None):
            for subscription in list(self._by_interest.get((occurrence.kind, extension), {}).values()):
                there = subscription.owner.id in self._account.extensions and subscription.owner.enabled
                if there and subscription.active and subscription.expires > now:
                    for each in most_detailed(subscription.filters):
                        if (
                            each.kind.name == occurrence.kind
                            and interest(each, subscription)[1] == extension
                            and each.selects(occurrence.facts)
                        ):
                            yield subscription, each

    def blacklist(self, subscription: Subscription, reason: str) -> None:
        subscription.blacklisted = self._clock.now()
        subscription.blacklist_reason = reason

    def view(self, subscription: Subscription, base_url: str) -> dict[str, Any]:
        """As the API shows it."""
        return subscription_view(subscription, base_url, self._clock.now())

    def _parse(self, filters: object, owner: Extension, scopes: frozenset[str]) -> list[EventFilter]:
        if not isinstance(filters, list) or not filters or not all(isinstance(each, str) and each for each in filters):
            raise invalid("eventFilters")
        if self.rules.most_filters and len(filters) > self.rules.most_filters:
            raise invalid("eventFilters")
        parsed = list({each.text: each for each in (parse(text, owner, self._account) for text in filters)}.values())
        for each in parsed:
            target = self._account.extensions.get(each.extension or "")
            hidden = target is not None and target is not owner and not self.watchable(target)
            if each.kind.name == "presence" and hidden:
                raise Refused(403, "SUB-403", "User disallowed to monitor his presence")
            account_wide = each.kind.name in ("telephony", "presence") and each.extension is None
            if self.rules.admin_for_account and account_wide and not owner.super_admin:
                raise _lacks("ReadCompanyPresence" if each.kind.name == "presence" else "FullCompanyCallLog")
            if self.rules.missing_refuses and each.kind.permission in owner.missing_permissions:
                raise _lacks(each.kind.permission)
            if each.kind.scope is not None and each.kind.scope not in scopes:
                raise Refused(
                    403,
                    "CMN-401",
                    f"In order to call this API endpoint, application needs to have [{each.kind.scope}] permission",
                )
        return parsed

    def _watch(self, subscription: Subscription, filters: Sequence[EventFilter]) -> None:
        order = list(filters)
        if self.rules.shuffle_filters:
            self._random.shuffle(order)
        missing = subscription.owner.missing_permissions
        subscription.disabled = [
            (each, each.kind.permission)
            for each in order
            if each.kind.permission in missing and each.kind.permission is not None
        ]
        subscription.filters = [each for each in order if each.kind.permission not in missing]
        for each in subscription.filters:
            self._by_interest.setdefault(interest(each, subscription), {})[subscription.id] = subscription

    def _ignore(self, subscription: Subscription) -> None:
        for each in subscription.filters:
            self._by_interest.get(interest(each, subscription), {}).pop(subscription.id, None)

    def _lifetimes(self, transport: str) -> tuple[int, int]:
        """The default and the longest, in seconds."""
        return LIFETIMES.get(transport, (self.rules.default_lifetime, self.rules.longest_lifetime))

    def _grant(self, subscription: Subscription) -> None:
        subscription.expires = self._clock.now() + timedelta(seconds=subscription.lifetime)

    def _forget_expired(self) -> None:
        now = self._clock.now()
        for each in [each for each in self.all.values() if each.expires <= now]:
            self.delete(each)
            self._expired[each.id] = (each.owner, each.client_id)

    def _tell(self, subscription: Subscription) -> None:
        for listener in self.changed:
            listener(subscription)


def interest(each: EventFilter, subscription: Subscription) -> tuple[str, str | None]:
    """The key under which a filter is found: what has no ids in its path concerns the owner."""
    own = "/account/" not in each.path
    return each.kind.name, subscription.owner.id if own else each.extension


def most_detailed(filters: Iterable[EventFilter]) -> list[EventFilter]:
    """Of several presence filters for one resource, the most detailed; everything else as it is."""
    kept: dict[str, EventFilter] = {}
    for each in filters:
        place = each.path if each.kind.name == "presence" else each.text
        if place not in kept or kept[place].detail < each.detail:
            kept[place] = each
    return list(kept.values())


def _lacks(permission: str | None) -> Refused:
    return Refused(403, "CMN-408", f"In order to call this API endpoint, user needs to have [{permission}] permission")


def check_reminder(filters: Sequence[EventFilter], lifetime: int, period: int = 1) -> None:
    """Raises Refused: a reminder alone (SUB-515), or with spans that do not fit (SUB-516)."""
    reminders = [each for each in filters if each.kind.name == "reminder"]
    if len(reminders) == len(filters):
        raise Refused(400, "SUB-515", "Subscription renewal reminder is the only event filter")
    for each in reminders:
        threshold, interval = int(each.query.get("threshold", 0)), int(each.query.get("interval", 0))
        if not (period <= interval <= threshold / 2 and period <= threshold <= lifetime / 2):
            raise Refused(400, "SUB-516", "Invalid reminder parameters")
