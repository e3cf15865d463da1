"""From one notification to its parts. Pure: what must be fetched is asked for, never fetched here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchhook.events.types import Event
from switchhook.notification import Envelope


@dataclass(frozen=True, slots=True)
class Source:
    """Where an envelope came from: account (of the address), receipt (aware), and the gap it was backfilled for."""

    account: str
    received_at: datetime
    backfilled: bool = False
    key: str | None = None
    again: str = ""
    """A nonce that makes the event ids new (a replay that may repeat effects)."""


@dataclass(frozen=True, slots=True)
class Need:
    """A read that interpretation cannot do without: operation id and parameters of the API."""

    operation: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A part that is an event already."""

    event: Event


@dataclass(frozen=True, slots=True)
class PartyPart:
    """A part for the fold: one party of one session at one sequence. `party` is the platform's object."""

    identity: str
    session_id: str
    sequence: int
    party: Mapping[str, Any]
    body: Mapping[str, Any]
    """The notification's body without `parties`."""
    source: Source
    at: datetime


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What a notification holds. `identity` is that of its content: equal for two deliveries of one fact.

    `parts` in order. `recognised` is False for a kind that nothing interprets (Notification is made all the same).
    """

    identity: str
    parts: tuple[Fact | PartyPart, ...]
    recognised: bool = True


def interpret(
    envelope: Envelope, source: Source, answers: Mapping[Need, Any] | None = None
) -> Interpreted | tuple[Need, ...]:
    """The parts of a notification, or the reads needed first (ask again with their answers).

    An answer may be an ApiError: a message that is gone yields no part. Raises Malformed.
    """
    raise NotImplementedError
