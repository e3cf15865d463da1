"""Every kind of notification that the platform sends: what it is taken for, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchhook.events import types
from switchhook.events.calls import Call, fold
from switchhook.events.interpret import Fact, Interpreted, Need, PartyPart, Source, interpret
from switchhook.events.kinds import KINDS, kind_of
from switchhook.events.types import (
    Event,
    MessageStatusChanged,
    Notification,
    TextReceived,
)
from switchhook.notification import envelope
from tests.events.notifications import EXTENSION, STORE, TEXT, need, notification, read, store
from tests.events.rows import CHAT, PRESENCE, ROWS, A, E
from tests.events.streams import ACCOUNT, START, source


def events_of(raw: bytes, where: Source | None = None, answers: Mapping[Need, Any] | None = None) -> list[Event]:
    """All events of one notification, folded where it is a part for the fold."""
    found = interpret(envelope(raw), where or source(), answers)
    assert isinstance(found, Interpreted)
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
    abstract = {Event, Notification, types.CallEvent, types.MessageEvent, types.PostEvent}
    declared = {getattr(types, name) for name in types.__all__}
    assert told == declared - looked_for - abstract
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
        assert isinstance(found, Interpreted)
        assert isinstance(found.parts[1], PartyPart)
        return found.parts[1]._replace(at=START + timedelta(seconds=seconds))

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


def test_presence_is_kept_small() -> None:
    """However often it changes."""
    call: Call | None = None
    for sequence in range(1, 200):
        raw = notification(f"{E}/presence", {**PRESENCE, "sequence": sequence})
        found = interpret(envelope(raw), source())
        assert isinstance(found, Interpreted)
        assert isinstance(found.parts[1], PartyPart)
        call = fold(call, found.parts[1]).call
    assert call
    assert len(call.dump()) < 300


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
    """What could only lead to events that no handler asks for is left out, and so is the raw notification."""

    def want(*kinds: type[Event]) -> Any:
        return interpret(envelope(changed_store(newMessageIds=[9])), source(), None, lambda kind: kind in kinds)

    assert want(TextReceived) == (need("9"),)
    assert want(MessageStatusChanged) == (need("9"), LIST)
    nothing = want(types.CallRinging)
    assert nothing.parts == ()
    assert nothing.recognised
    assert [type(part.event) for part in want(Notification).parts] == [Notification]


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
