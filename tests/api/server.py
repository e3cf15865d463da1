"""A small HTTP server on loopback that answers as a test tells it and remembers what it was asked."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from switchhook.api.auth import Application, Keep, Tokens
from switchhook.api.budget import Budget
from switchhook.api.client import Client
from switchhook.api.gate import Gate
from switchhook.api.transport import Transport
from switchhook.clock import Clock, SystemClock
from switchhook.telemetry import Metrics

Responder = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """The server: `plan` answers by "METHOD path" (without query) or "*"; `tokens` counts what it has granted."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    plan: dict[str, list[Responder]] = field(default_factory=dict)
    tokens: int = 0
    grant: dict[str, Any] = field(default_factory=dict)

    def answer(self, place: str, *responders: Responder) -> None:
        """The next answers of a place; the last one repeats."""
        self.plan[place] = list(responders)

    def asked(self, path: str) -> list[Seen]:
        """Requests whose path begins so."""
        return [item for item in self.seen if item.path.startswith(path)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Remember the request, then answer by plan."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Seen(request.method, request.raw_path, headers, body))
        place = f"{request.method} {request.path}"
        listed = self.plan.get(place) or self.plan.get("*" if request.path != "/restapi/oauth/token" else place)
        if listed:
            responder = listed.pop(0) if len(listed) > 1 else listed[0]
            return await responder(request)
        if request.path == "/restapi/oauth/token":
            self.tokens += 1
            return web.json_response(
                {
                    "access_token": f"access-{self.tokens}",
                    "token_type": "bearer",
                    "expires_in": 3600,
                    "refresh_token": f"refresh-{self.tokens}",
                    "refresh_token_expires_in": 604800,
                    "owner_id": "101",
                    **self.grant,
                }
            )
        return web.json_response({"message": "nothing planned"}, status=404)


def says(content: Any = None, status: int = 200, **headers: str) -> Responder:
    """A responder with a JSON answer; header names with underscores for dashes."""

    async def respond(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is None:
            return web.Response(status=status, headers=named)
        return web.json_response(content, status=status, headers=named)

    return respond


def text(content: str | bytes, status: int = 200, content_type: str = "text/html") -> Responder:
    """A responder with another kind of answer."""

    async def respond(_: web.Request) -> web.StreamResponse:
        body = content.encode() if isinstance(content, str) else content
        return web.Response(status=status, body=body, headers={"Content-Type": content_type})

    return respond


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """A responder that closes the connection without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve until the block ends, with TLS if there is a context."""
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.handle)
    running = TestServer(app, scheme="https" if context else "http")
    await running.start_server(ssl=context)
    try:
        server.url = str(running.make_url("")).rstrip("/")
        yield server
    finally:
        await running.close()


@asynccontextmanager
async def talking(
    server: Server,
    *,
    clock: Clock | None = None,
    budget: Budget | None = None,
    auth: int = 5,
    jwt: str | None = "a-jwt",
    keep: Keep | None = None,
    metrics: Metrics | None = None,
    transport: Transport | None = None,
) -> AsyncIterator[Client]:
    """A client of the server."""
    clock = clock or SystemClock()
    application = Application(
        transport or Transport(server.url), "client", SecretStr("secret"), Gate(Budget({"auth": auth}), clock)
    )
    tokens = Tokens(application, SecretStr(jwt) if jwt else None, clock, keep)
    client = Client("main", application, tokens, clock, metrics=metrics, budget=budget)
    try:
        yield client
    finally:
        await client.close()
