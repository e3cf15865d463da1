"""The keeper on a modelled platform and a clock that is moved by hand."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from switchhook.clock import settle
from switchhook.errors import ApiUnreachable, OutcomeUnknown
from switchhook.events import types
from switchhook.keeper.plan import Policy
from switchhook.notification import Addresses
from switchhook.telemetry import Metric
from tests.keeper.conftest import SECRET, URL
from tests.keeper.model import ACCOUNT, failure

CALLS = f"/restapi/v1.0/account/{ACCOUNT}/extension/101001/telephony/sessions"


@asynccontextmanager
async def running(keeper):
    """The keeper, at work until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(keeper.run(stop))
    await settle()
    try:
        yield keeper
    finally:
        stop.set()
        await task


def filters(record):
    """The event filters of a listed subscription without the reminder."""
    return {each for each in record["eventFilters"] if "/subscription/" not in each}


async def test_creates_what_the_handlers_need_and_says_when_it_stands(bench):
    """One subscription with the filters of the enabled handlers, the derived address, and the reminder."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        assert keeper.stands.is_set()
    (record,) = bench.model.alive()
    assert filters(record) == {CALLS}
    assert bench.addresses.recognise(record["deliveryMode"]["address"]).identity == "main"
    assert any("/subscription/~?" in each for each in record["eventFilters"])
    assert bench.metrics.value(Metric.SUBSCRIPTIONS, state="active") == 1
    ends = bench.metrics.value(Metric.SUBSCRIPTIONS_END, identity="main")
    assert ends == datetime.fromisoformat(record["expirationTime"]).timestamp() > bench.clock.now().timestamp()


async def test_an_idle_keeper_only_looks(bench):
    """Within an hour of calm: a listing every four minutes, no write."""
    async with running(bench.keeper()):
        await bench.clock.advance(1)
        before = bench.model.calls.copy()
        await bench.clock.advance(3_600)
        spent = bench.model.calls - before
    assert set(spent) == {"listSubscriptions"}
    assert 14 <= spent["listSubscriptions"] <= 18


async def test_renews_for_a_month_with_whatever_is_granted(bench):
    """A platform that grants an hour instead of a week loses nothing either."""
    bench.model.maximum = 3_600
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(86_400)
        assert keeper.stands.is_set()
    assert len(bench.model.alive()) == 1
    assert bench.model.expired == []
    assert bench.model.calls["updateSubscription"] <= 40


async def test_blacklisted_is_found_within_five_minutes_and_healed(bench):
    """A new epoch is created, then the dead one is deleted."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        (first,) = bench.model.alive()
        bench.model.blacklist(first["id"])
        await bench.clock.advance(300)
        assert keeper.stands.is_set()
    (second,) = bench.model.alive()
    assert second["id"] != first["id"]
    assert bench.addresses.recognise(second["deliveryMode"]["address"]).epoch == 2


async def test_deleted_by_somebody_is_made_again_at_once_when_woken(bench):
    """`wake` does not wait for the next look."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        bench.model.drop(next(iter(bench.model.subscriptions)))
        keeper.wake()
        await settle()
        assert len(bench.model.alive()) == 1


@pytest.mark.parametrize(
    "error",
    [
        failure(503, "CMN-201", retry_after=5.0),
        failure(429, "CMN-301", retry_after=60.0),
        failure(401, "OAU-128"),
        failure(400, "SUB-521"),
        failure(403, "CMN-401"),
        ApiUnreachable("no connection"),
        OutcomeUnknown("reset"),
        RuntimeError("an answer nobody foresaw"),
    ],
    ids=lambda error: getattr(error, "code", None) or type(error).__name__,
)
@pytest.mark.parametrize("operation", ["listSubscriptions", "createSubscription"])
async def test_one_rest_error_never_ends_the_keeper(bench, error, operation):
    """Whatever a call answers, the keeper comes again, and says meanwhile what is the matter."""
    bench.model.fail(error, operation=operation)
    async with running(bench.keeper()) as keeper:
        assert not keeper.stands.is_set()
        assert keeper.looks["main"].failure
        await bench.clock.advance(65)
        assert keeper.stands.is_set()
        assert not keeper.looks["main"].failure
    assert len(bench.model.alive()) == 1


async def test_blindness_is_measured_and_told_louder(bench):
    """Nobody may believe that all is well because nothing is said: a gauge grows, and after an hour it is an error."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(60)
        assert bench.metrics.value(Metric.LAST_LOOK_SECONDS, identity="main") == 0.0
        bench.model.away_until = bench.clock.monotonic() + 7_000
        with capture_logs() as logs:
            await bench.clock.advance(6_000)
        levels = [each["log_level"] for each in logs if each["event"] == "look failed"]
        assert levels == sorted(levels, reverse=True)
        assert set(levels) == {"warning", "error"}
        assert bench.metrics.value(Metric.LAST_LOOK_SECONDS, identity="main") > 5_000
        await bench.clock.advance(1_500)
        assert bench.metrics.value(Metric.LAST_LOOK_SECONDS, identity="main") == 0.0
        assert keeper.stands.is_set()


async def test_a_penalty_is_waited_for(bench):
    """After a 429 nothing is sent until its Retry-After is over."""
    bench.model.fail(failure(429, "CMN-301", retry_after=60.0), operation="listSubscriptions")
    async with running(bench.keeper()):
        await bench.clock.advance(59)
        assert bench.model.calls["listSubscriptions"] == 1
        await bench.clock.advance(2)
        assert bench.model.calls["listSubscriptions"] > 1


async def test_a_creation_whose_answer_was_lost_is_found_by_listing(bench):
    """The address names it: no second one is made."""
    bench.model.fail(OutcomeUnknown("reset"), operation="createSubscription", after=True)
    async with running(bench.keeper()):
        await bench.clock.advance(5)
    assert bench.model.calls["createSubscription"] == 1
    assert len(bench.model.alive()) == 1


async def test_a_failed_creation_deletes_nothing(bench):
    """While the replacement cannot be made, what there is stays."""
    dead = bench.model.add(bench.addresses.address(_name()), filters=[CALLS])
    bench.model.blacklist(dead["id"])
    bench.model.fail(failure(400, "SUB-521"), operation="createSubscription", times=99)
    async with running(bench.keeper()):
        await bench.clock.advance(600)
    assert bench.model.calls["deleteSubscription"] == 0


async def test_an_interrupted_replacement_is_completed(bench):
    """Replacement created but the old one not deleted: the next keeper deletes it."""
    old = bench.model.add(bench.addresses.address(_name()), filters=[CALLS])
    new = bench.model.add(bench.addresses.address(_name(epoch=2)), filters=[CALLS])
    async with running(bench.keeper()):
        await bench.clock.advance(5)
    assert [each["id"] for each in bench.model.alive()] == [new["id"]]
    assert [each["id"] for each in bench.model.ended] == [old["id"]]


async def test_strangers_subscriptions_survive_everything(bench):
    """What does not carry our code is not ours, whatever it looks like."""
    stranger = bench.model.add("https://hooks.example.com/webhooks/400100-main-1-1." + "0" * 32)
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(600)
        await keeper.delete_all()
    assert [each["id"] for each in bench.model.alive()] == [stranger["id"]]


async def test_two_keepers_leave_exactly_one(bench):
    """Both see the same listing, and so agree on the survivor."""
    async with running(bench.keeper(seed=1)) as one, running(bench.keeper(seed=2)) as two:
        await bench.clock.advance(60)
        assert one.stands.is_set()
        assert two.stands.is_set()
    assert len(bench.model.alive()) == 1


async def test_one_bad_extension_does_not_silence_the_others(bench):
    """Where the platform does not name the filter that it refuses, it is found by halving."""
    bench.model.extensions = [{"id": n, "extensionNumber": str(n), "type": "User"} for n in range(101, 133)]
    bench.registry.handlers = {"watch": ("main", {types.PresenceChanged}, tuple(str(n) for n in range(101, 133)))}
    bad = f"/restapi/v1.0/account/{ACCOUNT}/extension/117/presence"
    bench.model.bad = {bad: (403, "SUB-402")}
    bench.model.names_bad = False
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1_200)
        assert list(keeper.looks["main"].refused) == [bad]
        assert "take it out of the handler's scope" in keeper.looks["main"].refused[bad]
        (record,) = bench.model.alive()
        assert len(filters(record)) == 31
        bench.model.bad = {}
        await bench.clock.advance(4_000)
        assert keeper.stands.is_set()
    (record,) = bench.model.alive()
    assert len(filters(record)) == 32


async def test_a_filter_that_the_platform_does_not_show_is_not_sent_again_and_again(bench):
    """What it showed for what we asked is remembered; a person is told."""
    bench.model.shuffle = True
    bench.registry.handlers = {"posts": ("main", {types.PostAdded, types.CallRinging}, ())}
    original = bench.model._renewed

    def forgetful(record, asked, granted):
        return original(record, [each for each in asked if "posts" not in each], granted)

    bench.model._renewed = forgetful
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(3_600)
        assert keeper.stands.is_set()
    assert bench.model.calls["updateSubscription"] == 0


async def test_a_bot_that_was_just_made_is_subscribed_within_a_minute_or_so(bench):
    """The platform refuses it everything for a while (SUB-406); nobody has to do anything."""
    for each in range(3):
        bench.model.fail(failure(403, "SUB-406", f"Not allowed, try {each}"), operation="createSubscription")
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(60)
        assert not keeper.stands.is_set()
        assert "passes within a minute" in next(iter(keeper.looks["main"].refused.values()))
        await bench.clock.advance(30)
        assert keeper.stands.is_set()
    assert len(bench.model.alive()) == 1


async def test_the_heartbeat_is_given_up_where_the_platform_refuses_it(bench):
    """Reminders are nice to have; events are not."""
    bench.model.fail(failure(400, "SUB-516"), operation="createSubscription")
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(5)
        assert keeper.stands.is_set()
    assert all("/subscription/" not in each for each in bench.model.alive()[0]["eventFilters"])


async def test_a_lower_quota_than_written_is_learnt(bench):
    """Refused with SUB-505 at five: what is dead makes room."""
    for _ in range(4):
        bench.model.add("https://elsewhere.example.com/hook")
    dead = bench.model.add(bench.addresses.address(_name()), filters=[CALLS])
    bench.model.blacklist(dead["id"])
    bench.model.limit = 5
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(30)
        assert keeper.stands.is_set()
    assert len(bench.model.alive()) == 5


async def test_trial_is_resolved_like_the_scope(bench):
    """The handler is told both, so that it acts for the extensions of its trial alone."""
    bench.model.extensions = [
        {"id": n, "extensionNumber": f"10{n}", "type": "User", "status": "Enabled"} for n in (1, 2)
    ]
    bench.registry.handlers = {"voice": ("main", {types.VoicemailReceived}, ("101", "102"))}
    bench.registry.trial = ("102",)
    async with running(bench.keeper()):
        await bench.clock.advance(5)
    assert bench.registry.scopes["voice"] == {"1", "2"}
    assert bench.registry.trials["voice"] == {"2"}


async def test_new_hires_are_picked_up_and_leavers_dropped(bench):
    """A scope of a group follows the group."""
    bench.model.extensions = [
        {"id": n, "extensionNumber": str(n), "type": "User", "status": "Enabled"} for n in (1, 2, 3)
    ]
    bench.model.queues = {"Sales": [1, 2]}
    bench.registry.handlers = {"voice": ("main", {types.VoicemailReceived}, ("group:sales",))}
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(5)
        assert bench.registry.scopes["voice"] == {"1", "2"}
        bench.model.queues["Sales"] = [2, 3]
        await bench.clock.advance(900)
        assert bench.registry.scopes["voice"] == {"2", "3"}
        bench.model.extensions[2]["status"] = "Disabled"
        keeper.directory_changed()
        await bench.clock.advance(5)
    (record,) = bench.model.alive()
    assert filters(record) == {f"/restapi/v1.0/account/{ACCOUNT}/extension/2/voicemail"}


async def test_each_identity_has_subscriptions_of_its_own(bench):
    """One identity whose platform refuses everything does not hold up the other."""
    bench.registry.handlers["second"] = ("bot", {types.PostAdded}, ())
    keeper = bench.keeper(("main", "101001"), ("bot", "101002"))
    bot = keeper.identities["bot"]._client
    original = bot.call

    async def refusing(operation, parameters=None, *, priority=None):
        if operation == "createSubscription":
            raise failure(400, "OAU-232")
        return await original(operation, parameters)

    bot.call = refusing
    async with running(keeper):
        await bench.clock.advance(60)
        assert keeper.looks["main"].settled
        assert "name another in the settings" in keeper.looks["bot"].failure
        assert not keeper.stands.is_set()
        bot.call = original
        await bench.clock.advance(240)
        assert keeper.stands.is_set()
    assert {each["_owner"] for each in bench.model.alive()} == {"101001", "101002"}


async def test_an_account_of_another_worker_is_left_alone(bench):
    """Whoever owns the account's partition keeps its subscriptions; the others stand by until woken."""
    owned = set()
    async with running(bench.keeper(owns=owned.__contains__)) as keeper:
        await bench.clock.advance(600)
        assert bench.model.alive() == []
        assert keeper.looks == {}
        owned.add("main")
        keeper.wake()
        await bench.clock.advance(1)
        assert len(bench.model.alive()) == 1


async def test_an_account_that_went_to_another_worker_is_no_longer_measured_here(bench):
    """Else the last thing that was seen would be told for ever, and an alarm with it."""
    owned = {"main"}
    async with running(bench.keeper(owns=owned.__contains__)) as keeper:
        await bench.clock.advance(60)
        bench.model.away_until = bench.clock.monotonic() + 100_000
        await bench.clock.advance(3_600)
        told = bench.metrics.render().decode()
        assert 'switchhook_last_look_seconds{identity="main"}' in told
        assert 'switchhook_subscriptions_end_timestamp_seconds{identity="main"}' in told
        assert bench.metrics.value(Metric.SUBSCRIPTIONS, state="active") == 1
        owned.clear()
        keeper.wake()
        await bench.clock.advance(3_600)
        told = bench.metrics.render().decode()
        assert 'identity="main"' not in told
        assert bench.metrics.value(Metric.SUBSCRIPTIONS, state="active") == 0


async def test_a_new_owner_does_not_stand_before_its_first_look(bench):
    """Nothing of ours is left to be done while nothing is ours; once something is, that has to be seen first."""
    owned, looking, go_on = set(), asyncio.Event(), asyncio.Event()
    keeper = bench.keeper(owns=owned.__contains__)
    client = keeper.identities["main"]._client
    original = client.call

    async def slow(operation, parameters=None, *, priority=None):
        looking.set()
        await go_on.wait()
        return await original(operation, parameters)

    client.call = slow
    async with running(keeper):
        assert keeper.stands.is_set()
        owned.add("main")
        keeper.wake()
        await looking.wait()
        assert not keeper.stands.is_set()
        go_on.set()
        await bench.clock.advance(5)
        assert keeper.stands.is_set()


async def test_a_new_master_secret_replaces_every_address(bench):
    """The old address is accepted until the new one stands."""
    async with running(bench.keeper()):
        await bench.clock.advance(1)
    (old,) = bench.model.alive()
    addresses = Addresses(URL, [b"a new master secret of the tests", SECRET])
    async with running(bench.keeper(addresses=addresses)):
        await bench.clock.advance(5)
    (new,) = bench.model.alive()
    assert new["id"] != old["id"]
    assert new["deliveryMode"]["address"] == addresses.address(addresses.recognise(new["deliveryMode"]["address"]))


async def test_a_wrong_token_gives_the_part_a_new_epoch(bench):
    """What ingress had to quarantine makes the keeper change address and token."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        keeper.rotate("main", 1, 1)
        await bench.clock.advance(1)
        assert keeper.stands.is_set()
    (record,) = bench.model.alive()
    assert bench.addresses.recognise(record["deliveryMode"]["address"]).epoch == 2


async def test_survey_changes_nothing_and_a_look_mends(bench):
    """The verbs work without a running keeper."""
    keeper = bench.keeper()
    looks = await keeper.survey()
    assert [each["action"] for each in looks["main"].describe()["actions"]] == ["create"]
    assert bench.model.alive() == []
    assert [each.kind.value for each in (await keeper.look_now("main")).plan.actions] == ["create"]
    assert (await keeper.look_now("main")).describe()["settled"]
    bench.model.fail(failure(503, "CMN-201"), operation="listSubscriptions")
    looks = await keeper.survey()
    assert "CMN-201" in looks["main"].failure


async def test_a_running_keeper_looks_when_asked(bench):
    """Its own loop does it, from a moment after the question on, so that two looks never act at once."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        (record,) = bench.model.alive()
        bench.model.drop(record["id"])
        looking = asyncio.create_task(keeper.look_now("main"))
        await settle()
        assert [each.kind.value for each in looking.result().plan.actions] == ["create"]
    assert len(bench.model.alive()) == 1


async def test_delete_all_takes_what_is_ours(bench):
    """`subscriptions delete`: our address, any epoch and part; elsewhere only if asked for."""
    elsewhere = Addresses("https://laptop.example.com", [SECRET])
    bench.model.add(bench.addresses.address(_name()), filters=[CALLS])
    bench.model.add(bench.addresses.address(_name(epoch=7)), filters=[CALLS])
    laptop = bench.model.add(elsewhere.address(_name()), filters=[CALLS])
    assert len((await bench.keeper().delete_all())["main"]) == 2
    assert [each["id"] for each in bench.model.alive()] == [laptop["id"]]
    await bench.keeper().delete_all(elsewhere=True)
    assert bench.model.alive() == []


async def test_no_look_shows_an_address_or_token(bench):
    """What the admin API tells holds no secret."""
    keeper = bench.keeper(policy=Policy())
    text = repr((await keeper.look_now("main")).describe())
    assert "webhooks/" not in text
    assert bench.addresses.verification_token(_name()) not in text


def _name(epoch=1):
    """The name of the first subscription."""
    from switchhook.notification import SubscriptionName

    return SubscriptionName(ACCOUNT, "main", 1, epoch)


async def test_an_identity_on_a_websocket_keeps_no_webhook(bench):
    """What is wanted is looked up for the receiver; a webhook of earlier days is deleted; none is made."""
    async with running(bench.keeper()) as keeper:
        await bench.clock.advance(1)
        assert len(bench.model.alive()) == 1
    async with running(bench.keeper(by_socket=frozenset({"main"}))) as keeper:
        await bench.clock.advance(300)
        assert keeper.stands.is_set()
        assert set(keeper.looks["main"].wanted) == {CALLS}
    assert bench.model.alive() == []
