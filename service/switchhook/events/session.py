"""A telephony session as known so far: its parties, and for each what was seen of it, in the order it happened.

What arrives is kept by the platform's sequence, which rises strictly over all parties of a session (seen in real
streams), so that the order of arrival does not matter. A read of the session has no sequence: what it says stands
half a step behind the newest that was known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchhook.events import telephony
from switchhook.events.fields import inner, number_of, objects, text

KEEP_FIRST, KEEP = 10, 100
"""Of a party that changes more often than KEEP times the first KEEP_FIRST and the newest are kept."""


@dataclass(slots=True)
class Seen:
    """One state of one party. Times in microseconds since 1970. `said`: the events that folding it made.

    `told` marks one of a run of equal states whose event was made; `late`: something later was known before.
    """

    position: float
    code: str
    reason: str
    at: int
    received_at: int
    peer: str = ""
    park: str = ""
    late: bool = False
    told: bool = False
    said: list[dict[str, Any]] = field(default_factory=list)

    def dump(self) -> list[Any]:
        values = [self.position, self.code, self.reason, self.at, self.received_at, self.peer, self.park]
        return [*values, int(self.late), int(self.told), self.said]

    @classmethod
    def load(cls, values: list[Any]) -> Seen:
        position, code, reason, at, received_at, peer, park, late, told, said = values
        return cls(position, code, reason, at, received_at, peer, park, bool(late), bool(told), list(said))


@dataclass(slots=True)
class Party:
    """One party. `rang`, `answered`: that fact was told."""

    id: str
    extension: str = ""
    direction: str = ""
    caller: str = ""
    caller_name: str = ""
    callee: str = ""
    callee_name: str = ""
    caller_extension: str = ""
    callee_extension: str = ""
    queue_call: bool = False
    queue_name: str = ""
    role: str = ""
    missed: bool = False
    rang: bool = False
    answered: bool = False
    recordings: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    @property
    def inbound(self) -> bool:
        """The callee's leg (RingCentral specification: direction is relative to the platform)."""
        return self.direction == "Inbound"

    @property
    def supervising(self) -> bool:
        return any(each.reason == "Supervising" for each in self.seen)

    @property
    def heard(self) -> bool:
        """Whether notifications of it arrive (a read tells of parties that a narrow filter never shows)."""
        return any(each.position == int(each.position) for each in self.seen)

    @property
    def left(self) -> Seen | None:
        """How it left, if it did. Leaving is for good, whatever is learnt later."""
        return next((each for each in reversed(self.seen) if each.code in telephony.FINAL), None)

    def first(self, *codes: str) -> Seen | None:
        return next((each for each in self.seen if each.code in codes), None)

    def at(self, position: float) -> Seen | None:
        return next((each for each in self.seen if each.position == position), None)

    def overtaken(self, seen: Seen) -> bool:
        """Whether another state than this is known to have followed it."""
        return any(each.position > seen.position and each.code != seen.code for each in self.seen)

    def add(self, seen: Seen) -> int:
        """Take in a state. Returns the sequence up to which something had to be forgotten for it, else 0.

        What was forgotten and comes again is the first to be forgotten again: it tells nothing new.
        """
        seen.late = any(each.position > seen.position for each in self.seen)
        self.seen.append(seen)
        self.seen.sort(key=lambda each: each.position)
        return int(self.seen.pop(KEEP_FIRST).position) if len(self.seen) > KEEP else 0

    def learn(self, facts: Mapping[str, Any], *, newest: bool = True) -> None:
        """Take over what a notification or a read says about the party; what it leaves out stays. What is older than
        the newest known fills in only what is unknown.
        """
        caller, callee = inner(facts, "from"), inner(facts, "to")
        primary = inner(inner(facts, "uiCallInfo"), "primary")
        roles = (text(facts.get(name)) for name in ("conferenceRole", "ringOutRole", "ringMeRole"))
        said = {
            "extension": text(facts.get("extensionId")) or text(inner(facts, "owner").get("extensionId")),
            "direction": text(facts.get("direction")),
            "caller": number_of(caller),
            "caller_name": text(caller.get("name")),
            "callee": number_of(callee),
            "callee_name": text(callee.get("name")),
            "caller_extension": text(caller.get("extensionId")),
            "callee_extension": text(callee.get("extensionId")),
            "queue_call": facts.get("queueCall") is True or inner(facts, "attributes").get("queueCall") is True,
            "queue_name": text(primary.get("value")) if primary.get("type") == "QueueName" else "",
            "role": next((role for role in roles if role), ""),
            "missed": facts.get("missedCall") is True,
        }
        for name, value in said.items():
            if value and (newest or not getattr(self, name)):
                setattr(self, name, value)
        recordings = [text(each.get("id")) for each in objects(facts, "recordings")]
        self.recordings = [*self.recordings, *(each for each in recordings if each and each not in self.recordings)]

    def dump(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _PARTY_FIELDS if getattr(self, name)}
        return {**values, "seen": [each.dump() for each in self.seen]}

    @classmethod
    def load(cls, party_id: str, values: Mapping[str, Any]) -> Party:
        plain = {name: values[name] for name in _PARTY_FIELDS if name in values}
        return cls(party_id, **plain, seen=[Seen.load(each) for each in values["seen"]])


_PARTY_FIELDS = tuple(name for name in Party.__dataclass_fields__ if name not in {"id", "seen"})


@dataclass(slots=True)
class Session:
    """The whole. `settled`: every sequence up to it is known, or given up waiting for.

    `asked` is the part that first showed a call already under way; `adopted`, `gone`: what a read then said. `tries`
    counts reads that failed in a row, `reviews` those since the last news of the call.
    """

    session_id: str
    parties: dict[str, Party] = field(default_factory=dict)
    origin: str = "Call"
    log_session_id: str = ""
    settled: int = 1
    asked: str = ""
    adopted: bool = False
    gone: bool = False
    ended: bool = False
    tries: int = 0
    reviews: int = 0

    def dump(self) -> dict[str, Any]:
        """As plain JSON values; parties by their ids, so that equal knowledge is equal however it came."""
        values = {name: getattr(self, name) for name in _SESSION_FIELDS if getattr(self, name)}
        return {**values, "parties": {name: self.parties[name].dump() for name in sorted(self.parties)}}

    @classmethod
    def load(cls, session_id: str, values: Mapping[str, Any]) -> Session:
        plain = {name: values[name] for name in _SESSION_FIELDS if name in values}
        parties = {name: Party.load(name, each) for name, each in values["parties"].items()}
        return cls(session_id, parties, **plain)

    def party(self, party_id: str) -> Party:
        return self.parties.setdefault(party_id, Party(party_id))

    def everything(self) -> Iterator[tuple[Party, Seen]]:
        for party in self.parties.values():
            for seen in party.seen:
                yield party, seen

    @property
    def newest(self) -> int:
        """The highest sequence known."""
        return max((int(seen.position) for _, seen in self.everything()), default=0)

    def holes(self, start: int, end: int) -> bool:
        """Whether a sequence after `start` and before `end` is unknown.

        The first of a session is 2 in real streams; at extension level the other parties' sequences are always
        unknown.
        """
        known = {seen.position for _, seen in self.everything() if start < seen.position < end}
        known -= {position for position in known if position != int(position)}
        return len(known) < end - start - 1

    @property
    def whole_account(self) -> bool:
        """Whether more than one extension's view of the call arrives: then a hole is something missing."""
        extensions = {party.extension for party in self.parties.values() if party.heard}
        return "" in extensions or len(extensions) > 1


_SESSION_FIELDS = tuple(name for name in Session.__dataclass_fields__ if name not in {"session_id", "parties"})
