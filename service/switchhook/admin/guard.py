"""Who is let in at the operator's port: with a token its bearer, without one whoever is on this machine."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# What a load balancer and a container engine ask before anybody could give them a token.
HEALTH = ("/livez", "/readyz")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""What a request may call a port that answers without a token: the settings allow such a port on loopback alone."""
_STRANGE = (
    "without admin.token this port answers only as 127.0.0.1, localhost or [::1], so that no page of a stranger reads "
    "it under a name of its own; set admin.token to reach it by another name\n"
)


class Guard:
    """Lets a request in or refuses it. `open_paths`: what needs no token, as it shows no data."""

    def __init__(self, app: ASGIApp, token: str | None, open_paths: Iterable[str] = ()) -> None:
        self._app = app
        self._wanted = None if token is None else f"Bearer {token}".encode()
        self._open = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" and scope["path"] not in HEALTH else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if self._wanted is not None:
            given = headers.get("authorization", "").encode("latin-1")
            if scope["path"] in self._open or hmac.compare_digest(given, self._wanted):
                return None
            return PlainTextResponse("bearer token missing or wrong\n", 401, {"WWW-Authenticate": "Bearer"})
        # Every browser says whom it asks: a name of a stranger's that leads here (DNS rebinding) is told apart so.
        host = headers.get("host")
        if host is None or _name(host) in _LOOPBACK:
            return None
        return PlainTextResponse(_STRANGE, 421)


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()
