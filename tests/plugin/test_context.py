"""The context: identities, limits, operations by id, memory and clock."""

import pytest

from switchhook import CallRinging, Context, NotFound, Settings
from tests.plugin.events import AT, made
from tests.plugin.ports import Port

CALL = made(CallRinging)


@pytest.fixture
def port() -> Port:
    """A port that answers."""
    return Port()


@pytest.fixture
def ctx(port) -> Context:
    """A context on it."""
    return Context(port, Settings())


async def test_forward_refuses_what_is_no_target(ctx, port):
    """Before anything is sent."""
    with pytest.raises(ValueError, match="neither"):
        await ctx.calls.forward(CALL, to="Bob")
    assert port.calls == []


async def test_drop_of_a_call_that_is_over_is_success(ctx, port):
    """404 says what was wanted: no such call."""
    port.error = NotFound("gone", status=404)
    await ctx.calls.drop(CALL)
    assert port.calls == [("deleteCallSession", {"telephonySessionId": "s-1"}, None)]


async def test_limits_of_the_platform_are_kept_before_sending(ctx, port):
    """10,000 characters of a post, 1,000 UTF-16 characters of a text: a smile counts twice."""
    await ctx.messages.text(sender="+1", to="+1", text="☺" * 1_000)
    with pytest.raises(ValueError, match="1000 UTF-16 characters; this one has 1002"):
        await ctx.messages.text(sender="+1", to="+1", text="😀" * 501)
    with pytest.raises(ValueError, match="10000 characters; this one has 10001"):
        await ctx.chats.post("55", "x" * 10_001)
    assert len(port.calls) == 1


async def test_any_operation_by_its_id(ctx, port):
    """Keyword parameters go on as they are; what starts with an underscore is no operation."""
    assert await ctx.api.readExtension(extensionId="101") == "answered"
    assert port.calls == [("readExtension", {"extensionId": "101"}, None)]
    assert not hasattr(ctx.api, "__wrapped__")


async def test_acting_as_changes_the_identity_of_every_verb(ctx, port):
    """Calls, messages, chats and api act as the other identity; the context itself does not change."""
    other = ctx.acting_as("bot")
    await other.calls.reject(CALL)
    await other.chats.post("55", "Hello")
    await other.messages.text(sender="+1", to="+1", text="Hi")
    await other.api.readExtension()
    await ctx.calls.reject(CALL)
    assert [identity for _, _, identity in port.calls] == ["bot", "bot", "bot", "bot", None]


def test_store_and_clock(ctx, port):
    """Memory and time are the worker's."""
    assert ctx.store.get("seen", 0) == 0
    ctx.store.put("seen", 3, ttl=60)
    assert ctx.store.get("seen") == 3
    assert port.memory["seen"] == (3, 60)
    ctx.store.delete("seen")
    assert ctx.store.get("seen") is None
    assert ctx.now == AT
