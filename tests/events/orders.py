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
        return _said(self.call)

    def said_by(self, part: PartyPart) -> list[str]:
        """The ids of the facts that this part told."""
        (seen,) = (each for each in self.call.state["parties"][part.party["id"]]["seen"] if each[0] == part.sequence)
        return [fact["id"] for fact in seen[-1]]


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
    """What of a call's state steers how it goes on: all but the marks of what came late (they are told with
    `PartyChanged`) and which part told a fact (it is told again if that part comes again). What was told stays in.
    """
    parties: dict[str, Any] = call.state["parties"]
    steering = {
        name: {**party, "seen": [[*seen[:7], seen[8]] for seen in party["seen"]]} for name, party in parties.items()
    }
    return orjson.dumps([{**call.state, "parties": steering}, sorted(_said(call))])


def _said(call: Call) -> list[str]:
    return [fact["id"] for party in call.state["parties"].values() for seen in party["seen"] for fact in seen[-1]]
