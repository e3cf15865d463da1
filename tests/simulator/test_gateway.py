"""The WebSocket gateway, as the published clients use it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import WSMsgType

from switchhook.simulator.platform import Platform
from switchhook.simulator.wire import gateway
from tests.simulator.conftest import Client, Receiver

SUBSCRIPTION = "/restapi/v1.0/subscription/"


@dataclass
class Line:
    """A connection to the gateway."""

    ws: aiohttp.ClientWebSocketResponse
    greeting: list[Any]

    async def frame(self) -> list[Any]:
        """The next one."""
        message = await self.ws.receive(timeout=60)
        assert message.type == WSMsgType.TEXT, message
        found: list[Any] = orjson.loads(message.data)
        return found

    async def ask(self, method: str, path: str, body: Any = None, **meta: Any) -> list[Any]:
        """A request, and its reply."""
        request = {"type": "ClientRequest", "messageId": "a/b+c", "method": method, "path": path, **meta}
        await self.ws.send_str(orjson.dumps([request] if body is None else [request, body]).decode())
        return await self.frame()

    async def subscribe(self, *filters: str) -> list[Any]:
        """On this socket."""
        full = [f"/restapi/v1.0/account/~/extension/~{each}" for each in filters]
        return await self.ask(
            "POST", SUBSCRIPTION, {"eventFilters": full, "deliveryMode": {"transportType": "WebSocket"}}
        )


@asynccontextmanager
async def line(client: Client, wsc: str | None = None, token: str | None = None) -> AsyncIterator[Line]:
    """Ask for a token, connect, and read the greeting."""
    wstoken = (await client.call("POST", "/restapi/oauth/wstoken")).body
    url = f"{wstoken['uri']}?access_token={token or wstoken['ws_access_token']}"
    if wsc is not None:
        url += f"&wsc={wsc}"
    async with client.http.ws_connect(url) as ws:
        opened = Line(ws, [])
        opened.greeting = await opened.frame()
        yield opened


async def test_the_token_says_where_to_connect(client: Client, platform: Platform) -> None:
    """As the client reaches us, without a query; and it opens several sockets."""
    answer = await client.call("POST", "/restapi/oauth/wstoken")
    assert answer.body["uri"] == platform.url.replace("http:", "ws:") + "/ws"
    for _ in range(2):
        async with client.http.ws_connect(f"{answer.body['uri']}?access_token={answer.body['ws_access_token']}") as ws:
            first = orjson.loads((await ws.receive()).data)
            assert first[0]["type"] == "ConnectionDetails"
            assert first[0]["wsc"]["sequence"] == 1
            assert first[0]["wsc"]["token"]
            assert first[1]["recoveryTimeout"] == 180
            assert "recoveryState" not in first[1]


async def test_a_bad_token_is_told_on_the_socket(client: Client, platform: Platform) -> None:
    """The upgrade is accepted, an error comes, the socket closes: refusing it would end the client's process."""
    async with line(client, token="made-up") as bad:
        assert (bad.greeting[0]["type"], bad.greeting[1]["errorCode"]) == ("Error", "OAU-213")
        assert (await bad.ws.receive()).type == WSMsgType.CLOSE
    answer = (await client.call("POST", "/restapi/oauth/wstoken")).body
    await platform.advance(601)
    async with line(client, token=answer["ws_access_token"]) as late:
        assert late.greeting[1]["errorCode"] == "OAU-128"


async def test_requests_are_answered_as_over_http(client: Client, platform: Platform) -> None:
    """Headers in every first element; the message id as it came; errors have two elements, 204 has one."""
    async with line(client) as opened:
        meta, body = await opened.ask("GET", "/restapi/v1.0/account/~/extension/~")
        assert (meta["messageId"], meta["status"], body["extensionNumber"]) == ("a/b+c", 200, "101")
        assert meta["headers"]["RCRequestId"]
        meta, body = await opened.ask("GET", "/restapi/v1.0/account/~/extension/1", headers={"x-user-agent": "t"})
        assert (meta["status"], body["errors"][0]["errorCode"]) == (404, "CMN-102")
        assert meta["headers"]
        meta, body = await opened.ask("GET", "/restapi/v1.0/account/~/extension", query={"type": "User", "perPage": 1})
        assert body["paging"]["totalElements"] == 3
        call = await platform.ring()
        reply = await opened.ask(
            "DELETE", f"/restapi/v1.0/account/~/telephony/sessions/{call['telephonySessionId']}", {}
        )
        assert len(reply) == 1
        assert (reply[0]["status"], "headers" in reply[0]) == (204, True)


async def test_notifications_come_on_the_socket(client: Client, platform: Platform) -> None:
    """The reply names the subscription in a header of this spelling; the address is relative; sequences rise."""
    async with line(client) as opened:
        meta, made = await opened.subscribe("/message-store/instant?type=SMS")
        assert meta["headers"]["WSG-SubscriptionId"] == made["id"]
        assert made["uri"] == f"/restapi/v1.0/subscription/{made['id']}"
        assert made["deliveryMode"] == {"transportType": "WebSocket", "encryption": False}
        assert made["expiresIn"] == 86_399
        await platform.text(text="Hi")
        meta, envelope = await opened.frame()
        assert (meta["type"], meta["messageId"]) == ("ServerNotification", envelope["uuid"])
        assert (envelope["subscriptionId"], envelope["body"]["subject"]) == (made["id"], "Hi")
        assert meta["wsc"]["sequence"] > opened.greeting[0]["wsc"]["sequence"]
        meta, _ = await opened.ask("PUT", SUBSCRIPTION + made["id"], {"eventFilters": made["eventFilters"]})
        assert meta["headers"]["WSG-SubscriptionId"] == made["id"]
        assert (await opened.ask("DELETE", SUBSCRIPTION + made["id"]))[0]["status"] == 204


async def test_what_a_request_causes_comes_after_its_reply(client: Client, platform: Platform) -> None:
    """The reply first, then the notifications."""
    async with line(client) as opened:
        await opened.subscribe("/telephony/sessions")
        body = {"from": {"extensionId": platform.world.account.extension("101").id}, "to": {"phoneNumber": "+1415555"}}
        meta, made = await opened.ask("POST", "/restapi/v1.0/account/~/telephony/call-out", body)
        assert (meta["type"], made["session"]["parties"][0]["status"]["code"]) == ("ClientRequest", "Setup")
        assert (await opened.frame())[0]["type"] == "ServerNotification"


async def test_a_second_subscription_replaces_the_first_and_counts_for_no_webhook(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """One is active per socket; two sockets have one each; the most for webhooks is counted without them."""
    platform.world.subscriptions.rules.most = 1
    async with line(client) as one, line(client) as other:
        await one.subscribe("/presence")
        _, second = await one.subscribe("/message-store/instant?type=SMS")
        _, third = await other.subscribe("/message-store/instant?type=SMS")
        assert set(platform.world.subscriptions.all) == {second["id"], third["id"]}
        assert (await client.subscribe("E/presence", address=receiver.url)).status == 200
        await platform.text()
        assert (await one.frame())[1]["subscriptionId"] == second["id"]
        assert (await other.frame())[1]["subscriptionId"] == third["id"]


async def test_a_socket_is_wanted_for_its_transport(client: Client) -> None:
    """Over plain HTTP it is refused."""
    body = {
        "eventFilters": ["/restapi/v1.0/account/~/extension/~/presence"],
        "deliveryMode": {"transportType": "WebSocket"},
    }
    answer = await client.call("POST", SUBSCRIPTION, body)
    assert answer.body["parameterName"] == "deliveryMode.transportType"


async def test_what_was_missed_comes_after_recovery_once(
    client: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the greeting and a breath, in order, never twice; the subscription is still there."""
    breath = asyncio.Event()
    async with line(client) as opened:
        await opened.subscribe("/message-store/instant?type=SMS")
        await platform.text(text="seen")
        seen = await opened.frame()
    await platform.text(text="missed 1")
    await platform.text(text="missed 2")
    monkeypatch.setattr(gateway, "breathe", breath.wait)
    async with line(client, wsc=seen[0]["wsc"]["token"]) as again:
        assert again.greeting[1]["recoveryState"] == "Successful"
        first = asyncio.create_task(again.frame())
        await client.call("GET", "/extension/~")  # whatever came with the greeting would be here by now
        assert not first.done()
        breath.set()
        assert (await first)[1]["body"]["subject"] == "missed 1"
        assert (await again.frame())[1]["body"]["subject"] == "missed 2"
        await platform.text(text="live")
        meta, envelope = await again.frame()
        assert envelope["body"]["subject"] == "live"
    async with line(client, wsc=meta["wsc"]["token"]) as third:
        await platform.text(text="later")
        assert (await third.frame())[1]["body"]["subject"] == "later"


async def test_the_buffer_keeps_the_latest_hundred(client: Client, platform: Platform) -> None:
    """Older ones are lost."""
    platform.world.sockets.limits.recovery_buffer = 2
    async with line(client) as opened:
        await opened.subscribe("/message-store/instant?type=SMS")
    for text in ("1", "2", "3"):
        await platform.text(text=text)
    async with line(client, wsc=opened.greeting[0]["wsc"]["token"]) as again:
        assert [(await again.frame())[1]["body"]["subject"] for _ in range(2)] == ["2", "3"]


async def test_too_late_a_recovery_fails_and_the_socket_is_good(client: Client, platform: Platform) -> None:
    """After three minutes the session and its subscription are gone; a new one is made on the same socket."""
    async with line(client) as opened:
        await opened.subscribe("/presence")
    await platform.advance(181)
    assert platform.world.subscriptions.all == {}
    async with line(client, wsc=opened.greeting[0]["wsc"]["token"]) as again:
        assert again.greeting[1]["recoveryState"] == "Failed"
        assert again.greeting[1]["recoveryErrorCode"] == "WSG-909"
        assert (await again.subscribe("/presence"))[0]["status"] == 200


async def test_heartbeats_and_frames_that_are_none(client: Client) -> None:
    """A heartbeat is answered with its id; a malformed frame with an error; the socket stays."""
    async with line(client) as opened:
        await opened.ws.send_str('[{"type":"Heartbeat","messageId":"h1"}]')
        assert await opened.frame() == [{"type": "Heartbeat", "messageId": "h1"}]
        for bad in ("{", "[]", "[1]", '[{"type":"Nonsense"}]'):
            await opened.ws.send_str(bad)
            meta, error = await opened.frame()
            assert (meta["type"], error["errorCode"]) == ("Error", "WSG-400")
        assert (await opened.ask("GET", "/restapi/v1.0/account/~/extension/~"))[0]["status"] == 200


@pytest.mark.parametrize(("seconds", "code"), [(1801, "WSG-902"), (86_401, "WSG-903")])
async def test_idle_and_old_sockets_are_closed(client: Client, platform: Platform, seconds: int, code: str) -> None:
    """After half an hour of silence; after a day in any case."""
    if code == "WSG-903":
        platform.world.sockets.limits.idle = 100_000
    async with line(client) as opened:
        await platform.advance(seconds)
        assert (await opened.frame())[1]["errorCode"] == code
        assert (await opened.ws.receive()).type == WSMsgType.CLOSE


async def test_a_revoked_login_is_told_so(client: Client) -> None:
    """Requests over the socket get 401 with two elements."""
    async with line(client) as opened:
        await client.form("/restapi/oauth/revoke", token=client.token)
        reply = await opened.ask("GET", "/restapi/v1.0/account/~/extension/~")
        assert (len(reply), reply[0]["status"]) == (2, 401)


async def test_more_than_ten_requests_at_once_are_too_many(client: Client, platform: Platform) -> None:
    """The eleventh is refused while ten have no answer; afterwards the socket is as good as before."""
    async with line(client) as opened:
        platform.fault("slow", times=10)
        for at in range(11):
            request = {"type": "ClientRequest", "messageId": str(at), "method": "GET", "path": SUBSCRIPTION}
            await opened.ws.send_str(orjson.dumps([request]).decode())
        refused = await opened.frame()
        assert (refused[0]["messageId"], refused[0]["status"]) == ("10", 429)
        assert refused[1]["errorCode"] == "WSG-429"
        await platform.advance(5)
        answers = [await opened.frame() for _ in range(10)]
        assert {each[0]["status"] for each in answers} == {200}
        assert (await opened.ask("GET", SUBSCRIPTION))[0]["status"] == 200


async def test_what_a_socket_cannot_carry(client: Client, platform: Platform) -> None:
    """Tokens and content are asked for over HTTP."""
    message = await platform.voicemail()
    async with line(client) as opened:
        content = f"/restapi/v1.0/account/~/extension/~/message-store/{message['id']}"
        attachment = (await opened.ask("GET", content))[1]["attachments"][0]
        for method, path in (("GET", attachment["uri"]), ("POST", "/restapi/oauth/wstoken")):
            reply = await opened.ask(method, path)
            assert (len(reply), reply[0]["status"], reply[1]["errorCode"]) == (2, 501, "CMN-202")


async def test_a_notification_tells_where_content_is(client: Client, platform: Platform) -> None:
    """By whole addresses, though answers on the socket have paths alone."""
    async with line(client) as opened:
        await opened.subscribe("/voicemail")
        await platform.voicemail()
        address = (await opened.frame())[1]["body"]["attachments"][0]["uri"]
    assert address.startswith(platform.url)
    assert (await client.get(address)).raw[:4] == b"RIFF"
