"""The HTTP server: sockets, headers and bytes. What a request means is for others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from switchhook.simulator.outbox import Outbox, collecting
from switchhook.simulator.wire import (  # most declare what answers which operation
    browsers,
    call_records,
    calling,
    devices,
    gateway,
    identity,
    mail,
    posts,
    presence,
    signing_in,
    subscribing,
    teams,
    things,
    tokens,
)
from switchhook.simulator.wire.pipeline import Outcome, answer
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.world import World

_DECLARING = (
    call_records, calling, devices, identity, mail, posts, presence, signing_in, subscribing, teams, things, tokens
)  # fmt: skip
WORTH_COMPRESSING = 1024
"""Bytes."""
STEERING = "/simulator/"
LARGEST_REQUEST = 64 * 1024 * 1024

Steer = Callable[[Request], Awaitable[Response]]


class Server:
    """Serves one world; which one may change under it."""

    def __init__(self, world: World, steer: Steer) -> None:
        self.world = world
        self._steer = steer
        self._runner: web.ServerRunner | None = None
        self._ports: tuple[int, int | None] = (0, None)
        """Of the API and of the media host, if there is one."""
        self.serving = 0
        """Requests that have no answer yet; a WebSocket is none."""

    async def start(
        self, host: str, port: int, media_port: int | None = 0, tls: ssl.SSLContext | None = None
    ) -> tuple[str, str]:
        """Returns the base addresses of the API and of the media host. Raises OSError if a port is in use.

        `media_port` None: there is no media host, content comes from the API.
        """
        made = partial(web.BaseRequest, loop=asyncio.get_running_loop(), client_max_size=LARGEST_REQUEST)
        server = web.Server(self._serve, request_factory=made, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
            bound = len(self._runner.addresses)  # a name may stand for several addresses
            if media_port is not None:
                await web.TCPSite(self._runner, host, media_port, ssl_context=tls).start()
        except OSError:
            await self._runner.cleanup()
            raise
        addresses = self._runner.addresses
        api = addresses[0][1]
        self._ports = (api, addresses[bound][1] if media_port is not None else None)
        scheme = "http" if tls is None else "https"
        return f"{scheme}://{host}:{api}", f"{scheme}://{host}:{self._ports[1] or api}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        request = Request(
            world=self.world,
            method=http.method,
            path=http.path,
            query={key: http.query.getall(key) for key in http.query},
            headers=http.headers,
            content=await http.read(),
            base_url=f"{http.scheme}://{http.host}",
            media_url=self._media_url(http),
            at_media=self._reached(http) == self._ports[1],
        )
        if http.path.rstrip("/") == gateway.PATH and not request.at_media:
            return await gateway.Connection(self.world, http).serve()
        outbox = Outbox()
        self.serving += 1
        try:
            if (
                request.path.startswith(STEERING) and request.method != "OPTIONS" and not request.at_media
            ):  # what a person does has its consequences at once
                outcome = Outcome(await self._steer(request))
            else:
                with collecting(outbox):
                    outcome = await self._outcome(request)
            if outcome.broken:
                return _break(http)
            outcome.response.headers.update(browsers.allowance(http.headers))
            response = _response(outcome.response)
            if outcome.truncated and isinstance(response.body, bytes) and response.body:
                return await _truncate(http, response)
            with suppress(ConnectionError):  # who asked may be gone
                await response.prepare(http)
                await response.write_eof()
            return response
        finally:
            self.serving -= 1
            outbox.release()

    def _reached(self, http: web.BaseRequest) -> int:
        """The port that a request came to."""
        port: int = http.transport.get_extra_info("sockname")[1] if http.transport is not None else 0
        return port

    def _media_url(self, http: web.BaseRequest) -> str:
        """Beside the API on the host that the client named, unless that was by a port which is not ours."""
        asked = urlsplit(f"//{http.host}")
        if asked.port != self._ports[0] or asked.hostname is None or self._ports[1] is None:
            return ""
        name = f"[{asked.hostname}]" if ":" in asked.hostname else asked.hostname
        return f"{http.scheme}://{name}:{self._ports[1]}"

    async def _outcome(self, request: Request) -> Outcome:
        if request.method == "OPTIONS":
            return Outcome(browsers.preflight(request))
        return await answer(request)


def _response(response: Response) -> web.Response:
    body = response.content
    headers = dict(response.headers)
    if body is None and response.body is not None:
        body = orjson.dumps(response.body)
    if body:
        headers.setdefault("Content-Type", response.content_type)
    answer = web.Response(status=response.status, body=body, headers=headers)
    if body is not None and len(body) >= WORTH_COMPRESSING and "json" in headers["Content-Type"]:
        answer.enable_compression()
    return answer


def _break(http: web.BaseRequest) -> web.Response:
    if http.transport is not None:
        http.transport.abort()
    return web.Response(status=500)


async def _truncate(http: web.BaseRequest, response: web.Response) -> web.StreamResponse:
    body = response.body
    assert isinstance(body, bytes)
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(body)
    await stream.prepare(http)
    await stream.write(body[: len(body) // 2])
    await asyncio.sleep(0)
    if http.transport is not None:
        http.transport.close()
    return stream
