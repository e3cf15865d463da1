"""The fold: a call so far + one part → the call now + its transitions, each once. Pure.

A part that was folded before yields the same transitions again, with the same ids: whether they were *handled* is
for the worker to know. So a crash between folding and handling loses nothing, and a doubled delivery is recognised by
the identity of its content, not by the state of the call.

Order. Parts arrive in any order, doubled, or not at all. Each transition of the call in order comes exactly once, by
whatever part completes the knowledge of it; one that is learnt of after later news of the same party (a ring after the
answer) comes all the same, with its own time (so that `within` can expire it) and marked `overtaken`.

End. A call is over when every known party has left and nothing is missing: all sequences from the first (2) on are
known. When that is not so (at extension level the sequences of the other parties never arrive) the fold does not guess:
it asks to be woken.

What whoever folds has to do (the worker):

1. `folded = fold(call, part)`. Store `folded.call` (`dump`) together with what marks the record's progress.
2. If `folded.adopt`: make that read, `folded = adopt(folded.call, answer, part)` (an ApiError is an answer too), and
   store again. The events of both are the record's events.
3. If `folded.review_in` is not None: should no other part of this session be folded within that many seconds, make the
   read `session_need(...)` and `review(call, answer, source)`; store its call, and see that its events are handled: no
   record carries them, so they are made durable in the same write. Every fold, adopt and review replaces the waiting
   (the due time of the call's entry in the state store is the place for it); None ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from switchhook.errors import ApiError, Forbidden, NotFound
from switchhook.events import presence, telephony
from switchhook.events.codec import decode, encode
from switchhook.events.ending import ending
from switchhook.events.fields import inner, objects, text
from switchhook.events.parts import Need, PartyPart, Source
from switchhook.events.people import PRESENCE
from switchhook.events.session import Party, Seen, Session
from switchhook.events.transitions import answer_pending, facts_of, microseconds, moment, transitions
from switchhook.events.types import Event, PartyChanged

SETTLE = 3.0
"""Seconds that something missing is waited for. Real streams are 20 to 150 ms late."""
STALE = 3600.0
"""Seconds without news after which a call is looked at: its last notification may have been lost."""
TRIES = 3
"""Reads that fail in a row before what is known must do."""
REVIEWS = 24
"""Looks at a call without news, one every hour, before it is forgotten."""


@dataclass(frozen=True, slots=True)
class Call:
    """One telephony session (or one extension's presence) as known so far. Plain JSON values, to be kept."""

    account_id: str
    session_id: str
    state: Mapping[str, Any]

    def dump(self) -> bytes:
        """As bytes for the state store."""
        return orjson.dumps([self.account_id, self.session_id, self.state])

    @classmethod
    def restore(cls, data: bytes) -> Call:
        """From `dump`. Raises ValueError."""
        try:
            account_id, session_id, state = orjson.loads(data)
            if not session_id.startswith(PRESENCE):
                Session.load(session_id, state)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not a stored call: {type(error).__name__}") from None
        return cls(account_id, session_id, state)


@dataclass(frozen=True, slots=True)
class Folded:
    """The call now and what became true by this part. `adopt` asks for one read of a session first seen mid-call.

    `review_in`: seconds of silence after which `review` is to be called, None for never.
    """

    call: Call
    events: tuple[Event, ...]
    adopt: Need | None = None
    review_in: float | None = None


def session_need(session_id: str) -> Need:
    """The read that tells how a session stands now. Rate group Light."""
    return Need("readCallSessionStatus", (("telephonySessionId", session_id),))


def fold(call: Call | None, part: PartyPart) -> Folded:
    """Fold one part. Never raises for odd content: unknown codes and reasons pass through."""
    if part.session_id.startswith(PRESENCE):
        state, told = presence.fold(call.state if call else None, part)
        return Folded(Call(part.source.account, part.session_id, state), told)
    session = Session.load(call.session_id, call.state) if call else Session(part.session_id)
    party_id = text(part.party.get("id"))
    party = session.party(party_id)
    seen = party.at(part.sequence)
    if seen is None:
        if not any(session.everything()) and _under_way(part):
            session.asked = f"{party_id}/{part.sequence}"
        seen = _observe(session, party, part)
        _say(session, seen, part.source)
    raw = {**part.body, "parties": [part.party]}
    events = [_party_changed(session, party, seen, part, raw), *(decode(each, raw=raw) for each in seen.said)]
    asking = session.asked == f"{party_id}/{part.sequence}" and not (session.adopted or session.gone or session.ended)
    adopting = session_need(session.session_id) if asking else None
    return _folded(session, events, part, adopting)


def adopt(call: Call, session: Mapping[str, Any] | ApiError, part: PartyPart) -> Folded:
    """Fold what a read of the session said (missing earlier parts). An ApiError means: no longer there, or unreadable.

    `events` are those of the read alone.
    """
    known = Session.load(call.session_id, call.state)
    seen = known.party(text(part.party.get("id"))).at(part.sequence)
    before = len(seen.said) if seen else 0
    known.adopted = True
    if isinstance(session, NotFound):
        known.gone = True
    elif not isinstance(session, ApiError):
        _merge(known, session, part.source)
        known.settled = max(known.settled, known.newest)
    if seen is not None:
        _say(known, seen, part.source)
    raw = {**part.body, "parties": [part.party]}
    return _folded(known, [decode(each, raw=raw) for each in seen.said[before:]] if seen else [], part, None)


def review(call: Call, session: Mapping[str, Any] | ApiError, source: Source) -> Folded:
    """Nothing more came for a while: fold what a read of the session says now, and conclude what can be concluded.

    A session that is no longer there is over. What is still missing is given up. If the session cannot be read (three
    times in a row, or not at all with these permissions), what is known decides. `source` names the account, the call's
    key, and now.
    """
    known = Session.load(call.session_id, call.state)
    if isinstance(session, ApiError) and not isinstance(session, NotFound | Forbidden) and known.tries < TRIES:
        known.tries += 1
        return Folded(replace(call, state=known.dump()), (), None, SETTLE * 10 * known.tries)
    if isinstance(session, NotFound):
        known.gone = True
    elif isinstance(session, Mapping):
        known.tries = 0
        _merge(known, session, source)
    known.settled = max(known.settled, known.newest)
    over = known.gone or (_heard_all_leave(known) and not isinstance(session, Mapping)) or _all_left(known)
    events: list[Event] = list(transitions(known, source))
    if over and not known.ended:
        events.extend(ending(known, source))
    known.reviews += 1
    review_in = None if known.ended or known.reviews >= REVIEWS else STALE
    return Folded(replace(call, state=known.dump()), _named(events, source), None, review_in)


def _under_way(part: PartyPart) -> bool:
    """Whether a first part shows a call that has begun before: it starts with neither Setup nor a ring, nor is it over
    (a session first seen as Disconnected is past helping; RingCentral's own SDK drops it too).
    """
    code = telephony.state_of(text(inner(part.party, "status").get("code")))
    return code not in telephony.FINAL | {telephony.SETUP, telephony.PROCEEDING}


def _seen(part: PartyPart) -> Seen:
    status = inner(part.party, "status")
    peer = inner(status, "peerId")
    return Seen(
        part.sequence,
        telephony.state_of(text(status.get("code"))),
        text(status.get("reason")),
        microseconds(part.at),
        microseconds(part.source.received_at),
        text(peer.get("telephonySessionId")) or text(peer.get("sessionId")),
        text(inner(part.party, "park").get("id")) or text(status.get("parkData")),
    )


def _observe(session: Session, party: Party, part: PartyPart) -> Seen:
    seen = _seen(part)
    party.learn(part.party, newest=all(each.position < seen.position for each in party.seen))
    session.origin = text(inner(part.body, "origin").get("type")) or session.origin
    session.log_session_id = text(part.body.get("sessionId")) or session.log_session_id
    session.settled = max(session.settled, party.add(seen))
    session.reviews = 0
    return seen


def _say(session: Session, seen: Seen, source: Source) -> None:
    """Make what became true, and keep it with the part that made it so."""
    said: list[Event] = list(transitions(session, source))
    if not session.ended and _certainly_over(session):
        said.extend(ending(session, source))
    seen.said.extend(encode(each, raw=False) for each in said)


def _party_changed(session: Session, party: Party, seen: Seen, part: PartyPart, raw: Mapping[str, Any]) -> PartyChanged:
    told = Party(party.id)
    told.learn(part.party)
    source = part.source._replace(received_at=moment(seen.received_at))
    return PartyChanged(
        **facts_of(session, told, source),
        id=f"{session.session_id}/{party.id}/{part.sequence}",
        at=part.at,
        overtaken=seen.late,
        status=seen.code,
        reason=seen.reason,
        sequence=part.sequence,
        muted=part.party.get("muted") is True,
        peer_session_id=seen.peer,
        raw=raw,
    )


def _merge(session: Session, answer: Mapping[str, Any], source: Source) -> None:
    """Take over what a read says: a party not known, or known in another state."""
    position = session.newest + 0.5
    now = microseconds(source.received_at)
    session.origin = text(inner(answer, "origin").get("type")) or session.origin
    for each in objects(answer, "parties"):
        status = inner(each, "status")
        party_id, code = text(each.get("id")), telephony.state_of(text(status.get("code")))
        if not party_id or not code:
            continue
        party = session.party(party_id)
        party.learn(each)
        if party.left or (party.seen and party.seen[-1].code == code) or party.at(position):
            continue
        peer = text(inner(status, "peerId").get("telephonySessionId")) or text(inner(status, "peerId").get("sessionId"))
        party.add(Seen(position, code, text(status.get("reason")), now, now, peer, text(inner(each, "park").get("id"))))


def _all_left(session: Session) -> bool:
    return bool(session.parties) and all(party.left for party in session.parties.values())


def _heard_all_leave(session: Session) -> bool:
    """Of those whose notifications come: an extension's filter brings its own party alone (event reference: telephony
    sessions), so that the others are known from reads only.
    """
    return all(party.left for party in session.parties.values() if party.heard)


def _certainly_over(session: Session) -> bool:
    """Everybody left, nothing is missing, and the last to leave did not hand the call on to a party yet to come.

    Sequences rise strictly over all parties of a session (real streams), so that a hole is something missing; with a
    reason such as BlindTransfer the call goes on with a further party (RingCentral guide: call log states).
    """
    if not _all_left(session) or session.holes(session.settled, session.newest + 1):
        return False
    last = max((party.left for party in session.parties.values() if party.left), key=lambda each: each.position)
    return not (last.code == telephony.DISCONNECTED and last.reason in telephony.HANDED_ON)


def _review_in(session: Session) -> float | None:
    if session.ended:
        return None
    missing = session.holes(session.settled, session.newest + 1)
    if session.gone or _heard_all_leave(session) or (missing and (session.whole_account or answer_pending(session))):
        return SETTLE
    return STALE


def _folded(session: Session, events: list[Event], part: PartyPart, adopting: Need | None) -> Folded:
    call = Call(part.source.account, session.session_id, session.dump())
    return Folded(call, _named(events, part.source), adopting, _review_in(session))


def _named(events: Iterable[Event], source: Source) -> tuple[Event, ...]:
    return tuple(replace(each, id=source.named(each.id)) for each in events) if source.again else tuple(events)
