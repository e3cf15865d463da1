"""Desired filters: pure."""

import pytest

from switchhook.events import types
from switchhook.keeper.desired import _TEMPLATES, Ask, desired, needs_people
from switchhook.keeper.filters import canonical, reminder

A = "/restapi/v1.0/account/~"


def filters(events, extension_ids, people=()):
    """The filters of one ask."""
    ask = Ask("one", "main", frozenset(events), extension_ids, frozenset(people))
    return set(desired([ask]).get("main", {}))


def leaves():
    """All event types without subclasses."""
    kinds = [each for each in vars(types).values() if isinstance(each, type) and issubclass(each, types.Event)]
    return {each for each in kinds if not any(other is not each and issubclass(other, each) for other in kinds)}


def test_every_event_type_has_a_row():
    """An event type that nobody thought of cannot be silently unsubscribed."""
    assert leaves() == set(_TEMPLATES)


@pytest.mark.parametrize(
    ("event", "one", "everyone"),
    [
        (types.CallRinging, {f"{A}/extension/7/telephony/sessions"}, {f"{A}/telephony/sessions"}),
        (types.CallEvent, {f"{A}/extension/7/telephony/sessions"}, {f"{A}/telephony/sessions"}),
        (types.RecordingReady, {f"{A}/extension/7/telephony/sessions"}, {f"{A}/telephony/sessions"}),
        (types.PresenceChanged, {f"{A}/extension/7/presence"}, {f"{A}/presence"}),
        (types.ExtensionChanged, {f"{A}/extension/7"}, {f"{A}/extension"}),
        (types.VoicemailReceived, {f"{A}/extension/7/voicemail"}, {f"{A}/extension/{n}/voicemail" for n in "78"}),
        (
            types.FaxReceived,
            {f"{A}/extension/7/fax?direction=Inbound"},
            {f"{A}/extension/{n}/fax?direction=Inbound" for n in "78"},
        ),
        (
            types.MessageStatusChanged,
            {f"{A}/extension/7/message-store"},
            {f"{A}/extension/{n}/message-store" for n in "78"},
        ),
        (types.PostAdded, {"/team-messaging/v1/posts"}, {"/team-messaging/v1/posts"}),
        (types.ChatChanged, {"/team-messaging/v1/chats"}, {"/team-messaging/v1/chats"}),
        (types.Notification, set(), set()),
        (types.GapFound, set(), set()),
    ],
)
def test_filters_of_an_event_type(event, one, everyone):
    """Each kind is asked for per extension, for the account, or for the identity, as the platform offers it."""
    assert filters({event}, frozenset({"7"})) == one
    assert filters({event}, None, people={"7", "8"}) == everyone


def test_texts_come_by_the_instant_filter_and_pagers_by_the_store():
    """The instant filter holds the content, and pager messages have no filter of their own."""
    assert filters({types.TextReceived}, frozenset({"7"})) == {
        f"{A}/extension/7/message-store/instant?type=SMS",
        f"{A}/extension/7/message-store?type=Pager",
    }


def test_telephony_is_never_narrowed():
    """No filter by status, direction or number: the fold needs every part of a call."""
    every = filters({types.Event}, frozenset({"7"}))
    assert not [each for each in every if "telephony" in each and "?" in each]


def test_a_filter_for_the_account_covers_those_for_extensions():
    """Two handlers with different scopes do not get every call delivered twice."""
    found = desired(
        [
            Ask("all", "main", frozenset({types.CallRinging, types.ExtensionChanged}), None),
            Ask("some", "main", frozenset({types.CallEnded, types.VoicemailReceived}), frozenset({"7"})),
            Ask("other", "second", frozenset({types.CallEnded}), frozenset({"7"})),
        ]
    )
    assert found["main"] == {
        f"{A}/telephony/sessions": {"all", "some"},
        f"{A}/extension": {"all"},
        f"{A}/extension/7/voicemail": {"some"},
    }
    assert set(found["second"]) == {f"{A}/extension/7/telephony/sessions"}


def test_the_whole_message_store_covers_its_pager_messages():
    """One change is not told by two filters of the same store."""
    assert filters({types.MessageStatusChanged, types.TextReceived}, frozenset({"7"})) == {
        f"{A}/extension/7/message-store/instant?type=SMS",
        f"{A}/extension/7/message-store",
    }


def test_people_are_needed_only_where_the_platform_has_no_filter_for_all():
    """Calls of everyone need no directory, messages of everyone do."""
    assert not needs_people({types.CallRinging, types.PostAdded, types.PresenceChanged})
    assert needs_people({types.CallRinging, types.VoicemailReceived})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            f"{A}/extension/~/presence?sipData=true&detailedTelephonyState=true",
            "/restapi/v1.0/account/1/extension/2/presence?detailedTelephonyState=true&sipData=true",
        ),
        (f"{A}/telephony/sessions", "/restapi/v1.0/account/1/telephony/sessions"),
        ("/restapi/v1.0/glip/posts", "/team-messaging/v1/posts"),
        (
            "/restapi/v1.0/subscription/~?threshold=60&interval=15",
            "/restapi/v1.0/subscription/~?interval=15&threshold=60",
        ),
        (
            "/restapi/v1.0/subscription/dd2f0ff2?threshold=60&interval=15",
            "/restapi/v1.0/subscription/~?interval=15&threshold=60",
        ),
        (f"{A}/a2p-sms/messages?from=%2B1310", "/restapi/v1.0/account/1/a2p-sms/messages?from=+1310"),
    ],
)
def test_canonical_form(written, read):
    """What we write and what the platform shows are one filter."""
    assert canonical(written, account_id="1", extension_id="2") == read


@pytest.mark.parametrize("lifetime", [60, 900, 3_600, 604_800])
def test_the_reminder_keeps_the_platforms_rules(lifetime):
    """A threshold <= lifetime / 2 and interval <= threshold / 2, whatever was granted."""
    query = dict(pair.split("=") for pair in reminder(lifetime).partition("?")[2].split("&"))
    assert 0 < int(query["threshold"]) <= lifetime / 2
    assert 0 < int(query["interval"]) <= int(query["threshold"]) / 2
