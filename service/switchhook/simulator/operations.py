"""The operations of the API: id, method, paths, rate group, scope. Those of the index, and a few it does not list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `today`: its path of today, if that is another. `accepts`: content types of a body."""

    id: str
    method: str
    path: str
    group: str = "Light"
    scope: str | None = None
    permission: str | None = None
    today: str | None = None
    accepts: tuple[str, ...] = ()


BESIDES: tuple[Operation, ...] = (
    Operation("signIn", "POST", "/restapi/oauth/authorize", "Auth"),
    Operation("readUserInfo", "GET", "/restapi/oauth/userinfo", "Auth"),
    Operation("readKeys", "GET", "/restapi/oauth/jwks", "NoThrottling"),
    Operation("readOpenIdConfiguration", "GET", "/.well-known/openid-configuration", "NoThrottling"),
    Operation("discoverInitial", "GET", "/.well-known/entry-points/initial", "NoThrottling"),
    Operation("discoverExternal", "GET", "/.well-known/entry-points/external", "NoThrottling"),
    Operation("readGlipFile", "GET", "/team-messaging/v1/files/{fileId}", "Light", "TeamMessaging"),
    Operation("postToWebhook", "POST", "/webhook/v2/{webhookId}", "NoThrottling"),
)
"""What the platform has and neither the index nor the catalogue lists."""


@lru_cache(maxsize=1)
def operations() -> Mapping[str, Operation]:
    """Every operation by its id."""
    catalogue = orjson.loads(files("switchhook").joinpath("data/operations.json").read_bytes())
    listed = (_operation(entry) for entry in (*catalogue["operations"], *catalogue["besides"]))
    return {each.id: each for each in (*BESIDES, *listed)}


def _operation(entry: Mapping[str, Any]) -> Operation:
    today = entry.get("today") or {}
    path = today.get("path") if entry["status"] == "renamed" else None
    return Operation(
        entry["id"],
        entry["method"],
        entry["path"],
        entry["rate_group"] or "Light",
        entry["app_permission"],
        entry["user_permission"],
        path,
        tuple(entry.get("body") or ()),
    )
