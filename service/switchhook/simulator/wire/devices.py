"""Operations on the instances of the platform's own app that a person has open."""

from __future__ import annotations

from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

REGISTERED = 600
"""Seconds for which an instance stays registered."""


@answers("listWebAppDevices")
def list_apps(request: Request) -> Response:
    """They answer calls like other phones."""
    records = [
        {
            "id": each.id,
            "type": "WebPhone",
            "name": each.name,
            "serial": each.id,
            "status": "Online" if each.online else "Offline",
            "expiresIn": REGISTERED,
        }
        for each in request.extension.devices
        if each.type in ("SoftPhone", "WebPhone")
    ]
    return Response(body={"records": records})
