"""Chat webhooks with the real client on the simulated platform."""

from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from switchhook.api.opening import open_clients
from switchhook.clock import SystemClock
from switchhook.errors import ApiUnreachable, BadRequest, NotFound
from switchhook.keeper.chat_webhooks import ChatWebhooks
from switchhook.plugin.chats import Chats
from switchhook.settings import ChatWebhookSettings, IdentitySettings
from switchhook.simulator.platform import Platform
from tests.keeper.memory import MemoryState


@pytest.fixture
async def live():
    """A platform, a client, a store, and how to make a keeper of webhooks and post through it."""
    platform = Platform(seed=3, limits=False)
    await platform.start()
    identity = IdentitySettings(
        name="main",
        server=platform.url,
        client_id=platform.client_id,
        client_secret=SecretStr(platform.client_secret),
        jwt=SecretStr(platform.jwt),
    )
    client = open_clients([identity], SystemClock())["main"]
    store = MemoryState()

    def keeper(**chats):
        declared = [
            ChatWebhookSettings(name=name, chat=chat[0], state=chat[1])
            for name, chat in ((name, (*each.split("|"), "active")[:2]) for name, each in chats.items())
        ]
        made = ChatWebhooks(client, declared, store, lambda _account: 0, clock=SystemClock())
        client.webhook_address = made.address
        return made

    class Port:
        """The way out of a handler, straight to the client."""

        async def call(self, operation, parameters, *, identity=None):
            return await client.call(operation, parameters)

    yield SimpleNamespace(
        platform=platform,
        client=client,
        store=store,
        keeper=keeper,
        hooks=platform.world.hooks.all,
        chats=Chats(Port(), None),
    )
    await client.close()
    await platform.stop()


def posts(live):
    """Texts of all posts, newest last."""
    return [post["text"] for chat in live.platform.state()["chats"].values() for post in chat["posts"]]


async def test_declared_is_created_and_can_be_posted_to(live):
    """By the name of the chat; text, title and a card arrive."""
    look = await live.keeper(alerts="Front desk").sync()
    assert look.failure == ""
    assert [step.do.value for step in look.steps] == ["create"]
    hook = live.chats.webhook("alerts")
    await hook.post("Hello", title="News", activity="Switchhook", icon_emoji=":x:")
    await hook.card({"type": "TextBlock", "text": "a card"}, fallback="a card")
    await hook.post(attachments=[{"type": "Card", "title": "older", "fields": [{"title": "a", "value": "b"}]}])
    assert "Hello" in posts(live)
    assert (await live.keeper(alerts="Front desk").sync()).steps == ()


async def test_a_2xx_that_says_error_is_an_error(live):
    """A card that is accepted and never posted does not count as done; the reason is told, the address is not."""
    await live.keeper(alerts="Front desk").sync()
    with pytest.raises(BadRequest) as caught:
        await live.chats.webhook("alerts").post(attachments=[{"type": "AdaptiveCard"}])
    assert "Invalid AdaptiveCard payload" in str(caught.value)
    assert "payload.attachments[0]" in str(caught.value)
    (hook,) = live.hooks
    assert hook not in str(caught.value)


async def test_suspended_or_removed_by_somebody_is_healed(live):
    """Found at the next look; after a removal the name has another address."""
    keeper = live.keeper(alerts="Front desk")
    await keeper.sync()
    (hook,) = live.hooks.values()
    hook.status = "Suspended"
    with pytest.raises(NotFound) as caught:
        await live.chats.webhook("alerts").post("Hello")
    assert hook.id not in str(caught.value)
    assert [step.do.value for step in (await keeper.sync()).steps] == ["activate"]
    await live.chats.webhook("alerts").post("Hello")
    live.hooks.clear()
    assert [step.reason for step in (await keeper.sync()).steps] == ["somebody removed it"]
    await live.chats.webhook("alerts").post("Hello again")
    assert posts(live).count("Hello again") == 1


async def test_states_follow_the_settings(live):
    """Suspended, active again, absent."""
    await live.keeper(alerts="Front desk").sync()
    await live.keeper(alerts="Front desk|suspended").sync()
    assert [each.status for each in live.hooks.values()] == ["Suspended"]
    await live.keeper(alerts="Front desk|active").sync()
    assert [each.status for each in live.hooks.values()] == ["Active"]
    await live.keeper(alerts="Front desk|absent").sync()
    assert live.hooks == {}
    assert (await live.keeper(alerts="Front desk|absent").sync()).steps == ()


async def test_what_nobody_declared_is_left_alone(live):
    """Also one that was declared once: its address may be in use elsewhere."""
    await live.keeper(alerts="Front desk").sync()
    look = await live.keeper(other="Front desk").sync()
    assert len(live.hooks) == 2
    assert look.describe()["webhooks"][0]["name"] == "other"


@pytest.mark.parametrize("fault", ["status_503", "status_500_after", "reset_before", "reset_after"])
async def test_creation_under_faults_leaves_exactly_one(live, fault):
    """Whether it was made or not before the answer was lost."""
    live.platform.fault(fault, times=1, operation="createGlipGroupWebhook")
    keeper = live.keeper(alerts="Front desk")
    assert (await keeper.sync()).failure
    await keeper.sync()
    assert (await keeper.sync()).steps == ()
    assert len(live.hooks) == 1
    await live.chats.webhook("alerts").post("Hello")


async def test_a_restart_knows_the_address_again(live):
    """It is not stored, but listed by the platform."""
    await live.keeper(alerts="Front desk").sync()
    again = live.keeper(alerts="Front desk")
    with pytest.raises(ApiUnreachable):
        await live.chats.webhook("alerts").post("too early")
    await again.sync()
    await live.chats.webhook("alerts").post("Hello")
    (hook,) = live.hooks.values()
    stored = b"".join(entry.value for entry in live.store.entries.values())
    assert b"/webhook/" not in stored
    assert hook.id not in repr(again.look.describe())


async def test_unknown_names_are_told(live):
    """A chat that does not exist is a concern, a webhook that is not declared an error that names those there are."""
    look = await live.keeper(alerts="Nowhere", news="Front desk").sync()
    assert look.concerns == ("webhook 'alerts': no chat 'Nowhere'",)
    with pytest.raises(ValueError, match="alerts, news"):
        await live.chats.webhook("nothing").post("Hello")


async def test_a_post_needs_something(live):
    """Nothing is sent for nothing."""
    with pytest.raises(ValueError, match="a text, a title or an attachment"):
        await live.chats.webhook("alerts").post(activity="Switchhook")
