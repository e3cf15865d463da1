"""The operator's port as an ASGI application: health, metrics, JSON. What it shows is handed in as functions."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from switchhook.errors import SwitchhookError

Ready = Callable[[], str | None]
"""None when ready, else why not."""
Document = Callable[[Mapping[str, str]], Any]
"""From the query parameters to a JSON document. Raises ValueError for a wrong parameter."""
Action = Callable[[Mapping[str, str]], Awaitable[Any]]
"""Does something, and tells what came of it. Raises ValueError for a wrong parameter, SwitchhookError."""

# What a load balancer and a container engine ask before anybody could give them a token.
_OPEN = ("/livez", "/readyz")


class _Guard:
    """Lets a request in only with the bearer token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in _OPEN:
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._wanted):
                refusal = PlainTextResponse("bearer token missing or wrong\n", 401, {"WWW-Authenticate": "Bearer"})
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def build(
    *,
    ready: Ready,
    metrics: Callable[[], bytes],
    documents: Mapping[str, Document],
    actions: Mapping[str, Action] | None = None,
    token: str | None = None,
) -> Starlette:
    """The application. `documents`: path below /api/v1/ → what it shows; `actions`: what a POST there does."""

    async def livez(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        reason = ready()
        return PlainTextResponse("ok\n" if reason is None else f"{reason}\n", 200 if reason is None else 503)

    async def prometheus(_request: Request) -> Response:
        return Response(metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", prometheus)]
    routes += [Route(f"/api/v1/{path}", _endpoint(document)) for path, document in documents.items()]
    for path, action in (actions or {}).items():
        routes.append(Route(f"/api/v1/{path}", _acting(action), methods=["POST"]))
    return Starlette(routes=routes, middleware=[Middleware(_Guard, token=token)] if token else [])


def _endpoint(document: Document) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            status, content = 200, document(request.query_params)
        except ValueError as error:
            status, content = 400, {"error": str(error)}
        return Response(orjson.dumps(content, default=str), status, media_type="application/json")

    return endpoint


def _acting(action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type") != "application/json":
            # A page of a stranger in the operator's browser may send anything but this, unless it is allowed to.
            return PlainTextResponse("send Content-Type: application/json\n", 415)
        try:
            status, content = 200, await action(request.query_params)
        except ValueError as error:
            status, content = 400, {"error": str(error)}
        except SwitchhookError as error:
            status, content = 502, {"error": str(error)}
        return Response(orjson.dumps(content, default=str), status, media_type="application/json")

    return endpoint
