"""What published clients send and expect where messages, chats and people are concerned, odd as some of it is."""

from __future__ import annotations

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Answered, Client

OUTSIDE = "+14155550123"


async def send(client: Client, path: str, content: bytes, kind: str) -> Answered:
    """A body byte for byte."""
    return await client.call("POST", f"/extension/~/{path}", content=content, **{"Content-Type": kind})


def part(head: str, body: str, end: str = "\r\n") -> str:
    """One part of a multipart body."""
    return f"--B{end}{head}{end}{end}{body}{end}"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=B", 'multipart/mixed; boundary="B"'])
@pytest.mark.parametrize(
    "head",
    [
        'Content-Disposition: form-data; name="json"\r\nContent-Type: application/json',
        'Content-Type: application/json\r\nContent-Disposition: form-data; name="request"; filename="request.json"',
        "content-type: application/json; charset=utf-8",
    ],
)
@pytest.mark.parametrize("first", [True, False])
async def test_the_fields_are_in_the_part_that_is_json(
    client: Client, platform: Platform, kind: str, head: str, first: bool
) -> None:
    """Whatever it is called, its headers in any order, before or after the files."""
    own = platform.world.account.extension("101").phone_numbers[0]
    fields = part(head, f'{{"from":{{"phoneNumber":"{own}"}},"to":[{{"phoneNumber":"{OUTSIDE}"}}],"text":"Hi"}}')
    file = part('Content-Type: image/png\r\nContent-Disposition: form-data; name="x"; filename="a.png"', "png")
    body = (fields + file if first else file + fields) + "--B--\r\n"
    sent = await send(client, "mms", body.encode(), kind)
    assert sent.status == 200, sent.raw
    assert (sent.body["subject"], sent.body["attachments"][1]["fileName"]) == ("Hi", "a.png")


async def test_a_fax_with_a_part_for_each_field(client: Client) -> None:
    """Text parts named like fields are fields; `to` may come twice; what has a file name is a document."""
    body = "".join((
        part('Content-Disposition: form-data; name="to"', OUTSIDE),
        part('Content-Disposition: form-data; name="to"', '{"phoneNumber": "+14155550124", "name": "Zoe"}'),
        part('Content-Disposition: form-data; name="faxResolution"\r\nContent-Type: text/plain', "Low"),
        part('Content-Disposition: form-data; name="coverIndex"', "3"),
        part('Content-Disposition: form-data; name="sendTime"', ""),
        part('Content-Disposition: form-data; name="attachment"; filename="to"\r\nContent-Type: text/plain', "Hello"),
        "--B--\r\n",
    ))  # fmt: skip
    sent = await send(client, "fax", body.encode(), "multipart/form-data; boundary=B")
    assert sent.status == 200, sent.raw
    assert [(each["phoneNumber"], each.get("name")) for each in sent.body["to"]] == [
        (OUTSIDE, None), ("+14155550124", "Zoe")]  # fmt: skip
    assert (sent.body["faxResolution"], sent.body["coverIndex"]) == ("Low", 3)
    wrong = body.replace("Low", "Middle")
    assert (await send(client, "fax", wrong.encode(), "multipart/form-data; boundary=B")).code == "CMN-101"


async def test_ids_are_numbers_or_strings_as_clients_expect(client: Client, platform: Platform) -> None:
    """Numbers of extensions, messages and contacts; strings of posts, chats, webhooks, devices."""
    message = await platform.text()
    chat = platform.world.chats.front_desk.id
    hook = f"/team-messaging/v1/groups/{chat}/webhooks"
    await client.call("POST", hook)
    await client.call("POST", f"/team-messaging/v1/chats/{chat}/posts", {"text": "x"})
    for path, kind in (
        ("/extension/~", int),
        (f"/extension/~/message-store/{message['id']}", int),
        ("/extension/~/address-book/contact", int),
        (f"/team-messaging/v1/chats/{chat}/posts", str),
        ("/team-messaging/v1/chats", str),
        (hook, str),
        ("/extension/~/device", str),
    ):
        body = (await client.call("GET", path)).body
        one = body["records"][0] if "records" in body else body
        assert isinstance(one["id"], kind), path
    text = (await client.call("GET", f"/extension/~/message-store/{message['id']}")).body
    assert text["conversationId"] > 2**53


async def test_shapes_that_surprise(client: Client) -> None:
    """One webhook is a list; exports are `tasks`; the directory has no navigation."""
    chat = client.platform.world.chats.front_desk.id
    hook = (await client.call("POST", f"/team-messaging/v1/groups/{chat}/webhooks")).body["id"]
    assert list((await client.call("GET", f"/team-messaging/v1/webhooks/{hook}")).body) == ["records"]
    assert "tasks" in (await client.call("GET", "/team-messaging/v1/data-export")).body
    assert sorted((await client.call("GET", "/directory/entries")).body) == ["paging", "records"]


async def test_own_id_and_tilde_are_the_same(client: Client, platform: Platform) -> None:
    """In accounts and extensions alike, with or without a slash at the end."""
    ann = platform.world.account.extension("101").id
    answers = [
        (await client.call("GET", f"/restapi/v1.0/account/{account}/extension/{extension}/business-hours{end}")).body
        for account in ("~", platform.account_id)
        for extension in ("~", ann)
        for end in ("", "/")
    ]
    assert all(each == answers[0] for each in answers)


async def test_lists_in_a_query_come_repeated_or_with_commas(client: Client, platform: Platform) -> None:
    """Both mean any of them."""
    await platform.text()
    await platform.voicemail()
    for query in ("messageType=SMS&messageType=VoiceMail", "messageType=SMS,VoiceMail"):
        assert len((await client.call("GET", f"/extension/~/message-store?{query}")).body["records"]) == 2


async def test_no_answer_is_json_null(client: Client) -> None:
    """What has no body has none at all, and an error is an object with a message."""
    chat = client.platform.world.chats.front_desk.id
    empty = await client.call("POST", f"/team-messaging/v1/chats/{chat}/favorite")
    assert (empty.status, empty.raw) == (204, b"")
    for path in ("/extension/1", "/nothing", "/extension/~/message-store/1"):
        assert (await client.call("GET", path)).body["message"]
