"""What a page in a browser needs to call the API from another origin."""

from __future__ import annotations

from collections.abc import Mapping

from switchhook.simulator.routes import allowed
from switchhook.simulator.wire.request import Request, Response

HEADERS = "authorization, client-id, content-type, x-user-agent, discovery-tag"
EXPOSED = (
    "retry-after, x-rate-limit-group, x-rate-limit-limit, x-rate-limit-remaining, x-rate-limit-window, "
    "discovery-tag, discovery-required, content-disposition"
)


def preflight(request: Request) -> Response:
    """The answer to OPTIONS: which methods and headers a page may use."""
    return Response(
        204,
        headers={
            "Access-Control-Allow-Methods": ", ".join(allowed(request.path) or ["GET", "POST"]),
            "Access-Control-Allow-Headers": request.headers.get("Access-Control-Request-Headers", HEADERS),
            "Access-Control-Max-Age": "600",
        },
    )


def allowance(headers: Mapping[str, str]) -> dict[str, str]:
    """What every answer to a page carries. The origin is named: requests go with credentials."""
    origin = headers.get("Origin")
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED,
        "Vary": "Origin",
    }
