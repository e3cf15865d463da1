"""Parameters are checked before anything is sent, and the message says what would be right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.api.catalogue import operation, operations
from switchhook.api.sansio import build

LOG = operation("readCompanyCallLog")


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("answerCallParty", {"telephonySessionId": "s-1", "body": {}}, "partyId is missing"),
        ("answerCallParty", {"telephonySesionId": "s-1"}, "did you mean telephonySessionId"),
        ("readCompanyCallLog", {"direction": "Sideways"}, "must be one of Inbound, Outbound"),
        ("readCompanyCallLog", {"page": 0}, "must be at least 1"),
        ("readCompanyCallLog", {"page": "two"}, "must be a whole number"),
        ("readCompanyCallLog", {"page": True}, "must be a whole number"),
        ("readCompanyCallLog", {"view": ["Simple", "Detailed"]}, "takes one value, not several"),
        ("readCompanyCallLog", {"type": []}, "must not be an empty list"),
        ("readCompanyCallLog", {"withRecording": "yes"}, "must be true or false"),
        ("readCompanyCallLog", {"dateFrom": datetime(2026, 1, 5)}, "must be a moment with its timezone"),  # noqa: DTZ001
        ("readCompanyCallLog", {"dateFrom": object()}, "must be text, not object"),
        ("readExtension", {"extensionId": ""}, "must not be empty"),
        ("readExtension", {"extensionId": ".."}, "must not be empty, a dot"),
        ("readExtension", {"extensionId": 1.5}, "must be an id as text, not float"),
        ("readExtension", {"Accept-Language": "en\r\nX-Evil: 1"}, "control characters"),
        ("createGlipPost", {"chatId": "1", "body": "hello"}, "must be a mapping or a list, not str"),
        ("createUserProfileImage", {"image": "me.png"}, "must be bytes, a Path, a File"),
        ("deleteExtension", {}, "extensionId is missing"),
    ],
)
def test_refuses_what_is_wrong(name: str, parameters: dict[str, object], words: str) -> None:
    """Unknown, missing, out of range, of the wrong kind: each is a ValueError that names operation and remedy."""
    with pytest.raises(ValueError, match=words) as caught:
        build(operation(name), parameters)
    assert str(caught.value).startswith(f"{name}: ")


def test_names_every_problem_at_once() -> None:
    """Two mistakes are found in one go."""
    with pytest.raises(ValueError, match=r"direction must be one of.*; page must be"):
        build(LOG, {"direction": "x", "page": -1})


def test_puts_each_where_it_belongs() -> None:
    """Path with `~` by default, repeated query keys, booleans and moments as the platform writes them, headers."""
    moment = datetime(2026, 1, 5, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    request = build(
        LOG,
        {"type": ["Voice", "Fax"], "withRecording": True, "dateFrom": moment, "page": 2, "accept_language": "de-DE"},
    )
    assert request.method == "GET"
    assert request.path == "/restapi/v1.0/account/~/call-log"
    assert sorted(parse_qsl(request.query)) == [
        ("dateFrom", "2026-01-05T09:00:00.123Z"),
        ("page", "2"),
        ("type", "Fax"),
        ("type", "Voice"),
        ("withRecording", "true"),
    ]
    assert request.headers["Accept-Language"] == "de-DE"
    assert not request.writes


def test_comma_lists_keep_their_commas() -> None:
    """Several ids in a path are separated by commas and ask for one part each; one id does not."""
    several = build(operation("readMessage"), {"messageId": ["1", "2"]})
    assert several.path.endswith("/message-store/1,2")
    assert "vnd.ringcentral.multipart+json" in several.headers["Accept"]
    assert build(operation("readMessage"), {"messageId": "1,2"}).path == several.path
    assert build(operation("readMessage"), {"messageId": 7}).headers["Accept"] == "application/json"


def test_renamed_paths_are_todays_unless_told_otherwise() -> None:
    """An operation that the platform has renamed goes to today's path, or with `paths="index"` to the index's."""
    found = operation("createGlipPost")
    assert build(found, {"chatId": "7", "body": {"text": "x"}}).path == "/team-messaging/v1/chats/7/posts"
    old = build(found, {"chatId": "7", "body": {"text": "x"}}, paths="index")
    assert old.path == "/restapi/v1.0/glip/chats/7/posts"


def test_bodies_by_kind() -> None:
    """JSON, SCIM's JSON, a form, plain text and a multipart body are each sent as what they are."""
    post = build(
        operation("createGlipPost"), {"chatId": "7", "body": {"text": "ä", "at": datetime(2026, 1, 5, tzinfo=UTC)}}
    )
    assert post.body == '{"text":"ä","at":"2026-01-05T00:00:00Z"}'.encode()
    assert post.headers["Content-Type"] == "application/json"
    user = build(operation("createUser2"), {"body": {"userName": "x"}})
    assert user.headers["Content-Type"].endswith("json")
    token = build(operation("getToken"), {"grant_type": "refresh_token", "refresh_token": "a b"})
    assert token.body == b"grant_type=refresh_token&refresh_token=a+b"
    assert token.sign == "application"
    plain = build(operation("updateGlipPostText"), {"groupId": "1", "postId": "2", "text": "hi"})
    assert (plain.body, plain.headers["Content-Type"]) == (b"hi", "text/plain; charset=utf-8")
    fax = build(operation("createFaxMessage"), {"to": ["+1650", "+1651"], "attachment": ("a.txt", b"hello")})
    assert [(part.name, part.file.name, part.file.content_type) for part in fax.parts] == [
        ("json", "request.json", "application/json"),
        ("attachment", "a.txt", "text/plain"),
    ]
    assert fax.parts[0].file.content == b'{"to":[{"phoneNumber":"+1650"},{"phoneNumber":"+1651"}]}'
    text = build(operation("createMMS"), {"body": {"text": "no picture"}})
    assert [(part.name, part.file.content) for part in text.parts] == [("json", b'{"text":"no picture"}')]
    again = build(operation("createFaxMessage"), {"body": {"originalMessageId": "5"}})
    assert (again.parts, again.body) == ((), b'{"originalMessageId":"5"}')
    empty = build(operation("holdCallParty"), {"telephonySessionId": "s", "partyId": "p"})
    assert empty.body is None
    assert "Content-Type" not in empty.headers


@given(value=st.text(min_size=1).filter(lambda text: text not in {".", ".."} and min(map(ord, text)) >= 32))
def test_any_text_survives_path_and_query(value: str) -> None:
    """Whatever stands in an id or a search goes out so that a server decodes exactly it, in its own place."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    request = build(operation("readGlipChat"), {"chatId": value})
    assert request.path.count("/") == 4
    assert unquote(request.path.rsplit("/", 1)[1]) == value
    searched = build(operation("listContacts"), {"startsWith": value})
    assert parse_qsl(searched.query, keep_blank_values=True) == [("startsWith", value)]


@pytest.mark.parametrize("name", list(operations()))
def test_every_operation_can_be_built(name: str) -> None:
    """All 326 build a request from plausible parameters: no placeholder is left, and the body is there if required."""
    found = operation(name)
    request = build(found, plausible(name))
    assert "{" not in request.path
    required = [item for item in found.parameters if item.place in {"body", "form", "file"} and item.required]
    if required:
        assert request.body or request.parts


def plausible(name: str) -> dict[str, object]:
    """Every parameter of an operation with some value that fits."""
    samples: dict[str, object] = {"string": "x", "integer": 1, "boolean": True, "object": {}, "file": b"x"}
    values: dict[str, object] = {}
    for item in operation(name).parameters:
        if item.place != "body" or item.required:
            values[item.name] = item.values[0] if item.values else item.minimum or samples[item.type]
    return values
