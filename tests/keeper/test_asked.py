"""What a person asks of a keeper that runs, in the whole service."""

import asyncio

import pytest

from switchhook import CallRinging, Context, Handler, Settings
from switchhook.keeper.asked import Asked
from switchhook.settings import ChatWebhookSettings


@pytest.fixture
def idle():
    """A handler that does nothing with calls."""
    handler = Handler("idle", Settings)

    @handler.on(CallRinging)
    async def nothing(_call: CallRinging, _ctx: Context[Settings]) -> None:
        pass

    return handler


async def answer(switchhook, question):
    """Ask, and let time pass until there is an answer."""
    asking = asyncio.create_task(question)
    await switchhook.until(asking.done, within=200)
    return asking.result()


async def test_a_probe_makes_the_whole_way(switchhook, idle):
    """Its reminder passes ingress, log and worker; nothing of it is left behind."""
    switchhook.enable(idle)
    await switchhook.start()
    (found,) = await answer(switchhook, Asked(switchhook.keeping).actions()["subscriptions/probe"]({}))
    assert found["arrived"] is True, found
    assert 60 <= found["seconds"] <= 120
    assert len(switchhook.platform.world.subscriptions.all) == 1
    (shown,) = switchhook.keeping.subscriptions()
    assert shown["heard"] is not None
    assert shown["existing"][0]["heard"] is None


async def test_a_probe_that_cannot_arrive_says_why(switchhook, idle):
    """Nothing answers at our address any more: the platform's refusal is told, with what to do."""
    switchhook.enable(idle)
    await switchhook.start()
    switchhook.keeping.keeper.identities["main"]._addresses._public_url = "http://127.0.0.1:1"
    (found,) = await answer(switchhook, Asked(switchhook.keeping).probe())
    assert found["arrived"] is False
    assert "SUB-521" in found["failure"]
    assert switchhook.keeping.watches["main"].broken


async def test_sync_has_the_running_keeper_act(switchhook, idle):
    """What was deleted behind its back stands again in the answer, and its own loop did it: there is one."""
    switchhook.enable(idle)
    await switchhook.start()
    platform = switchhook.platform.world.subscriptions
    subscriptions = platform.all
    for each in list(subscriptions.values()):
        platform.delete(each)
    (found,) = await answer(switchhook, Asked(switchhook.keeping).actions()["subscriptions/sync"]({}))
    assert [each["action"] for each in found["done"]] == ["create"]
    assert found["settled"]
    assert [each["id"] for each in found["existing"]] == list(subscriptions)


async def test_chat_webhooks_are_synchronised_and_tested(switchhook, idle):
    """Made at the start; removed by somebody: made again on request, and the test goes through the new one."""
    switchhook.enable(idle)
    await switchhook.start(chat_webhooks=(ChatWebhookSettings(name="alerts", chat="Front desk"),))
    hooks = switchhook.platform.world.hooks.all
    await switchhook.until(lambda: hooks)
    hooks.clear()
    actions = Asked(switchhook.keeping).actions()
    (found,) = await answer(switchhook, actions["chat-webhooks/sync"]({}))
    assert [each["action"] for each in found["done"]] == ["create"]
    assert await answer(switchhook, actions["chat-webhooks/test"]({"name": "alerts"})) == {
        "webhook": "alerts",
        "posted": True,
    }
    assert any("this webhook works" in post["text"] for post in switchhook.posts())
    with pytest.raises(ValueError, match="no webhook is called 'alarms'"):
        await actions["chat-webhooks/test"]({"name": "alarms"})
