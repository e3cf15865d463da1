"""Requests read without I/O: names, addresses, handshake, envelope, key, timestamps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.errors import Malformed
from switchhook.notification import (
    Addresses,
    Envelope,
    SubscriptionName,
    envelope,
    is_handshake,
    key_of,
    key_of_raw,
    parse_timestamp,
)

NAME = SubscriptionName("809646016", "front_desk", 1, 3)
ACCOUNT = "/restapi/v1.0/account/400"
EXTENSION = f"{ACCOUNT}/extension/401"

names = st.builds(
    SubscriptionName,
    account=st.from_regex(r"[0-9]{1,19}", fullmatch=True),
    identity=st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True),
    part=st.integers(1, 9_999_999_999),
    epoch=st.integers(1, 9_999_999_999),
)
# HMAC fills a short key up with zeros, so that a secret and the same one with a NUL behind it are equal.
secrets = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=16, max_size=40).map(str.encode)


@given(names)
def test_name_survives_its_text(name: SubscriptionName) -> None:
    """Every name reads back as itself."""
    assert SubscriptionName.parse(str(name)) == name


@pytest.mark.parametrize("text", ["", "1-a-1", "1-A-1-1", "1-a-0-1", "1-a-1-01", "1-a-1-1 ", "~-a-1-1", "1-a-1-1-1"])
def test_what_is_no_name_is_malformed(text: str) -> None:
    """Other texts are refused without being repeated in the message."""
    with pytest.raises(Malformed) as caught:
        SubscriptionName.parse(text)
    assert not text or text not in str(caught.value)


@given(names, secrets, secrets)
def test_addresses_of_every_listed_secret_are_ours(name: SubscriptionName, old: bytes, new: bytes) -> None:
    """After the master secret was changed, addresses and tokens of the earlier one are still accepted."""
    before, after = Addresses("https://a.example", [old]), Addresses("https://b.example/in/", [new, old])
    assert after.recognise(before.address(name)) == name
    assert after.verified(name, before.verification_token(name).encode())
    assert after.address(name).startswith("https://b.example/in/webhooks/")
    assert after.recognise(after.address(name)) == name
    if old != new:
        assert before.recognise(after.address(name)) is None
        assert not before.verified(name, after.verification_token(name).encode())


def test_strangers_addresses_are_nobodys() -> None:
    """A changed name, a changed mac, something behind it, or another path is not ours."""
    addresses = Addresses("https://hooks.example", [b"0123456789abcdef"])
    ours = addresses.address(NAME)
    assert addresses.recognise(ours.removeprefix("https://hooks.example")) == NAME
    strange = [ours + "0", ours[:-1], ours.replace("-1-3", "-1-4"), ours + "/x", ours + "?a=1", ours.upper(), "", "/"]
    strange += [ours.replace("/webhooks/", "/hooks/"), ours.replace("/webhooks/", "/xwebhooks/")]
    assert [one for one in strange if addresses.recognise(one)] == []


def test_tokens_are_of_one_name_and_not_its_address() -> None:
    """Name, epoch and purpose go into the derivation, and the secret does not come out."""
    addresses = Addresses("https://hooks.example", [b"0123456789abcdef"])
    token = addresses.verification_token(NAME)
    assert len(token) == 32
    assert token not in addresses.address(NAME)
    assert not addresses.verified(SubscriptionName("809646016", "front_desk", 1, 4), token.encode())
    assert not addresses.verified(NAME, b"")
    assert not addresses.verified(NAME, b"\xff" * 32)


def test_no_master_secret_is_an_error() -> None:
    """Addresses from nothing would be everybody's."""
    with pytest.raises(ValueError, match="master secret"):
        Addresses("https://hooks.example", [])


def test_a_notification_with_a_body_and_validation_token_is_not_a_handshake() -> None:
    """The body decides: the platform's pages disagree on the header's name."""
    headers = {b"validation-token": b"x"}
    assert is_handshake(headers, 0)
    assert not is_handshake(headers, 2)
    assert not is_handshake({b"verification-token": b"x"}, 0)


def test_envelope_of_a_real_notification() -> None:
    """Ids become strings whatever the wire says; large integers in the body survive; the query is taken apart."""
    raw = (
        b'{"uuid":4654793329359724763,"event":"/restapi/v1.0/account/400/a2p-sms/messages?direction=Outbound&from=+1310",'
        b'"timestamp":"2021-05-26T04:16:05.442760Z","subscriptionId":"de38","ownerId":62534323,'
        b'"body":{"id":9007199254740993,"n":123456789012345678901234567890}}'
    )
    read = envelope(raw)
    assert read.uuid == "4654793329359724763"
    assert read.path == "/restapi/v1.0/account/400/a2p-sms/messages"
    assert read.query == {"direction": "Outbound", "from": "+1310"}
    assert read.timestamp == datetime(2021, 5, 26, 4, 16, 5, 442760, UTC)
    assert (read.subscription_id, read.owner_id) == ("de38", "62534323")
    assert read.body == {"id": 9007199254740993, "n": 123456789012345678901234567890}


def test_envelope_without_what_the_platform_sometimes_leaves_out() -> None:
    """Reminders have been seen without a body, and old samples without owner, subscription or a readable time."""
    read = envelope(b'{"uuid":"1","event":"/restapi/v1.0/subscription/~?threshold=60&interval=15","timestamp":"soon"}')
    assert (read.body, read.owner_id, read.subscription_id, read.timestamp) == ({}, "", "", None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"button=1",
        b'{"event":"/x","body":{}}',
        b'{"uuid":true,"event":"/x"}',
        b'{"uuid":"1","body":{}}',
        b'{"uuid":"1","event":7}',
        b'{"uuid":"1","event":"/x","body":[1]}',
        b"[" * 100_000,
        b"[" * 100_000 + b"12345678901234567890",
        b'{"uuid":"1","event":"/x","body":{"n":NaN,"m":12345678901234567890}}',
    ],
)
def test_what_is_no_envelope_is_malformed(raw: bytes) -> None:
    """Nothing but Malformed comes out of odd bytes."""
    with pytest.raises(Malformed):
        envelope(raw)


@given(st.binary())
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    """Nothing but Malformed comes out of any bytes."""
    with pytest.raises(Malformed):
        envelope(raw)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"\ude00 cut", "\ufffd cut"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\\ud83d and \ud83d", "\\ud83d and \ufffd"),
        (b"latin \xe9", "latin \ufffd"),
        (rb"whole \ud83d\ude00", "whole \U0001f600"),
    ],
)
def test_text_cut_in_the_middle_of_a_character_is_read(text: bytes, meant: str) -> None:
    """A text that somebody cut to a number of UTF-16 units costs one character, not the notification."""
    assert envelope(b'{"uuid":"1","event":"/x","body":{"text":"' + text + b'"}}').body["text"] == meant


def _event(event: str, body: dict[str, object], owner: str = "409") -> Envelope:
    path = event.partition("?")[0]
    return Envelope("1", event, path, {}, None, "sub", owner, body)


@pytest.mark.parametrize(
    ("event", "body", "key"),
    [
        (f"{ACCOUNT}/telephony/sessions", {"telephonySessionId": "s-1"}, "s-1"),
        (f"{EXTENSION}/telephony/sessions", {"telephonySessionId": "s-1"}, "s-1"),
        (f"{EXTENSION}/telephony/sessions", {"sequence": 1}, None),
        (f"{ACCOUNT}/presence", {"extensionId": "402"}, "402"),
        (f"{EXTENSION}/presence", {"extensionId": 401}, "401"),
        (f"{EXTENSION}/presence?detailedTelephonyState=true&sipData=true", {"activeCalls": []}, "401"),
        (f"{EXTENSION}/presence/line", {"extension": [{"id": "7"}], "sequence": 4}, "401"),
        (f"{EXTENSION}/presence/line/presence", {"extensionId": "402"}, "402"),
        (f"{EXTENSION}/favorite/presence", {"extensionId": "403"}, "403"),
        (f"{EXTENSION}/presence/dnd", {"extensionId": "401", "dndStatus": "TakeAllCalls"}, "401"),
        (f"{ACCOUNT}/call-queues/77/presence", {"records": [{"member": {"id": "5"}}]}, "77"),
        (f"{ACCOUNT}/call-queues/77/presence", {"extensionId": "401", "callQueueId": "77"}, "401"),
        (f"{EXTENSION}/message-store", {"changes": [{"type": "SMS", "newMessageIds": [1]}]}, "401"),
        (f"{EXTENSION}/message-store/instant?type=SMS", {"id": "3", "owner": {"extensionId": "401"}}, "401"),
        (f"{EXTENSION}/voicemail", {"id": "4"}, "401"),
        (f"{EXTENSION}/fax?direction=Inbound", {"id": "5"}, "401"),
        (f"{ACCOUNT}/message-threads/entries/sync", {"lastModifiedTime": "x"}, None),
        (f"{ACCOUNT}/message-threads/sync", {"lastModifiedTime": "x"}, None),
        (f"{ACCOUNT}/a2p-sms/messages?direction=Outbound", {"id": "7086"}, None),
        (f"{ACCOUNT}/a2p-sms/batches", {"id": "b"}, None),
        (f"{ACCOUNT}/a2p-sms/batches/b", {"id": "b"}, None),
        (f"{ACCOUNT}/a2p-sms/opt-outs", {"from": "+1", "to": "+1", "active": True}, None),
        ("/restapi/v2/accounts/400/extensions/401/sms/batches", {"id": "b"}, "401"),
        ("/restapi/v2/accounts/400/extensions/401/sms/messages?direction=Inbound", {"id": "b"}, "401"),
        (f"{ACCOUNT}/directory/entries", {"contacts": [{"id": "401", "eventType": "Update"}]}, "401"),
        (f"{ACCOUNT}/directory/entries", {"contacts": [{"id": "401"}, {"id": "402"}]}, None),
        (f"{ACCOUNT}/extension", {"extensions": [{"extensionId": 401, "eventType": "Create"}]}, "401"),
        (f"{ACCOUNT}/extension", {"extensions": [{"extensionId": "1"}, {"extensionId": "2"}]}, None),
        (EXTENSION, {"extensionId": "401", "eventType": "Update", "hints": []}, "401"),
        (f"{EXTENSION}/favorite", {"extensionId": "401"}, "401"),
        (f"{EXTENSION}/grant", {"extensionId": "401"}, "401"),
        (f"{ACCOUNT}/device/9/emergency-address", {"extensionId": "401", "deviceId": "9"}, "401"),
        (f"{ACCOUNT}/phone-number?usageType=ContactCenterNumber", {"eventType": "Created"}, None),
        ("/team-messaging/v1/posts", {"id": "1", "groupId": "995", "eventType": "PostAdded"}, "995"),
        ("/team-messaging/v1/posts", {"id": "1", "eventType": "PostRemoved"}, None),
        ("/restapi/v1.0/glip/posts", {"id": "1", "groupId": 995}, "995"),
        ("/team-messaging/v1/chats", {"id": "995", "eventType": "GroupRenamed"}, "995"),
        ("/restapi/v1.0/glip/groups", {"id": "995", "eventType": "GroupLeft"}, "995"),
        ("/restapi/v1.0/glip/webhooks", {"id": "w", "eventType": "WebhookCreated"}, None),
        ("/restapi/v1.0/subscription/~?threshold=60&interval=15", {"expiresIn": 45}, None),
        ("/ai/ringsense/v1/public/accounts/400/domains/pbx/insights", {"sourceSessionId": "s-1"}, None),
        ("/webinar/configuration/v1/company/sessions", {"id": "1"}, None),
        ("/webinar/registration/v1/company/sessions/1/registrants", {"id": "1"}, None),
        (f"{EXTENSION}/missed-calls", {}, "401"),
        (f"{EXTENSION}/start-ring", {}, "401"),
        (f"{EXTENSION}/inbound-messages?badge=true", {}, "401"),
        (f"{ACCOUNT}/directory/contacts", {}, None),
        (f"{EXTENSION}/telephony?action=call-answered-elsewhere", {}, "401"),
        (f"{EXTENSION}/call-log", {}, "401"),
        ("/restapi/v1.0/account/~/extension/~/voicemail", {"id": "4"}, "409"),
        ("/something/new", {"extensionId": "401"}, None),
    ],
)
def test_key_of_every_kind_of_notification(event: str, body: dict[str, object], key: str | None) -> None:
    """One row per kind of notification the platform is known to send."""
    assert key_of(_event(event, body)) == key


def test_empty_ids_are_no_key() -> None:
    """An empty id orders nothing."""
    assert key_of(_event(f"{ACCOUNT}/telephony/sessions", {"telephonySessionId": ""})) is None
    assert key_of(_event("/restapi/v1.0/account/~/extension/~/fax", {}, owner="")) is None


@pytest.mark.parametrize("decimals", range(10))
@pytest.mark.parametrize("zone", ["Z", "+0000", "+00:00", ""])
def test_timestamps_with_zero_to_nine_decimals(decimals: int, zone: str) -> None:
    """All the platform's forms mean the same moment, to the microsecond."""
    fraction = "123456789"[:decimals]
    text = "2026-02-24T18:44:12" + ("." + fraction if fraction else "") + zone
    microsecond = int((fraction + "000000")[:6])
    assert parse_timestamp(text) == datetime(2026, 2, 24, 18, 44, 12, microsecond, UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T00:00:00Z", "1769279052"])
def test_what_is_no_timestamp_is_a_value_error(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


def test_the_key_of_raw_bytes_is_the_key_of_their_envelope() -> None:
    """The hot route's short way gives the same answer, and None for what is no notification."""
    raw = b'{"uuid":"1","event":"/restapi/v1.0/account/400/extension/~/fax?x=1","ownerId":401,"body":{}}'
    assert key_of_raw(raw) == key_of(envelope(raw)) == "401"
    assert key_of_raw(raw.replace(b"401", b"4" * 21)) == "4" * 21
    for odd in (b"", b"[]", b"7", b'{"event":7}', b'{"event":"/restapi/v1.0/account/1/telephony/sessions","body":[1]}'):
        assert key_of_raw(odd) is None
