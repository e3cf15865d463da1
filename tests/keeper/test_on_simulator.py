"""The keeper with the real client, the real ingress and the simulated platform, over real HTTP."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from switchhook.api.opening import open_clients
from switchhook.clock import SystemClock
from switchhook.events import types
from switchhook.keeper.loop import Cadence, Keeper
from switchhook.log.journal_view import JournalView
from switchhook.notification import Addresses, SubscriptionName
from switchhook.settings import IdentitySettings
from switchhook.simulator.platform import Platform
from switchhook.telemetry import Metrics
from tests.ingress.conftest import SECRET, running
from tests.keeper.model import ModelRegistry


@pytest.fixture
async def live(tmp_path):
    """A platform, an ingress, and how to make clients and keepers of them."""
    platform = Platform(seed=3, limits=False)
    await platform.start()
    clock, metrics = SystemClock(), Metrics()
    opened = []

    async with running(tmp_path) as door:
        addresses = Addresses(f"http://127.0.0.1:{door.ingress.port}", [SECRET.encode()])

        def clients(*extensions):
            names = dict(zip(("main", "second"), extensions or ("101",), strict=False))
            made = open_clients(
                [
                    IdentitySettings(
                        name=name,
                        server=platform.url,
                        client_id=platform.client_id,
                        client_secret=SecretStr(platform.client_secret),
                        jwt=SecretStr(platform.credentials(extension)["jwt"]),
                    )
                    for name, extension in names.items()
                ],
                clock,
            )
            opened.extend(made.values())
            return made

        def keeper(registry, *extensions, **more):
            cadence = Cadence(every=0.5, first_retry=0.05, after_acting=0.01)
            return Keeper(
                clients(*extensions), registry, addresses, clock=clock, metrics=metrics, cadence=cadence, **more
            )

        try:
            yield SimpleNamespace(
                platform=platform, addresses=addresses, clients=clients, keeper=keeper, journal=tmp_path / "journal.db"
            )
        finally:
            for each in opened:
                await each.close()
            await platform.stop()


@asynccontextmanager
async def at_work(keeper):
    """The keeper, at work until the block ends; everything wanted stands when it begins."""
    stop = asyncio.Event()
    task = asyncio.create_task(keeper.run(stop))
    try:
        async with asyncio.timeout(60):
            await keeper.stands.wait()
        yield keeper
    finally:
        stop.set()
        await task


async def again(keeper):
    """Wait until the keeper has looked anew and all is well."""
    keeper.stands.clear()
    keeper.wake()
    async with asyncio.timeout(60):
        await keeper.stands.wait()


async def test_every_kind_of_event_can_be_subscribed_to(live):
    """The platform takes each filter that a handler can ask for, and shows it as it was asked."""
    every = {each for each in vars(types).values() if isinstance(each, type) and issubclass(each, types.Event)}
    async with at_work(live.keeper(ModelRegistry(all=("main", every, ())))) as keeper:
        look = keeper.looks["main"]
        assert look.refused == {}
        assert look.plan.concerns == ()
        assert {each for standing in look.listing for each in standing.filters} == set(look.wanted)
        assert [standing.reminder is not None for standing in look.listing] == [True]


async def test_a_text_arrives_by_the_kept_subscription(live):
    """From the platform's delivery to the journal, under the name that the keeper gave it."""
    async with at_work(live.keeper(ModelRegistry(texts=("main", {types.TextReceived}, ())))) as keeper:
        await live.platform.text(text="Hello")
        await live.platform.delivered()
        view = JournalView(live.journal)
        (record,) = view.recent(10)
        view.close()
        name = SubscriptionName.parse(record.headers["name"])
        assert (name.account, name.identity, name.part) == (live.platform.account_id, "main", 1)
        assert name == keeper.looks["main"].listing[0].name


async def test_scope_of_everyone_and_of_numbers(live):
    """Two handlers, one for the account and one for two extensions, two identities."""
    registry = ModelRegistry(
        all=("main", {types.CallRinging}, ("*",)), some=("second", {types.CallRinging}, ("102", "103"))
    )
    async with at_work(live.keeper(registry, "101", "102")) as keeper:
        assert len(keeper.looks["main"].wanted) == 1
        assert len(keeper.looks["second"].wanted) == 2
    assert registry.scopes["all"] is None
    assert len(registry.scopes["some"]) == 2


async def test_blacklisted_is_healed(live):
    """The platform gave up: a new subscription stands, the dead one is gone."""
    async with at_work(live.keeper(ModelRegistry(calls=("main", {types.CallRinging}, ())))) as keeper:
        subscriptions = live.platform.world.subscriptions
        (old,) = subscriptions.all.values()
        subscriptions.blacklist(old, "I/O operation is failed. Details: [Read timed out]")
        await again(keeper)
        (new,) = subscriptions.all.values()
        assert new is not old
        assert new.active


@pytest.mark.parametrize("fault", ["status_503", "status_500_after", "reset_before", "reset_after", "truncate"])
async def test_creation_under_faults_leaves_exactly_one(live, fault):
    """Whether the platform did it or not before it failed, one stands in the end."""
    live.platform.fault(fault, times=2, operation="createSubscription")
    async with at_work(live.keeper(ModelRegistry(calls=("main", {types.CallRinging}, ())))):
        assert len(live.platform.world.subscriptions.all) == 1


async def test_two_keepers_agree(live):
    """Started together, on one account and user."""
    registry = ModelRegistry(calls=("main", {types.CallRinging, types.PostAdded}, ()))
    async with at_work(live.keeper(registry)) as one, at_work(live.keeper(registry)) as two:
        for _ in range(5):
            await again(one)
            await again(two)
        assert len(live.platform.world.subscriptions.all) == 1


async def test_an_address_that_does_not_answer_is_explained(live):
    """The platform's refusal comes with what to check."""
    live.addresses._public_url = "http://127.0.0.1:1"
    keeper = live.keeper(ModelRegistry(calls=("main", {types.CallRinging}, ())))
    look = await keeper.look_now("main")
    assert "SUB-521" in look.failure
    assert "leads to the ingress" in look.failure


async def test_delete_all_leaves_nothing_of_ours(live):
    """`subscriptions delete`."""
    keeper = live.keeper(ModelRegistry(calls=("main", {types.CallRinging}, ())))
    async with at_work(keeper):
        pass
    deleted = await keeper.delete_all()
    assert len(deleted["main"]) == 1
    assert live.platform.world.subscriptions.all == {}
