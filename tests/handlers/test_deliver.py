"""deliver: CloudEvents to a real HTTP server on this machine."""

import base64
import hashlib
import hmac
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchhook import CallMissed, Notification, Retry, SwitchhookError, TextReceived, rehearse
from switchhook_handlers.deliver import handler
from tests.plugin.events import AT, made

MISSED = made(CallMissed, raw={"parties": []})


@pytest.fixture
async def receiver():
    """A receiver that answers with `status` and keeps what came."""
    came: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        came.append((dict(request.headers), await request.read()))
        return web.Response(status=server.status, headers=server.headers)

    app = web.Application()
    app.router.add_post("/events", take)
    server = TestServer(app)
    server.status, server.headers, server.came = 204, {}, came
    async with server:
        server.settings = {"url": str(server.make_url("/events")), "secret": "a key", "events": ["CallMissed"]}
        yield server


async def test_event_arrives_as_a_signed_cloud_event(receiver):
    """A receiver can check it with nothing but the key, and knows a repeated one by its id."""
    assert await rehearse(handler, MISSED, receiver.settings) == []
    ((headers, body),) = receiver.came
    event = json.loads(body)
    assert headers["Content-Type"] == "application/cloudevents+json"
    assert {name: event[name] for name in ("specversion", "type", "source", "id", "time")} == {
        "specversion": "1.0",
        "type": "switchhook.CallMissed",
        "source": "/accounts/900",
        "id": MISSED.id,
        "time": "2026-01-05T09:00:00+00:00",
    }
    assert event["data"]["caller"] == "+16505550100"
    assert event["data"]["raw"] == {"parties": []}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(b"a key", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert int(headers["webhook-timestamp"]) == AT.timestamp()


async def test_only_chosen_events_are_delivered(receiver):
    """Also raw notifications, if chosen."""
    await rehearse(handler, made(TextReceived, message_id="1", text="hi"), receiver.settings)
    assert receiver.came == []
    raw = made(Notification, event="/restapi/v1.0/x", raw={"a": 1})
    await rehearse(handler, raw, receiver.settings | {"events": ["Notification"]})
    assert json.loads(receiver.came[0][1])["data"]["path"] == "/restapi/v1.0/x"


@pytest.mark.parametrize(("status", "headers", "after"), [(503, {}, None), (429, {"Retry-After": "7"}, 7.0)])
async def test_receiver_in_trouble_is_tried_again(receiver, status, headers, after):
    """Not before it asks for it."""
    receiver.status, receiver.headers = status, headers
    with pytest.raises(Retry, match=f"127.0.0.1 answered {status}") as retry:
        await rehearse(handler, MISSED, receiver.settings)
    assert retry.value.after == after


@pytest.mark.parametrize("status", [301, 400, 410])
async def test_refusal_is_for_a_person(receiver, status):
    """Neither repeated nor followed to another place."""
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    with pytest.raises(SwitchhookError, match=f"refused the event with {status}: mend the receiver"):
        await rehearse(handler, MISSED, receiver.settings)
    assert len(receiver.came) == 1


async def test_receiver_away_is_tried_again(unused_tcp_port):
    """And the reason names neither the path nor the key."""
    settings = {"url": f"http://127.0.0.1:{unused_tcp_port}/events", "secret": "a key", "events": ["CallMissed"]}
    with pytest.raises(Retry, match=r"^ClientConnectorError on the way to 127\.0\.0\.1$"):
        await rehearse(handler, MISSED, settings)
