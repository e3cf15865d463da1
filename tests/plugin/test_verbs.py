"""Every friendly verb: which operation it calls, and that its body is what the platform's schema wants."""

from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from switchhook import CallRinging, Context, PostAdded, Settings
from switchhook.api.catalogue import operation as catalogued
from switchhook.plugin.calls import Calls
from switchhook.plugin.chats import Chats
from switchhook.plugin.messages import Messages
from switchhook.plugin.people import Extensions, Presence, Recordings
from tests.plugin.events import made
from tests.plugin.ports import Port

CALL = made(CallRinging)
SECOND = made(CallRinging, session_id="s-2", party_id="p-2-1")
POST = made(PostAdded, post_id="66", chat_id="55")
DEVICE = {"deviceId": "77"}
NUMBER = "+16505550199"

VERBS: list[tuple[str, tuple[Any, ...], dict[str, Any], str, Any]] = [
    ("calls.answer", (CALL,), {"device": "77"}, "answerCallParty", DEVICE),
    ("calls.forward", (CALL,), {"to": NUMBER}, "forwardCallParty", {"phoneNumber": NUMBER}),
    ("calls.forward", (CALL,), {"to": "102"}, "forwardCallParty", {"extensionNumber": "102"}),
    ("calls.to_voicemail", (CALL,), {}, "forwardCallParty", {"voicemail": "1001"}),
    ("calls.to_voicemail", (CALL,), {"extension_id": "1002"}, "forwardCallParty", {"voicemail": "1002"}),
    ("calls.reject", (CALL,), {}, "rejectParty", None),
    ("calls.ignore", (CALL,), {"device": "77"}, "ignoreCallInQueue", DEVICE),
    ("calls.reply", (CALL,), {"text": "In a meeting"}, "replyParty", {"replyWithText": "In a meeting"}),
    ("calls.hold", (CALL,), {}, "holdCallParty", None),
    ("calls.unhold", (CALL,), {}, "unholdCallParty", None),
    ("calls.mute", (CALL,), {}, "updateCallParty", {"muted": True}),
    ("calls.transfer", (CALL,), {"to": "102"}, "transferCallParty", {"extensionNumber": "102"}),
    ("calls.warm_transfer", (CALL,), {"to": SECOND}, "bridgeCallParty",
     {"telephonySessionId": SECOND.session_id, "partyId": SECOND.party_id}),
    ("calls.park", (CALL,), {}, "callParkParty", None),
    ("calls.pick_up", (CALL,), {"device": "77"}, "pickupCallParty", DEVICE),
    ("calls.flip", (CALL,), {"to": "2"}, "callFlipParty", {"callFlipId": "*2"}),
    ("calls.supervise", (CALL,), {"device": "77"}, "superviseCallSession",
     {"mode": "Listen", "supervisorDeviceId": "77", "agentExtensionId": "1001"}),
    ("calls.record", (CALL,), {}, "startCallRecording", None),
    ("calls.pause_recording", (CALL, "88"), {}, "pauseResumeCallRecording", {"active": False}),
    ("calls.pause_recording", (CALL, "88"), {"paused": False}, "pauseResumeCallRecording", {"active": True}),
    ("calls.drop", (CALL,), {}, "deleteCallSession", None),
    ("calls.read", (CALL,), {}, "readCallSessionStatus", None),
    ("calls.call_out", (), {"device": "77", "to": NUMBER}, "createCallOutCallSession",
     {"from": DEVICE, "to": {"phoneNumber": NUMBER}}),
    ("calls.ring_out", (), {"sender": "+16505550101", "to": NUMBER}, "createRingOutCall",
     {"from": {"phoneNumber": "+16505550101"}, "to": {"phoneNumber": NUMBER}, "playPrompt": False}),
    ("messages.text", (), {"sender": "+16505550101", "to": NUMBER, "text": "Hi"}, "createSMSMessage",
     {"from": {"phoneNumber": "+16505550101"}, "to": [{"phoneNumber": NUMBER}], "text": "Hi"}),
    ("messages.text", (), {"sender": "+16505550101", "to": [NUMBER, "+1"], "text": "Hi", "media": [b"x"]}, "createMMS",
     {"from": {"phoneNumber": "+16505550101"}, "to": [{"phoneNumber": NUMBER}, {"phoneNumber": "+1"}], "text": "Hi"}),
    ("messages.pager", (), {"to": ["1002"], "text": "Hi"}, "createInternalTextMessage",
     {"to": [{"extensionId": "1002"}], "text": "Hi"}),
    ("messages.fax", (), {"to": NUMBER, "document": b"x"}, "createFaxMessage", None),
    ("messages.fax", (), {"to": NUMBER, "document": b"x", "cover": "For Joe"}, "createFaxMessage", None),
    ("messages.read", ("9",), {}, "readMessage", None),
    ("messages.attachment", ("9", "1"), {}, "readMessageContent", None),
    ("messages.save", ("9", "1", BytesIO()), {}, "readMessageContent", None),
    ("messages.mark_read", ("9",), {}, "updateMessage", {"readStatus": "Read"}),
    ("messages.mark_read", ("9",), {"read": False}, "updateMessage", {"readStatus": "Unread"}),
    ("messages.delete", ("9",), {}, "deleteMessage", None),
    ("messages.sync", (), {}, "syncMessages", None),
    ("messages.sync", ("token",), {}, "syncMessages", None),
    ("chats.post", ("55", "Hello"), {}, "createGlipPost", {"text": "Hello"}),
    ("chats.post", ("55", "Hello"), {"attachments": [{"id": "1", "type": "Note"}]}, "createGlipPost",
     {"text": "Hello", "attachments": [{"id": "1", "type": "Note"}]}),
    ("chats.reply", (POST, "Hello"), {}, "createGlipPost", {"text": "Hello", "parentPostId": "66"}),
    ("chats.edit", ("55", "66", "Hello"), {}, "patchGlipPost", {"text": "Hello"}),
    ("chats.remove", ("55", "66"), {}, "deleteGlipPost", None),
    ("chats.read", ("55",), {}, "readGlipChat", None),
    ("chats.card", ("55", {"type": "Container"}), {"fallback": "Hi"}, "createGlipAdaptiveCardNew",
     {"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.3",
      "body": [{"type": "Container"}], "fallbackText": "Hi"}),
    ("chats.file", ("55", b"x"), {"name": "a.txt"}, "createGlipFileNew", b"x"),
    ("chats.webhooks", ("55",), {}, "listGlipGroupWebhooks", None),
    ("chats.new_webhook", ("55",), {}, "createGlipGroupWebhook", None),
    ("chats.suspend_webhook", ("9",), {}, "suspendGlipWebhook", None),
    ("chats.activate_webhook", ("9",), {}, "activateGlipWebhook", None),
    ("chats.remove_webhook", ("9",), {}, "deleteGlipWebhook", None),
    ("chats.note", ("55", "Minutes"), {"body": "…"}, "createChatNote", {"title": "Minutes", "body": "…"}),
    ("chats.publish_note", ("9",), {}, "publishNote", None),
    ("chats.task", ("55", "Call Joe"), {"assignees": ["7"], "dueDate": "2026-01-05T09:00:00Z"}, "createTask",
     {"subject": "Call Joe", "assignees": [{"id": "7"}], "dueDate": "2026-01-05T09:00:00Z"}),
    ("chats.complete_task", ("9",), {}, "completeTask", {"status": "Complete"}),
    ("chats.event", ("55", "Lunch"), {"startTime": "2026-01-05T12:00:00Z", "endTime": "2026-01-05T13:00:00Z"},
     "createEventbyGroupId",
     {"title": "Lunch", "startTime": "2026-01-05T12:00:00Z", "endTime": "2026-01-05T13:00:00Z"}),
    ("chats.conversation", (["7", "8"],), {}, "createGlipConversation", {"members": [{"id": "7"}, {"id": "8"}]}),
    ("chats.team", ("Ads", ["7"]), {}, "createGlipTeam", {"name": "Ads", "public": False, "members": [{"id": "7"}]}),
    ("presence.read", (), {}, "readUserPresenceStatus", None),
    ("presence.set", ("1001",), {"dndStatus": "DoNotAcceptAnyCalls"}, "updateUserPresenceStatus",
     {"dndStatus": "DoNotAcceptAnyCalls"}),
    ("extensions.find", ("101",), {}, "listExtensions", None),
    ("extensions.read", (), {}, "readExtension", None),
    ("extensions.devices", ("1001",), {}, "listExtensionDevices", None),
    ("extensions.phone_numbers", (), {}, "listExtensionPhoneNumbers", None),
    ("extensions.business_hours", (), {}, "readUserBusinessHours", None),
    ("extensions.forwarding", (), {}, "listForwardingNumbers", None),
    ("extensions.blocked", (), {}, "listBlockedAllowedNumbers", None),
    ("extensions.unblock", ("9",), {}, "deleteBlockedAllowedNumber", None),
    ("extensions.queues", (), {}, "listCallQueues", None),
    ("extensions.queue_members", ("1003",), {}, "listCallQueueMembers", None),
    ("extensions.groups", (), {}, "listCallMonitoringGroups", None),
    ("extensions.group_members", ("9",), {}, "listCallMonitoringGroupMembers", None),
    ("extensions.block", (NUMBER,), {"label": "Spam"}, "createBlockedAllowedNumber",
     {"phoneNumber": NUMBER, "label": "Spam", "status": "Blocked"}),
    ("recordings.read", ("88",), {}, "readCallRecording", None),
    ("recordings.content", ("88",), {}, "listCallRecordingData", None),
    ("recordings.save", ("88", BytesIO()), {}, "listCallRecordingData", None),
]  # fmt: skip
GROUPS = {
    "calls": Calls,
    "messages": Messages,
    "chats": Chats,
    "presence": Presence,
    "extensions": Extensions,
    "recordings": Recordings,
}


@cache
def schemas() -> dict[str, Any]:
    """The published schemas of requests and answers."""
    content: dict[str, Any] = orjson.loads(resources.files("switchhook").joinpath("data", "schemas.json").read_bytes())
    return content


def fits(operation: str, body: Any) -> list[str]:
    """What the published schema of an operation's request has against a body."""
    of = schemas()["operations"].get(operation) or schemas()["besides"][operation]
    if isinstance(body, bytes):
        return []
    schema = of.get("today", of)["request"] or {}
    validator = Draft202012Validator({"$defs": schemas()["$defs"], **schema})
    return [error.message for error in validator.iter_errors(body)]


def made_by(verb: str) -> Any:
    """An answer the verb can read."""
    if verb.endswith(".save"):
        return b"content"
    records = {"extensions.find": [{"id": 1, "extensionNumber": "101"}]}.get(verb, [])
    return {"records": records}


@pytest.mark.parametrize("row", VERBS, ids=lambda row: row[0])
async def test_verb_calls_its_operation_with_a_valid_body(row):
    """One call; parameters the catalogue knows, none missing; a body that the published schema accepts."""
    verb, positional, named, operation, body = row
    port = Port()
    port.answer = made_by(verb)
    group, name = verb.split(".")
    await getattr(getattr(Context(port, Settings()), group), name)(*positional, **named)
    ((called, parameters, _),) = port.calls
    assert (called, parameters.get("body")) == (operation, body)
    known = catalogued(operation)
    assert set(parameters) <= set(known.by_name) | {"attachments", "extensionNumber"}, "known to the catalogue"
    needed = {one.name for one in known.parameters if one.required and one.name not in {"accountId", "extensionId"}}
    assert needed - {"brandId"} <= set(parameters), "none missing"
    if body is not None:
        assert fits(operation, body) == []


def test_every_verb_is_tried_here_and_names_its_operation():
    """A verb without a row, or whose docstring does not say which operation it calls, fails here."""
    called: dict[str, set[str]] = {}
    for verb, _, _, operation, _ in VERBS:
        called.setdefault(verb, set()).add(operation)
    verbs = {f"{group}.{name}": function for group, kind in GROUPS.items() for name, function in vars(kind).items()}
    public = {verb: function for verb, function in verbs.items() if not verb.split(".")[1].startswith("_")}
    del public["chats.webhook"]  # no call: it leads to verbs of its own, tried below
    assert set(public) == set(called)
    for verb, function in public.items():
        assert all(operation in str(function.__doc__) for operation in called[verb]), verb


@pytest.mark.parametrize(
    ("verb", "positional", "named", "body"),
    [
        ("post", ("Hi",), {}, {"text": "Hi"}),
        ("post", ("Hi",), {"title": "News", "activity": "us", "icon_uri": "https://x/y", "icon_emoji": ":x:"},
         {"text": "Hi", "title": "News", "activity": "us", "iconUri": "https://x/y", "iconEmoji": ":x:"}),
        ("post", (), {"attachments": [{"type": "Card"}]}, {"attachments": [{"type": "Card"}]}),
        ("card", ({"type": "TextBlock"},), {"fallback": "f"}, {"attachments": [
            {"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
             "version": "1.3", "body": [{"type": "TextBlock"}], "fallbackText": "f"}]}),
    ],
)  # fmt: skip
async def test_a_webhook_is_posted_to_by_its_name(verb, positional, named, body):
    """The handler knows a name of the settings; the address is nobody's but the keeper's."""
    port = Port()
    await getattr(Context(port, Settings()).chats.webhook("alerts"), verb)(*positional, **named)
    ((called, parameters, _),) = port.calls
    assert (called, parameters) == ("postToChatWebhook", {"webhook": "alerts", "body": body})
    assert set(parameters) == set(catalogued(called).by_name)


async def test_reading_verbs_pick_what_they_promise():
    """Devices that are online, numbers with a feature, members by id, the extension with exactly this number."""
    port = Port()
    ctx = Context(port, Settings())
    port.answer = {"records": [{"id": "1", "status": "Online"}, {"id": "2", "status": "Offline"}]}
    assert [device["id"] for device in await ctx.extensions.devices("1001")] == ["1"]
    assert [device["id"] for device in await ctx.extensions.devices("1001", online=False)] == ["1", "2"]
    port.answer = {"records": [{"phoneNumber": "+1", "features": ["SmsSender"]}, {"phoneNumber": "+2"}]}
    assert await ctx.extensions.phone_numbers(feature="SmsSender") == ["+1"]
    assert await ctx.extensions.phone_numbers() == ["+1", "+2"]
    port.answer = {"records": [{"id": 7}, {"id": "8"}]}
    assert await ctx.extensions.queue_members("9") == ["7", "8"]
    assert await ctx.extensions.queues() == port.answer["records"]
    port.answer = {"records": [{"id": 1, "extensionNumber": "1011"}, {"id": 2, "extensionNumber": "101"}]}
    assert (await ctx.extensions.find("101"))["id"] == 2
