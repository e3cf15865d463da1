"""Messages of every kind: sending, receiving, what becomes of them, who is told, and what is refused."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver

OUTSIDE = "+14155550123"


def own(platform: Platform, number: str = "101") -> str:
    """A person's direct number."""
    return platform.world.account.extension(number).phone_numbers[0]


def text_body(platform: Platform, *to: str, text: str = "Hi") -> dict[str, Any]:
    """The body of a text from 101."""
    return {"from": {"phoneNumber": own(platform)}, "to": [{"phoneNumber": one} for one in to], "text": text}


async def message(client: Client, id_: object) -> Any:
    """A message as it is now."""
    return (await client.call("GET", f"/extension/~/message-store/{id_}")).body


async def test_a_text_goes_from_queued_to_delivered(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Each step changes the message and is told as an update; nothing of it is told in full."""
    await client.subscribe("E/message-store", "E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    sent = await client.call("POST", "/extension/~/sms", text_body(platform, OUTSIDE))
    assert (sent.status, sent.body["messageStatus"], sent.body["readStatus"]) == (200, "Queued", "Read")
    await platform.advance(1)
    assert (await message(client, sent.body["id"]))["messageStatus"] == "Sent"
    await platform.advance(5)
    delivered = await message(client, sent.body["id"])
    assert delivered["messageStatus"] == "Delivered"
    assert delivered["smsDeliveryTime"] == delivered["lastModifiedTime"] > delivered["creationTime"]
    await platform.delivered()
    counts = [
        (each["newCount"], each["updatedCount"]) for one in receiver.notifications for each in one["body"]["changes"]
    ]
    assert sorted(counts) == [(0, 1), (0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("+14155550410", "DeliveryFailed", "SMS-RC-410"),
        ("+14155550413", "DeliveryFailed", "SMS-RC-413"),
        ("+14155550430", "SendingFailed", "SMS-RC-430"),
        ("+14155550500", "SendingFailed", "SMS-RC-500"),
    ],
)
async def test_some_numbers_cannot_be_reached(
    client: Client, platform: Platform, number: str, status: str, code: str
) -> None:
    """By the last digits of the number: the message ends with a state and a code."""
    sent = await client.call("POST", "/extension/~/sms", text_body(platform, number))
    await platform.advance(10)
    failed = await message(client, sent.body["id"])
    assert (failed["messageStatus"], failed["deliveryErrorCode"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"text": ""}, 400, "CMN-101"),
        ({"text": "x" * 1001}, 400, "CMN-101"),
        ({"text": "😀" * 501}, 400, "CMN-101"),
        ({"to": []}, 400, "CMN-101"),
        ({"to": [{"phoneNumber": "not a number"}]}, 400, "CMN-101"),
        ({"to": [{}]}, 400, "CMN-101"),
        ({"from": {}}, 400, "CMN-101"),
        ({"to": [{"phoneNumber": "102"}]}, 400, "MSG-246"),
        ({"to": [{"phoneNumber": "72345"}]}, 400, "MSG-247"),
        ({"to": [{"phoneNumber": "+14155550243"}]}, 400, "MSG-243"),
        ({"to": [{"phoneNumber": "+442071234567"}]}, 403, "MSG-240"),
        ({"to": [{"phoneNumber": f"+1415555{at:04}"} for at in range(11)]}, 400, "MSG-381"),
        ({"from": {"phoneNumber": "+16505551001"}}, 403, "MSG-241"),
        ({"from": {"phoneNumber": "+16505551000"}}, 403, "MSG-367"),
        ({"from": {"phoneNumber": "+16505551102"}}, 400, "MSG-304"),
        ({"country": {"id": "1", "isoCode": "US"}}, 400, "MSG-365"),
    ],
)
async def test_texts_that_are_refused(
    client: Client, platform: Platform, change: dict[str, Any], status: int, code: str
) -> None:
    """Each with the platform's own code, and nothing is sent."""
    answer = await client.call("POST", "/extension/~/sms", text_body(platform, OUTSIDE) | change)
    assert (answer.status, answer.code) == (status, code)
    assert (await client.call("GET", "/extension/~/message-store")).body["records"] == []


async def test_nobody_texts_for_another(client: Client, platform: Platform) -> None:
    """Not even who administers the company."""
    bob = platform.world.account.extension("102").id
    answer = await client.call("POST", f"/extension/{bob}/sms", text_body(platform, OUTSIDE))
    assert answer.code == "MSG-245"


async def test_a_picture_goes_out_and_comes_back(client: Client, platform: Platform) -> None:
    """The fields in the JSON part, the file beside it; its bytes are its attachment's content, also at a colleague."""
    picture = ("cat.png", b"\x89PNG picture", "image/png")
    sent = await client.upload("/extension/~/mms", {"attachment": picture}, text_body(platform, own(platform, "102")))
    assert sent.status == 200, sent.raw
    (_, image) = sent.body["attachments"]
    assert (image["type"], image["contentType"], image["fileName"]) == ("MmsAttachment", "image/png", "cat.png")
    content = await client.get(image["uri"])
    assert (content.raw, content.headers["Content-Type"]) == (b"\x89PNG picture", "image/png")
    await platform.advance(1)
    bob = platform.world.account.extension("102").id
    (received,) = (await client.call("GET", f"/extension/{bob}/message-store")).body["records"]
    assert [each["type"] for each in received["attachments"]] == ["Text", "MmsAttachment"]


async def test_an_mms_may_be_without_a_file_and_without_words_but_not_both(client: Client, platform: Platform) -> None:
    """Multipart without any file is a text; a picture needs no text; nothing at all is refused."""
    body = text_body(platform, OUTSIDE)
    assert (await client.upload("/extension/~/sms", {}, body)).status == 200
    silent = {key: value for key, value in body.items() if key != "text"}
    picture = ("cat.png", b"png", "image/png")
    assert (await client.upload("/extension/~/mms", {"any": picture}, silent)).status == 200
    assert (await client.upload("/extension/~/mms", {}, silent)).code == "CMN-101"
    heavy = ("cat.png", bytes(1_500_001), "image/png")
    assert (await client.upload("/extension/~/mms", {"any": heavy}, silent)).code == "CMN-101"


async def test_a_group_text_comes_in(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Our own number is marked among the receivers, and its conversation is the same for an answer to all."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    ann = platform.world.account.extension("101")
    platform.world.messages.receive_text(ann, OUTSIDE, "Lunch?", others=["+14155550124"])
    await platform.delivered()
    body = receiver.notifications[0]["body"]
    assert [each.get("target") for each in body["to"]] == [True, None]
    assert body["owner"]["extensionId"] == ann.id
    assert isinstance(body["id"], str)
    reply = await client.call("POST", "/extension/~/sms", text_body(platform, OUTSIDE, "+14155550124"))
    assert reply.body["conversation"] == body["conversation"]


async def test_a_page_reaches_colleagues_and_queues(client: Client, platform: Platform) -> None:
    """One text in the sender's mailbox, one in each receiver's; a queue means its members; a reply keeps the thread."""
    account = platform.world.account
    sent = await client.call(
        "POST", "/extension/~/company-pager", {"to": [{"extensionNumber": "200"}], "text": "Meeting"}
    )
    assert (sent.body["type"], sent.body["pgToDepartment"]) == ("Pager", True)
    for number in ("102", "103"):
        mailbox = await client.call("GET", f"/extension/{account.extension(number).id}/message-store?messageType=Pager")
        (received,) = mailbox.body["records"]
        assert (received["direction"], received["conversationId"]) == ("Inbound", sent.body["conversationId"])
    reply = await client.call("POST", "/extension/~/company-pager", {"replyOn": sent.body["id"], "text": "Moved"})
    assert reply.body["conversationId"] == sent.body["conversationId"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"to": [{"extensionNumber": "999"}], "text": "x"}, 400, "MSG-316"),
        ({"to": [{"extensionNumber": "102"}], "text": "x", "from": {"extensionNumber": "102"}}, 400, "MSG-331"),
        ({"to": [{"extensionNumber": "102"}], "text": "x", "from": {"extensionId": "1"}}, 400, "MSG-332"),
        ({"to": [{}], "text": "x"}, 400, "CMN-101"),
        ({"to": [{"extensionNumber": "102"}], "text": "x" * 1025}, 400, "CMN-101"),
        ({"to": [{"extensionNumber": "102"}]}, 400, "CMN-101"),
        ({"replyOn": 1, "text": "x"}, 403, "MSG-325"),
    ],
)
async def test_pages_that_are_refused(client: Client, body: dict[str, Any], status: int, code: str) -> None:
    """Each with the platform's own code."""
    answer = await client.call("POST", "/extension/~/company-pager", body)
    assert (answer.status, answer.code) == (status, code)


async def test_a_fax_is_sent_page_by_page(client: Client, platform: Platform) -> None:
    """Queued, then sent to one and failed at the other; it can be had as a PDF with as many pages as documents."""
    fields = {
        "to": [{"phoneNumber": OUTSIDE}, {"phoneNumber": "+14155550404"}],
        "faxResolution": "Low",
        "coverIndex": 7,
    }
    page = ("page.txt", b"Hello", "text/plain")
    sent = await client.upload("/extension/~/fax", {"one": page, "two": page}, fields)
    assert (sent.body["messageStatus"], sent.body["faxPageCount"], sent.body["coverIndex"]) == ("Queued", 0, 7)
    await platform.advance(20)
    fax = await message(client, sent.body["id"])
    assert (fax["messageStatus"], fax["faxPageCount"], fax["faxResolution"]) == ("Sent", 2, "Low")
    assert [each["messageStatus"] for each in fax["to"]] == ["Sent", "SendingFailed"]
    assert fax["to"][1]["faxErrorCode"] == "NoAnswer"
    document = await client.get(fax["attachments"][0]["uri"])
    assert document.headers["Content-Type"] == "application/pdf"
    assert document.raw.startswith(b"%PDF-")
    assert document.raw.count(b"/Type/Page/") == 2
    again = await client.call("POST", "/extension/~/fax", {"originalMessageId": fax["id"]})
    assert [each["phoneNumber"] for each in again.body["to"]] == [OUTSIDE, "+14155550404"]
    assert (await client.call("POST", "/extension/~/fax", {"to": [{"phoneNumber": OUTSIDE}]})).code == "CMN-101"


async def test_a_fax_comes_in(client: Client, receiver: Receiver, platform: Platform) -> None:
    """It is told in full to the fax filter."""
    await client.subscribe("E/fax?direction=Inbound", address=receiver.url)
    receiver.clear()
    await platform.fax("101", OUTSIDE, pages=3)
    await platform.delivered()
    (notification,) = receiver.notifications
    assert notification["event"].endswith("/fax?direction=Inbound")
    body = notification["body"]
    assert (body["type"], body["faxPageCount"], body["attachments"][0]["type"]) == ("Fax", 3, "RenderedDocument")


async def test_voicemail_gets_its_transcript_later(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Told at once in full, without the transcript; this comes as an attachment, and only as an update of the store."""
    await client.subscribe("E/voicemail", "E/message-store?type=VoiceMail", address=receiver.url)
    receiver.clear()
    left = await platform.voicemail("101", OUTSIDE, said="Call me.", seconds=3)
    assert left["vmTranscriptionStatus"] == "InProgress"
    await platform.advance(10)
    voicemail = await message(client, left["id"])
    assert voicemail["vmTranscriptionStatus"] == "Completed"
    recording, transcript = voicemail["attachments"]
    assert (await client.get(transcript["uri"])).raw == b"Call me."
    sound = await client.get(recording["uri"])
    with wave.open(io.BytesIO(sound.raw)) as opened:
        assert opened.getnframes() / opened.getframerate() == recording["vmDuration"] == 3
    await platform.delivered()
    kinds = sorted(each["event"].rpartition("/")[2] for each in receiver.notifications)
    assert kinds == ["message-store", "message-store", "voicemail"]


async def test_content_comes_in_ranges(client: Client, platform: Platform) -> None:
    """A part of it with 206, the rest of it, the end of it; outside of it 416 CMN-107."""
    text = await platform.text("101", OUTSIDE, "0123456789")
    path = f"/extension/~/message-store/{text['id']}/content/{text['id']}"
    part = await client.call("GET", path, Range="bytes=2-4")
    assert (part.status, part.raw, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert (await client.call("GET", path, Range="bytes=7-")).raw == b"789"
    assert (await client.call("GET", path, Range="bytes=-2")).raw == b"89"
    outside = await client.call("GET", path, Range="bytes=10-")
    assert (outside.status, outside.code) == (416, "CMN-107")
    assert (await client.call("GET", path)).raw == b"0123456789"
    assert (
        (await client.call("GET", path + "?contentDisposition=Attachment"))
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


async def test_reading_deleting_and_purging(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Read and unread; gone to the wastebasket, where a filter finds it; gone for good, where none does."""
    text = await platform.text()
    path = f"/extension/~/message-store/{text['id']}"
    await client.subscribe("E/message-store", address=receiver.url)
    receiver.clear()
    assert (await client.call("PUT", path, {"readStatus": "Read"})).body["readStatus"] == "Read"
    assert (await client.call("PUT", path, {"readStatus": "Half"})).code == "CMN-101"
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", "/extension/~/message-store")).body["records"] == []
    (deleted,) = (await client.call("GET", "/extension/~/message-store?availability=Deleted")).body["records"]
    assert deleted["availability"] == "Deleted"
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", path)).code == "CMN-102"
    assert (await client.call("DELETE", path)).status == 404
    other = await platform.text()
    assert (await client.call("DELETE", f"/extension/~/message-store/{other['id']}?purge=true")).status == 204
    assert (await client.call("GET", f"/extension/~/message-store/{other['id']}")).status == 404
    await platform.delivered()
    assert [each["body"]["changes"][0]["updatedCount"] for each in receiver.notifications].count(1) == 4


async def test_lists_are_filtered_and_paged(client: Client, platform: Platform) -> None:
    """By kind, direction, state, number, conversation and time; the last 24 hours unless asked otherwise."""
    old = await platform.text("101", "+14155550001", "old")
    await platform.advance(25 * 3600)
    await client.log_in()
    first = await platform.text("101", "+14155550002", "first")
    await platform.voicemail("101", "+14155550002")
    last = await platform.text("101", "+14155550002", "last")
    await client.call("PUT", f"/extension/~/message-store/{first['id']}", {"readStatus": "Read"})

    async def found(query: str) -> list[str]:
        answer = await client.call("GET", f"/extension/~/message-store?{query}")
        return [each.get("subject", each["type"]) for each in answer.body["records"]]

    assert await found("") == ["last", "VoiceMail", "first"]
    assert await found("messageType=SMS&readStatus=Read") == ["first"]
    assert await found("messageType=SMS,VoiceMail&perPage=2&page=2") == ["first"]
    assert await found("messageType=SMS&messageType=Fax&distinctConversations=true") == ["last"]
    assert await found(f"conversationId={last['conversationId']}") == ["last", "first"]
    assert await found("phoneNumber=%2B14155550001&dateFrom=2026-01-01T00:00:00Z") == ["old"]
    assert await found("dateFrom=2026-01-01T00:00:00Z&dateTo=2026-01-05T10:00:00.000Z") == ["old"]
    assert await found("direction=Outbound") == []
    for query, parameter in (
        ("direction=Sideways", "direction"),
        ("dateFrom=yesterday", "dateFrom"),
        ("perPage=0", "perPage"),
        ("page=x", "page"),
        ("conversationId=x", "conversationId"),
    ):
        answer = await client.call("GET", f"/extension/~/message-store?{query}")
        assert (answer.status, answer.code) == (400, "CMN-101")
        assert answer.body["parameterName"].startswith(parameter)
    assert old["id"] != last["id"]


async def test_sync_tells_what_changed_since(client: Client, platform: Platform) -> None:
    """Full once, then only changes, deleted and purged ones among them; a foreign token is refused."""
    first = await platform.text("101", OUTSIDE, "first")
    second = await platform.text("101", OUTSIDE, "second")
    full = (await client.call("GET", "/extension/~/message-sync?syncType=FSync")).body
    assert [each["subject"] for each in full["records"]] == ["second", "first"]
    assert full["syncInfo"]["olderRecordsExist"] is False
    short = (await client.call("GET", "/extension/~/message-sync?syncType=FSync&recordCount=1")).body
    assert (len(short["records"]), short["syncInfo"]["olderRecordsExist"]) == (1, True)

    async def changed(token: str) -> tuple[list[tuple[int, str]], str]:
        body = (await client.call("GET", f"/extension/~/message-sync?syncType=ISync&syncToken={token}")).body
        return [(each["id"], each["availability"]) for each in body["records"]], body["syncInfo"]["syncToken"]

    nothing, token = await changed(full["syncInfo"]["syncToken"])
    assert nothing == []
    await client.call("DELETE", f"/extension/~/message-store/{first['id']}?purge=true")
    await client.call("PUT", f"/extension/~/message-store/{second['id']}", {"readStatus": "Read"})
    changes, token = await changed(token)
    assert changes == [(second["id"], "Alive"), (first["id"], "Purged")]
    assert (await changed(token))[0] == []
    bob = platform.world.account.extension("102").id
    foreign = await client.call("GET", f"/extension/{bob}/message-sync?syncType=ISync&syncToken={token}")
    assert (foreign.status, foreign.code) == (400, "MSG-333")
    assert (await client.call("GET", "/extension/~/message-sync?syncType=ISync&syncToken=x")).code == "MSG-333"
    assert (await client.call("GET", "/extension/~/message-sync?syncType=ISync")).code == "CMN-101"


async def test_whole_conversations_are_deleted_at_once(client: Client, platform: Platform) -> None:
    """By conversation or by kind, not by both."""
    text = await platform.text("101", OUTSIDE)
    await platform.text("101", "+14155550999")
    await platform.voicemail("101", OUTSIDE)
    both = await client.call("DELETE", f"/extension/~/message-store?conversationId={text['conversationId']}&type=SMS")
    assert (both.status, both.code) == (400, "MSG-390")
    path = f"/extension/~/message-store?conversationId={text['conversationId']}"
    assert (await client.call("DELETE", path)).status == 204
    kinds = [each["type"] for each in (await client.call("GET", "/extension/~/message-store")).body["records"]]
    assert kinds == ["VoiceMail", "SMS"]
    assert (await client.call("DELETE", "/extension/~/message-store?type=VoiceMail")).status == 204
    assert len((await client.call("GET", "/extension/~/message-store")).body["records"]) == 1


async def test_other_mailboxes_are_for_administrators(client: Client, platform: Platform) -> None:
    """102 may not read what 101 has: 403 CMN-419."""
    await client.log_in("102")
    ann = platform.world.account.extension("101").id
    for path in ("message-store", "message-sync?syncType=FSync", "message-store/1"):
        answer = await client.call("GET", f"/extension/{ann}/{path}")
        assert (answer.status, answer.code) == (403, "CMN-419")


async def test_the_same_text_twice_is_two_messages(platform: Platform) -> None:
    """Ids are never shared, also between mailboxes."""
    one, two = await platform.text("101"), await platform.text("102")
    assert one["id"] != two["id"]
