"""What published clients send and need, as far as no other test has it."""

from __future__ import annotations

import aiohttp
import orjson

from switchhook.simulator.platform import Platform
from tests.simulator.calling import answered, path
from tests.simulator.conftest import Client, Receiver


async def test_a_body_where_none_is_needed_does_no_harm(client: Client, receiver: Receiver) -> None:
    """`{}` on DELETE and on POST, and a content type without a body."""
    made = (await client.subscribe("E/presence", address=receiver.url)).body
    call, party = await answered(client)
    assert (await client.call("POST", path(call, party, "hold"), {})).status == 200
    assert (
        await client.call("POST", path(call, party, "unhold"), **{"Content-Type": "application/json"})
    ).status == 200
    assert (await client.call("DELETE", path(call), {})).status == 204
    assert (await client.call("DELETE", f"/restapi/v1.0/subscription/{made['id']}", {})).status == 204


async def test_an_application_tells_who_it_is_in_every_form(client: Client, platform: Platform) -> None:
    """Basic with a `client_id` field beside it; `client_id` alone only without a secret."""
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": platform.jwt}
    answer = await client.form("/restapi/oauth/token", client_id=platform.client_id, **grant)
    assert answer.status == 200
    url = platform.url + "/restapi/oauth/token"
    async with client.http.post(url, data={**grant, "client_id": platform.client_id}) as response:
        assert response.status == 401
    async with client.http.post(url, data={**grant, "client_id": platform.world.oauth.public.client_id}) as response:
        assert response.status == 200
        assert response.content_type == "application/json"


async def test_numbers_and_the_tilde_mean_the_same(client: Client, platform: Platform) -> None:
    """In every combination."""
    own = platform.world.account.extension("101").id
    for account in ("~", platform.account_id):
        for extension in ("~", own):
            answer = await client.call("GET", f"/restapi/v1.0/account/{account}/extension/{extension}")
            assert answer.body["extensionNumber"] == "101"


async def test_every_json_answer_says_that_it_is_json(client: Client) -> None:
    """Tokens and errors included; never a bare null."""
    token = await client.form("/restapi/oauth/token", grant_type="nonsense")
    socket = await client.call("POST", "/restapi/oauth/wstoken")
    missing = await client.call("GET", "/restapi/v1.0/nonsense")
    for answer in (token, socket, missing):
        assert answer.headers["Content-Type"].startswith("application/json")
        assert isinstance(answer.body, dict)
    assert missing.body["message"]


async def test_answers_to_notifications_may_carry_anything(client: Client, receiver: Receiver) -> None:
    """A validation token that is none, and a body."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.headers = {"Content-Type": "text/plain", "Validation-Token": "undefined"}
    receiver.body = b"thanks"
    await client.platform.text()
    await client.platform.delivered()
    assert client.platform.state()["deliveries"][-1]["error"] is None


async def test_a_party_says_whose_it_is(client: Client) -> None:
    """`owner`, and both ids; a telephone outside has neither."""
    call, party = await answered(client)
    outside, *_, own = (await client.call("GET", path(call))).body["parties"]
    assert own["owner"] == {"accountId": own["accountId"], "extensionId": own["extensionId"]}
    assert not {"owner", "accountId", "extensionId"} & set(outside)
    assert own["id"] == party["id"]


async def test_commands_answer_what_replaces_the_clients_copy(client: Client) -> None:
    """Id, direction, status and both ends, for every command that answers a party."""
    call, party = await answered(client)
    for verb, body in (("hold", None), ("unhold", None), ("transfer", {"extensionNumber": "102"})):
        answer = await client.call("POST", path(call, party, verb), body)
        assert {"id", "direction", "status", "from", "to", "muted"} <= set(answer.body)


async def test_a_socket_offers_compression(client: Client, platform: Platform) -> None:
    """It is used by who asks for it, and not required."""
    token = (await client.call("POST", "/restapi/oauth/wstoken")).body
    url = f"{token['uri']}?access_token={token['ws_access_token']}"
    async with client.http.ws_connect(url, compress=15) as ws:
        assert ws.compress
        assert orjson.loads((await ws.receive()).data)[0]["type"] == "ConnectionDetails"
    async with client.http.ws_connect(url, compress=0) as ws:
        assert orjson.loads((await ws.receive()).data)[0]["type"] == "ConnectionDetails"


async def test_one_connection_serves_many_requests(client: Client, platform: Platform) -> None:
    """Keep-alive, also after an error."""
    connector = aiohttp.TCPConnector(limit=1)
    opened = 0

    async def count(*_: object) -> None:
        nonlocal opened
        opened += 1

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(count)
    async with aiohttp.ClientSession(connector=connector, trace_configs=[trace]) as http:
        for place in ("extension/~", "extension/1", "extension/~"):
            url = f"{platform.url}/restapi/v1.0/account/~/{place}"
            async with http.get(url, headers={"Authorization": f"Bearer {client.token}"}) as response:
                await response.read()
    assert opened == 1
