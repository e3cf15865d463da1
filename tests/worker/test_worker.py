"""The worker as a whole, on a modelled log and platform."""

from __future__ import annotations

import asyncio
import gc
from datetime import timedelta
from io import BytesIO

import orjson
import pytest

from switchhook.errors import (
    ApiUnreachable,
    Conflict,
    Later,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Retry,
    Skip,
    StateUnavailable,
)
from switchhook.events.types import DeadLettered, Notification, PostAdded
from switchhook.log import Header, NewRecord
from switchhook.plugin.handler import Handler
from switchhook.state import Table
from switchhook.telemetry import Metric
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.effects import Effects
from switchhook.worker.runs import Work
from tests.state.memory import Disk, MemoryState
from tests.worker.model import ACCOUNT, enable, handler_for, post


class Probe:
    """A handler that does what the test says for each post, and remembers what it was given."""

    def __init__(self, acts=None, *, writes=False, **options):
        self.heard = []
        self.acts = acts or {}
        self.writes = writes
        self.handler = handler_for(PostAdded, self.on_post, **options)

    async def on_post(self, event, ctx):
        self.heard.append(event.post_id)
        if self.writes:
            await ctx.chats.post(event.chat_id, f"re {event.post_id}")
        act = self.acts.get(event.post_id)
        if isinstance(act, list):
            act = act.pop(0) if act else None
        if isinstance(act, BaseException):
            raise act
        if act is not None:
            await act(event, ctx)


def dead(service):
    """The dead letters of partition 0."""
    return list(DeadLetters(service.store, 0).all())


async def test_a_record_is_handled_and_committed(service, clock):
    """A post reaches the handler once, its end is noted, and its offset is committed."""
    probe = Probe()
    one = service(enable(probe.handler))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    assert probe.heard == ["1"]
    assert one.outcomes() == [("1", "done")]
    assert await one.stop() == 0
    assert one.log.committed[0] == 1
    assert one.metrics.value(Metric.RUNS, handler="probe", rule="on_post", outcome="done") == 1
    assert one.metrics.value(Metric.RECORDS, result="done") == 1


async def test_a_run_that_is_over_leaves_nothing_for_the_garbage_collector(service, clock):
    """Whatever a run was made of goes with its end, not when circles are looked for."""

    def attempts():
        return {one for one in gc.get_objects() if isinstance(one, Effects)}

    async def skip(event, ctx):
        raise Skip("no")

    gc.collect()
    gc.disable()
    others = attempts()  # of tests that broke runs off
    try:
        one = service(enable(Probe({"2": skip}, writes=True).handler))
        await one.log.append([post(number, clock=clock) for number in (1, 2)])
        one.start()
        await one.idle()
        assert one.outcomes() == [("1", "done"), ("2", "skipped")]
        assert attempts() == others
        assert await one.stop() == 0
    finally:
        gc.enable()


async def test_content_is_streamed_through_the_run_s_client(service, clock):
    """A handler that saves a recording gets it from its identity's client, and no effect is noted."""
    saved = BytesIO()

    async def save(event, ctx):
        assert await ctx.recordings.save("88", saved) == len(b"sound")

    probe = Probe({"1": save})
    one = service(enable(probe.handler))
    one.platform.answers["listCallRecordingData"] = b"sound"
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "done")]
    assert saved.getvalue() == b"sound"
    assert one.platform.writes == []
    await one.stop()


async def test_order_within_a_key_and_none_between_keys(service, clock):
    """Posts of one chat are handled one after the other; a slow chat delays no other."""
    order, gate = [], asyncio.Event()

    async def slow(event, ctx):
        await gate.wait()
        order.append(event.post_id)

    async def quick(event, ctx):
        order.append(event.post_id)

    probe = Probe({"1": slow, "2": quick, "3": quick})
    one = service(enable(probe.handler))
    await one.log.append([post(1, "a", clock=clock), post(2, "a", clock=clock), post(3, "b", clock=clock)])
    one.start()
    await one.wait(lambda: order == ["3"])
    gate.set()
    await one.idle()
    assert order == ["3", "1", "2"]
    assert await one.stop() == 0


async def test_the_same_content_twice_is_handled_once(service, clock):
    """Two deliveries of one fact are one event, while the first is in flight, after it, and after a restart."""
    gate = asyncio.Event()

    async def wait(event, ctx):
        await gate.wait()

    probe = Probe({"1": wait})
    one = service(enable(probe.handler))
    same = post(1, clock=clock)
    await one.log.append([same, same])
    one.start()
    await one.wait(lambda: probe.heard == ["1"])
    gate.set()
    await one.idle()
    await one.log.append([same])
    await one.idle()
    assert await one.stop() == 0
    await one.log.append([same])
    one.start()
    await one.idle()
    assert probe.heard == ["1"]
    assert await one.stop() == 0
    assert one.log.committed[0] == 4


async def test_a_replay_is_handled_again_and_repeats_no_effect(service, clock):
    """A replay runs the handlers again; the effect journal answers their writes, unless it is told to do it again."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler))
    first = post(1, clock=clock)
    await one.log.append([first])
    one.start()
    await one.idle()
    copy = NewRecord(ACCOUNT, first.key, first.value, first.received_at, {**first.headers, Header.REPLAY_OF: "0:0"})
    await one.log.append([copy])
    await one.idle()
    assert probe.heard == ["1", "1"]
    assert len(one.platform.writes) == 1
    assert [effect.replayed for effect in one.ends[1].effects] == [True]
    again = NewRecord(ACCOUNT, first.key, first.value, first.received_at, {**copy.headers, Header.AGAIN: "x"})
    await one.log.append([again])
    await one.idle()
    assert len(one.platform.writes) == 2
    assert await one.stop() == 0


async def test_null_key_empty_key(service, clock):
    """Records without a key never wait for one another; those with an empty key keep their order."""
    gate, order = asyncio.Event(), []

    async def slow(event, ctx):
        await gate.wait()

    async def note(event, ctx):
        order.append(event.post_id)

    probe = Probe({"1": slow, "2": note, "3": slow, "4": note})
    one = service(enable(probe.handler))
    await one.log.append([post(number, clock=clock, key=None) for number in (1, 2)])
    await one.log.append([post(number, clock=clock, key="") for number in (3, 4)])
    one.start()
    await one.wait(lambda: len(probe.heard) == 3)
    assert order == ["2"]
    gate.set()
    await one.idle()
    assert order == ["2", "4"]
    assert await one.stop() == 0


async def test_a_passing_failure_is_tried_again_in_the_lane(service, clock):
    """A platform that is busy for a moment is asked again within two seconds, and nothing is parked."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler))
    one.platform.before.extend([PlatformError("busy", status=503), ApiUnreachable("no")])
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=2.0)
    assert one.outcomes() == [("1", "done")]
    assert probe.heard == ["1"] * 3
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_longer_failure_is_parked_and_its_lane_waits_behind_it(service, clock):
    """What fails longer is parked: its record completes, later ones of its lane wait in order, other lanes go on."""
    failing = [RateLimited("slow down", status=429, retry_after=60.0)]
    probe = Probe({"1": failing})
    one = service(enable(probe.handler))
    await one.log.append([post(1, "a", clock=clock), post(2, "a", clock=clock), post(3, "b", clock=clock)])
    one.start()
    await one.idle(advance=3.0)
    assert one.outcomes() == [("3", "done"), ("1", "parked"), ("2", "parked")] or one.outcomes() == [
        ("1", "parked"),
        ("3", "done"),
        ("2", "parked"),
    ]
    await one.log.append([post(4, "a", clock=clock)])
    await one.idle()
    await one.wait(lambda: one.log.committed[0] == 4, advance=2.0)
    await clock.advance(50)
    assert probe.heard == ["1", "3"]
    await one.wait(lambda: len(probe.heard) == 5, advance=60)
    assert probe.heard[2:] == ["1", "2", "4"]
    assert await one.stop() == 0


async def test_park_never_early_also_after_restart_and_clock_step(service, clock):
    """Retry(after=) waits its seconds as they pass, over a restart and steps of the wall clock in both directions."""
    probe = Probe({"1": [Retry("not yet", after=100.0)], "2": [Retry("not yet", after=100.0)]})
    one = service(enable(probe.handler))
    await one.log.append([post(1, "a", clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    start = clock.monotonic()
    clock.step(3_600)
    await clock.advance(50)
    assert await one.stop() == 0
    clock.step(3_600)
    one.start()
    await one.wait(lambda: len(probe.heard) == 2, advance=60)
    assert 98.0 <= clock.monotonic() - start <= 100.5
    await one.log.append([post(2, "a", clock=clock)])
    await one.idle(advance=1.0)
    start = clock.monotonic()
    clock.step(-7_200)
    await one.wait(lambda: len(probe.heard) == 4, advance=110)
    assert 98.0 <= clock.monotonic() - start <= 101.5
    assert await one.stop() == 0


async def test_later_is_a_moment_of_the_wall_clock(service, clock):
    """Later(at=) comes at that moment by the wall clock, also when the clock is set and after a restart."""
    moment = clock.now() + timedelta(hours=1)
    probe = Probe({"1": [Later(at=moment)]})
    one = service(enable(probe.handler))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    clock.step(3_500)
    await clock.advance(2)
    assert await one.stop() == 0
    one.start()
    await one.wait(lambda: len(probe.heard) == 2, advance=120)
    assert timedelta() <= clock.now() - moment <= timedelta(seconds=2)
    assert await one.stop() == 0


async def test_a_clock_that_is_set_back_while_a_run_waits_for_its_turn_makes_it_wait_again(service, clock):
    """Its moment had come, its turn had not; by the time it has, the moment is to come."""
    moment = clock.now() + timedelta(seconds=5)
    called = []

    async def note(event, ctx):
        called.append(clock.now())

    async def take_long(event, ctx):
        await clock.sleep(20)

    probe = Probe({"1": [Later(at=moment), note], "2": take_long})
    one = service(enable(probe.handler), concurrency=1)
    await one.log.append([post(1, "a", clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    await one.log.append([post(2, "b", clock=clock)])
    await clock.advance(10)
    assert probe.heard == ["1", "2"]
    clock.step(-3_600)
    await one.wait(lambda: ("2", "done") in one.outcomes(), advance=60)
    await clock.advance(3_400)
    assert called == []
    await one.wait(lambda: len(called) == 1, advance=300)
    assert timedelta() <= called[0] - moment <= timedelta(seconds=2)
    assert await one.stop() == 0


async def test_poison_record_bounded_others_flow(service, clock):
    """A record that always fails becomes a dead letter after its attempts; others are handled meanwhile."""
    probe = Probe({"1": [PlatformError("busy", status=503)] * 100})
    one = service(enable(probe.handler), retry_attempts=2)
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    one.start()
    await one.wait(lambda: ("1", "failed") in one.outcomes(), advance=60)
    assert ("2", "done") in one.outcomes()
    assert probe.heard.count("1") == 10
    (letter,) = dead(one)
    assert (letter.saved.event.post_id, letter.outcome) == ("1", "failed")
    assert "2 attempts" in letter.reason
    assert await one.stop() == 0
    assert one.log.committed[0] == 2


@pytest.mark.parametrize(
    "error", [ValueError("bug"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError(), GeneratorExit()]
)
async def test_whatever_a_handler_raises_harms_its_run_alone(service, clock, error):
    """A handler that raises anything, even what would end a program, is a dead letter; the others go on."""
    probe = Probe({"1": error})
    one = service(enable(probe.handler))
    await one.log.append([post(1, "a", clock=clock), post(2, "a", clock=clock)])
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "failed"), ("2", "done")]
    assert any("test_worker.py" in line for line in dead(one)[0].trail)
    assert await one.stop() == 0


async def test_skip_and_overtaken_and_expired_end_quietly(service, clock):
    """A skip, a refusal because things moved on, and an event that is too old leave no dead letter."""
    moved = Conflict("moved", status=409, operation="x", path="/team-messaging/v1/chats/a/posts/2")
    probe = Probe({"1": Skip("no"), "2": moved}, within="10s")
    one = service(enable(probe.handler))
    old = clock.now() - timedelta(seconds=11)
    await one.log.append([post(1, clock=clock), post(2, clock=clock), post(3, at=old, clock=clock)])
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "skipped"), ("2", "overtaken"), ("3", "expired")]
    assert probe.heard == ["1", "2"]
    assert dead(one) == []
    assert await one.stop() == 0


async def test_handler_hangs_for_ever(service, clock):
    """A run over its time limit is ended; if it does not end, it is left behind, and its lane goes on without it."""

    async def hang(event, ctx):
        await asyncio.Event().wait()

    async def refuse(event, ctx):
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    probe = Probe({"1": hang, "2": refuse})
    one = service(enable(probe.handler), run_timeout=5.0)
    await one.log.append([post(number, clock=clock) for number in (1, 2, 3)])
    one.start()
    await one.wait(lambda: len(one.ends) == 3, advance=30)
    assert one.outcomes() == [("1", "failed"), ("2", "failed"), ("3", "done")]
    assert "longer than 5 s" in one.ends[0].reason
    assert "does not end" in one.ends[1].reason
    stuck = [task for task in one.worker._assignment.serving if "_serve" in repr(task)]
    assert await one.stop() == 1, "a run that cannot be ended is something that was left"
    for task in stuck:
        task.get_coro().close()


async def test_shutdown_the_next_queued_task_does_not_start(service, clock):
    """While stopping, what runs is waited for, and what is queued stays in the log."""
    gate = asyncio.Event()

    async def wait(event, ctx):
        await gate.wait()

    probe = Probe({"1": wait})
    one = service(enable(probe.handler))
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    one.start()
    await one.wait(lambda: probe.heard == ["1"])
    stopping = asyncio.create_task(one.stop())
    await one.wait(lambda: not one.worker._assignment.open, advance=1.0)
    gate.set()
    assert await stopping == 0
    assert probe.heard == ["1"]
    assert one.log.committed[0] == 1
    one.start()
    await one.idle()
    assert probe.heard == ["1", "2"]
    assert await one.stop() == 0


async def test_a_run_that_does_not_end_in_time_is_broken_off_and_said(service, clock):
    """A stop waits for its seconds, breaks off what still runs, and says so by its exit code; nothing is lost."""

    async def hang(event, ctx):
        await asyncio.Event().wait()

    probe = Probe({"1": [hang]})
    one = service(enable(probe.handler), drain=3.0)
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: probe.heard == ["1"])
    assert await one.stop() == 1
    assert one.log.committed[0] == 0
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "done")]
    assert await one.stop() == 0


async def test_handler_fails_after_its_first_write_the_rerun_does_not_repeat_it(service, clock):
    """A run that wrote and then failed for a passing reason is run again, and the write is answered by the journal."""
    probe = Probe({"1": [PlatformError("busy", status=503), Retry("later", after=10.0)]}, writes=True)
    one = service(enable(probe.handler))
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: len(probe.heard) == 3, advance=30)
    await one.idle()
    assert len(one.platform.writes) == 1
    assert one.outcomes() == [("1", "parked"), ("1", "done")]
    assert await one.stop() == 0


async def test_crash_between_intent_and_answer_the_write_is_not_sent_again(service, clock):
    """A worker that dies while a write is under way never sends it again; a person gets a dead letter."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler))
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: len(one.platform.writes) == 1)
    await one.kill()
    one.platform.hold = None
    one.platform.shows_posts = False
    one.start()
    await one.wait(lambda: ("1", "unknown") in one.outcomes(), advance=30)
    assert len(one.platform.writes) == 1
    assert "test_worker.py" in dead(one)[0].reason
    assert await one.stop() == 0


async def test_an_unknown_outcome_is_never_repeated(service, clock):
    """A write whose answer was lost, and which no read shows, is a dead letter."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler))
    one.platform.after.append(OutcomeUnknown("connection reset"))
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: ("1", "unknown") in one.outcomes(), advance=30)
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_handler_that_is_not_deterministic_is_told_the_lines(service, clock):
    """Another write at the same step of a re-run is refused, and the dead letter names the line."""
    texts = iter(["first", "second"])

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, next(texts))
        raise PlatformError("busy", status=503)

    one = service(enable(handler_for(PostAdded, on_post)))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=5.0)
    assert [parameters["body"]["text"] for _, parameters in one.platform.writes] == ["first"]
    assert dead(one)[0].reason.count("test_worker.py:") == 2
    assert await one.stop() == 0


async def test_commit_fails_with_a_generation_error_consumption_goes_on(service, clock):
    """A refused commit stops nothing; what was refused is committed later."""
    probe = Probe()
    one = service(enable(probe.handler))
    one.log.refuse_commits = True
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=3.0)
    await clock.advance(8.0)
    assert one.log.committed[0] == 0
    assert one.metrics.value(Metric.COMMITS, result="refused") >= 2
    one.log.refuse_commits = False
    await one.wait(lambda: one.log.committed[0] == 1, advance=5.0)
    await one.log.append([post(2, clock=clock)])
    await one.wait(lambda: one.log.committed[0] == 2, advance=5.0)
    assert await one.stop() == 0


async def test_a_log_that_is_away_is_waited_for(service, clock):
    """A worker without its log waits and goes on when it is back."""
    probe = Probe()
    one = service(enable(probe.handler))
    one.start()
    await one.idle()
    one.log.unavailable = True
    await clock.advance(5)
    one.log.unavailable = False
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: probe.heard == ["1"], advance=5.0)
    assert await one.stop() == 0


async def test_memory_is_saved_when_a_run_is_done_and_forgotten_when_it_fails(service, clock):
    """ctx.store keeps what a successful run put, over a restart; a failed run leaves nothing."""
    heard = []

    async def on_post(event: PostAdded, ctx):
        heard.append((event.post_id, ctx.store.get("count", 0), ctx.store.get("brief")))
        ctx.store.put("count", ctx.store.get("count", 0) + 1)
        ctx.store.put("brief", event.post_id, ttl=60)
        if event.post_id == "2":
            raise ValueError

    one = service(enable(handler_for(PostAdded, on_post)))
    await one.log.append([post(number, clock=clock) for number in (1, 2, 3)])
    one.start()
    await one.idle()
    assert await one.stop() == 0
    await clock.advance(61)
    await one.log.append([post(4, clock=clock)])
    one.start()
    await one.idle()
    assert heard == [("1", 0, None), ("2", 1, "1"), ("3", 1, "1"), ("4", 2, None)]
    assert await one.stop() == 0


async def test_once_per_is_marked_by_the_first_write_never_by_a_return_or_a_skip(service, clock):
    """A second event of the same value acts if the first did not write, and is skipped if it did."""

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1":
            raise Skip("not this one")
        await ctx.chats.post(event.chat_id, "hello")

    one = service(enable(handler_for(PostAdded, on_post, once_per="creator_id", every="60s")))
    await one.log.append([post(number, f"chat{number}", clock=clock) for number in (1, 2, 3)])
    one.start()
    await one.idle()
    assert sorted(one.outcomes()) == [("1", "skipped"), ("2", "done"), ("3", "skipped")]
    assert len(one.platform.writes) == 1
    await clock.advance(61)
    await one.log.append([post(4, "chat4", clock=clock)])
    await one.idle()
    assert len(one.platform.writes) == 2
    assert await one.stop() == 0


async def test_once_per_is_held_while_its_run_is_parked(service, clock):
    """While the first may still act, the second waits, also over a restart; if the first does not act, it does."""

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1" and not acted:
            acted.append(1)
            raise Retry("wait", after=60.0)
        if event.post_id == "1":
            raise Skip("after all not")
        await ctx.chats.post(event.chat_id, "hello")

    acted = []
    one = service(enable(handler_for(PostAdded, on_post, once_per="creator_id", every="1d")))
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    assert await one.stop() == 0
    one.start()
    await clock.advance(40)
    assert one.platform.writes == []
    await one.wait(lambda: len(one.platform.writes) == 1, advance=60)
    assert await one.stop() == 0


async def test_a_record_that_is_no_notification_is_a_dead_letter(service, clock):
    """Odd bytes stop nothing: they are kept for a person."""
    probe = Probe()
    one = service(enable(probe.handler))
    await one.log.append([NewRecord(ACCOUNT, None, b"not json", 0.0), post(1, clock=clock)])
    one.start()
    await one.idle()
    assert probe.heard == ["1"]
    assert dead(one)[0].saved.record.value == b"not json"
    assert await one.stop() == 0
    assert one.log.committed[0] == 2


async def test_dead_letters_are_told_to_the_handlers_that_ask(service, clock):
    """A rule for DeadLettered hears of other handlers' dead letters, also when the worker dies in between."""
    told = []
    probe = Probe({"1": ValueError("bug")})
    watcher = Handler("watcher")

    @watcher.on(DeadLettered)
    async def on_dead(event: DeadLettered, ctx):
        told.append((event.handler, event.rule))
        raise ValueError

    one = service(enable(probe.handler, watcher))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: told != [])
    await one.idle()
    assert told == [("probe", "on_post")]
    await one.wait(lambda: one.store.count(0, Table.PARKED) == 0)
    assert len(dead(one)) == 2
    assert await one.stop() == 0


async def test_a_parked_run_of_a_handler_that_is_gone_is_a_dead_letter(service, clock):
    """What waits for a handler that is not enabled any more is kept for a person, and its lane goes on."""
    probe = Probe({"1": [Retry("later", after=10.0)]})
    one = service(enable(probe.handler))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    assert await one.stop() == 0
    one.registry = enable(Probe(name="other").handler)
    one.start()
    await one.wait(lambda: dead(one) != [], advance=20)
    assert "probe.on_post is not enabled" in dead(one)[0].reason
    assert await one.stop() == 0


async def test_reading_pauses_while_too_much_is_in_flight(service, clock):
    """Backpressure: no more than the limit is in flight, polling goes on, and everything is handled in the end."""
    gate = asyncio.Event()

    async def wait(event, ctx):
        await gate.wait()

    probe = Probe({str(number): wait for number in range(100)})
    one = service(enable(probe.handler), in_flight=10)
    one.log.most = 5
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(100)])
    one.start()
    await one.wait(lambda: len(probe.heard) == 10)
    polls = one.log.members[0].polls
    await clock.advance(5)
    assert len(probe.heard) == 10
    assert one.log.members[0].polls > polls
    gate.set()
    await one.idle()
    assert len(probe.heard) == 100
    assert await one.stop() == 0


async def test_dry_run_writes_nothing_and_shows_what_it_would(service, clock):
    """In a dry run the platform is never written to; the runs show their effects."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler), dry_run=True)
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    assert one.platform.writes == []
    assert [effect.parameters["body"]["text"] for effect in one.ends[0].effects] == ["re 1"]
    assert await one.stop() == 0


async def test_store_full_nothing_completes_and_nothing_is_lost(service, clock):
    """While the state store cannot be written, records stay incomplete; when it can, everything goes on."""
    probe = Probe(writes=True)
    one = service(enable(probe.handler))
    one.start()
    await one.idle()
    one.store.full = True
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: probe.heard != [])
    await clock.advance(10)
    assert one.log.committed[0] == 0
    assert one.platform.writes == []
    one.store.full = False
    await one.wait(lambda: one.log.committed[0] == 1, advance=60)
    await one.wait(lambda: one.outcomes()[-1] == ("1", "done"), advance=60)
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_state_that_cannot_be_read_ends_nothing(service, clock):
    """Over a rebalance, with something parked that falls due, and with what comes new: all goes on when it can."""
    probe = Probe({"1": [Later(at=clock.now() + timedelta(seconds=5))]})
    one = service(enable(probe.handler))
    await one.log.append([post(1, "a", clock=clock)])
    one.start()
    await one.idle(advance=1.0)
    one.store.unreadable = True
    await one.log.append([post(2, "b", clock=clock)])
    await clock.advance(10)
    one.log.rebalance()
    await clock.advance(10)
    assert not one.task.done()
    one.store.unreadable = False
    await one.wait(lambda: {("1", "done"), ("2", "done")} <= {*one.outcomes()}, advance=60)
    assert await one.stop() == 0


async def test_what_a_record_leaves_behind_is_saved_although_it_could_not_be_read_at_first(clock):
    """The one task that completes records gets over it: without it nothing would ever be complete."""

    class Calls:
        failures = 3

        def changes(self, calls, now):
            if self.failures:
                self.failures -= 1
                raise StateUnavailable("disk I/O error")
            return []

    shard = Shard(Assignment(1, [0], concurrency=1), 0, Calls())
    store, completed = MemoryState(Disk(), clock), []
    await store.load(0, lambda: True)
    completion = Completion(store, clock, 60.0, completed.append)
    saving = asyncio.create_task(completion.run())
    work = Work(shard, None, identities=("it",), calls=("call",))
    completion.add(work)
    await clock.advance(2.5)
    assert completed == []
    await clock.advance(1.0)
    assert completed == [work]
    assert store.present(0, Table.SEEN, ["it"])
    saving.cancel()


@pytest.mark.parametrize("how", ["refuses", "hangs"])
async def test_a_worker_whose_state_cannot_be_loaded_ends_when_it_is_told_to(service, clock, how):
    """It waits for its state as long as it takes, but not longer than anybody wants it to."""
    probe = Probe()
    one = service(enable(probe.handler))
    await one.log.append([post(1, clock=clock)])
    store = one.open_store()
    never = asyncio.Event()
    store.full, store.gate = how == "refuses", never.wait if how == "hangs" else None
    one.open_store = lambda: store
    one.start()
    await clock.advance(30)
    assert probe.heard == []
    assert await one.stop() == 0


async def test_a_kind_that_nothing_reads_is_told_raw_and_counted(service, clock):
    """A filter of tomorrow: whoever asks for the raw notification gets it, and a metric tells that it came."""
    told = []

    async def note(notification, ctx):
        told.append((notification.event, notification.kind, notification.raw))

    one = service(enable(handler_for(Notification, note)))
    value = {"uuid": "u1", "event": "/restapi/v3/weather", "body": {"sky": "blue"}, "ownerId": "1"}
    name = {Header.NAME: f"{ACCOUNT}-main-1-1"}
    record = NewRecord(ACCOUNT, None, orjson.dumps(value), clock.now().timestamp(), name)
    await one.log.append([record, post(1, clock=clock)])
    one.start()
    await one.idle()
    assert await one.stop() == 0
    assert told[0] == ("/restapi/v3/weather", "", {"sky": "blue"})
    assert [kind for _, kind, _ in told] == ["", "post"]
    assert one.metrics.value(Metric.UNRECOGNISED) == 1
