"""The API at large: errors, limits, faults, what is remembered; and people, texts and posts."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from switchhook.simulator.clock import ManualClock
from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver


async def test_unknown_paths_methods_and_ids(client: Client) -> None:
    """404 CMN-120, 405 with Allow, 404 CMN-102 with the parameter."""
    answer = await client.call("GET", "/restapi/v1.0/nonsense")
    assert (answer.status, answer.code) == (404, "CMN-120")
    answer = await client.call("PATCH", "/restapi/v1.0/subscription")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
    answer = await client.call("GET", "/extension/1")
    assert (answer.status, answer.body["parameterName"]) == (404, "extensionId")
    answer = await client.call("GET", "/restapi/v1.0/account/1/extension/~")
    assert (answer.status, answer.body["parameterName"]) == (404, "accountId")


async def test_a_trailing_slash_and_an_empty_json_body_do_no_harm(client: Client, platform: Platform) -> None:
    """Clients send both."""
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    async with client.http.get(f"{platform.url}/restapi/v1.0/account/~/extension/~/", headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "application/json"


async def test_bodies_that_cannot_be_read_are_refused(client: Client, platform: Platform) -> None:
    """CMN-103 for broken JSON, 415 for another kind."""
    url, headers = f"{platform.url}/restapi/v1.0/subscription", {"Authorization": f"Bearer {client.token}"}
    async with client.http.post(url, data=b"{", headers={**headers, "Content-Type": "application/json"}) as response:
        assert (response.status, (await response.json())["errorCode"]) == (400, "CMN-103")
    async with client.http.post(url, data=b"<a/>", headers={**headers, "Content-Type": "text/xml"}) as response:
        assert response.status == 415


async def test_an_extension_has_what_clients_read(client: Client, platform: Platform) -> None:
    """Numbers where the platform has numbers, and the parts that a client cannot do without."""
    body = (await client.call("GET", "/extension/~")).body
    assert body["id"] == int(platform.world.account.extension("101").id)
    assert body["extensionNumber"] == "101"
    assert body["account"]["id"] == platform.account_id
    assert body["contact"]["firstName"] == "Ann"
    assert body["uri"].startswith(platform.url)
    listed = (await client.call("GET", "/extension?type=User")).body
    assert [each["extensionNumber"] for each in listed["records"]] == ["101", "102", "103"]
    assert listed["paging"]["totalElements"] == 3
    devices = (await client.call("GET", "/extension/~/device")).body["records"]
    assert [each["type"] for each in devices] == ["SoftPhone", "HardPhone"]
    assert {each["status"] for each in devices} == {"Online"}
    assert (await client.call("GET", "/restapi/v1.0/account/~")).body["id"] == int(platform.account_id)


async def test_rate_limits_have_headers_and_a_penalty_that_starts_anew() -> None:
    """The eleventh heavy call is refused; a try within the penalty prolongs it; other groups go on."""
    platform = Platform(seed=7, manual_time=True)
    await platform.start()
    async with aiohttp.ClientSession() as http:
        client = Client(platform, http)
        await client.log_in()
        body = {"from": {"extensionId": platform.world.account.extension("101").id}, "to": {"phoneNumber": "+1415555"}}
        for remaining in range(9, -1, -1):
            answer = await client.call("POST", "/telephony/call-out", body)
            assert answer.headers["X-Rate-Limit-Remaining"] == str(remaining)
        assert answer.headers["X-Rate-Limit-Group"] == "heavy"
        refused = await client.call("POST", "/telephony/call-out", body)
        assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "CMN-301", "60")
        await platform.advance(59)
        assert (await client.call("POST", "/telephony/call-out", body)).status == 429
        await platform.advance(59)
        assert (await client.call("POST", "/telephony/call-out", body)).status == 429
        assert (await client.call("GET", "/extension/~")).status == 200
        await platform.advance(61)
        assert (await client.call("POST", "/telephony/call-out", body)).status == 201
    await platform.stop()


@pytest.mark.parametrize(
    ("name", "status", "effect"),
    [("status_401", 401, False), ("status_429", 429, False), ("status_500", 500, False), ("status_503", 503, False),
     ("status_500_after", 500, True), ("status_503_after", 503, True)],
)  # fmt: skip
async def test_a_status_before_or_after_the_effect(
    client: Client, platform: Platform, name: str, status: int, effect: bool
) -> None:
    """Once, on one operation; the record says whether it was done."""
    platform.fault(name, times=1, operation="createGlipPost")
    chat = next(iter(platform.state()["chats"]))
    url = f"/team-messaging/v1/chats/{chat}/posts"
    assert (await client.call("GET", url)).status == 200
    assert (await client.call("POST", url, {"text": "Hi"})).status == status
    call = platform.state()["api_calls"][-1]
    assert (call["operation"], call["status"], call["effect"]) == ("createGlipPost", status, effect)
    assert len(platform.state()["chats"][chat]["posts"]) == int(effect)
    assert (await client.call("POST", url, {"text": "Hi"})).status == 201


@pytest.mark.parametrize(("name", "effect"), [("reset_before", False), ("reset_after", True), ("truncate", True)])
async def test_a_connection_that_breaks(client: Client, platform: Platform, name: str, effect: bool) -> None:
    """Before the effect, after it, or in the middle of the answer."""
    platform.fault(name, times=1, operation="createGlipPost")
    chat = next(iter(platform.state()["chats"]))
    with pytest.raises(aiohttp.ClientError):
        await client.call("POST", f"/team-messaging/v1/chats/{chat}/posts", {"text": "Hi"})
    assert platform.state()["api_calls"][-1]["effect"] is effect
    assert len(platform.state()["chats"][chat]["posts"]) == int(effect)


async def test_faults_are_named(platform: Platform) -> None:
    """A misspelt one names those there are."""
    with pytest.raises(ValueError, match="reset_after"):
        platform.fault("reset_afterwards")
    platform.fault("slow", rate=0.5)
    assert platform.state()["faults"] == [{"name": "slow", "rate": 0.5, "times": None, "operation": None}]
    platform.fault("slow", rate=0)
    assert platform.state()["faults"] == []


async def test_texts_in_and_out(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Both are in the mailbox, newest first; what comes in is told in full and in short."""
    await client.subscribe("E/message-store", "E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    message = await platform.text("101", "+14155550123", "Hello Ann")
    own = platform.world.account.extension("101").phone_numbers[0]
    sent = await client.call(
        "POST",
        "/extension/~/sms",
        {"from": {"phoneNumber": own}, "to": [{"phoneNumber": "+14155550123"}], "text": "Hi"},
    )
    assert (sent.status, sent.body["direction"], sent.body["subject"]) == (200, "Outbound", "Hi")
    records = (await client.call("GET", "/extension/~/message-store")).body["records"]
    assert [each["id"] for each in records] == [sent.body["id"], message["id"]]
    assert (await client.call("GET", f"/extension/~/message-store/{message['id']}")).body["subject"] == "Hello Ann"
    assert (await client.call("GET", "/extension/~/message-store/1")).code == "CMN-102"
    await platform.delivered()
    events = [each["event"].rpartition("/extension/")[2].partition("/")[2] for each in receiver.notifications]
    assert sorted(events) == ["message-store", "message-store", "message-store/instant?type=SMS"]
    (instant,) = [each for each in receiver.notifications if "instant" in each["event"]]
    assert instant["body"]["subject"] == "Hello Ann"


async def test_a_text_from_a_foreign_number_is_refused(client: Client) -> None:
    """Nobody can send for others."""
    body = {"from": {"phoneNumber": "+16505551102"}, "to": [{"phoneNumber": "+14155550123"}], "text": "Hi"}
    assert (await client.call("POST", "/extension/~/sms", body)).code == "MSG-304"


async def test_posts_are_told_to_every_member_also_the_author(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """By either spelling of the filter; `mentions` is there, as null."""
    await client.subscribe("/restapi/v1.0/glip/posts", address=receiver.url)
    receiver.clear()
    chat = (await client.call("GET", "/restapi/v1.0/glip/chats")).body["records"][0]
    posted = await client.call("POST", f"/restapi/v1.0/glip/chats/{chat['id']}/posts", {"text": "Hello"})
    assert posted.status == 201
    await platform.post("Front desk", "Hello Ann", by="102")
    await platform.delivered()
    assert [each["event"] for each in receiver.notifications] == ["/restapi/v1.0/glip/posts"] * 2
    body = receiver.notifications[0]["body"]
    assert (body["eventType"], body["mentions"], body["groupId"]) == ("PostAdded", None, chat["id"])
    texts = [
        each["text"]
        for each in (await client.call("GET", f"/team-messaging/v1/chats/{chat['id']}/posts")).body["records"]
    ]
    assert texts == ["Hello Ann", "Hello"]
    assert (await client.call("POST", "/team-messaging/v1/chats/1/posts", {"text": "x"})).code == "CMN-102"


async def test_the_same_seed_makes_the_same_world() -> None:
    """Ids, numbers and credentials."""
    first, second, other = Platform(seed=3), Platform(seed=3), Platform(seed=4)
    assert first.credentials() == second.credentials()
    assert first.credentials() != other.credentials()


async def test_what_only_administrators_may(client: Client, platform: Platform) -> None:
    """CMN-408 for lack of a permission, CMN-419 for somebody else's data, CMN-401 for lack of a scope."""
    ann = platform.world.account.extension("101").id
    await platform.text("101")
    assert (await client.call("GET", "/call-log")).status == 200
    await client.log_in("102")
    answer = await client.call("GET", "/call-log")
    assert (answer.status, answer.code, "FullCompanyCallLog" in answer.body["message"]) == (403, "CMN-408", True)
    answer = await client.call("GET", f"/extension/{ann}/message-store")
    assert (answer.status, answer.code) == (403, "CMN-419")
    assert (await client.call("GET", f"/extension/{ann}/call-log")).code == "CMN-419"
    assert (await client.call("GET", f"/extension/{ann}")).status == 200
    assert (await client.call("GET", f"/extension/{ann}/presence")).status == 200
    platform.world.account.extension("102").missing_permissions.add("ReadMessages")
    assert (await client.call("GET", "/extension/~/message-store")).code == "CMN-408"
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    tokens = await client.form("/restapi/oauth/token", grant_type=grant, assertion=platform.jwt, scope="ReadAccounts")
    client.token = tokens.body["access_token"]
    answer = await client.call("GET", "/extension/~/message-store")
    assert (answer.code, "ReadMessages" in answer.body["message"]) == ("CMN-401", True)


@pytest.mark.parametrize(("name", "refreshable"), [("expire", True), ("revoke", False)])
async def test_a_session_that_ends_on_the_way(client: Client, platform: Platform, name: str, refreshable: bool) -> None:
    """The access token alone, or the refresh token with it."""
    tokens = await client.log_in()
    platform.fault(name, times=1)
    assert (await client.call("GET", "/extension/~")).code == "OAU-128"
    assert (await client.call("GET", "/extension/~")).status == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert ((await client.form("/restapi/oauth/token", **form)).status == 200) is refreshable


async def test_a_phone_that_is_off_line_when_it_matters(client: Client, platform: Platform) -> None:
    """By a fault, for commands that need a phone alone; by the verb, for good."""
    platform.fault("device_offline")
    call = await platform.ring()
    url = f"/telephony/sessions/{call['telephonySessionId']}/parties/{call['parties'][-1]['id']}"
    device = platform.world.account.extension("101").devices[0].id
    assert (await client.call("POST", f"{url}/answer", {"deviceId": device})).code == "TAS-106"
    assert (await client.call("GET", url)).status == 200
    platform.fault("device_offline", rate=0)
    await platform.phone(device, online=False)
    assert (await client.call("POST", f"{url}/answer", {"deviceId": device})).code == "TAS-106"
    listed = (await client.call("GET", "/extension/~/device")).body["records"]
    assert [each["status"] for each in listed] == ["Offline", "Online"]


async def test_the_same_seed_gives_the_same_run(receiver: Receiver) -> None:
    """Notifications, misbehaviour included, byte for byte."""

    async def run(seed: int) -> list[bytes]:
        receiver.clear()
        platform = Platform(seed=seed, limits=False, manual_time=True)
        await platform.start()
        async with aiohttp.ClientSession() as http:
            client = Client(platform, http)
            await client.log_in()
            await client.subscribe("A/telephony/sessions", "E/message-store/instant?type=SMS", address=receiver.url)
            platform.fault("drop", rate=0.2)
            platform.fault("duplicate", rate=0.2)
            for name in ("inbound", "queue", "text", "park", "text", "warm-transfer"):
                await platform.scene(name)
                await platform.delivered()
        await platform.stop()
        return sorted(content.replace(platform.url.encode(), b"") for _, content in receiver.requests if content)

    first = await run(5)
    assert await run(5) == first
    assert await run(6) != first


async def test_who_hangs_up_before_the_answer_does_no_harm(
    client: Client, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    """What was asked for is done, and nothing is complained of."""
    platform.fault("slow", times=1)
    reader, writer = await asyncio.open_connection(*platform.url.removeprefix("http://").split(":"))
    request = f"GET /restapi/v1.0/account/~ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n\r\n"
    writer.write(request.encode())
    await writer.drain()
    while platform.state()["faults"]:
        await asyncio.sleep(0)
    writer.transport.abort()
    await platform.advance(6)
    assert (await client.call("GET", "/extension/~")).status == 200
    assert [each["status"] for each in platform.state()["api_calls"][-2:]] == [200, 200]
    assert not caplog.records
    assert reader.at_eof() or reader.exception() is not None


async def test_tokens_are_limited_for_the_whole_application() -> None:
    """Five a minute for all its users together, wstoken included."""
    platform = Platform(seed=7, manual_time=True)
    await platform.start()
    async with aiohttp.ClientSession() as http:
        client = Client(platform, http)
        for extension in ("101", "102", "103", "101"):
            await client.log_in(extension)
        assert (await client.call("POST", "/restapi/oauth/wstoken")).status == 200
        answer = await client.form("/restapi/oauth/token", grant_type="refresh_token")
        assert (answer.status, answer.headers["X-Rate-Limit-Group"]) == (429, "auth")
    await platform.stop()


async def test_a_clock_of_the_callers_drives_the_platform() -> None:
    """Its timers fire by it, `advance` is not the platform's then, and what is stopped leaves no timer behind."""
    clock = ManualClock()
    platform = Platform(seed=7, clock=clock)
    await platform.ring()
    await clock.advance(31)
    (call,) = platform.state()["sessions"].values()
    assert call["parties"][-1]["status"]["code"] == "VoiceMail"
    with pytest.raises(ValueError, match="manual time"):
        await platform.advance(1)
    await platform.stop()
    await clock.advance(600)
    assert platform.state()["sessions"]
