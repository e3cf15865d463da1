"""Two keepers of one identity at once, on the real simulator: in the end there is exactly one of each subscription."""

import asyncio
import random

from switchhook import CallRinging, Context, Handler, PostAdded, PresenceChanged, Settings, TextReceived
from switchhook.api.opening import open_clients
from switchhook.keeper.loop import Cadence, Keeper
from switchhook.keeper.opening import policy
from switchhook.settings import IdentitySettings, SubscriptionSettings
from switchhook.telemetry import Metrics

NUMBERS = SubscriptionSettings(filters_each=2, look_every=3.0)


def busy():
    """A handler that needs many filters."""
    handler = Handler("busy", Settings)

    @handler.on(CallRinging)
    async def call(_event: CallRinging, _ctx: Context[Settings]) -> None:
        pass

    @handler.on(TextReceived)
    async def text(_event: TextReceived, _ctx: Context[Settings]) -> None:
        pass

    @handler.on(PostAdded)
    async def post(_event: PostAdded, _ctx: Context[Settings]) -> None:
        pass

    @handler.on(PresenceChanged)
    async def presence(_event: PresenceChanged, _ctx: Context[Settings]) -> None:
        pass

    return handler


def rival(switchhook):
    """A second keeper of the same identity, as a process that does not know of the first would be."""
    said = switchhook.platform.credentials("101")
    identity = IdentitySettings(
        name="main",
        server=said["url"],
        client_id=said["client_id"],
        client_secret=said["client_secret"],
        jwt=said["jwt"],
    )
    clients = open_clients([identity], switchhook.clock)
    first = switchhook.keeping.keeper.identities["main"]
    keeper = Keeper(
        clients,
        first._asking._registry,
        first._addresses,
        clock=switchhook.clock,
        metrics=Metrics(),
        policy=policy(NUMBERS),
        cadence=Cadence(every=NUMBERS.look_every),
        seed=2,
    )
    return keeper, clients["main"]


def standing(switchhook):
    """(part, whether it is active) of every subscription of ours, and all filters that are delivered."""
    addresses = switchhook.keeping.keeper.identities["main"]._addresses
    found = switchhook.platform.world.subscriptions.all.values()
    parts = sorted((addresses.recognise(each.address).part, each.active) for each in found)
    return parts, {one.text for each in found for one in each.filters}


async def test_two_keepers_for_a_minute_leave_one_of_each(switchhook):
    """A minute in which both look every three seconds and wake at the same moments, subscriptions die and vanish, and
    answers get lost.
    """
    switchhook.enable(busy(), "101", "102", "103")
    await switchhook.start(subscriptions=NUMBERS)
    platform, subscriptions = switchhook.platform, switchhook.platform.world.subscriptions
    parts, filters = standing(switchhook)
    assert len(parts) > 4, parts
    second, client = rival(switchhook)
    stop = asyncio.Event()
    fighting = asyncio.create_task(second.run(stop))
    dice = random.Random(7)
    for _ in range(6):
        await switchhook.pass_by(10)
        victim = dice.choice(sorted(subscriptions.all))
        mishap = dice.choice(["blacklist", "delete", "reset_after", "status_503"])
        if mishap == "blacklist":
            subscriptions.blacklist(subscriptions.all[victim], "Read timed out")
        elif mishap == "delete":
            subscriptions.delete(subscriptions.all[victim])
        else:
            subscriptions.delete(subscriptions.all[victim])
            platform.fault(mishap, operation="createSubscription", times=2)
        switchhook.keeping.keeper.wake()
        second.wake()
    first = switchhook.keeping.keeper

    def peace():
        return first.stands.is_set() and second.stands.is_set()

    await switchhook.until(peace, within=600)
    await switchhook.pass_by(10)
    await switchhook.until(peace, within=600)  # on a slow machine a look may have found no answer in time just then
    assert standing(switchhook) == (parts, filters)
    await platform.text("101", "+16505550100", "after the fight")
    await switchhook.until(lambda: any("TextReceived" in end.event for end in switchhook.ends), within=600)
    await switchhook.pass_by(5)
    assert sum("TextReceived" in end.event for end in switchhook.ends) == 1
    stop.set()
    await fighting
    await client.close()
