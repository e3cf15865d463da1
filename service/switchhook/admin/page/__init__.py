"""The operator's page: a few files without data, a policy that lets nothing else in. No build step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FILES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/sections.js": ("sections.js", "text/javascript"),
    "/drawing.js": ("drawing.js", "text/javascript"),
}
NOTHING = "/favicon.ico"
"""What browsers ask for unasked."""
PROTECTION = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every answer of the port that is meant for the page."""
_POLICY = PROTECTION | {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def page_routes() -> list[Route]:
    """Of the files; each is read when somebody asks for it, so that it costs an idle process nothing."""
    return [*(Route(path, _file) for path in FILES), Route(NOTHING, _nothing)]


async def _file(request: Request) -> Response:
    name, media_type = FILES[request.url.path]
    content = Path(__file__).with_name(name).read_bytes()
    return Response(content, headers=_POLICY, media_type=media_type)


async def _nothing(_request: Request) -> Response:
    return Response(status_code=204, headers=_POLICY)
