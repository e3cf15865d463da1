"""The friendly verbs on the simulated platform: each does there what its name says."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from switchhook import CallRinging, Context, PostAdded, Settings
from switchhook.api.client import Client
from switchhook.errors import Conflict, NotFound
from tests.api.test_every_operation import Stage, opened
from tests.plugin.events import made
from tests.simulator.conftest import Client as Preparer
from tests.simulator.conftest import Receiver, client, platform, receiver  # noqa: F401 - fixtures

NUMBER = "+14155550123"


class Through:
    """The way out of a handler, straight to a client."""

    def __init__(self, through: Client) -> None:
        self.client = through

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        return await self.client.call(operation, parameters)

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        to: Path | BinaryIO,
        *,
        progress: Any = None,
        identity: str | None = None,
    ) -> int:
        return await self.client.download(operation, parameters, to, progress=progress)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def remember(self, key: str, value: object, *, ttl: float | None) -> None:
        raise AssertionError("no verb remembers")

    def recall(self, key: str) -> Any:
        raise AssertionError("no verb recalls")


@pytest.fixture
def stage(client: Preparer, receiver: Receiver) -> Stage:  # noqa: F811
    """Brings calls into being."""
    return Stage(client, receiver)


@pytest.fixture
async def ctx(stage: Stage) -> AsyncIterator[Context]:
    """What a handler is given, as user 101."""
    opened_client = opened(stage.platform, "today")
    yield Context(Through(opened_client), Settings())
    await opened_client.close()


def event(place: Mapping[str, Any], **more: Any) -> CallRinging:
    """The call that a handler hears of."""
    return made(CallRinging, session_id=place["telephonySessionId"], party_id=place.get("partyId", ""), **more)


def own(stage: Stage) -> str:
    """User 101's extension id."""
    return str(stage.platform.world.account.extension("101").id)


async def state(ctx: Context, call: CallRinging) -> str:
    """Where the party of a call is."""
    session = await ctx.calls.read(call)
    return next(party["status"]["code"] for party in session["parties"] if party["id"] == call.party_id)


async def test_a_ringing_call(stage: Stage, ctx: Context) -> None:
    """Answered, forwarded, sent to voicemail, rejected, answered by a voice: each ends the ringing in its own way."""
    answered = event(await stage.ringing())
    await ctx.calls.answer(answered, device=stage.device())
    assert await state(ctx, answered) == "Answered"
    with pytest.raises(Conflict):
        await ctx.calls.answer(answered, device=stage.device())
    for verb in (
        lambda call: ctx.calls.forward(call, to=NUMBER),
        lambda call: ctx.calls.to_voicemail(call, extension_id=own(stage)),
        ctx.calls.reject,
        lambda call: ctx.calls.reply(call, text="In a meeting"),
    ):
        call = event(await stage.ringing())
        await verb(call)
        assert await gone_or(ctx, call) != "Proceeding"


async def gone_or(ctx: Context, call: CallRinging) -> str:
    """The state of the party, or that the call is over."""
    try:
        return await state(ctx, call)
    except NotFound:
        return "over"


async def test_a_call_of_a_queue(stage: Stage, ctx: Context) -> None:
    """An agent who ignores it does not ring any more."""
    call = event(await stage.queued())
    for device in stage.platform.world.account.extension("102").online_devices():
        await ctx.calls.ignore(call, device=str(device.id))
    assert await gone_or(ctx, call) != "Proceeding"


async def test_a_call_in_which_people_talk(stage: Stage, ctx: Context) -> None:
    """Held and taken back, muted, recorded, flipped, transferred; dropping it twice is no error."""
    call = event(await stage.talking())
    assert (await ctx.calls.hold(call))["status"]["code"] == "Hold"
    assert (await ctx.calls.unhold(call))["status"]["code"] == "Answered"
    assert (await ctx.calls.mute(call))["muted"] is True
    recording = await ctx.calls.record(call)
    assert recording["active"] is True
    assert (await ctx.calls.pause_recording(call, recording["id"]))["active"] is False
    assert (await ctx.calls.pause_recording(call, recording["id"], paused=False))["active"] is True
    await ctx.calls.flip(call, to="2")
    await ctx.calls.transfer(event(await stage.talking()), to="102")
    await ctx.calls.drop(call)
    with pytest.raises(NotFound):
        await ctx.calls.read(call)
    await ctx.calls.drop(call)


async def test_calls_parked_joined_and_overheard(stage: Stage, ctx: Context) -> None:
    """Parked at a place that can be dialled, picked up elsewhere, two calls joined to one, an agent supervised."""
    parked = await ctx.calls.park(event(await stage.talking()))
    assert parked["park"]["id"]
    await ctx.calls.pick_up(event(await stage.parked()), device=stage.device("103"))
    await ctx.calls.warm_transfer(event(await stage.held()), to=event(await stage.talking()))
    overheard = event(await stage.overheard(), extension_id=str(stage.platform.world.account.extension("102").id))
    await ctx.calls.supervise(overheard, device=stage.device())


async def test_calls_of_our_own(stage: Stage, ctx: Context) -> None:
    """A device of ours calls out, and two numbers are rung and joined."""
    assert (await ctx.calls.call_out(device=stage.device(), to=NUMBER))["session"]["id"]
    assert (await ctx.calls.ring_out(sender="+16505550198", to=NUMBER))["status"]["callStatus"]


async def test_messages(ctx: Context, tmp_path: Path) -> None:
    """A text, one with a picture, an internal one, a fax: each is in the store, read, marked, synchronised, deleted."""
    (sender, *_) = await ctx.extensions.phone_numbers(feature="SmsSender")
    everything = await ctx.messages.sync()
    text = await ctx.messages.text(sender=sender, to=NUMBER, text="Hello")
    picture = await ctx.messages.text(sender=sender, to=NUMBER, text="Look", media=[("a.png", b"PNG", "image/png")])
    pager = await ctx.messages.pager(to=[(await ctx.extensions.find("102"))["id"]], text="Lunch?")
    fax = await ctx.messages.fax(to=NUMBER, document=("a.txt", b"Hello"), cover="For Joe")
    kinds = [message["type"] for message in (text, picture, pager, fax)]
    assert kinds == ["SMS", "SMS", "Pager", "Fax"]
    assert (await ctx.messages.read(text["id"]))["subject"] == "Hello"
    assert (await ctx.messages.mark_read(text["id"], read=False))["readStatus"] == "Unread"
    assert (await ctx.messages.mark_read(text["id"]))["readStatus"] == "Read"
    kept = next(one for one in (await ctx.messages.read(picture["id"]))["attachments"] if one["type"] != "Text")
    assert await ctx.messages.attachment(picture["id"], kept["id"]) == b"PNG"
    assert await ctx.messages.save(picture["id"], kept["id"], tmp_path / "a.png") == 3
    changed = await ctx.messages.sync(everything["syncInfo"]["syncToken"])
    assert {text["id"], picture["id"], pager["id"], fax["id"]} <= {record["id"] for record in changed["records"]}
    await ctx.messages.delete(text["id"])
    assert (await ctx.messages.read(text["id"]))["availability"] == "Deleted"


async def test_posts_and_cards(ctx: Context) -> None:
    """A team is made; posts, answers, edits, a file, a card; what is removed is gone."""
    team = await ctx.chats.team("Ads", public=True)
    chat = team["id"]
    post = await ctx.chats.post(chat, "Hello")
    reply = await ctx.chats.reply(made(PostAdded, post_id=post["id"], chat_id=chat), "Hello to you")
    assert (await ctx.chats.edit(chat, post["id"], "Hello again"))["text"] == "Hello again"
    await ctx.chats.remove(chat, reply["id"])
    with pytest.raises(NotFound):
        await ctx.api.readGlipPost(chatId=chat, postId=reply["id"])
    assert (await ctx.chats.read(chat))["name"] == "Ads"
    assert (await ctx.chats.card(chat, {"type": "TextBlock", "text": "Hi"}, fallback="Hi"))["id"]
    assert await ctx.chats.file(chat, ("a.txt", b"Hello"), name="a.txt")
    mate = (await ctx.extensions.find("102"))["id"]
    assert (await ctx.chats.conversation([mate]))["id"] == (await ctx.chats.conversation([mate]))["id"]


async def test_notes_tasks_and_events(ctx: Context) -> None:
    """A note is a draft until it is published; a task is complete; an event is in the calendar of its chat."""
    mate = (await ctx.extensions.find("102"))["id"]
    chat = (await ctx.chats.team("Plans", [mate]))["id"]
    note = await ctx.chats.note(chat, "Minutes", "We met.")
    assert note["status"] == "Draft"
    assert (await ctx.chats.publish_note(note["id"]))["status"] == "Active"
    task = await ctx.chats.task(chat, "Call Joe", assignees=[mate])
    await ctx.chats.complete_task(task["id"])
    assert (await ctx.api.readTask(taskId=task["id"]))["status"] == "Completed"
    begins, ends = "2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z"
    lunch = await ctx.chats.event(chat, "Lunch", startTime=begins, endTime=ends)
    assert lunch["id"] in [one["id"] async for one in ctx.api.pages("listGroupEvents", groupId=chat)]


async def test_webhooks_of_a_chat(ctx: Context) -> None:
    """Made, listed, suspended, active again, removed."""
    chat = (await ctx.chats.team("Alerts", public=True))["id"]
    webhook = await ctx.chats.new_webhook(chat)

    async def status() -> list[str]:
        return [one["status"] for one in await ctx.chats.webhooks(chat) if one["id"] == webhook["id"]]

    assert await status() == ["Active"]
    await ctx.chats.suspend_webhook(webhook["id"])
    assert await status() == ["Suspended"]
    await ctx.chats.activate_webhook(webhook["id"])
    assert await status() == ["Active"]
    await ctx.chats.remove_webhook(webhook["id"])
    assert await status() == []


async def test_presence(ctx: Context) -> None:
    """What is set is what is read."""
    await ctx.presence.set(dndStatus="DoNotAcceptAnyCalls", message="In a meeting")
    assert (await ctx.presence.read())["dndStatus"] == "DoNotAcceptAnyCalls"


async def test_extensions(ctx: Context) -> None:
    """Found by number; devices, numbers, hours, forwarding, queues with members, groups; blocked and let through."""
    ann = await ctx.extensions.find("101")
    assert (await ctx.extensions.read())["id"] == ann["id"]
    with pytest.raises(NotFound):
        await ctx.extensions.find("999")
    assert await ctx.extensions.devices()
    assert await ctx.extensions.phone_numbers()
    assert (await ctx.extensions.business_hours())["schedule"] is not None
    assert isinstance(await ctx.extensions.forwarding(), list)
    queues = await ctx.extensions.queues()
    assert await ctx.extensions.queue_members(queues[0]["id"])
    group = await ctx.api.createCallMonitoringGroup(body={"name": "Sales"})
    assert group["id"] in [one["id"] for one in await ctx.extensions.groups()]
    assert isinstance(await ctx.extensions.group_members(group["id"]), list)
    blocked = await ctx.extensions.block(NUMBER, label="Spam")
    assert blocked["id"] in [one["id"] for one in await ctx.extensions.blocked()]
    await ctx.extensions.unblock(blocked["id"])
    assert blocked["id"] not in [one["id"] for one in await ctx.extensions.blocked()]


async def test_recordings(stage: Stage, ctx: Context, tmp_path: Path) -> None:
    """Read, taken into memory, streamed to a file and into an object: the same sound."""
    recording = (await stage.kept_recording())["recordingId"]
    assert (await ctx.recordings.read(recording))["contentUri"]
    sound = await ctx.recordings.content(recording)
    assert await ctx.recordings.save(recording, tmp_path / "call.mp3") == len(sound)
    assert (tmp_path / "call.mp3").read_bytes() == sound
    into = io.BytesIO()
    assert await ctx.recordings.save(recording, into) == len(sound)
    assert into.getvalue() == sound
    fetched = [call for call in stage.platform.state()["api_calls"] if call["at_media"]]
    assert len(fetched) == 3
    assert not any(call["token"] for call in fetched), "a redirect leads to another host, the token stays"
