"""Each knob turns what it says: everything that sources disagree on, or that nobody documents."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.calling import answered, device, path, told
from tests.simulator.conftest import Client, Receiver

PATH = "/restapi/v1.0/subscription"
REMINDER = "/restapi/v1.0/subscription/~?threshold=60&interval=15"


async def test_how_many_filters_a_subscription_may_have(client: Client, receiver: Receiver) -> None:
    """No limit at first; then one more is a wrong parameter."""
    client.platform.knob("subscriptions.most_filters", 1)
    assert (await client.subscribe("E/presence", address=receiver.url)).status == 200
    answer = await client.subscribe("E/presence", "E/voicemail", address=receiver.url)
    assert (answer.code, answer.body["parameterName"]) == ("CMN-101", "eventFilters")


@pytest.mark.parametrize("path", ["A/telephony/sessions", "A/presence"])
async def test_whether_filters_of_the_account_want_an_administrator(
    client: Client, receiver: Receiver, path: str
) -> None:
    """Not at first; an administrator may in any case, and everybody their own."""
    await client.log_in("102")
    assert (await client.subscribe(path, address=receiver.url)).status == 200
    client.platform.knob("subscriptions.admin_for_account", True)
    refused = await client.subscribe(path, address=receiver.url)
    assert (refused.status, refused.code) == (403, "CMN-408")
    assert (await client.subscribe("E/telephony/sessions", address=receiver.url)).status == 200
    await client.log_in("101")
    assert (await client.subscribe(path, address=receiver.url)).status == 200


async def test_what_a_missing_permission_does_to_a_filter(client: Client, receiver: Receiver) -> None:
    """It is disabled at first; or the whole request is refused."""
    client.platform.world.account.extension("101").missing_permissions.add("ReadPresenceStatus")
    client.platform.knob("subscriptions.missing_refuses", True)
    refused = await client.subscribe("E/presence", "A/telephony/sessions", address=receiver.url)
    assert (refused.status, refused.code) == (403, "CMN-408")


async def test_how_often_reminders_are_looked_at(client: Client, receiver: Receiver) -> None:
    """No span may be shorter than that."""
    assert (await client.subscribe("E/presence", REMINDER, address=receiver.url)).status == 200
    client.platform.knob("subscriptions.reminder_period", 20)
    assert (await client.subscribe("E/presence", REMINDER, address=receiver.url)).code == "SUB-516"


async def test_whether_a_reminder_has_a_body(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Newer documents show none."""
    platform.knob("subscriptions.reminder_body", False)
    await client.subscribe("E/presence", REMINDER, address=receiver.url, expiresIn=200)
    await platform.advance(141)
    await platform.delivered()
    assert [each["body"] for each in receiver.notifications] == [{}]


async def test_filters_keep_their_order_if_wanted(client: Client, receiver: Receiver) -> None:
    """They are shuffled at first, as in real answers."""
    filters = [f"/restapi/v1.0/account/~/extension/~/{each}" for each in ("presence", "voicemail", "favorite", "grant")]
    client.platform.knob("subscriptions.shuffle_filters", False)
    for _ in range(3):
        made = await client.subscribe(*filters, address=receiver.url)
        assert [each.rpartition("/")[2] for each in made.body["eventFilters"]] == [
            "presence", "voicemail", "favorite", "grant"
        ]  # fmt: skip


async def test_how_long_subscriptions_live(client: Client, receiver: Receiver) -> None:
    """By default, and at most."""
    client.platform.knob("subscriptions.default_lifetime", 100)
    client.platform.knob("subscriptions.longest_lifetime", 500)
    assert (await client.subscribe("E/presence", address=receiver.url)).body["expiresIn"] == 99
    assert (await client.subscribe("E/presence", address=receiver.url, expiresIn=501)).body["expiresIn"] == 499


async def test_how_long_a_webhook_may_take(client: Client, receiver: Receiver, platform: Platform) -> None:
    """One second before 2021, three now."""
    platform.knob("delivery.time_limit", 1.0)
    reached, never = asyncio.Event(), asyncio.Event()

    async def handle(_headers: Any, _content: bytes) -> None:
        reached.set()
        await never.wait()

    receiver.handle = handle
    asked = asyncio.create_task(client.subscribe("E/presence", address=receiver.url))
    await reached.wait()
    await platform.advance(1.1)
    assert (await asked).code == "SUB-521"
    never.set()


async def test_whether_reasons_are_told(client: Client, watched: Receiver, platform: Platform) -> None:
    """Some streams leave them out; answers of the API still have them."""
    platform.knob("spelling.reasons", False)
    call, party = await answered(client)
    await client.call("POST", path(call, party, "transfer"), {"extensionNumber": "102"})
    await platform.delivered()
    assert "reason" not in str(told(watched, call))
    assert "BlindTransfer" in str((await client.call("GET", path(call))).body)


async def test_which_parties_can_be_dropped(client: Client, platform: Platform) -> None:
    """Any, as the guide shows it; or only those that the specification names."""
    platform.knob("calls.drops_any", False)
    call, party = await answered(client)
    refused = await client.call("DELETE", path(call, party))
    assert (refused.status, refused.code) == (403, "TAS-106")
    await client.call("POST", path(call, party, "park"))
    parked = next(each for each in (await client.call("GET", path(call))).body["parties"] if each["park"])
    assert (await client.call("DELETE", path(call, parked))).status == 204


async def test_a_phone_may_take_time_to_pick_up(client: Client, platform: Platform) -> None:
    """Meanwhile the party is as it was."""
    platform.knob("calls.pick_up", 3)
    call = await platform.ring("101")
    party = call["parties"][-1]
    await client.call("POST", path(call, party, "answer"), {"deviceId": device(platform, "101")})
    states = []
    for seconds in (2.9, 0.1):
        await platform.advance(seconds)
        states.append((await client.call("GET", path(call, party))).body["status"]["code"])
    assert states == ["Proceeding", "Answered"]


async def test_whether_voicemail_is_told_again_with_its_transcript(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """Once at first; or a second time, with the state of the transcript changed."""
    await client.subscribe("E/voicemail", address=receiver.url)
    receiver.clear()
    states = []
    for again in (False, True):
        platform.knob("messages.voicemail_again", again)
        await platform.voicemail()
        await platform.advance(10)
        await platform.delivered()
        states.append([each["body"]["vmTranscriptionStatus"] for each in receiver.notifications])
        receiver.clear()
    assert states == [["InProgress"], ["InProgress", "Completed"]]


async def test_whether_voicemail_is_transcribed(platform: Platform) -> None:
    """Not where the feature is off."""
    platform.knob("messages.transcripts", False)
    message = await platform.voicemail()
    assert message["vmTranscriptionStatus"] == "NotAvailable"
    await platform.advance(60)
    assert len(message["attachments"]) == 1


@pytest.mark.parametrize(("gentle", "status"), [(True, 200), (False, 400)])
async def test_how_a_bad_card_is_answered(client: Client, platform: Platform, gentle: bool, status: int) -> None:
    """200 with an error in the body, or 400."""
    platform.knob("hooks.errors_are_2xx", gentle)
    made = await client.call("POST", f"/team-messaging/v1/groups/{platform.world.chats.front_desk.id}/webhooks")
    answer = await client.call("POST", made.body["uri"], {"attachments": [{"type": "Nonsense"}]})
    assert (answer.status, answer.body["status"]) == (status, "error")


async def test_a_webhook_is_posted_to_so_often_a_minute(client: Client, platform: Platform) -> None:
    """Each has a count of its own."""
    group = f"/team-messaging/v1/groups/{platform.world.chats.front_desk.id}/webhooks"
    first, second = [(await client.call("POST", group)).body["uri"] for _ in range(2)]
    platform.knob("limits.hooks", 1)
    platform.knob("limits.on", True)
    statuses = [(await client.call("POST", each, {"text": "x"})).status for each in (first, first, second)]
    assert statuses == [200, 429, 200]


async def test_how_many_requests_go_in_a_window(client: Client, platform: Platform) -> None:
    """Each group has its own count; window and penalty are knobs too."""
    platform.knob("limits.on", True)
    for group, method, place in (
        ("light", "GET", "/extension/~/presence"), ("medium", "PUT", "/extension/~/presence"),
        ("heavy", "GET", "/extension/~/call-log"),
    ):  # fmt: skip
        platform.knob(f"limits.{group}", 1)
        assert (await client.call(method, place, {})).status == 200
        refused = await client.call(method, place, {})
        assert (refused.status, refused.headers["X-Rate-Limit-Group"]) == (429, group)
    platform.knob("limits.window", 5)
    platform.knob("limits.penalty", 7)
    refused = await client.call("GET", "/extension/~/presence")
    assert (refused.headers["X-Rate-Limit-Window"], refused.headers["Retry-After"]) == ("5", "7")
    await platform.advance(8)
    assert (await client.call("GET", "/extension/~/presence")).status == 200


async def test_the_platform_s_clock_may_be_wrong(client: Client, platform: Platform) -> None:
    """Whatever it stamps is wrong by so much; timers are not."""
    platform.knob("clock.skew", 3600)
    message = await platform.text()
    assert message["creationTime"] == "2026-01-05T10:00:00.000Z"
    assert (await client.call("GET", "/extension/~")).status == 401


async def test_how_errors_are_told(client: Client, platform: Platform) -> None:
    """On top and in a list; in the list alone; or with a word on top. The code in the list is always right."""

    async def told() -> tuple[set[str], str | None]:
        body = (await client.call("GET", "/extension/1")).body
        assert body["errors"][0] == {
            "errorCode": "CMN-102", "message": "Resource for parameter [extensionId] is not found",
            "parameterName": "extensionId",
        }  # fmt: skip
        return set(body), body.get("errorCode")

    classic = {"errorCode", "message", "parameterName", "errors"}
    assert await told() == (classic, "CMN-102")
    platform.knob("errors.named", True)
    assert await told() == (classic, "InvalidParameter")
    platform.knob("errors.modern", True)
    assert await told() == ({"errors"}, None)
    refused = await client.form("/restapi/oauth/token", grant_type="nonsense")
    assert refused.body["error"] == "unsupported_grant_type"
