"""Content has a host of its own: who asks the API for it is sent on, and the access token stays behind."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Answered, Client


async def content_of(client: Client, platform: Platform) -> str:
    """The address of a voicemail's sound."""
    message = await platform.voicemail()
    answer = await client.call("GET", f"/extension/~/message-store/{message['id']}")
    address: str = answer.body["attachments"][0]["uri"]
    return address


async def ask(client: Client, address: str, **headers: str) -> Answered:
    """Without following where it leads."""
    async with client.http.get(address, headers=headers, allow_redirects=False) as answer:
        return Answered(answer.status, answer.headers, await answer.read())


async def test_content_is_at_the_media_host(client: Client, platform: Platform) -> None:
    """A redirect with a ticket that needs no token, opens one path alone, for a minute."""
    address = await content_of(client, platform)
    assert address.startswith(platform.url)
    led = await ask(client, address, Authorization=f"Bearer {client.token}")
    assert (led.status, led.raw) == (302, b"")
    onward = led.headers["Location"]
    assert onward.startswith(platform.media_url)
    assert client.token not in onward
    found = await ask(client, onward)
    assert (found.status, found.headers["Content-Type"]) == (200, "audio/x-wav")
    part = await ask(client, onward, Range="bytes=0-3")
    assert (part.status, part.raw) == (206, b"RIFF")
    other = onward.replace(urlsplit(address).path.split("/")[-3], "1")
    assert (await ask(client, other)).status == 401
    await platform.advance(60)
    assert (await ask(client, onward)).status == 401


async def test_what_may_not_be_had_is_refused_before(client: Client) -> None:
    """404 and 401 come from the API itself."""
    missing = f"{client.platform.url}/restapi/v1.0/account/~/extension/~/message-store/1/content/1"
    assert (await ask(client, missing, Authorization=f"Bearer {client.token}")).code == "CMN-102"
    assert (await ask(client, missing)).status == 401


async def test_the_media_host_has_content_alone(client: Client, platform: Platform) -> None:
    """The token opens it too, in the header or in the address; everything else is not there."""
    place = urlsplit(await content_of(client, platform)).path
    address = platform.media_url + place
    assert (await ask(client, address, Authorization=f"Bearer {client.token}")).status == 200
    assert (await ask(client, f"{address}?access_token={client.token}")).status == 200
    assert (await ask(client, address)).status == 401
    for path in ("/restapi/v1.0/account/~/extension/~", "/simulator/state", "/ws"):
        answer = await ask(client, platform.media_url + path, Authorization=f"Bearer {client.token}")
        assert (answer.status, answer.code) == (404, "CMN-120")


@pytest.mark.parametrize("knob", ["media.redirects", "a mapped port"])
async def test_content_may_come_at_once(client: Client, platform: Platform, knob: str) -> None:
    """With the knob; and always for who came by a port that is not ours, as nobody knows where the media host is."""
    address = await content_of(client, platform)
    headers = {"Authorization": f"Bearer {client.token}"}
    if knob == "media.redirects":
        platform.knob(knob, False)
    else:
        headers["Host"] = "simulator.example:1"
    assert (await ask(client, address, **headers)).status == 200


async def test_addresses_may_name_the_media_host(client: Client, platform: Platform) -> None:
    """As in production: of attachments and of recordings."""
    platform.knob("media.addresses", True)
    address = await content_of(client, platform)
    assert address.startswith(platform.media_url)
    assert (await client.get(address)).status == 200
    listed = (await client.call("GET", "/extension/~/message-store")).body["records"][0]
    assert listed["attachments"][0]["uri"] == address
    assert listed["uri"].startswith(platform.url)
    call = await platform.ring()
    await platform.answer(call["telephonySessionId"])
    await platform.record(call["telephonySessionId"])
    await platform.advance(40)
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(120)
    recording = (await client.call("GET", "/call-log")).body["records"][0]["recording"]
    assert recording["contentUri"].startswith(platform.media_url)
    assert recording["uri"].startswith(platform.url)
    assert (await client.get(recording["contentUri"])).raw[:4] == b"RIFF"


async def test_an_answer_that_breaks_off_is_that_of_the_media_host(client: Client, platform: Platform) -> None:
    """The redirect has nothing in it that could."""
    address = await content_of(client, platform)
    platform.fault("truncate", times=1)
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.get(address)


async def test_the_state_tells_who_brought_a_token_there(client: Client, platform: Platform) -> None:
    """A client that follows a redirect to another host must leave its token behind."""
    address = await content_of(client, platform)
    await client.get(address)
    careful = platform.state()["api_calls"][-1]
    assert (careful["at_media"], careful["token"], careful["status"]) == (True, False, 200)
    led = await ask(client, address, Authorization=f"Bearer {client.token}")
    await ask(client, led.headers["Location"], Authorization=f"Bearer {client.token}")
    careless = platform.state()["api_calls"][-1]
    assert (careless["at_media"], careless["token"]) == (True, True)


async def test_there_may_be_no_media_host() -> None:
    """In a container whose ports nobody mapped: then content comes from the API, whatever the knobs say."""
    platform = Platform(limits=False, manual_time=True)
    await platform.start(media_port=None)
    platform.knob("media.addresses", True)
    async with Client.of(platform) as client:
        address = await content_of(client, platform)
        assert address.startswith(f"{platform.url}/")
        found = await ask(client, address, Authorization=f"Bearer {client.token}")
        assert (found.status, found.raw[:4]) == (200, b"RIFF")
    assert platform.media_url == platform.url
    await platform.stop()
