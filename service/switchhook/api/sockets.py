"""The platform's WebSocket gateway: a ticket by HTTP, then one connection on which requests and notifications go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp

from switchhook.api.client import Client, Priority
from switchhook.api.sansio import Request, decipher
from switchhook.api.transport import NothingSent
from switchhook.errors import ApiUnreachable

TICKET = "/restapi/oauth/wstoken"


@asynccontextmanager
async def open_socket(client: Client, recover: str | None = None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection to the gateway, closed at the end of the block. `recover`: where an earlier session was left.

    The ticket costs one call of the Auth group, whose budget paces it, and is used once (RingCentral guide:
    WebSockets, creating a session). Pings are handed out, not answered. Raises ApiError.
    """
    request = Request("-", "POST", TICKET, rate_group="Auth", writes=False)
    ticket = decipher(request, await client.exchange(request, priority=Priority.KEEPER))
    address = f"{ticket['uri']}?access_token={quote(ticket['ws_access_token'], safe='')}"
    if recover is not None:
        address += f"&wsc={quote(recover, safe='')}"
    try:
        socket = await client.application.transport.websocket(address)
    except NothingSent as error:
        raise ApiUnreachable(f"{error}; the WebSocket was not opened", method="GET", path="websocket") from error
    try:
        yield socket
    finally:
        await socket.close()
