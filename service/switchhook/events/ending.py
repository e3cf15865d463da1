"""The end of a session: what became of the call, and who missed it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchhook.events import telephony
from switchhook.events.parts import Source
from switchhook.events.session import Party, Seen, Session
from switchhook.events.transitions import answer_of, facts_of, moment, rings_for_somebody
from switchhook.events.types import CallEnded, CallEvent, CallMissed


def ending(session: Session, source: Source) -> Iterator[CallEvent]:
    """The session is over: what became of it, and who missed it. Call once, when it is certain.

    It is over when every party is Disconnected or Gone; a normal hang-up carries no reason, and reasons such as
    AgentAnswered or Pickup say that somebody has the call although no answer was seen (RingCentral guide: call log
    states).
    """
    session.ended = True
    everything = sorted(session.everything(), key=lambda each: each[1].position)
    first, last = everything[0][1], everything[-1][1]
    leavings = [seen for _, seen in everything if seen.code in telephony.FINAL]
    taken = [party for party in session.parties.values() if answer_of(session, party)]
    elsewhere = any(seen.reason in telephony.TAKEN_ELSEWHERE for seen in leavings)
    answered = bool(taken) or elsewhere
    common: dict[str, Any] = {"at": moment(last.at)}
    yield CallEnded(
        **common,
        **facts_of(session, _principal(session, taken), source),
        id=f"{session.session_id}/ended",
        answered=answered,
        reason=leavings[-1].reason if leavings else "",
        extension_ids=tuple(sorted({party.extension for party in session.parties.values() if party.extension})),
        moved_to=_moved_to(leavings),
        voicemail=any(seen.code == telephony.VOICEMAIL for _, seen in everything),
        duration=max(last.at - first.at, 0) / 1e6,
        recording_ids=tuple(sorted({each for party in session.parties.values() for each in party.recordings})),
        complete=not session.holes(1, session.newest + 1),
    )
    for extension, party in sorted(_last_legs(session).items()):
        if not answered and _missed(party):
            yield CallMissed(
                **common,
                **facts_of(session, party, source),
                id=f"{session.session_id}/missed/{extension}",
                voicemail=party.first(telephony.VOICEMAIL) is not None,
            )


def _moved_to(leavings: list[Seen]) -> str:
    """Where the call went on: the peer of who was last to be gone, unless two talked on here and hung up afterwards.

    Gone means left for another session, and `peerId` names it (specification; RingCentral guide: warm transfer).
    """
    gone = [index for index, seen in enumerate(leavings) if seen.code == telephony.GONE and seen.peer]
    if not gone:
        return ""
    hung_up = [seen for seen in leavings[gone[-1] + 1 :] if not seen.reason]
    return leavings[gone[-1]].peer if len(hung_up) < 2 else ""


def _principal(session: Session, taken: list[Party]) -> Party:
    """The party that the call was about. The platform has no such word; this is ours: who took it first, else whose
    telephone rang last, else our caller.
    """
    ours = [party for party in session.parties.values() if party.extension and not party.supervising]
    rung = [party for party in ours if party.inbound and party.first(telephony.PROCEEDING, telephony.VOICEMAIL)]
    callers = [party for party in ours if not party.inbound]
    first_taken = sorted((p for p in taken if p.extension), key=lambda p: (p.seen[0].position, p.id))
    last_rung = sorted(rung, key=lambda p: (-p.seen[0].position, p.id))
    others = sorted([*ours, *session.parties.values()], key=lambda p: (not p.extension, p.seen[0].position, p.id))
    return [*first_taken, *last_rung, *callers, *others][0]


def _last_legs(session: Session) -> dict[str, Party]:
    """The newest leg at which each extension was called: what is forwarded or transferred goes on as a party with a
    higher number, also to the same extension (RingCentral guide: call log states).
    """
    legs: dict[str, Party] = {}
    for party in sorted(session.parties.values(), key=lambda each: each.seen[0].position):
        if rings_for_somebody(party):
            legs[party.extension] = party
    return legs


def _missed(party: Party) -> bool:
    """It rang, or went to voicemail, or the platform says so, and nobody here sent it on.

    `missedCall` is true of each party that did not take it, also when another one did (event reference: telephony
    sessions); that is why the session decides, and this is asked only when nobody answered.
    """
    if party.first(telephony.FAX) or (party.left and party.left.reason in telephony.PASSED_ON):
        return False
    return party.missed or party.first(telephony.PROCEEDING, telephony.VOICEMAIL, telephony.SCREENING) is not None
