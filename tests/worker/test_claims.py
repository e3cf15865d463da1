"""Rules that decide what becomes of a ringing call: one handler acts, the first of the settings has the first turn."""

import random

import pytest

from switchhook import CallRinging, Handler, Later, Retry, Skip
from switchhook.errors import BadRequest, OutcomeUnknown, RateLimited
from switchhook.log import Header, NewRecord
from switchhook.notification import envelope, key_of
from tests.events import streams
from tests.worker.model import enable


def ringing(clock, session="s-1"):
    """The records of a call up to its ring."""
    known = streams.Stream().session.removeprefix("s-").encode()
    sent = [raw.replace(known, session.removeprefix("s-").encode()) for raw in streams.outside_calls_in()[:6]]
    return [
        NewRecord(streams.ACCOUNT, key_of(envelope(raw)), raw, clock.now().timestamp(), {Header.NAME: "1-main-1-1"})
        for raw in sent
    ]


def decider(name, act, **options):
    """A handler that does `act` and then forwards the call."""
    handler = Handler(name)

    @handler.on(CallRinging, decides=True, **options)
    async def decide(call, ctx):
        act(call, ctx)
        await ctx.calls.forward(call, to="102")

    return handler


def leave(call, ctx):
    """This one leaves the call alone."""
    raise Skip("not mine")


def wait(seconds):
    """This one lets it ring for so long after it is first asked."""
    asked = []

    def until(call, ctx):
        asked.append(ctx.now)
        if (ctx.now - asked[0]).total_seconds() < seconds:
            raise Later(at=asked[0].fromtimestamp(asked[0].timestamp() + seconds, asked[0].tzinfo))

    return until


def go(call, ctx):
    """This one acts at once."""


async def ended(one, clock, advance=0.0):
    """How the handlers' runs ended, those that were parked in between left out."""
    await one.log.append(ringing(clock))
    one.start()
    await one.idle()
    await clock.advance(advance)
    await one.idle()
    outcomes = {end.handler: (str(end.outcome), end.reason) for end in one.ends if end.event == "CallRinging"}
    assert await one.stop() == 0
    return outcomes


@pytest.mark.parametrize("order", [("answer", "forward"), ("forward", "answer")])
async def test_the_first_of_the_settings_acts_the_other_is_skipped(service, clock, order):
    """One write at the platform, and the reason names who it was."""
    one = service(enable(*(decider(name, go) for name in order)))
    outcomes = await ended(one, clock)
    assert outcomes[order[0]][0] == "done"
    assert outcomes[order[1]] == ("skipped", f"{order[0]} has decided this call")
    assert len(one.platform.writes) == 1


async def test_who_leaves_the_call_alone_lets_the_next_one_act(service, clock):
    """A skip decides nothing."""
    one = service(enable(decider("first", leave), decider("second", go), decider("third", go)))
    outcomes = await ended(one, clock)
    assert {name: outcome for name, (outcome, _) in outcomes.items()} == {
        "first": "skipped", "second": "done", "third": "skipped"
    }  # fmt: skip
    assert len(one.platform.writes) == 1


async def test_the_first_keeps_its_turn_while_it_waits(service, clock):
    """It lets the telephone ring for ten seconds; the second one asks again, and finds the call decided."""
    one = service(enable(decider("first", wait(10)), decider("second", go)))
    outcomes = await ended(one, clock, advance=30)
    assert outcomes["first"][0] == "done"
    assert outcomes["second"] == ("skipped", "first has decided this call")
    assert len(one.platform.writes) == 1


async def test_the_turn_is_kept_over_a_crash(service, clock):
    """Parked, killed, started again: still one write, of the first."""
    one = service(enable(decider("first", wait(10)), decider("second", go)))
    await one.log.append(ringing(clock))
    one.start()
    await one.wait(lambda: len(one.ends) == 2)
    await one.kill()
    one.start()
    await one.idle()
    await clock.advance(30)
    assert await one.stop() == 0
    assert [name for name, _ in one.platform.writes] == ["forwardCallParty"]
    assert [(end.handler, end.outcome) for end in one.ends if end.outcome == "done"] == [("first", "done")]


async def test_who_waits_has_its_turn_at_once(service, clock):
    """The first waits for three seconds and then leaves the call alone: nobody rings a moment longer for it."""

    def leave_later(call, ctx):
        patience(call, ctx)
        raise Skip("not mine")

    patience = wait(3)
    one = service(enable(decider("first", leave_later), decider("third", go), decider("another", go)))
    await one.log.append(ringing(clock))
    one.start()
    await one.idle()
    assert [end.outcome for end in one.ends if end.event == "CallRinging"] == ["parked"] * 3
    await clock.advance(3.01)
    await one.idle()
    outcomes = [(end.handler, str(end.outcome)) for end in one.ends if end.event == "CallRinging"][3:]
    assert outcomes == [("first", "skipped"), ("third", "done"), ("another", "skipped")]
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_write_that_is_refused_decides_nothing(service, clock):
    """The platform did not do it, so the caller is still there for the next one; only one of them acts."""
    one = service(enable(decider("first", go), decider("second", go), decider("third", go)))
    one.platform.before.append(BadRequest("no", status=400))
    outcomes = await ended(one, clock)
    assert {name: outcome for name, (outcome, _) in outcomes.items()} == {
        "first": "failed", "second": "done", "third": "skipped"
    }  # fmt: skip
    assert len(one.platform.writes) == 1


async def test_a_refusal_that_passes_keeps_the_turn(service, clock):
    """The first is to try again later: the second waits, and is skipped once it has acted."""
    one = service(enable(decider("first", go), decider("second", go)))
    one.platform.before.append(RateLimited("too many", status=429, retry_after=8))
    outcomes = await ended(one, clock, advance=30)
    assert outcomes["first"][0] == "done"
    assert outcomes["second"] == ("skipped", "first has decided this call")
    assert len(one.platform.writes) == 1


async def test_a_write_of_which_nothing_is_known_decides(service, clock):
    """It may have happened, and no read can tell: nobody else acts on that call, neither meanwhile nor afterwards."""
    one = service(enable(decider("first", go), decider("second", go)))
    one.platform.after.append(OutcomeUnknown("lost", operation="forwardCallParty"))
    one.platform.answers["readCallSessionStatus"] = BadRequest("no", status=400)
    outcomes = await ended(one, clock, advance=30)
    assert outcomes["first"][0] == "unknown"
    assert outcomes["second"][0] == "skipped"


async def test_once_per_and_decides_go_together(service, clock):
    """Both must be free; who is held back by the one gives the other back."""
    options = {"once_per": "caller", "every": "1d"}
    one = service(enable(decider("first", go, **options), decider("second", go)))
    await one.log.append(ringing(clock))
    one.start()
    await one.idle()
    await one.log.append(ringing(clock, "s-2"))
    await one.idle()
    assert await one.stop() == 0
    ends = [(end.handler, str(end.outcome)) for end in one.ends if end.event == "CallRinging"]
    assert ends == [("first", "done"), ("second", "skipped"), ("first", "skipped"), ("second", "done")]


@pytest.mark.parametrize("seed", range(20))
async def test_never_two_writes_on_one_call(service, clock, seed):
    """Whatever skips, waits, fails, retries and is refused among four handlers, and whenever the worker is killed."""
    rng = random.Random(seed)

    def moody(call, ctx):
        mood = rng.random()
        if mood < 0.3:
            raise Skip("not now")
        if mood < 0.6:
            raise Retry("again", after=rng.choice([0.1, 5.0]))

    one = service(enable(*(decider(f"h{number}", moody) for number in range(4))))
    one.platform.before.extend(rng.choice([None, BadRequest("no", status=400)]) for _ in range(2))
    await one.log.append(ringing(clock))
    one.start()
    for _ in range(rng.randrange(3)):
        await one.wait(lambda: True)
        await clock.advance(rng.random() * 5)
        await one.kill()
        one.start()
    await one.idle()
    await clock.advance(600)
    assert await one.stop() == 0
    assert len(one.platform.writes) <= 1
