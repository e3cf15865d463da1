"""From notifications to facts: texts, posts, and what nothing reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from switchhook.errors import NotFound
from switchhook.events.interpret import Fact, interpret
from switchhook.events.types import (
    FaxReceived,
    MessageStatusChanged,
    Notification,
    PostAdded,
    PostChanged,
    PostRemoved,
    TextReceived,
    VoicemailReceived,
)
from switchhook.notification import envelope
from tests.events.notifications import EXTENSION, STORE, TEXT, need, notification, read, store
from tests.events.streams import facts_of, outside_calls_in, source


def test_a_text_with_its_content() -> None:
    """The instant filter brings the whole message: who, to which of our numbers, what, and what media."""
    [text] = facts_of(notification(f"{STORE}/instant?type=SMS", TEXT))
    assert isinstance(text, TextReceived)
    assert (text.id, text.message_id, text.extension_id) == (
        "message/3062991514017/received",
        "3062991514017",
        EXTENSION,
    )
    assert (text.sender, text.to, text.text, text.kind) == ("+16505550100", "+16575550100", "Hello there", "SMS")
    assert text.recipients == ("+16575550100", "+16575550101")
    assert text.conversation_id == "1638233798595111162"
    assert [each["contentType"] for each in text.attachments] == ["image/jpeg"]
    assert text.at.isoformat() == "2026-07-30T18:12:45.028000+00:00"


def test_an_old_text_without_owner_and_conversation_object() -> None:
    """Older payloads lack eventType, owner and conversation.id; ids may be numbers."""
    old = {key: value for key, value in TEXT.items() if key not in {"owner", "conversation", "eventType"}}
    [text] = facts_of(notification(f"{STORE}/instant?type=SMS", old | {"id": 3062991514017, "conversationId": 16382}))
    assert isinstance(text, TextReceived)
    assert (text.id, text.conversation_id, text.extension_id) == ("message/3062991514017/received", "16382", EXTENSION)


def test_the_same_text_by_both_ways_is_one_fact() -> None:
    """Instant filter and message store give one event id and one identity, whatever else differs."""
    instant = read(notification(f"{STORE}/instant?type=SMS", TEXT))
    raw = store(3062991514017)
    assert interpret(envelope(raw), source()) == (need("3062991514017"),)
    from_store = read(raw, {need("3062991514017"): {**TEXT, "id": 3062991514017}})
    assert from_store.identity == instant.identity == "message/3062991514017/2026-07-30T18:12:45.028Z/Create"
    one, two = (found.parts[1] for found in (instant, from_store))
    assert isinstance(one, Fact)
    assert isinstance(two, Fact)
    assert one.event.id == two.event.id
    assert isinstance(two.event, TextReceived)
    assert two.event.text == "Hello there"


def test_several_new_messages_are_all_read_first() -> None:
    """Each message named needs a read; only those without an answer are asked for again."""
    raw = store(1, 2)
    assert interpret(envelope(raw), source()) == (need("1"), need("2"))
    assert interpret(envelope(raw), source(), {need("1"): TEXT}) == (need("2"),)
    found = read(raw, {need("1"): {**TEXT, "id": 1}, need("2"): {**TEXT, "id": 2}})
    assert [part.event.id for part in found.parts if isinstance(part, Fact)][1:] == [
        "message/1/received",
        "message/2/received",
    ]
    assert found.identity == "uuid/99"


def test_a_message_that_is_gone_yields_no_part() -> None:
    """Deleted before it was read: nothing but the raw notification, and still a kind that is known."""
    found = read(store(1), {need("1"): NotFound("gone", status=404)})
    assert [type(part.event) for part in found.parts if isinstance(part, Fact)] == [Notification]
    assert found.recognised


@pytest.mark.parametrize(
    ("message", "kind", "fields"),
    [
        ({"type": "Pager", "from": {"extensionNumber": "102"}}, TextReceived, {"kind": "Pager", "sender": "102"}),
        (
            {"type": "VoiceMail", "vmTranscriptionStatus": "InProgress", "attachments": [{"vmDuration": 25}]},
            VoicemailReceived,
            {"duration": 25.0, "transcription": "InProgress"},
        ),
        ({"type": "Voicemail"}, VoicemailReceived, {"duration": 0.0}),
        ({"type": "Fax", "faxPageCount": 3}, FaxReceived, {"pages": 3}),
        (
            {"direction": "Outbound", "messageStatus": "Queued", "readStatus": "Read"},
            MessageStatusChanged,
            {"status": "Queued", "kind": "SMS", "direction": "Outbound", "read": True},
        ),
    ],
)
def test_new_messages_of_every_kind(message: dict[str, Any], kind: type[Any], fields: dict[str, Any]) -> None:
    """What the store holds becomes the fact that it is."""
    found = read(store(5), {need("5"): {**TEXT, **message, "id": 5}})
    part = found.parts[1]
    assert isinstance(part, Fact)
    assert type(part.event) is kind
    assert {name: getattr(part.event, name) for name in fields} == fields


POST: Mapping[str, Any] = {
    "id": "26848769679364",
    "groupId": "995723345922",
    "type": "TextMessage",
    "text": "Hello ![:Person](7)",
    "creatorId": "62534323",
    "creationTime": "2026-03-26T09:18:41.000Z",
    "lastModifiedTime": "2026-03-26T09:18:41.460Z",
    "attachments": None,
    "mentions": [{"id": "7", "type": "Person", "name": "Bob"}],
    "eventType": "PostAdded",
}


@pytest.mark.parametrize("path", ["/team-messaging/v1/posts", "/restapi/v1.0/glip/posts"])
def test_a_post(path: str) -> None:
    """Both spellings of the path bring the same fact."""
    [post] = facts_of(notification(path, POST))
    assert isinstance(post, PostAdded)
    assert (post.id, post.chat_id, post.creator_id) == ("post/26848769679364/added", "995723345922", "62534323")
    assert (post.mentions, post.text, post.own) == (("7",), "Hello ![:Person](7)", False)


@pytest.mark.parametrize(("owner", "own_ids"), [("62534323", frozenset()), ("1", frozenset({"62534323"}))])
def test_our_own_posts_are_marked(owner: str, own_ids: frozenset[str]) -> None:
    """Posts by the owner of the subscription or by any identity of ours."""
    raw = notification("/team-messaging/v1/posts", POST, owner=owner)
    [post] = facts_of(raw, source(own_ids=own_ids))
    assert isinstance(post, PostAdded)
    assert post.own


def test_a_post_changed_and_removed() -> None:
    """Each change is a fact of its own; a removal names the post only."""
    changed = {**POST, "eventType": "PostChanged", "lastModifiedTime": "2026-03-26T09:20:00.000Z"}
    [first] = facts_of(notification("/team-messaging/v1/posts", changed))
    assert isinstance(first, PostChanged)
    assert first.id == "post/26848769679364/changed/2026-03-26T09:20:00.000Z"
    [second] = facts_of(notification("/team-messaging/v1/posts", {"id": "26848769679364", "eventType": "PostRemoved"}))
    assert isinstance(second, PostRemoved)
    assert (second.chat_id, second.own, second.id) == ("", False, "post/26848769679364/removed")


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("/restapi/v1.0/account/1/extension/2/something-new", {"x": 1}),
        ("/restapi/v1.0/account/1/telephony/sessions", {"telephonySessionId": "s-1"}),
        ("/restapi/v1.0/account/1/telephony/sessions", {"telephonySessionId": "s-1", "sequence": 2, "parties": [None]}),
        ("/team-messaging/v1/posts", {"id": "1", "eventType": "PostAdmired"}),
        ("/team-messaging/v1/posts", {}),
        (f"{STORE}/instant?type=SMS", {}),
        (f"{STORE}/instant?type=SMS", {"id": "1", "type": "Telegram", "direction": "Inbound"}),
    ],
)
def test_what_nothing_reads_is_told_all_the_same(event: str, body: dict[str, Any]) -> None:
    """Unknown kinds and shapes are a Notification alone, marked as not recognised."""
    found = read(notification(event, body))
    assert not found.recognised
    [part] = found.parts
    assert isinstance(part, Fact)
    assert isinstance(part.event, Notification)
    assert (part.event.event, part.event.raw) == (event, body)


def test_every_notification_is_told_raw_first() -> None:
    """Also one that is understood, with what the envelope says."""
    first = read(outside_calls_in()[3]).parts[0]
    assert isinstance(first, Fact)
    assert isinstance(first.event, Notification)
    assert first.event.kind == "telephony"
    assert first.event.extension_id == "62000100"
    assert first.event.owner_id == EXTENSION
    assert first.event.id == f"notification/{first.event.uuid}"


def test_a_nonce_makes_every_id_new() -> None:
    """A replay that may repeat effects shares no identity and no event id with the first run."""
    for raw in (notification(f"{STORE}/instant", TEXT), notification("/team-messaging/v1/posts", POST)):
        plain, again = read(raw), read(raw, again="n7")
        assert again.identity == f"{plain.identity}~n7"
        ids = [[part.event.id for part in found.parts if isinstance(part, Fact)] for found in (plain, again)]
        assert [f"{each}~n7" for each in ids[0]] == ids[1]
