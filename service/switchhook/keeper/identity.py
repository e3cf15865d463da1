"""The keeper's work for one identity: look, plan, act. It remembers only what the platform would not tell again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from switchhook.clock import Clock
from switchhook.errors import ApiStatusError, SubscriptionRefused
from switchhook.keeper.advice import Sort, advise
from switchhook.keeper.asking import Asking
from switchhook.keeper.client import Client
from switchhook.keeper.filters import is_reminder
from switchhook.keeper.look import Look
from switchhook.keeper.plan import Action, Kind, Plan, Policy, Wanted, plan
from switchhook.keeper.probe import Probe, probe
from switchhook.keeper.refusals import Refusals
from switchhook.keeper.scope import Directory
from switchhook.keeper.standing import Echo, Owner, Place, Standing
from switchhook.keeper.subscriptions import Subscriptions
from switchhook.notification import Addresses
from switchhook.registry import Registry

_DONE = {
    Kind.CREATE: "subscription created",
    Kind.UPDATE: "subscription updated",
    Kind.RENEW: "subscription renewed",
    Kind.DELETE: "subscription deleted",
}


class IdentityKeeper:
    """Keeps the subscriptions of one identity. `siblings` are the names of all identities of the settings."""

    def __init__(
        self,
        client: Client,
        registry: Registry,
        addresses: Addresses,
        clock: Clock,
        *,
        policy: Policy,
        siblings: frozenset[str],
        by_socket: bool = False,
    ) -> None:
        """`by_socket`: notifications come over a WebSocket, so that no webhook of this identity is wanted."""
        self.identity = client.identity
        self._client = client
        self._addresses = addresses
        self._clock = clock
        self._policy = policy
        self._siblings = siblings
        self._directory = Directory(client, clock)
        self._asking = Asking(client.identity, registry, self._directory)
        self._epochs: dict[int, int] = {}
        self._granted: dict[str, int] = {}
        self._echoes: dict[str, Echo] = {}
        self._refusals = Refusals(clock)
        self.by_socket = by_socket
        self._heartbeat = not by_socket
        self._owner: Owner | None = None
        self._made: Subscriptions | None = None
        self._planned: tuple[tuple[Wanted, tuple[Standing, ...], Policy], Plan] | None = None
        self._read: tuple[Sequence[Standing], tuple[Standing, ...]] = (), ()
        self._steady: Look | None = None
        """The last look, while nothing that it follows from has changed but what the next one reads anew."""
        self._log = structlog.get_logger("switchhook.keeper").bind(identity=self.identity)

    async def owner(self) -> Owner:
        """The identity's account and extension. Raises ApiError."""
        if self._owner is None:
            me = await self._client.whoami()
            self._owner = Owner(str(me["account"]["id"]), str(me["id"]))
        return self._owner

    def forget_directory(self) -> None:
        """Somebody was added to or removed from the account: resolve the scopes anew."""
        self._directory.forget()

    async def look(self, deaf: frozenset[str] = frozenset()) -> Look:
        """Read what is wanted and what exists, and plan. Changes nothing at the platform. Raises ApiError.

        `deaf` are subscriptions to replace although the platform calls them Active.
        """
        owner = await self.owner()
        by_filter, concerns = await self._asking.wanted(owner)
        listing, at = await self._listing(owner), self._clock.now()
        last = None if deaf else self._steady
        if last is not None and _is_steady(last, by_filter, concerns, listing, at):
            last.at = at
            return last
        refused = {each: why for each, why in self._refusals.bad.items() if each in by_filter}
        wanted = Wanted(
            account=owner.account_id,
            identity=self.identity,
            filters=frozenset() if self.by_socket else self._refusals.sift(by_filter),
            siblings=self._siblings,
            epochs=dict(self._epochs),
            granted=dict(self._granted),
            deaf=deaf,
            heartbeat=self._heartbeat,
        )
        if self._refusals.searching:
            concerns = (*concerns, "one of the filters is refused; which one is being found out")
        found = self._plan(wanted, listing, at)
        look = Look(
            self.identity,
            at,
            owner,
            by_filter,
            listing,
            found,
            concerns,
            refused,
            scopes=self._asking.scopes,
            again=self._refusals.again if refused else 0.0,
            by_socket=self.by_socket,
        )
        calm = not (deaf or refused or found.actions or self._refusals.searching)
        self._steady = look if calm else None
        return look

    async def act(self, look: Look) -> AsyncIterator[Action]:
        """Carry the plan out as far as the platform lets, telling each action that was taken. Raises
        SubscriptionRefused for what a person must mend, ApiError for what passes by itself.
        """
        assert look.owner is not None
        subscriptions = self._subscriptions(look.owner)
        refusals: list[str] = []
        for action in look.plan.actions:
            try:
                await self._carry_out(action, subscriptions)
            except ApiStatusError as error:
                refusals += self._conclude(error, action, look)
            else:
                yield action
        if refusals:
            raise SubscriptionRefused("; ".join(refusals))

    async def probe(self, look: Look, arrived: Callable[[str], Awaitable[bool]]) -> Probe:
        """See whether a notification arrives: takes up to two minutes. Raises LookupError if nothing is wanted."""
        usable = sorted(frozenset(look.wanted) - look.refused.keys())
        if look.owner is None or not usable:
            raise LookupError(f"identity {self.identity} needs no subscription, so there is nothing to probe")
        subscriptions = self._subscriptions(look.owner)
        account = look.owner.account_id
        return await probe(subscriptions, account, self.identity, beside=usable[0], arrived=arrived, clock=self._clock)

    async def delete_all(self, *, elsewhere: bool = False) -> Sequence[Standing]:
        """Delete every subscription of this identity that is ours (`elsewhere`: at other public addresses too)."""
        owner = await self.owner()
        subscriptions = self._subscriptions(owner)
        places = {Place.CURRENT, Place.STALE, Place.ELSEWHERE if elsewhere else Place.CURRENT}
        ours = [
            each
            for each in await subscriptions.listing()
            if each.place in places
            and each.name is not None
            and each.name.account == owner.account_id
            and (each.name.identity == self.identity or each.name.identity not in self._siblings)
        ]
        for each in ours:
            await subscriptions.delete(each.id)
        return ours

    def forget_refusals(self) -> None:
        """A person asks: what was refused may be mended, so it is tried at the next look."""
        self._refusals.forget()
        self._steady = None

    def rotate(self, part: int, epoch: int) -> None:
        """Notifications of this part came with a token that is not ours: re-create it with an epoch above `epoch`."""
        self._epochs[part] = max(self._epochs.get(part, 1), epoch + 1)
        self._steady = None

    async def _listing(self, owner: Owner) -> tuple[Standing, ...]:
        read = await self._subscriptions(owner).listing()
        if read is self._read[0] and not self._echoes:
            return self._read[1]
        listing = tuple(self._echoes[each.id].translate(each) if each.id in self._echoes else each for each in read)
        if self._planned is not None and self._planned[0][1] == listing:
            listing = self._planned[0][1]
            self._read = read, listing
            return listing
        for each in listing:
            if each.place is Place.CURRENT and each.status == "Active":
                self._refusals.standing(each.filters - {one.event_filter for one in each.disabled})
        self._read = read, listing
        return listing

    def _plan(self, wanted: Wanted, listing: tuple[Standing, ...], at: datetime) -> Plan:
        """The plan; the one made last, if nothing has changed since, for most looks find just that."""
        question = wanted, listing, self._policy
        if self._planned is not None and self._planned[0] == question:
            due = self._planned[1].due
            if due is None or at < due:
                return self._planned[1]
        found = plan(wanted, listing, at, self._policy)
        self._planned = question, found
        return found

    async def _carry_out(self, action: Action, subscriptions: Subscriptions) -> None:
        log = self._log.bind(subscription=action.id or None, name=str(action.name), reason=action.reason)
        if action.kind is Kind.DELETE:
            await subscriptions.delete(action.id)
            self._granted.pop(action.id, None)
            self._echoes.pop(action.id, None)
            log.info(_DONE[action.kind])
            return
        lifetime = self._policy.lifetime
        if action.kind is Kind.CREATE:
            assert action.name is not None
            made = await subscriptions.create(action.name, action.filters, lifetime)
        else:
            made = await subscriptions.update(action.id, action.filters, lifetime)
        self._read_back(action, made)
        log.info(_DONE[action.kind], made=made.id, granted=self._granted.get(made.id))

    def _read_back(self, action: Action, made: Standing) -> None:
        left = made.remaining(self._clock.now())
        if left is not None:
            self._granted[made.id] = round(left)
        asked = frozenset(each for each in action.filters if not is_reminder(each))
        remind = next((each for each in action.filters if is_reminder(each)), None)
        self._refusals.accepted(asked)
        if (made.filters, made.reminder) == (asked, remind):
            self._echoes.pop(made.id, None)
        else:
            self._log.warning("the platform shows other filters than asked", subscription=made.id)
            self._echoes[made.id] = Echo(asked, remind, made.filters, made.reminder)

    def _conclude(self, error: ApiStatusError, action: Action, look: Look) -> list[str]:
        """Change what has to change before the next look, and say what a person must mend. Raises `error` if going on
        now is useless.
        """
        advice = advise(error)
        if advice.sort in {Sort.TRANSIENT, Sort.CREDENTIALS}:
            raise error
        if advice.sort is Sort.GONE:
            return []
        self._log.error("the platform refuses a subscription", code=advice.code, do=advice.do, name=str(action.name))
        if advice.sort is Sort.FILTER:
            asked = [each for each in action.filters if not is_reminder(each)]
            self._refusals.refused(asked, str(error), f"{advice.code}: {advice.do}", code=advice.code)
            return []
        if advice.sort is Sort.QUOTA:
            self._policy = replace(self._policy, quota=max(1, min(self._policy.quota, len(look.listing))))
        elif advice.sort is Sort.REMINDER:
            self._heartbeat = False
            return []
        return [f"{error}; {advice.do}"]

    def _subscriptions(self, owner: Owner) -> Subscriptions:
        if self._made is None:
            self._made = Subscriptions(self._client, self._addresses, owner)
        return self._made


def _is_steady(
    last: Look, by_filter: Mapping[str, frozenset[str]], concerns: Sequence[str], listing: object, at: datetime
) -> bool:
    """Whether all is as at the last look, at which nothing was to do: most looks find just that."""
    if last.wanted is not by_filter or last.listing is not listing or last.concerns != concerns:
        return False
    return last.plan.due is None or at < last.plan.due
