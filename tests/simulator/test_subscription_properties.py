"""Whatever is subscribed, changed, renewed and deleted: who hears of what, compared with a plain model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.simulator.account import company
from switchhook.simulator.clock import ManualClock
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.oauth import SCOPES
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.subscription import Subscription
from switchhook.simulator.subscriptions import Subscriptions

A = "/restapi/v1.0/account/~"
E = A + "/extension/~"
FILTERS = (
    f"{A}/telephony/sessions",
    f"{E}/telephony/sessions",
    f"{E}/telephony/sessions?direction=Inbound",
    f"{E}/presence",
    f"{E}/presence?detailedTelephonyState=true",
    "/team-messaging/v1/posts",
    "/restapi/v1.0/glip/posts",
)
some_filters = st.lists(st.sampled_from(FILTERS), min_size=1, max_size=4, unique=True)


@dataclass
class Known:
    """What the model knows of a subscription."""

    owner: str
    filters: list[str]
    expires: datetime
    lifetime: int
    active: bool = True


class Standing(RuleBasedStateMachine):
    """Drives the subscriptions and a model of them."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        identifiers = Identifiers(1)
        self.account = company(identifiers)
        self.real = Subscriptions(self.clock, identifiers, self.account, 1)
        self.model: dict[str, Known] = {}

    def standing(self, at: int) -> Subscription:
        there = sorted(self.model)
        return self.real.all[there[at % len(there)]]

    @rule(who=st.sampled_from(("101", "102")), filters=some_filters, life=st.sampled_from((None, 60, 10**9)))
    def create(self, who: str, filters: list[str], life: int | None) -> None:
        owner = self.account.extension(who)
        parsed = self.real.check(owner, "app", filters, SCOPES)
        made = self.real.create(owner, "app", parsed, transport="WebHook", address="http://x/", expires_in=life)
        lifetime = 604_800 if life is None else min(life, 315_360_000)
        until = self.clock.now() + timedelta(seconds=lifetime)
        self.model[made.id] = Known(who, filters, until, lifetime)
        assert made.expires == until

    @precondition(lambda self: self.model)
    @rule(at=st.integers(0, 50))
    def renew(self, at: int) -> None:
        one = self.standing(at)
        self.real.renew(one)
        known = self.model[one.id]
        known.expires = self.clock.now() + timedelta(seconds=known.lifetime)

    @precondition(lambda self: self.model)
    @rule(at=st.integers(0, 50), filters=some_filters, life=st.sampled_from((None, 100)))
    def update(self, at: int, filters: list[str], life: int | None) -> None:
        one = self.standing(at)
        self.real.update(one, filters, life, SCOPES)
        known = self.model[one.id]
        known.filters, known.lifetime = filters, life or known.lifetime
        known.expires = self.clock.now() + timedelta(seconds=known.lifetime)

    @precondition(lambda self: self.model)
    @rule(at=st.integers(0, 50))
    def delete(self, at: int) -> None:
        one = self.standing(at)
        self.real.delete(one)
        del self.model[one.id]

    @precondition(lambda self: self.model)
    @rule(at=st.integers(0, 50))
    def blacklist(self, at: int) -> None:
        one = self.standing(at)
        self.real.blacklist(one, "for a test")
        self.model[one.id].active = False

    @rule(seconds=st.sampled_from((1, 59, 1_000, 700_000)))
    def wait(self, seconds: int) -> None:
        asyncio.run(self.clock.advance(seconds))
        now = self.clock.now()
        self.model = {key: each for key, each in self.model.items() if each.expires > now}

    @rule(whose=st.sampled_from(("101", "102", None)), direction=st.sampled_from(("Inbound", "Outbound")))
    def something_happens_on_the_telephone(self, whose: str | None, direction: str) -> None:
        owner = () if whose is None else (self.account.extension(whose).id,)
        heard = self.hears(Occurrence("telephony", "/x", {}, owner, {"direction": (direction,)}))
        expected = []
        for key, each in self.model.items() if self.model else ():
            for text in each.filters if each.active else ():
                own = each.owner == whose
                plain = text in FILTERS[:1] or (text == FILTERS[1] and own)
                if plain or (text == FILTERS[2] and own and direction == "Inbound"):
                    expected.append(key)
        assert sorted(heard) == sorted(expected)

    @rule(whose=st.sampled_from(("101", "102")))
    def somebody_changes_presence(self, whose: str) -> None:
        heard = self.hears(Occurrence("presence", "/x", {}, (self.account.extension(whose).id,)))
        wanted = set(FILTERS[3:5])
        expected = [
            key
            for key, each in self.model.items()
            if each.active and each.owner == whose and wanted & set(each.filters)
        ]
        assert sorted(heard) == sorted(expected)

    @rule()
    def somebody_posts(self) -> None:
        everybody = tuple(each.id for each in self.account.users())
        heard = self.hears(Occurrence("post", "/x", {}, everybody))
        expected = [
            key for key, each in self.model.items() if each.active for text in each.filters if text in FILTERS[5:]
        ]
        assert sorted(heard) == sorted(expected)

    def hears(self, occurrence: Occurrence) -> list[str]:
        """The ids of those who are told, once for each time."""
        return [one.id for one, _ in self.real.matching(occurrence)]

    @invariant()
    def the_list_is_that_of_the_model(self) -> None:
        """Of each owner, with what was granted and whether it is served."""
        for who in ("101", "102"):
            listed = {each.id: each for each in self.real.of(self.account.extension(who), "app")}
            assert set(listed) == {key for key, each in self.model.items() if each.owner == who}
            for key, each in listed.items():
                assert (each.expires, each.active) == (self.model[key].expires, self.model[key].active)


Standing.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestStanding = Standing.TestCase
