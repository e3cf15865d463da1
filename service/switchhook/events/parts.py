"""What interpretation is given and gives: where a notification came from, its parts, and what must be read first.

Tuples, all but one: several are made for each record, and a frozen dataclass costs seven times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from switchhook.events.types import Event
from switchhook.notification import Envelope


class Source(NamedTuple):
    """Where an envelope came from: account (of the address), receipt (aware), and the gap it was backfilled for.

    `own_ids` are the extension ids of our identities: what they post is marked `own` (the owner of the subscription
    always counts as one).
    """

    account: str
    received_at: datetime
    backfilled: bool = False
    key: str | None = None
    again: str = ""
    """A nonce that makes the event ids new (a replay that may repeat effects)."""
    own_ids: frozenset[str] = frozenset()

    def named(self, identity: str) -> str:
        """An identity of content as the name it goes by here: new with every nonce."""
        return f"{identity}~{self.again}" if self.again else identity


@dataclass(frozen=True, slots=True)
class Need:
    """A read that interpretation cannot do without: operation id and parameters of the API."""

    operation: str
    parameters: tuple[tuple[str, str], ...]


class Fact(NamedTuple):
    """A part that is an event already."""

    event: Event


class PartyPart(NamedTuple):
    """A part for the fold: one party of one session at one sequence. `party` is the platform's object.

    The presence of an extension is folded too, so that an older one is dropped: then `session_id` is
    "presence/{extension}", and `party` is empty.
    """

    identity: str
    session_id: str
    sequence: int
    party: Mapping[str, Any]
    body: Mapping[str, Any]
    """The notification's body without `parties`."""
    source: Source
    at: datetime


class Interpreted(NamedTuple):
    """What a notification holds. `identity` is that of its content: equal for two deliveries of one fact.

    `parts` in order. `recognised` is False for a kind that nothing interprets (Notification is made all the same).
    Where one notification holds several facts (two messages at once) its identity is its uuid: the ids of the events
    themselves are what tells a fact that came by two ways.
    """

    identity: str
    parts: tuple[Fact | PartyPart, ...]
    recognised: bool = True


def nothing(envelope: Envelope, source: Source) -> Interpreted:
    """A notification of a kind, or of a shape, that nothing reads."""
    return Interpreted(source.named(f"uuid/{envelope.uuid}"), (), recognised=False)
