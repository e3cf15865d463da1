"""All orders in which the parts of a call can arrive, without trying each from its beginning.

Folding knows nothing but the call's state and the part, so orders that lead to one state go on alike from there: what
holds of every state that any order reaches, and of every step between two, holds of every order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from switchhook.events.calls import Call, adopt, fold
from switchhook.events.parts import PartyPart
from switchhook.events.session import Session
from tests.events.streams import GONE

_Key = tuple[frozenset[int], bytes]


@dataclass(frozen=True)
class Reached:
    """A state of the call when these parts have come, the `last` as the last."""

    parts: frozenset[int]
    last: int
    call: Call
    review_in: float | None

    @property
    def said(self) -> list[str]:
        """The ids of all facts that were told on the way, however it went."""
        return [fact["id"] for _, seen in self._session.everything() for fact in seen.said]

    def said_by(self, part: PartyPart) -> list[str]:
        """The ids of the facts that this part told."""
        seen = self._session.party(part.party["id"]).at(part.sequence)
        assert seen is not None
        return [fact["id"] for fact in seen.said]

    @property
    def _session(self) -> Session:
        return Session.load(self.call.session_id, self.call.state)


def step(call: Call | None, part: PartyPart) -> tuple[Call, list[str], float | None]:
    """Fold a part, with the read it may ask for: the call now, the ids of what was told, the review."""
    folded = fold(call, part)
    told = [event.id for event in folded.events]
    if folded.adopt:
        folded = adopt(folded.call, GONE, part)
        told += [event.id for event in folded.events]
    return folded.call, told, folded.review_in


def every_state(parts: Sequence[PartyPart]) -> Iterator[Reached]:
    """Every state that any order of arrival leads to."""
    level: dict[_Key, Call | None] = {(frozenset(), b""): None}
    for _ in parts:
        following: dict[_Key, Call | None] = {}
        for (known, _state), call in level.items():
            for number in range(len(parts)):
                if number in known:
                    continue
                after, _told, review_in = step(call, parts[number])
                key = (known | {number}, _steering(after))
                if key not in following:
                    following[key] = after
                    yield Reached(key[0], number, after, review_in)
        level = following


def _steering(call: Call) -> bytes:
    """A call's state but for the marks of what came late: they are told with `PartyChanged` and steer nothing."""
    parties: dict[str, Any] = call.state["parties"]
    unmarked = {
        name: {**party, "seen": [[*seen[:7], *seen[8:]] for seen in party["seen"]]} for name, party in parties.items()
    }
    return orjson.dumps({**call.state, "parties": unmarked})
