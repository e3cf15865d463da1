"""Clients from settings."""

from __future__ import annotations

from pydantic import SecretStr

from switchhook.api.opening import open_clients
from switchhook.clock import ManualClock
from switchhook.settings import IdentitySettings
from tests.api.server import says, serving


async def test_identities_share_connections_and_the_application_but_not_their_tokens() -> None:
    """Two users of one application: one token each, five token requests a minute together, paths as set."""
    async with serving() as server:
        server.answer("GET /team-messaging/v1/chats", says({"records": []}))
        server.answer("GET /restapi/v1.0/glip/chats", says({"records": [1]}))
        ann = IdentitySettings(
            name="ann", server=server.url, client_id="app", client_secret=SecretStr("s"), jwt=SecretStr("ann")
        )
        bob = ann.model_copy(update={"name": "bob", "jwt": SecretStr("bob"), "paths": "index"})
        clients = open_clients([ann, bob], ManualClock())
        assert list(clients) == ["ann", "bob"]
        assert await clients["ann"].call("listGlipChats") == {"records": []}
        assert await clients["bob"].call("listGlipChats") == {"records": [1]}
        assert [b"assertion=ann" in item.body for item in server.asked("/restapi/oauth/token")] == [True, False]
        for client in clients.values():
            await client.close()


async def test_goes_through_a_proxy() -> None:
    """With a proxy set, a plain request goes to the proxy with the full address of the server."""
    async with serving() as proxy:
        proxy.answer("*", says({"id": 1}))
        identity = IdentitySettings(
            name="ann",
            server="http://platform.invalid",
            client_id="app",
            jwt=SecretStr("x"),
            proxy=SecretStr(proxy.url),
        )
        (client,) = open_clients([identity], ManualClock()).values()
        assert await client.call("readExtension") == {"id": "1"}
        await client.close()
        assert proxy.seen[-1].path == "http://platform.invalid/restapi/v1.0/account/~/extension/~"
        assert b"client_id=app" in proxy.seen[0].body
