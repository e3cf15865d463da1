"""What was lost becomes a gap; what is silent is asked; what is deaf is replaced."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from switchhook.clock import settle
from switchhook.errors import LogUnavailable, StateUnavailable
from switchhook.events import types
from switchhook.keeper.gaps import Cause, Gap, Gaps, Stage, gap
from switchhook.keeper.listener import Listener
from switchhook.keeper.plan import Policy
from switchhook.keeper.watch import Watch
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metric
from tests.keeper.memory import MemoryState
from tests.keeper.model import ACCOUNT, failure

CALLS = f"/restapi/v1.0/account/{ACCOUNT}/extension/101001/telephony/sessions"


@pytest.fixture
def watched(bench):
    """The bench with a state store, a place where told events go, and the platform's voice."""
    bench.store = MemoryState()
    bench.policy = Policy()
    bench.told = []
    bench.silent = False
    bench.log_away = False
    bench.by_socket = False

    async def tell(event):
        if bench.log_away:
            raise LogUnavailable("away")
        bench.told.append(event)

    def watch():
        options = {"clock": bench.clock, "metrics": bench.metrics, "tell": tell}
        return Watch("main", bench.store, lambda _account: 0, by_socket=bench.by_socket, **options)

    bench.new_watch = watch
    return bench


@pytest.fixture
async def store(bench, tmp_path):
    """The real state store."""
    made = SqliteState(tmp_path / "state.db", bench.clock)
    await made.load(0)
    yield made
    await made.close()


@asynccontextmanager
async def keeping(bench):
    """A keeper with a watch."""
    bench.watch = bench.new_watch()
    by_socket = frozenset({"main"} if bench.by_socket else ())
    keeper = bench.keeper(watches={"main": bench.watch}, policy=bench.policy, by_socket=by_socket)
    stop = asyncio.Event()
    task = asyncio.create_task(keeper.run(stop))
    await settle()
    try:
        yield keeper
    finally:
        stop.set()
        await task


@asynccontextmanager
async def listening(bench):
    """A keeper with a watch and a listener, and a platform that reminds, unless it is mute.

    Subscriptions live two hours, so that their reminders begin after one.
    """
    bench.policy = Policy(lifetime=7_200)
    bench.mute = set()
    async with keeping(bench) as keeper:
        listener = Listener(
            keeper.identities["main"], bench.watch, last_look=lambda: keeper.looks.get("main"), wake=keeper.wake,
            clock=bench.clock, metrics=bench.metrics,
        )  # fmt: skip
        tasks = [asyncio.create_task(listener.run()), asyncio.create_task(_remind(bench))]
        await settle()
        try:
            yield keeper
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _remind(bench):
    """Send what reminders are due, every quarter of a minute."""
    while True:
        await bench.clock.sleep(15)
        now = bench.clock.now()
        for record in bench.model.alive():
            threshold = min(int(each.partition("threshold=")[2]) for each in record["eventFilters"] if "thres" in each)
            due = (record["_expires"] - now).total_seconds() <= threshold
            if due and not bench.silent and record["id"] not in bench.mute:
                bench.watch.heartbeats.heard(record["id"], now.timestamp())


async def test_a_blacklisting_is_a_gap_that_closes_when_it_is_healed(watched):
    """Cause, span and filters are stored; both events are told; the gap begins at the last notification heard."""
    async with keeping(watched):
        await watched.clock.advance(60)
        (record,) = watched.model.alive()
        heard = watched.clock.now()
        watched.watch.heartbeats.heard(record["id"], heard.timestamp())
        await watched.clock.advance(600)
        watched.model.blacklist(record["id"])
        await watched.clock.advance(300)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.cause, found.stage) == (Cause.BLACKLISTED, Stage.CLOSED)
    assert found.filters == (CALLS,)
    assert found.since == heard
    assert found.until is not None
    assert timedelta(seconds=600) < found.until - found.since < timedelta(seconds=960)
    alarm, event = watched.told
    assert isinstance(alarm, types.GapFound)
    assert (alarm.cause, alarm.since, alarm.until) == ("blacklisted", heard, None)
    assert isinstance(event, types.SubscriptionHealed)
    assert event.cause == "blacklisted"
    assert watched.metrics.value(Metric.GAPS, cause="blacklisted") == 1


async def test_a_blacklisting_long_before_the_last_word_begins_an_hour_before_it(watched):
    """A quiet week before it does not make a week of backfill."""
    async with keeping(watched):
        await watched.clock.advance(86_400)
        (record,) = watched.model.alive()
        watched.model.blacklist(record["id"])
        before = watched.clock.now()
        await watched.clock.advance(300)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert abs(found.since - (before - timedelta(hours=1))) < timedelta(seconds=1)


async def test_deleted_by_somebody_is_a_gap_since_the_last_look(watched):
    """The first creation is none."""
    async with keeping(watched):
        await watched.clock.advance(1_000)
        assert watched.watch.gaps.of(ACCOUNT) == []
        watched.model.drop(next(iter(watched.model.subscriptions)))
        await watched.clock.advance(300)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert found.cause is Cause.MISSING
    assert found.until is not None
    assert found.until - found.since < timedelta(seconds=300)
    assert [type(each).__name__ for each in watched.told] == ["GapFound", "SubscriptionHealed"]


async def test_what_happened_while_we_were_away_is_a_gap(watched):
    """A keeper that starts after a night compares with what delivered the evening before."""
    async with keeping(watched):
        await watched.clock.advance(60)
    evening = watched.clock.now()
    watched.model.drop(next(iter(watched.model.subscriptions)))
    await watched.clock.advance(36_000)
    async with keeping(watched):
        await watched.clock.advance(5)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert found.cause is Cause.MISSING
    assert evening - timedelta(minutes=16) < found.since <= evening
    assert found.stage is Stage.CLOSED


async def test_what_somebody_else_healed_meanwhile_is_a_gap(watched):
    """All stands when this keeper looks, but what stands is younger than its last look, and what stood is gone."""
    async with keeping(watched):
        await watched.clock.advance(60)
        dead = next(iter(watched.model.subscriptions))
        watched.model.drop(dead)
        await watched.clock.advance(100)
        other = watched.keeper(policy=watched.policy)
        assert [each.kind.value for each in (await other.look_now("main")).plan.actions] == ["create"]
        healed = watched.clock.now()
        await watched.clock.advance(300)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.cause, found.stage, found.until) == (Cause.MISSING, Stage.CLOSED, healed)
    assert found.since < healed - timedelta(seconds=99)


async def test_a_replacement_in_time_is_no_gap(watched):
    """Rotation of a token, more filters, renewal: nothing is lost, so nothing is claimed."""
    async with keeping(watched) as keeper:
        await watched.clock.advance(60)
        keeper.rotate("main", 1, 1)
        await watched.clock.advance(60)
        watched.registry.handlers["more"] = ("main", {types.PostAdded}, ())
        await watched.clock.advance(86_400 * 6)
        del watched.registry.handlers["more"]
        await watched.clock.advance(600)
    assert watched.watch.gaps.of(ACCOUNT) == []


async def test_a_permission_taken_away_is_a_gap_until_it_is_given_back(watched):
    """The platform answers Active and delivers nothing of that filter."""
    async with keeping(watched):
        await watched.clock.advance(60)
        (record,) = watched.model.alive()
        record["eventFilters"].remove(CALLS)
        record["disabledFilters"] = [{"filter": CALLS, "reason": "SUB-412", "message": "…"}]
        await watched.clock.advance(600)
        (found,) = watched.watch.gaps.of(ACCOUNT)
        assert (found.cause, found.stage) == (Cause.DISABLED, Stage.OPEN)
        record["eventFilters"].append(CALLS)
        record["disabledFilters"] = []
        await watched.clock.advance(300)
    assert watched.watch.gaps.of(ACCOUNT)[0].stage is Stage.CLOSED


async def test_a_deaf_subscription_is_proved_and_replaced(watched):
    """Its reminders stop, a probe's reminder comes: it is not the way, it is the subscription."""
    async with listening(watched) as keeper:
        await watched.clock.advance(4_000)
        (record,) = watched.model.alive()
        assert watched.watch.deaf == frozenset()
        heard = watched.clock.now()
        watched.mute.add(record["id"])
        await watched.clock.advance(2_500)
        assert keeper.stands.is_set()
    (second,) = watched.model.alive()
    assert second["id"] != record["id"]
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.cause, found.stage) == (Cause.DEAF, Stage.CLOSED)
    assert heard - timedelta(seconds=15) <= found.since <= heard
    assert found.until - found.since < timedelta(seconds=2_400)
    assert [type(each).__name__ for each in watched.told] == ["GapFound", "SubscriptionHealed"]
    assert {each.cause for each in watched.told} == {"deaf"}


async def test_an_answer_nobody_foresaw_does_not_end_the_listening(watched):
    """The first probe fails in a way of its own; a later one finds the deaf subscription all the same."""
    async with listening(watched):
        await watched.clock.advance(4_000)
        (record,) = watched.model.alive()
        watched.mute.add(record["id"])
        watched.model.fail(KeyError("id"), operation="createSubscription")
        await watched.clock.advance(3_500)
    assert watched.model.faults == [], "the probe met it"
    assert record["id"] not in {each["id"] for each in watched.model.alive()}


async def test_a_refused_filter_hides_no_deafness(watched):
    """One filter that nobody may have must not keep the others from being listened to."""
    presence = f"/restapi/v1.0/account/{ACCOUNT}/extension/101001/presence"
    watched.registry.handlers["watch"] = ("main", {types.PresenceChanged}, ())
    watched.model.bad = {presence: (403, "SUB-402")}
    async with listening(watched) as keeper:
        await watched.clock.advance(4_000)
        assert list(keeper.looks["main"].refused) == [presence]
        (record,) = watched.model.alive()
        watched.mute.add(record["id"])
        await watched.clock.advance(3_000)
    assert record["id"] not in {each["id"] for each in watched.model.alive()}
    assert {each.cause for each in watched.watch.gaps.of(ACCOUNT)} == {Cause.DEAF}


async def test_a_broken_way_is_told_and_nothing_is_replaced(watched):
    """Nothing arrives at all: a gap is open until a probe comes through, and the subscription stays."""
    async with listening(watched):
        await watched.clock.advance(4_000)
        (record,) = watched.model.alive()
        watched.silent = True
        await watched.clock.advance(3_000)
        (found,) = watched.watch.gaps.of(ACCOUNT)
        assert (found.cause, found.stage) == (Cause.DEAF, Stage.OPEN)
        assert watched.metrics.value(Metric.PROBES, result="lost") >= 2
        assert watched.metrics.value(Metric.GAPS, cause="deaf") == 1
        (alarm,) = watched.told
        assert (type(alarm), alarm.cause, alarm.until) == (types.GapFound, "deaf", None)
        watched.silent = False
        await watched.clock.advance(900)
    assert watched.watch.gaps.of(ACCOUNT)[0].stage is Stage.CLOSED
    assert [each["id"] for each in watched.model.alive()] == [record["id"]]


async def test_a_quiet_hour_is_probed_and_leaves_nothing_behind(watched):
    """Where no notification comes for an hour, a handshake and a reminder show that one would."""
    async with listening(watched):
        watched.mute.add(watched.model.alive()[0]["id"])
        await watched.clock.advance(3_800)
    assert watched.metrics.value(Metric.PROBES, result="arrived") == 1
    assert len(watched.model.alive()) == 1
    assert watched.watch.gaps.of(ACCOUNT) == []


async def test_a_probe_that_the_platform_does_not_take_proves_nothing(watched):
    """A rate limit or an outage of the API is no reason to claim a gap."""
    async with listening(watched):
        watched.mute.add(watched.model.alive()[0]["id"])
        watched.model.fail(failure(503, "CMN-201"), operation="createSubscription")
        await watched.clock.advance(3_700)
        assert watched.metrics.value(Metric.PROBES, result="refused") == 1
    assert watched.watch.gaps.of(ACCOUNT) == []


async def test_a_probe_that_cannot_reach_the_ingress_is_a_gap(watched):
    """The platform says itself that the address does not answer."""
    async with listening(watched):
        watched.mute.add(watched.model.alive()[0]["id"])
        watched.model.fail(failure(400, "SUB-521"), operation="createSubscription")
        await watched.clock.advance(3_700)
        assert watched.metrics.value(Metric.PROBES, result="lost") == 1
        assert watched.watch.gaps.of(ACCOUNT)[0].stage is Stage.OPEN


async def test_the_ingress_was_down(watched):
    """What the ingress tells of itself concerns everything that delivered by then."""
    async with keeping(watched):
        await watched.clock.advance(600)
        since, until = watched.clock.now() - timedelta(seconds=500), watched.clock.now()
        await watched.watch.interrupted(ACCOUNT, Cause.INGRESS_DOWN, since, until)
        await watched.watch.interrupted(ACCOUNT, Cause.INGRESS_DOWN, since, until)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.since, found.until, found.stage) == (since, until, Stage.CLOSED)
    assert found.filters == (CALLS,)


async def test_gaps_found_at_the_same_time_are_all_written(watched):
    """A slow disk, a note of the ingress, and another one meanwhile: no gap is forgotten, and nobody fails."""
    async with keeping(watched):
        await watched.clock.advance(600)
        apply, free = watched.store.apply, asyncio.Event()

        async def slow(batch):
            await free.wait()
            await apply(batch)

        watched.store.apply = slow
        now = watched.clock.now()
        spans = [(now - timedelta(seconds=ago), now - timedelta(seconds=ago - 50)) for ago in (400, 300, 200)]
        telling = [asyncio.create_task(watched.watch.interrupted(ACCOUNT, Cause.INGRESS_DOWN, *span)) for span in spans]
        await settle()
        free.set()
        await asyncio.gather(*telling)
    assert [(each.since, each.until) for each in watched.watch.gaps.of(ACCOUNT)] == spans
    assert len(watched.told) == len(spans)


async def test_a_websocket_that_was_away_loses_all_that_is_wanted(watched):
    """No listing says what it delivers, so the gap names everything wanted, also one found after a restart."""
    watched.by_socket = True
    async with keeping(watched):
        await watched.clock.advance(600)
    since, until = watched.clock.now() - timedelta(seconds=500), watched.clock.now()
    await watched.new_watch().interrupted(ACCOUNT, Cause.WEBSOCKET, since, until)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.cause, found.filters, found.stage) == (Cause.WEBSOCKET, (CALLS,), Stage.CLOSED)
    assert watched.model.alive() == []


async def test_a_store_that_is_away_delays_the_record_not_the_cure(watched):
    """The subscription is healed at once, and the gap is written when the store is back."""
    async with keeping(watched) as keeper:
        await watched.clock.advance(60)
        apply = watched.store.apply

        async def refuse(_batch):
            raise StateUnavailable("disk full")

        watched.store.apply = refuse
        (record,) = watched.model.alive()
        watched.model.blacklist(record["id"])
        keeper.wake()
        await watched.clock.advance(1)
        assert [each["status"] for each in watched.model.alive()] == ["Active"]
        assert watched.watch.gaps.of(ACCOUNT) == []
        watched.store.apply = apply
        await watched.clock.advance(300)
    (found,) = watched.watch.gaps.of(ACCOUNT)
    assert (found.cause, found.stage) == (Cause.BLACKLISTED, Stage.CLOSED)


async def test_gap_found_is_told_once(watched):
    """Also after a restart."""
    watch = watched.new_watch()
    new = gap(ACCOUNT, "main", Cause.MISSING, watched.clock.now(), [CALLS], until=watched.clock.now())
    await watch.gaps.add(new)
    watched.log_away = True
    with pytest.raises(LogUnavailable):
        await watch.tell_found(new)
    watched.log_away = False
    told = await watch.tell_found(watch.gaps.of(ACCOUNT)[0])
    await watched.new_watch().tell_found(watch.gaps.of(ACCOUNT)[0])
    assert told.told
    (event,) = watched.told
    assert (event.cause, event.since) == ("missing", new.since)


async def test_gaps_survive_and_old_ones_are_forgotten(store):
    """A gap is what it was after being stored; only finished ones go."""
    gaps = Gaps(store, lambda _account: 0)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    first = Gap(
        "20260105T000000Z", ACCOUNT, "main", Cause.BLACKLISTED, now, now + timedelta(hours=1), (CALLS,),
        Stage.FETCHED, True, {"texts": 3}, ("rings",), ("posts: no",),
    )  # fmt: skip
    unfinished = gap(ACCOUNT, "main", Cause.DEAF, now, [CALLS], until=now)
    await gaps.save(first, unfinished)
    assert gaps.of(ACCOUNT, "main") == sorted([first, unfinished], key=lambda each: each.id)
    assert gaps.of(ACCOUNT, "other") == []
    assert await gaps.forget(ACCOUNT, "main", now + timedelta(days=40)) == 1
    assert gaps.of(ACCOUNT) == gaps.of(ACCOUNT, "main", Stage.CLOSED) == [unfinished]
    assert gaps.of(ACCOUNT, "main", Stage.OPEN) == []


async def test_an_open_gap_takes_in_what_belongs_to_it(store):
    """Two subscriptions dying one after the other are one outage of one cause."""
    gaps = Gaps(store, lambda _account: 0)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    await gaps.add(gap(ACCOUNT, "main", Cause.MISSING, now, ["/a"]))
    merged, _ = await gaps.add(gap(ACCOUNT, "main", Cause.MISSING, now + timedelta(minutes=4), ["/b"]))
    assert gaps.of(ACCOUNT) == [merged]
    earlier, _ = await gaps.add(gap(ACCOUNT, "main", Cause.MISSING, now - timedelta(minutes=4), ["/a"]))
    assert gaps.of(ACCOUNT) == [earlier]
    assert earlier.filters == merged.filters == ("/a", "/b")
    assert merged.since == now
    assert earlier.since == now - timedelta(minutes=4)
