"""One row for each kind of notification: path, body, what it is taken for, what it tells, some fields of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.events import types
from switchhook.events.codec import encode
from switchhook.events.types import (
    ChatChanged,
    Event,
    ExtensionChanged,
    FaxReceived,
    MessageStatusChanged,
    PartyChanged,
    PresenceChanged,
    TextReceived,
    VoicemailReceived,
)
from tests.events.notifications import EXTENSION, STORE, TEXT
from tests.events.streams import ACCOUNT, START

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

LOGGED: Mapping[str, Any] = {
    "telephonySessionId": "s-7",
    "sessionId": "77",
    "startTime": "2026-01-05T09:00:00Z",
    "duration": 20,
    "type": "Voice",
    "direction": "Inbound",
    "result": "Missed",
    "extension": {"id": 7},
    "from": {"phoneNumber": "+16505550100", "name": "Joe"},
    "to": {"phoneNumber": "+16505550101"},
}
HEALED = types.SubscriptionHealed(
    id="healed/x", at=START, received_at=START, identity="main", subscription="x", cause="blacklisted"
)

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
    (f"{A}/call-log", {**LOGGED, "result": "Accepted"}, "call-log", types.CallEnded, {"id": "s-7/ended"}),
    (f"{E}/call-log", {**LOGGED, "result": "Accepted"}, "call-log", types.CallEnded, {"answered": True}),
    (f"{E}/call-log", {**LOGGED, "result": "In Progress"}, "call-log", None, {}),
    ("/switchhook/event", encode(HEALED), "own", types.SubscriptionHealed, {"id": "healed/x", "cause": "blacklisted"}),
    ("/switchhook/gap", {"cause": "ingress-down", "since": 1.0, "until": 2.0}, "note", None, {}),
    ("/switchhook/wrong-token", {"name": "1-main-1-1"}, "note", None, {}),
    (f"{E}/missed-calls", {"x": 1}, "mobile", None, {}),
    (f"{E}/start-ring", {"x": 1}, "mobile", None, {}),
    (f"{E}/stop-ring", {"x": 1}, "mobile", None, {}),
    (f"{E}/incoming-call-pickup", {"x": 1}, "mobile", None, {}),
    (f"{E}/inbound-messages?badge=true", {"x": 1}, "mobile", None, {}),
    (f"{E}/telephony?action=call-answered-elsewhere", {"x": 1}, "mobile", None, {}),
]
