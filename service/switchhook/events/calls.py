"""The fold: a call so far + one part → the call now + its transitions, each once. Pure.

A part that was folded before yields the same transitions again, with the same ids: whether they were *handled* is
for the worker to know. So a crash between folding and handling loses nothing, and a doubled delivery is recognised by
the identity of its content, not by the state of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.events.interpret import Need, PartyPart
from switchhook.events.types import Event


@dataclass(frozen=True, slots=True)
class Call:
    """One telephony session as known so far. Plain JSON values inside, so that it can be stored."""

    account_id: str
    session_id: str
    state: Mapping[str, Any]

    def dump(self) -> bytes:
        """As bytes for the state store."""
        raise NotImplementedError

    @classmethod
    def restore(cls, data: bytes) -> Call:
        """From `dump`. Raises ValueError."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Folded:
    """The call now and what became true by this part. `adopt` asks for one read of a session first seen mid-call."""

    call: Call
    events: tuple[Event, ...]
    adopt: Need | None = None


def fold(call: Call | None, part: PartyPart) -> Folded:
    """Fold one part. Never raises for odd content: unknown codes and reasons pass through."""
    raise NotImplementedError


def adopt(call: Call, session: Mapping[str, Any], part: PartyPart) -> Folded:
    """Fold what a read of the session said (missing earlier parts)."""
    raise NotImplementedError
