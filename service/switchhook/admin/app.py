"""The operator's port as an ASGI application: health, metrics, JSON, page. What it shows is handed in as functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from switchhook.admin.guard import Guard
from switchhook.admin.page import FILES, NOTHING, PROTECTION, page_routes
from switchhook.errors import SwitchhookError

Ready = Callable[[], str | None]
"""None when ready, else why not."""
Document = Callable[[Mapping[str, str]], Any]
"""From the query parameters to a JSON document. Raises ValueError for a wrong parameter, SwitchhookError."""
Action = Callable[[Mapping[str, str]], Awaitable[Any]]
"""Does something, and tells what came of it. Raises ValueError for a wrong parameter, SwitchhookError."""


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

    routes = [*page_routes(), Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", prometheus)]
    routes += [Route(f"/api/v1/{path}", _endpoint(document)) for path, document in documents.items()]
    for path, action in (actions or {}).items():
        routes.append(Route(f"/api/v1/{path}", _acting(action), methods=["POST"]))
    guard = Middleware(Guard, token=token, open_paths=(*FILES, NOTHING))
    return Starlette(routes=routes, middleware=[guard])


def _endpoint(document: Document) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            status, content = 200, document(request.query_params)
        except ValueError as error:
            status, content = 400, {"error": str(error)}
        except SwitchhookError as error:
            status, content = 503, {"error": str(error)}
        return _json(status, content)

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
        return _json(status, content)

    return endpoint


def _json(status: int, content: Any) -> Response:
    return Response(orjson.dumps(content, default=str), status, PROTECTION, "application/json")
