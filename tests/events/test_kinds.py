"""One row for each kind of notification that the platform sends: what it is taken for, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchhook.events import types
from switchhook.events.calls import Call, fold
from switchhook.events.interpret import Fact, Need, PartyPart, Source, interpret
from switchhook.events.kinds import KINDS, kind_of
from switchhook.events.types import (
    ChatChanged,
    Event,
    ExtensionChanged,
    FaxReceived,
    MessageStatusChanged,
    Notification,
    PartyChanged,
    PresenceChanged,
    TextReceived,
    VoicemailReceived,
)
from switchhook.notification import envelope
from tests.events.notifications import EXTENSION, STORE, TEXT, need, notification, read, store
from tests.events.streams import ACCOUNT, START, source

A = f"/restapi/v1.0/account/{ACCOUNT}"
E = f"{A}/extension/{EXTENSION}"
PRESENCE: Mapping[str, Any] = {
    "extensionId": int(EXTENSION),
    "telephonyStatus": "CallConnected",
    "sequence": 2698,
    "presenceStatus": "Busy",
    "userStatus": "Available",
    "meetingStatus": "Disconnected",
    "dndStatus": "TakeAllCalls",
    "allowSeeMyPresence": True,
}
CALL: Mapping[str, Any] = {
    "telephonySessionId": "s-1",
    "sequence": 2,
    "eventTime": "2026-06-23T01:05:43.940Z",
    "parties": [{"id": "p-1-1", "direction": "Outbound", "status": {"code": "Setup"}}],
}
MESSAGE = {key: value for key, value in TEXT.items() if key != "owner"}
A2P: Mapping[str, Any] = {
    "id": "7086",
    "from": "+13102375087",
    "to": ["+14842910071"],
    "text": "Thank you",
    "direction": "Outbound",
    "messageStatus": "Delivered",
    "creationTime": "2026-05-26T04:16:05.442760Z",
    "lastModifiedTime": "2026-05-26T04:16:08.107007Z",
}
A2P_NEW: Mapping[str, Any] = {
    "id": "8",
    "from": {"phoneNumber": "+13102375087"},
    "to": [{"phoneNumber": "+14842910071", "messageStatus": "DeliveryFailed", "errorCode": "SMS-UP-430"}],
    "direction": "Outbound",
    "creationTime": "2026-02-24T18:44:12.961560383Z",
    "lastModifiedTime": "2026-02-24T18:44:13.961560383Z",
}
CONTACT = {"eventType": "Update", "id": "7", "type": "User", "firstName": "Ann", "lastName": "Archer"}
CHAT = {"id": "9", "name": "Team", "type": "Team", "members": ["1", {"id": "2"}], "eventType": "GroupRenamed"}
QUEUE_SAMPLE = {"records": [{"member": {"id": 7}, "acceptCurrentQueueCalls": False}]}
QUEUE_SCHEMA = {"extensionId": "7", "callQueueId": "8", "acceptCalls": True}
MONITORED = {"extension": [{"id": "1"}], "sequence": 3}
FIVE = {"extension_id": "5"}
BEFORE_AFTER = {"eventType": "WebhookUpdated", "before": {}, "after": {}}

Row = tuple[str, Any, str, type[Event] | None, dict[str, Any]]
ROWS: list[Row] = [
    (f"{A}/telephony/sessions", CALL, "telephony", PartyChanged, {"status": "Setup", "sequence": 2}),
    (f"{E}/telephony/sessions", CALL, "telephony", PartyChanged, {"session_id": "s-1", "party_id": "p-1-1"}),
    (f"{E}/presence", PRESENCE, "presence", PresenceChanged, {"presence": "Busy", "extension_id": EXTENSION}),
    (
        f"{E}/presence?detailedTelephonyState=true&sipData=true",
        {**PRESENCE, "activeCalls": [{"id": "a"}], "totalActiveCalls": 1},
        "presence",
        PresenceChanged,
        {
            "telephony": "CallConnected",
            "active_calls": ({"id": "a"},),
            "sequence": 2698,
            "do_not_disturb": "TakeAllCalls",
        },
    ),
    (
        f"{E}/presence",
        {"extensionId": "5", "dndStatusPersonal": "DoNotAcceptAnyCalls", "acceptCallQueueCalls": False},
        "presence",
        PresenceChanged,
        {"do_not_disturb": "DoNotAcceptAnyCalls", "accepts_queue_calls": False, "sequence": 0},
    ),
    (f"{E}/presence/line", MONITORED, "monitored-lines", None, {}),
    (
        f"{E}/presence/line/presence",
        {**PRESENCE, "extensionId": "5"},
        "presence",
        PresenceChanged,
        {"extension_id": "5"},
    ),
    (f"{E}/favorite/presence", {**PRESENCE, "extensionId": "5"}, "presence", PresenceChanged, {"extension_id": "5"}),
    (
        f"{E}/presence/dnd",
        {"extensionId": "5", "dndStatus": "DoNotAcceptAnyCalls"},
        "presence",
        PresenceChanged,
        {"do_not_disturb": "DoNotAcceptAnyCalls", "presence": "", "extension_id": "5"},
    ),
    (
        f"{A}/call-queues/8/presence",
        QUEUE_SAMPLE,
        "queue",
        PresenceChanged,
        {"extension_id": "7", "queue_id": "8", "accepts_queue_calls": False},
    ),
    (
        f"{A}/call-queues/8/presence",
        QUEUE_SCHEMA,
        "queue",
        PresenceChanged,
        {"extension_id": "7", "queue_id": "8", "accepts_queue_calls": True},
    ),
    (f"{STORE}/instant?type=SMS", TEXT, "text", TextReceived, {"text": "Hello there"}),
    (f"{E}/voicemail", {**MESSAGE, "type": "VoiceMail"}, "voicemail", VoicemailReceived, {"extension_id": EXTENSION}),
    (f"{E}/fax?direction=Inbound", {**MESSAGE, "type": "Fax", "faxPageCount": 2}, "fax", FaxReceived, {"pages": 2}),
    (f"{A}/message-threads/entries/sync", {"lastModifiedTime": "2026-01-01T00:00:00Z"}, "message-threads", None, {}),
    (f"{A}/message-threads/sync", {"lastModifiedTime": "2026-01-01T00:00:00Z"}, "message-threads", None, {}),
    (
        f"{A}/a2p-sms/messages?direction=Outbound&from=+13102375087",
        A2P,
        "high-volume",
        MessageStatusChanged,
        {"kind": "A2P", "status": "Delivered", "recipients": ("+14842910071",), "sender": "+13102375087"},
    ),
    (
        f"{A}/a2p-sms/messages?direction=Inbound",
        {**A2P, "direction": "Inbound"},
        "high-volume",
        TextReceived,
        {"kind": "A2P", "text": "Thank you", "to": "+14842910071", "id": "high-volume/7086/received"},
    ),
    (
        f"/restapi/v2/accounts/{ACCOUNT}/extensions/{EXTENSION}/sms/messages?direction=Outbound",
        A2P_NEW,
        "high-volume",
        MessageStatusChanged,
        {"status": "DeliveryFailed", "error_code": "SMS-UP-430", "extension_id": EXTENSION},
    ),
    (f"{A}/a2p-sms/batches", {"id": "u", "status": "Completed"}, "batch", None, {}),
    (f"{A}/a2p-sms/batches/123", {"id": "u", "status": "Completed"}, "batch", None, {}),
    (f"/restapi/v2/accounts/{ACCOUNT}/extensions/~/sms/batches?from=1", {"id": "u"}, "batch", None, {}),
    (f"{A}/a2p-sms/opt-outs?from=1", {"from": "+1", "to": "+2", "active": True}, "opt-out", None, {}),
    (
        f"{A}/directory/entries",
        {"contacts": [CONTACT]},
        "directory",
        ExtensionChanged,
        {"extension_id": "7", "change": "Update", "name": "Ann Archer"},
    ),
    (f"{A}/directory/contacts", {"x": 1}, "contacts", None, {}),
    (
        f"{A}/extension",
        {"extensions": [{"extensionId": "7", "eventType": "Create", "hints": ["ExtensionInfo"]}]},
        "extension",
        ExtensionChanged,
        {"extension_id": "7", "change": "Create", "hints": ("ExtensionInfo",)},
    ),
    (E, {"extensionId": EXTENSION, "eventType": "Delete"}, "extension", ExtensionChanged, {"change": "Delete"}),
    (f"{E}/favorite", {"extensionId": EXTENSION}, "favorites", None, {}),
    (f"{E}/grant", {"extensionId": EXTENSION}, "grants", None, {}),
    (f"{A}/device/5/emergency-address", {"extensionId": "1", "deviceId": "5"}, "emergency-address", None, {}),
    (f"{A}/phone-number?usageType=ContactCenterNumber", {"eventType": "Created"}, "phone-number", None, {}),
    ("/team-messaging/v1/posts", {"id": "1", "eventType": "PostRemoved"}, "post", types.PostRemoved, {"post_id": "1"}),
    ("/restapi/v1.0/glip/posts", {"id": "1", "eventType": "PostChanged"}, "post", types.PostChanged, {"post_id": "1"}),
    ("/team-messaging/v1/chats", CHAT, "chat", ChatChanged, {"change": "GroupRenamed", "members": ("1", "2")}),
    ("/restapi/v1.0/glip/groups", CHAT, "chat", ChatChanged, {"chat_id": "9", "name": "Team", "kind": "Team"}),
    ("/restapi/v1.0/glip/webhooks", BEFORE_AFTER, "chat-webhook", None, {}),
    ("/restapi/v1.0/subscription/~?threshold=60&interval=15", {"expiresIn": 45}, "reminder", None, {}),
    ("/restapi/v1.0/subscription/dd2f0ff2-580e-4581-a277-76f9c9a54bc9", None, "reminder", None, {}),
    ("/ai/ringsense/v1/public/accounts/~/domains/pbx/insights", {"sourceRecordId": "1"}, "insights", None, {}),
    ("/webinar/runtime/v1/company/sessions/state?hostUserId=1", {"x": 1}, "webinar", None, {}),
    (f"{E}/missed-calls", {"x": 1}, "mobile", None, {}),
    (f"{E}/start-ring", {"x": 1}, "mobile", None, {}),
    (f"{E}/stop-ring", {"x": 1}, "mobile", None, {}),
    (f"{E}/incoming-call-pickup", {"x": 1}, "mobile", None, {}),
    (f"{E}/inbound-messages?badge=true", {"x": 1}, "mobile", None, {}),
    (f"{E}/telephony?action=call-answered-elsewhere", {"x": 1}, "mobile", None, {}),
]


def events_of(raw: bytes, where: Source | None = None, answers: Mapping[Need, Any] | None = None) -> list[Event]:
    """All events of one notification, folded where it is a part for the fold."""
    found = interpret(envelope(raw), where or source(), answers)
    assert not isinstance(found, tuple)
    assert found.recognised
    events: list[Event] = []
    for part in found.parts:
        events.extend([part.event] if isinstance(part, Fact) else fold(None, part).events)
    return events


@pytest.mark.parametrize(("event", "body", "kind", "tells", "fields"), ROWS, ids=[f"{row[2]} {row[0]}" for row in ROWS])
def test_kind(event: str, body: Any, kind: str, tells: type[Event] | None, fields: dict[str, Any]) -> None:
    """The kind is known by its path, the raw notification is told, then the facts."""
    raw, *facts = events_of(notification(event, body))
    assert isinstance(raw, Notification)
    assert (raw.kind, raw.event, raw.raw) == (kind, event, body or {})
    assert [type(each) for each in facts] == ([tells] if tells else [])
    for fact in facts:
        assert {name: getattr(fact, name) for name in fields} == fields
        assert (fact.account_id, fact.key) == (ACCOUNT, "key")


def test_every_kind_has_a_row() -> None:
    """And every event type that comes of a notification is told by some kind."""
    assert {row[2] for row in ROWS} | {"message-store"} == {kind.name for kind in KINDS}
    told = {tells for kind in KINDS for tells in kind.tells}
    looked_for = {types.RecordingReady, types.TranscriptReady}
    of_ours = {types.SubscriptionHealed, types.GapFound, types.DeadLettered, types.HandlerFailing}
    abstract = {Event, Notification, types.CallEvent, types.MessageEvent, types.PostEvent}
    declared = {getattr(types, name) for name in types.__all__}
    assert told == declared - looked_for - of_ours - abstract
    for event, _, name, tells, _ in ROWS:
        kind = kind_of(event.partition("?")[0])
        assert kind
        assert kind.name == name
        assert tells is None or tells in kind.tells


def test_presence_that_comes_too_late_is_dropped() -> None:
    """By the platform's sequence for each extension; folded again, the same is told again."""

    def part(sequence: int, seconds: float = 0.0) -> PartyPart:
        raw = notification(f"{E}/presence", {**PRESENCE, "sequence": sequence})
        found = interpret(envelope(raw), source())
        assert not isinstance(found, tuple)
        assert isinstance(found.parts[1], PartyPart)
        return PartyPart(
            **{
                **{name: getattr(found.parts[1], name) for name in PartyPart.__dataclass_fields__},
                "at": START + timedelta(seconds=seconds),
            }
        )

    call: Call | None = None
    told = []
    for each in (part(5), part(7), part(6), part(7), part(5), part(8), part(2, 400.0), part(3, 401.0)):
        folded = fold(call, each)
        call = Call.restore(folded.call.dump())
        told.append([event.id for event in folded.events])
        assert folded.review_in is None
    name = f"presence/{EXTENSION}/"
    assert told == [
        [f"{name}5"],
        [f"{name}7"],
        [],
        [f"{name}7"],
        [f"{name}5"],
        [f"{name}8"],
        [f"{name}2"],
        [f"{name}3"],
    ]


def changed_store(**more: Any) -> bytes:
    """The store says that one message was changed, not which."""
    changes = [{"type": "SMS", "updatedCount": 1, **more}]
    return notification(
        STORE, {"extensionId": int(EXTENSION), "lastUpdated": "2026-07-30T18:20:00.000Z", "changes": changes}
    )


LIST = Need(
    "syncMessages",
    (
        ("extensionId", EXTENSION),
        ("syncType", "FSync"),
        ("recordCount", "100"),
        ("dateFrom", "2026-07-27T18:20:00.000Z"),
        ("messageType", "SMS"),
    ),
)


def test_changed_messages_are_looked_for() -> None:
    """The newest messages are read; told are those that changed just now, not old ones, not new ones."""
    assert interpret(envelope(changed_store()), source()) == (LIST,)
    sent = {**TEXT, "direction": "Outbound", "messageStatus": "Delivered", "deliveryErrorCode": "SMS-RC-413"}
    records = [
        {**sent, "id": 1, "lastModifiedTime": "2026-07-30T18:19:58.000Z"},
        {**sent, "id": 2, "lastModifiedTime": "2026-07-30T18:12:46.000Z"},
        {**TEXT, "id": 3, "lastModifiedTime": "2026-07-30T18:19:59.000Z", "creationTime": "2026-07-30T18:19:59.000Z"},
        {**TEXT, "id": 4, "lastModifiedTime": "2026-07-30T18:20:01.000Z", "readStatus": "Read"},
    ]
    _, first, second = events_of(changed_store(), answers={LIST: {"records": records}})
    assert isinstance(first, MessageStatusChanged)
    assert isinstance(second, MessageStatusChanged)
    assert (first.message_id, first.status, first.error_code) == ("1", "Delivered", "SMS-RC-413")
    assert first.id == "message/1/changed/2026-07-30T18:19:58.000Z"
    assert (second.message_id, second.read, second.direction) == ("4", True, "Inbound")


def test_reads_that_nobody_wants_are_not_made() -> None:
    """What could only lead to events that no handler asks for is left out; the raw notification comes all the same."""

    def want(*kinds: type[Event]) -> Any:
        return interpret(envelope(changed_store(newMessageIds=[9])), source(), None, lambda kind: kind in kinds)

    assert want(TextReceived) == (need("9"),)
    assert want(MessageStatusChanged) == (need("9"), LIST)
    nothing = want(types.CallRinging)
    assert [type(part.event) for part in nothing.parts] == [Notification]
    assert nothing.recognised


def test_a_chat_joined_by_two_of_ours_is_two_facts() -> None:
    """Joining and leaving are told to the person concerned; any other change is one fact however often it comes."""
    for change, count in (("GroupJoined", 2), ("GroupChanged", 1)):
        body = {**CHAT, "eventType": change, "lastModifiedTime": "2026-01-01T00:00:00Z"}
        ids = {events_of(notification("/team-messaging/v1/chats", body, owner=owner))[1].id for owner in ("1", "2")}
        assert len(ids) == count


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("/team-messaging/v1/chats", {}),
        (f"{E}/presence", []),
        ("/restapi/v1.0/account/1/presence", {}),
        (f"{A}/call-queues/8/presence", {"records": [{"member": None}]}),
        (f"{A}/extension", {"extensions": []}),
        (f"{A}/a2p-sms/messages", {"id": "1"}),
        (f"{E}/voicemail", {}),
        (STORE, {}),
    ],
)
def test_known_kinds_in_odd_shapes(event: str, body: Any) -> None:
    """They are told raw, and counted as not recognised."""
    if isinstance(body, list):
        body = {"extensionId": None, "sequence": 0}
        event = f"{A}/presence"
    found = read(notification(event, body))
    assert not found.recognised
    assert len(found.parts) == 1


def test_a_store_that_names_nothing_new() -> None:
    """No id, no count: nothing to read, nothing to tell."""
    assert not read(store()).recognised
