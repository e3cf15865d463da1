"""A day of a small company, from a seed: what it told and what it left must fit together."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from itertools import pairwise
from random import Random
from typing import Any

import orjson
import pytest

from switchhook.simulator.oauth import SCOPES
from switchhook.simulator.platform import Platform

CALLS, TEXTS, POSTS = 500, 800, 300
PEOPLE = ("101", "102", "103")
A = "/restapi/v1.0/account/~"


class Day:
    """Lives one working day on manual time, and keeps every notification."""

    def __init__(self, seed: int) -> None:
        self.platform = Platform(seed=seed, limits=False, manual_time=True)
        self.chance = Random(seed)
        self.told: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.texts: list[str] = []
        self.posts: list[str] = []
        self._subscribe()

    def _subscribe(self) -> None:
        world = self.platform.world
        for number in PEOPLE:
            owner = world.account.extension(number)
            extension = f"{A}/extension/{owner.id}"
            filters = [f"{extension}/message-store/instant?type=SMS", f"{extension}/voicemail", f"{extension}/presence"]
            if number == "101":
                filters += [f"{A}/telephony/sessions", "/team-messaging/v1/posts"]
            parsed = world.subscriptions.check(owner, "app", filters, SCOPES)
            made = world.subscriptions.create(owner, "app", parsed, transport="WebSocket")
            world.delivery.sockets[made.id] = lambda each: self.told.append(dict(each))

    async def live(self) -> None:
        """Everything in a random order, with some time between."""
        kinds = ["call"] * CALLS + ["text"] * TEXTS + ["post"] * POSTS
        self.chance.shuffle(kinds)
        for kind in kinds:
            await {"call": self.call, "text": self.text, "post": self.post}[kind]()
            await self.platform.advance(self.chance.choice((0, 1, 5, 20, 40)))
        for session in list(self.platform.world.exchange.sessions):  # those who talked on
            await self.platform.hang_up(session)
        await self.platform.advance(600)

    async def call(self) -> None:
        """Somebody calls; what becomes of it is left to chance, and partly to time."""
        platform, chance = self.platform, self.chance
        to = chance.choice((*PEOPLE, "200"))
        call = await (platform.ring(to, f"+1415555{chance.randrange(10_000):04}") if chance.random() < 0.8
                      else platform.dial(chance.choice(PEOPLE), to))  # fmt: skip
        session = str(call["telephonySessionId"])
        self.calls.append(session)
        if chance.random() < 0.25:
            return
        await platform.advance(chance.randrange(1, 10))
        if chance.random() < 0.1:
            await platform.hang_up(session)
            return
        try:
            await platform.answer(session)
            for verb in chance.sample(("hold", "record", "transfer", "park", "advance"), 2):
                await self.handle(session, verb)
        except (LookupError, ValueError):
            return  # it took another course meanwhile
        if chance.random() < 0.9 and session in platform.world.exchange.sessions:
            await platform.hang_up(session)

    async def handle(self, session: str, verb: str) -> None:
        """Something people do in a call."""
        platform = self.platform
        if verb == "hold":
            await platform.hold(session)
            await platform.unhold(session)
        elif verb == "record":
            await platform.record(session)
        elif verb == "transfer":
            await platform.transfer(session, self.chance.choice(PEOPLE))
        elif verb == "park":
            await platform.park(session)
        else:
            await platform.advance(self.chance.randrange(1, 90))

    async def text(self) -> None:
        """One comes in."""
        message = await self.platform.text(self.chance.choice(PEOPLE), f"+1415555{self.chance.randrange(10_000):04}")
        self.texts.append(str(message["id"]))

    async def post(self) -> None:
        """Somebody says something in the team."""
        post = await self.platform.post("Front desk", "Hello", self.chance.choice(PEOPLE))
        self.posts.append(str(post["id"]))

    def telephony(self) -> dict[str, list[dict[str, Any]]]:
        """What was told of each call, in the order in which it was told."""
        found = defaultdict(list)
        for each in self.told:
            if each["event"].endswith("/telephony/sessions"):
                found[each["body"]["telephonySessionId"]].append(each["body"])
        return found


@pytest.fixture(scope="module")
def day(request: pytest.FixtureRequest) -> Day:
    """One day, lived once for all the tests of this file."""
    lived = Day(11)
    asyncio.run(lived.live())
    return lived


def test_every_call_is_told_from_beginning_to_end(day: Day) -> None:
    """Sequences without a hole, every leg from its first state to its last, nothing after that."""
    calls = day.telephony()
    assert set(calls) == set(day.calls)
    for told in calls.values():
        assert [each["sequence"] for each in told] == list(range(2, len(told) + 2))
        last = {each["parties"][0]["id"]: each["parties"][0]["status"]["code"] for each in told}
        assert set(last.values()) <= {"Disconnected", "Gone"}
        times = [each["eventTime"] for each in told]
        assert times == sorted(times)


def test_nothing_is_left_going_on(day: Day) -> None:
    """No call, nobody busy, nothing parked."""
    state = day.platform.state()
    assert state["sessions"] == {}
    assert day.platform.world.exchange.parked == {}
    assert {each["telephonyStatus"] for each in state["presence"].values()} == {"NoCall"}


def test_every_call_is_in_the_log(day: Day) -> None:
    """Of the company once, of each person who had a leg once; recordings are those that were long enough."""
    log = day.platform.world.call_log
    assert {each.session.id for each in log.of(None)} == set(day.calls)
    for number in PEOPLE:
        extension = day.platform.world.account.extension(number)
        with_a_leg = {
            session
            for session, told in day.telephony().items()
            if any(each["parties"][0].get("extensionId") == extension.id for each in told)
        }
        assert Counter(each.session.id for each in log.of(extension)) == Counter(with_a_leg)
    assert all(kept.seconds >= 30 for kept, _ in log.recordings.values())
    assert log.recordings


def test_every_text_and_post_is_told_once_and_kept(day: Day) -> None:
    """With the id under which it can be read."""
    texts = [each["body"]["id"] for each in day.told if "message-store/instant" in each["event"]]
    assert sorted(texts) == sorted(day.texts)
    posts = [each["body"]["id"] for each in day.told if each["event"].endswith("/posts")]
    assert posts == day.posts
    kept = {str(one["id"]) for box in day.platform.state()["messages"].values() for one in box}
    assert set(texts) <= kept


def test_voicemails_are_those_that_callers_left(day: Day) -> None:
    """One for each leg that was in voicemail for a while."""
    left = [
        each
        for told in day.telephony().values()
        for each in told
        if each["parties"][0]["status"]["code"] == "Voicemail" and "extensionId" in each["parties"][0]
    ]
    told = [each for each in day.told if each["event"].endswith("/voicemail")]
    people = {day.platform.world.account.extension(each).id for each in PEOPLE}
    assert 0 < len(told) == len([each for each in left if each["parties"][0]["extensionId"] in people])


def test_presence_is_numbered_and_says_what_changed(day: Day) -> None:
    """Of each person rising, and never the same twice in a row."""
    shown = defaultdict(list)
    for each in day.told:
        if each["event"].endswith("/presence"):
            shown[each["ownerId"]].append(each["body"])
    assert len(shown) == len(PEOPLE)
    for bodies in shown.values():
        sequences = [each["sequence"] for each in bodies]
        assert sequences == sorted(set(sequences))
        plain = [{key: value for key, value in each.items() if key != "sequence"} for each in bodies]
        assert all(one != other for one, other in pairwise(plain))


async def test_the_same_seed_gives_the_same_day(day: Day) -> None:
    """Byte for byte."""
    again = Day(11)
    await again.live()
    digests = [hashlib.sha256(orjson.dumps(each.told)).hexdigest() for each in (day, again)]
    assert digests[0] == digests[1]
    assert len({each["uuid"] for each in day.told}) == len(day.told)
