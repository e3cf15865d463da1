"""What is true of a session now and has not been said yet: the facts that handlers see. Pure.

Every rule looks at all that is known, in the platform's order, and never at the order of arrival; and every rule only
ever gains from knowing more. That is why each fact comes once under any shuffling and doubling, and why the facts of a
shuffled call are those of the call in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from switchhook.events import telephony
from switchhook.events.parts import Source
from switchhook.events.session import Party, Seen, Session
from switchhook.events.types import (
    CallAnswered,
    CallEvent,
    CallHeld,
    CallParked,
    CallResumed,
    CallRinging,
)

_TALKING = frozenset({telephony.ANSWERED, telephony.HOLD, telephony.PARKED})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """From the session's form of time."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """To the session's form of time."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def facts_of(session: Session, party: Party, source: Source, position: float | None = None) -> dict[str, Any]:
    """What every event about a party says.

    A leg outside the account belongs to the extension at the other end, and is seen from there: its direction turns.
    The other end of a caller from outside is whoever took the call last before `position`, else who the platform says
    was called.
    """
    extension, direction = party.extension, party.direction
    if not extension:
        called = _taker_before(session, position) if position is not None else ""
        extension = party.caller_extension if party.inbound else called or party.callee_extension
        direction = "Outbound" if party.inbound else "Inbound"
    return {
        "received_at": source.received_at,
        "account_id": source.account,
        "extension_id": extension,
        "key": source.key,
        "backfilled": source.backfilled,
        "session_id": session.session_id,
        "party_id": party.id,
        "direction": direction,
        "caller": party.caller,
        "caller_name": party.caller_name,
        "callee": party.callee,
        "callee_name": party.callee_name,
        "queue_call": party.queue_call,
        "queue_name": party.queue_name,
        "origin": session.origin,
        "role": party.role,
        "log_session_id": session.log_session_id,
    }


def _taker_before(session: Session, position: float) -> str:
    answers = [
        (answer.position, party.extension)
        for party in session.parties.values()
        if rings_for_somebody(party) and (answer := party.first(telephony.ANSWERED)) and answer.position < position
    ]
    return max(answers, default=(0.0, ""))[1]


def transitions(session: Session, source: Source) -> Iterator[CallEvent]:
    """The facts that are true and not said yet; marks them as said."""
    for party in session.parties.values():
        yield from _ringing(session, party, source)
        yield from _answered(session, party, source)
        yield from _talking(session, party, source)


def _event(session: Session, party: Party, seen: Seen, source: Source, name: str) -> dict[str, Any]:
    return {
        "id": f"{session.session_id}/{party.id}/{name}",
        "at": moment(seen.at),
        "overtaken": party.overtaken(seen) or (name == "answered" and seen.code != telephony.ANSWERED),
        **facts_of(session, party, source, seen.position),
    }


def rings_for_somebody(party: Party) -> bool:
    """Whether it is a leg that can ring a telephone of ours for an incoming call.

    The callee's leg is Inbound and has an extension; the far end of an outgoing call has none (real streams). The
    initiator of a RingOut is shown as Inbound too (worked around by RingCentral's own clients): nobody calls there.
    """
    return party.inbound and bool(party.extension) and party.role != "Initiator" and not party.supervising


def _ringing(session: Session, party: Party, source: Source) -> Iterator[CallEvent]:
    """A leg of ours is Proceeding: an endpoint is being rung. The first state of a queue agent; an IVR never has it
    (RingCentral guide: telephony session notifications, and real streams).
    """
    ring = party.first(telephony.PROCEEDING)
    if ring is None or party.rang or not rings_for_somebody(party):
        return
    party.rang = True
    event = CallRinging(**_event(session, party, ring, source, "ringing"))
    yield replace(event, overtaken=True) if session.ended or session.gone else event


def _answered(session: Session, party: Party, source: Source) -> Iterator[CallEvent]:
    """With the state in which it was taken; one that goes Answered, Hold, Answered was taken once (real streams)."""
    taken = None if party.answered else answer_of(session, party)
    if taken is not None:
        party.answered = True
        yield CallAnswered(**_event(session, party, taken, source, "answered"))


def answer_of(session: Session, party: Party) -> Seen | None:
    """The state in which the call of this party was taken by somebody, None if it was not (or is not known to be).

    A callee of ours: Answered after ringing, or at once with a reason (Pickup) or as the first thing that it does (a
    participant of a conference). Setup, then Answered without a ring, is a machine (a queue's own party). The leg of
    the caller says Answered before any human did on internal calls, but on calls to the outside it is Proceeding first,
    when the other side's exchange has replied; then its Answered is the far end's (RingCentral guide and real streams).
    Of a call first seen on hold or parked that state is taken for the answer, once nothing earlier can come.
    """
    answer = party.first(*_TALKING)
    if answer is None or party.supervising or _taken(session, party, answer) is None:
        return None
    if party.inbound and party.role != "Initiator":
        if not party.extension:
            return answer if _called_from_outside(session) else None
        return answer if _taken(session, party, answer) else None
    if not party.extension:
        return None
    if party.first(telephony.PROCEEDING) and not party.inbound:
        return answer
    far = _far_answer(session)
    return None if far is None else max(answer, far, key=lambda each: each.position)


def _taken(session: Session, party: Party, answer: Seen) -> bool | None:
    """Whether somebody took it; None while something missing may still tell, or tell the answer itself.

    A queue's agents carry `queueCall`, the queue itself does not (specification, and published traffic): its Answered
    is the platform's, while an agent's follows a ring.
    """
    if answer.code == telephony.ANSWERED and (party.first(telephony.PROCEEDING) or answer.reason):
        return True
    setup = party.first(telephony.SETUP)
    begun = int(setup.position) if setup else 1
    missing = session.holes(max(session.settled, begun), int(answer.position))
    if missing and (answer.code != telephony.ANSWERED or rings_for_somebody(party)):
        return None
    agents = any(each.queue_call for each in session.parties.values())
    if agents and not party.queue_call:  # the queue itself, even if its Setup was lost
        return False
    return setup is None or session.holes(begun, int(answer.position))


def answer_pending(session: Session) -> bool:
    """Whether an answer is known whose meaning hangs on something missing."""
    for party in session.parties.values():
        answer = party.first(*_TALKING)
        if answer and not party.answered and rings_for_somebody(party) and _taken(session, party, answer) is None:
            return True
    return False


def _called_from_outside(session: Session) -> bool:
    """The leg of a caller from outside is Outbound without an extension, also on a call to us (real streams)."""
    return any(party.direction == "Outbound" and not party.extension for party in session.parties.values())


def _far_answer(session: Session) -> Seen | None:
    """The answer outside the account: an Inbound leg without an extension; it comes before the caller's own Answered
    (real stream of a call to the outside).
    """
    outside = [party for party in session.parties.values() if party.inbound and not party.extension]
    answers = [answer for party in outside if (answer := party.first(telephony.ANSWERED))]
    return min(answers, key=lambda each: each.position, default=None)


def _talking(session: Session, party: Party, source: Source) -> Iterator[CallEvent]:
    """Hold, take back, park: one fact for each run of equal states, however many notifications repeat it (a change of
    mute or recording does). Only what was Answered, Hold or Parked counts, so that no other word comes between.

    Hold is a state of the party that pressed hold, not of the one who is held; Parked is told of the other party, with
    the location in `park` (RingCentral guide: telephony session notifications, and published traffic).
    """
    states = [each for each in party.seen if each.code in _TALKING]
    runs: list[list[Seen]] = []
    for each in states:
        if runs and runs[-1][0].code == each.code:
            runs[-1].append(each)
        else:
            runs.append([each])
    for index, run in enumerate(runs):
        first = run[0]
        if any(each.told for each in run) or (first.code == telephony.ANSWERED and index == 0):
            continue
        first.told = True
        place = int(first.position) if first.position == int(first.position) else first.position
        if first.code == telephony.HOLD:
            yield CallHeld(**_event(session, party, first, source, f"held/{place}"))
        elif first.code == telephony.PARKED:
            parked = _event(session, party, first, source, f"parked/{place}")
            yield CallParked(**parked, park_id=first.park)
        else:
            yield CallResumed(**_event(session, party, first, source, f"resumed/{place}"))
