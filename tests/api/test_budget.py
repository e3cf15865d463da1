"""The budget: nothing is sent that would be refused, little is left unused, the urgent goes first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.api.budget import OVERDUE, PATIENCE, WINDOW, Budget, Priority, State, Ticket
from switchhook.api.gate import BudgetSpent, Gate
from switchhook.clock import ManualClock, settle


def headers(limit: int, remaining: int, group: str = "light", window: int = 60) -> dict[str, str]:
    """The rate limit headers of an answer."""
    return {
        "x-rate-limit-group": group,
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-window": str(window),
    }


def enter(
    budget: Budget, now: float, priority: Priority = Priority.HANDLER, operation: str = "readExtension"
) -> Ticket:
    """Ask for a place of the group Light."""
    return budget.enter(operation, "Light", now, priority=priority)[0]


def test_admits_as_many_as_fit_and_frees_them_a_window_after_their_answers() -> None:
    """Places come back one window after the answer, not after the sending."""
    budget = Budget({"light": 2})
    first, second = enter(budget, 0), enter(budget, 0)
    assert first.state is second.state is State.ADMITTED
    budget.leave(first, 1.0, status=200)
    budget.leave(second, 2.0, status=200)
    assert enter(budget, 50.0).state is State.REFUSED
    waiting = enter(budget, 1.0 + WINDOW - PATIENCE)
    assert waiting.state is State.WAITING
    assert budget.wake("light", 60.0) == 1.0 + WINDOW
    assert budget.advance("light", 1.0 + WINDOW) == [waiting]
    assert waiting.state is State.ADMITTED


def test_a_window_that_turns_out_shorter_frees_what_was_counted_before() -> None:
    """The first answer names the window; its own place, taken before that was known, holds nobody up longer."""
    budget = Budget({"light": 2})
    first, second = enter(budget, 0), enter(budget, 0)
    budget.leave(first, 1.0, status=200, headers=headers(2, 1, window=2))
    budget.leave(second, 1.0, status=200, headers=headers(2, 0, window=2))
    waiting = enter(budget, 2.5)
    assert waiting.state is State.WAITING
    assert budget.advance("light", 3.0) == [waiting]
    assert waiting.state is State.ADMITTED


def test_what_was_not_sent_costs_nothing() -> None:
    """A refused connection gives the place back at once."""
    budget = Budget({"light": 1})
    budget.leave(enter(budget, 0), 0.1)
    assert enter(budget, 0.2).state is State.ADMITTED


def test_the_urgent_goes_first_then_the_earlier_deadline_then_the_first_come() -> None:
    """When one place gets free, the ringing call takes it, whoever came before."""
    budget = Budget({"light": 1})
    taken = enter(budget, 0)
    order = [
        budget.enter("a", "Light", 0, priority=Priority.HANDLER)[0],
        budget.enter("b", "Light", 0, priority=Priority.HANDLER, deadline=1.5)[0],
        budget.enter("c", "Light", 0, priority=Priority.HANDLER, deadline=1.0)[0],
        budget.enter("d", "Light", 0, priority=Priority.RINGING)[0],
    ]
    assert [ticket.state for ticket in order] == [State.WAITING] * 4
    went: list[str] = []
    for _ in order:
        taken = next(ticket for ticket in budget.leave(taken, 0.1) if ticket.state is State.ADMITTED)
        went.append(taken.operation)
    assert went == ["d", "c", "b", "a"]


def test_a_deadline_that_cannot_be_met_is_refused_at_once() -> None:
    """Nobody waits for a place that comes too late."""
    budget = Budget({"light": 1})
    budget.leave(enter(budget, 0), 0.0, status=200)
    ticket, changed = budget.enter("x", "Light", 1.0, priority=Priority.KEEPER, deadline=30.0)
    assert (ticket.state, changed) == (State.REFUSED, [ticket])
    assert ticket.retry_after == 59.0


def test_background_leaves_places_free() -> None:
    """Backfill uses three quarters of a group and the keeper four fifths (later nine tenths), so that a ringing call
    finds room.
    """
    budget = Budget({"light": 20})
    backfill = [enter(budget, 0, Priority.BACKFILL) for _ in range(20)]
    keeper = [enter(budget, 0, Priority.KEEPER) for _ in range(20)]
    ringing = [enter(budget, 0, Priority.RINGING) for _ in range(20)]
    assert [sum(ticket.state is State.ADMITTED for ticket in some) for some in (backfill, keeper, ringing)] == [
        15,
        1,
        4,
    ]


def flood(budget: Budget, seconds: int, **others: Priority) -> dict[str, list[float]]:
    """Two handlers' calls a second, answered at once, and each of `others` every five seconds, all light; how long
    each that got a place waited for it, by operation.
    """
    began: dict[int, tuple[str, float]] = {}
    waits: dict[str, list[float]] = {}

    def go(tickets: list[Ticket], now: float) -> None:
        for ticket in tickets:
            if ticket.state is State.ADMITTED:
                operation, since = began[ticket.number]
                waits.setdefault(operation, []).append(now - since)
                go(budget.leave(ticket, now, status=200), now)

    for tenth in range(seconds * 10):
        now = tenth / 10
        go(budget.advance("light", now), now)
        asked = [("handler", Priority.HANDLER)] if tenth % 5 == 0 else []
        asked += list(others.items()) if tenth % 50 == 25 else []
        for operation, priority in asked:
            ticket, changed = budget.enter(operation, "Light", now, priority=priority)
            began[ticket.number] = operation, now
            go(changed, now)
    return waits


def test_a_call_that_rings_finds_a_place_however_much_handlers_ask() -> None:
    """More than twice what fits for ten minutes: from the first on, every call that rings goes, almost at once, and the
    rest is used.
    """
    waits = flood(Budget(), 600, ringing=Priority.RINGING)
    assert len(waits["ringing"]) == 120
    assert max(waits["ringing"]) < 2.0
    assert len(waits["ringing"]) + len(waits["handler"]) >= 0.95 * 500


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(10, 60),
    burst=st.integers(0, 120),
    rings=st.lists(st.floats(0.0, 0.99), min_size=12, max_size=12),
    priority=st.sampled_from([Priority.HANDLER, Priority.KEEPER, Priority.BACKFILL]),
)
def test_a_sudden_overload_leaves_room_for_calls_that_ring(
    limit: int, burst: int, rings: list[float], priority: Priority
) -> None:
    """Whatever asks for everything at once in the first minute: a fifth of the limit goes to calls that ring, each at
    once if it comes before its place is given away.
    """
    budget, kept = Budget({"light": limit}), limit // 5
    moments = [0.5 + early * 60.0 * (number + 1) / kept for number, early in enumerate(rings[:kept])]
    for _ in range(burst):
        ticket = enter(budget, 0.0, priority)
        if ticket.state is State.ADMITTED:
            budget.leave(ticket, 0.1, status=200)
    asked = [(moment, Priority.RINGING) for moment in moments]
    asked += [(second * 0.5, Priority.HANDLER) for second in range(1, 120)]
    for now, who in sorted(asked):
        budget.advance("light", now)
        used = enter(budget, now, who)
        if who is Priority.RINGING:
            assert used.state is State.ADMITTED
        if used.state is State.ADMITTED:
            budget.leave(used, now, status=200)


def test_what_is_kept_at_first_is_given_away_where_nobody_rings() -> None:
    """A minute after the group became short, handlers have all of it; whoever waits is woken for each place."""
    budget = Budget({"medium": 40})
    for _ in range(60):
        budget.enter("sms", "Medium", 0.0, priority=Priority.HANDLER)
    assert budget.remaining("medium", 0.0) == 8
    waiting = budget.enter("sms", "Medium", 7.0, priority=Priority.HANDLER)[0]
    assert budget.wake("medium", 7.0) == 7.5
    assert waiting in budget.advance("medium", 7.5)
    assert waiting.state is State.ADMITTED
    for second in range(8, 61):
        budget.enter("sms", "Medium", float(second), priority=Priority.HANDLER)
        budget.advance("medium", second + 0.9)
    assert budget.remaining("medium", 61.0) == 0


@settings(max_examples=10, deadline=None)
@given(limit=st.integers(10, 100), rate=st.sampled_from([0.5, 1.0]))
def test_backfill_moves_however_much_handlers_ask(limit: int, rate: float) -> None:
    """It gets a twentieth of the limit, one place at a time, and no more than that while others need the rest."""
    budget, moments = Budget({"light": limit}), []
    waiting: Ticket | None = None

    def go(tickets: list[Ticket], now: float) -> None:
        for ticket in tickets:
            if ticket.state is State.ADMITTED:
                if ticket.operation == "backfill":
                    moments.append(now)
                go(budget.leave(ticket, now, status=200), now)

    for step in range(int(600 / rate)):
        now = step * rate
        go(budget.advance("light", now), now)
        for _ in range(3):
            go(budget.enter("handler", "Light", now, priority=Priority.HANDLER)[1], now)
        if waiting is None or waiting.state is not State.WAITING:
            waiting, changed = budget.enter("backfill", "Light", now, priority=Priority.BACKFILL)
            go(changed, now)
    late = [moment for moment in moments if moment >= 120.0]
    fair = 480.0 / 60.0 * limit * 0.05
    assert 0.6 * fair - 1 <= len(late) <= fair + 1


def test_the_keeper_stands_back_for_a_while_only() -> None:
    """No subscription dies because handlers use the budget up."""
    waits = flood(Budget(), 600, keeper=Priority.KEEPER)
    assert len(waits["keeper"]) >= 105
    assert max(waits["keeper"]) < OVERDUE + 60


def test_background_that_waits_for_ever_is_not_kept_from_sleep() -> None:
    """The moment to look again is in the future, also when a call of the keeper is overdue."""
    budget = Budget({"light": 1})
    enter(budget, 0)
    budget.enter("k", "Light", 1.0, priority=Priority.KEEPER)
    assert budget.wake("light", 2.0) == 1.0 + OVERDUE
    assert budget.advance("light", 1.0 + OVERDUE) == []
    moment = budget.wake("light", 1.0 + OVERDUE)
    assert moment is not None
    assert moment > 1.0 + OVERDUE


def test_a_penalty_closes_the_group_and_nothing_is_sent_inside_it() -> None:
    """After a 429 every call of the group is refused with the rest of the penalty; other groups go on."""
    budget = Budget()
    budget.leave(enter(budget, 0), 0.0, status=429, headers=headers(50, 0), penalty=40.0)
    refused = enter(budget, 10.0)
    assert (refused.state, refused.retry_after) == (State.REFUSED, 30.0)
    assert budget.remaining("light", 10.0) == 0
    assert budget.enter("sms", "Medium", 10.0, priority=Priority.HANDLER)[0].state is State.ADMITTED
    assert enter(budget, 40.0 - PATIENCE).state is State.WAITING


def test_a_limit_of_one_service_closes_one_operation() -> None:
    """A 429 without the group's headers is not the group's: only the operation that got it stays away."""
    budget = Budget()
    budget.leave(enter(budget, 0, operation="createSMSMessage"), 0.0, status=429, penalty=None)
    assert enter(budget, 1.0, operation="createSMSMessage").state is State.REFUSED
    assert enter(budget, 1.0, operation="createGlipPost").state is State.ADMITTED


def test_learns_limits_groups_and_what_others_have_used() -> None:
    """Headers tell the real limit, the operation's real group, and places used by another process."""
    budget = Budget()
    budget.leave(enter(budget, 0), 0.0, status=200, headers=headers(75, 70))
    assert budget.remaining("light", 0.0) == 70
    budget.leave(enter(budget, 1.0), 1.0, status=200, headers=headers(75, 74))
    assert budget.remaining("light", 1.0) == 73
    budget.leave(enter(budget, 2.0, operation="odd"), 2.0, status=200, headers=headers(10, 9, "heavy"))
    assert budget.group_of("odd", "Light") == "heavy"
    assert budget.remaining("heavy", 2.0) == 9
    assert budget.remaining("light", 2.0) == 73


def test_unlimited_operations_never_wait() -> None:
    """The group NoThrottling has no places to run out of."""
    budget = Budget()
    for _ in range(1000):
        ticket, _ = budget.enter("readAPIVersions", "NoThrottling", 0.0, priority=Priority.BACKFILL)
        assert ticket.state is State.ADMITTED
        assert budget.leave(ticket, 0.0, status=200) == []


class Platform:
    """The platform's side of one group: a sliding window over arrivals, and a penalty that restarts."""

    def __init__(self, limit: int) -> None:
        self.limit, self.window, self.closed_until = limit, deque[float](), 0.0
        self.refused = self.accepted = 0

    def arrives(self, now: float) -> tuple[int, dict[str, str]]:
        while self.window and self.window[0] <= now - 60.0:
            self.window.popleft()
        if now < self.closed_until or len(self.window) >= self.limit:
            self.closed_until = now + 60.0
            self.refused += 1
            return 429, headers(self.limit, 0)
        self.window.append(now)
        self.accepted += 1
        return 200, headers(self.limit, self.limit - len(self.window))


def run(platform: Platform, budget: Budget, arrivals: list[float], latency: random.Random, foreign: int = 0) -> None:
    """Play demand against the platform in virtual time; each way takes up to 0.4 s."""
    World(platform, budget, latency).play(arrivals, foreign)


class World:
    """Virtual time between a budget and the platform."""

    def __init__(self, platform: Platform, budget: Budget, latency: random.Random) -> None:
        self.platform, self.budget, self.latency = platform, budget, latency
        self.order = itertools.count()
        self.events: list[tuple[float, int, Callable[[float], None]]] = []

    def at(self, moment: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self.events, (moment, next(self.order), act))

    def play(self, arrivals: list[float], foreign: int) -> None:
        for _ in range(foreign):
            self.platform.arrives(0.0)
        for moment in arrivals:
            self.at(moment, self.want)
        while self.events:
            now, _, act = heapq.heappop(self.events)
            act(now)

    def want(self, now: float) -> None:
        self.go(self.budget.enter("x", "Light", now, priority=Priority.HANDLER)[1], now)

    def go(self, tickets: list[Ticket], now: float) -> None:
        for ticket in tickets:
            if ticket.state is State.ADMITTED:
                self.at(now + self.latency.uniform(0.0, 0.4), partial(self.arrive, ticket))
        wake = self.budget.wake("light", now)
        if wake is not None:
            self.at(max(wake, now + 1e-6), lambda moment: self.go(self.budget.advance("light", moment), moment))

    def arrive(self, ticket: Ticket, now: float) -> None:
        status, told = self.platform.arrives(now)
        self.at(now + self.latency.uniform(0.0, 0.4), partial(self.answer, ticket, status, told))

    def answer(self, ticket: Ticket, status: int, told: dict[str, str], now: float) -> None:
        penalty = 60.0 if status == 429 else None
        self.go(self.budget.leave(ticket, now, status=status, headers=told, penalty=penalty), now)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), limit=st.integers(5, 60), load=st.floats(0.2, 4.0))
def test_no_call_is_refused_by_the_platform_however_it_is_loaded(seed: int, limit: int, load: float) -> None:
    """Knowing the limit, not one call meets a 429, whatever the demand and the latencies."""
    chance = random.Random(seed)
    rate = limit / 60.0 * load
    arrivals = sorted(chance.uniform(0.0, 240.0) for _ in range(int(rate * 240)))
    platform = Platform(limit)
    run(platform, Budget({"light": limit}), arrivals, chance)
    assert platform.refused == 0


@pytest.mark.parametrize("seed", range(5))
def test_uses_the_budget_up_under_overload(seed: int) -> None:
    """With three times the demand, at least 95 % of what the platform would take is used, and none refused."""
    chance = random.Random(seed)
    platform = Platform(50)
    arrivals = sorted(chance.uniform(0.0, 600.0) for _ in range(1500))
    run(platform, Budget(), arrivals, chance)
    assert platform.refused == 0
    assert platform.accepted >= 0.95 * 50 * 10


@pytest.mark.parametrize("seed", range(5))
def test_one_answer_is_enough_to_respect_what_another_process_used(seed: int) -> None:
    """Started on a half-used group, as after a restart, no call is refused once the first answers have come."""
    chance = random.Random(seed)
    platform = Platform(50)
    arrivals = [0.0, *sorted(chance.uniform(1.0, 180.0) for _ in range(400))]
    run(platform, Budget(), arrivals, chance, foreign=30)
    assert platform.refused == 0


async def test_the_gate_lets_waiters_in_when_time_comes() -> None:
    """A waiter goes on when a place gets free, another is refused after 2 s with the time to come again."""
    clock = ManualClock()
    gate = Gate(Budget({"light": 1}), clock)

    async def through() -> str:
        ticket = await gate.enter("x", "Light", priority=Priority.HANDLER)
        return ticket.state

    first = await gate.enter("x", "Light", priority=Priority.HANDLER)
    waiter, late = asyncio.create_task(through()), asyncio.create_task(through())
    await settle()
    assert not waiter.done()
    gate.leave(first)
    assert await waiter == State.ADMITTED
    await clock.advance(PATIENCE)
    with pytest.raises(BudgetSpent, match="light is used up"):
        await late


async def test_a_cancelled_waiter_leaves_no_trace() -> None:
    """Whoever gives up waiting takes no place, even if it was admitted at the same moment."""
    clock = ManualClock()
    gate = Gate(Budget({"light": 1}), clock)
    first = await gate.enter("x", "Light", priority=Priority.HANDLER)
    waiters = [asyncio.create_task(gate.enter("x", "Light", priority=Priority.HANDLER)) for _ in range(2)]
    await settle()
    waiters[0].cancel()
    await settle()
    gate.leave(first)
    waiters[1].cancel()
    await settle()
    assert gate.budget.remaining("light", clock.monotonic()) == 1
    assert all(waiter.cancelled() for waiter in waiters)
