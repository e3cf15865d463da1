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


_A = "/restapi/v1.0/account/{accountId}"
_S = _A + "/telephony/sessions/{telephonySessionId}"
_P = _S + "/parties/{partyId}"

_T = "/team-messaging/v1"
_CARD = _T + "/adaptive-cards/{cardId}"

BESIDES: tuple[Operation, ...] = (
    Operation("bridgeCallParty", "POST", _P + "/bridge", "Light", "CallControl"),
    Operation("bringInCallParty", "POST", _S + "/parties/bring-in", "Light", "CallControl"),
    Operation("createConferenceCallSession", "POST", _A + "/telephony/conference", "Heavy", "CallControl"),
    Operation("deleteCallParty", "DELETE", _P, "Light", "CallControl"),
    Operation("createGlipAdaptiveCardNew", "POST", _T + "/chats/{chatId}/adaptive-cards", "Medium", "TeamMessaging"),
    Operation("getGlipAdaptiveCardNew", "GET", _CARD, "Medium", "TeamMessaging"),
    Operation("updateGlipAdaptiveCardNew", "PUT", _CARD, "Medium", "TeamMessaging"),
    Operation("deleteGlipAdaptiveCardNew", "DELETE", _CARD, "Medium", "TeamMessaging"),
    Operation("createGlipFileNew", "POST", _T + "/files", "Heavy", "TeamMessaging"),
    Operation("readGlipFile", "GET", _T + "/files/{fileId}", "Light", "TeamMessaging"),
    Operation("postToWebhook", "POST", "/webhook/v2/{webhookId}", "NoThrottling"),
)
"""What the platform has and the index does not list."""


@lru_cache(maxsize=1)
def operations() -> Mapping[str, Operation]:
    """Every operation by its id."""
    catalogue = orjson.loads(files("switchhook").joinpath("data/operations.json").read_bytes())
    listed = (_operation(entry) for entry in catalogue["operations"])
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
