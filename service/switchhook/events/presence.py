"""The fold of an extension's presence: by the platform's sequence, and what is older than the newest is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchhook.events.parts import PartyPart
from switchhook.events.people import PRESENCE, presence_of
from switchhook.events.types import PresenceChanged

REMEMBERED = 20
"""So many of the newest sequences are known, so that folding one of them again yields its event again."""
BEGINS_AGAIN = 300.0
"""A lower sequence is a new count, not an old state, if it was sent so many seconds after the newest."""


def fold(state: Mapping[str, Any] | None, part: PartyPart) -> tuple[dict[str, Any], tuple[PresenceChanged, ...]]:
    """The state then, and the event unless it comes too late."""
    told: list[int] = list(state["told"]) if state else []
    newest_at = datetime.fromisoformat(state["at"]) if state else part.at
    if told and (part.at - newest_at).total_seconds() > BEGINS_AGAIN and part.sequence < told[-1]:
        told = []
    if part.sequence not in told:
        if told and part.sequence < told[-1]:
            return {"told": told, "at": newest_at.isoformat()}, ()
        told = [*told, part.sequence][-REMEMBERED:]
    extension = part.session_id.removeprefix(PRESENCE)
    name = f"presence/{extension}/{part.sequence}"
    event = presence_of(part.body, part.source, id=name, extension_id=extension, at=part.at)
    return {"told": told, "at": max(newest_at, part.at).isoformat()}, (event,)
