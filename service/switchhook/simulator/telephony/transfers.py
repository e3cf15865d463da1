"""Sending calls on: forward, transfer, warm transfer, flip, park and pickup. Raises Refused (TAS-…, CMN-…)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused, invalid, not_found, operation_not_allowed, wrong_state
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.queues import QueueCall
from switchhook.simulator.telephony.scenes import is_phone_number
from switchhook.simulator.telephony.session import TALKING, End, Party, Session

PARK_LOCATIONS = tuple(f"*{number}" for number in range(801, 900))
MOST_PARKED = 50
FLIP_NUMBERS = tuple(f"*{number}" for number in range(1, 9))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is sent on to: an extension, a number outside, an extension's voicemail, or a park orbit."""

    extension: Extension | None
    number: str
    kind: str


def read_target(exchange: Exchange, body: Mapping[str, Any], *, orbits: bool = False) -> Target:
    """Exactly one of phoneNumber, extensionNumber, extensionId, voicemail (and parkOrbit)."""
    kinds = ["phoneNumber", "extensionNumber", "extensionId", "voicemail", *(["parkOrbit"] if orbits else [])]
    given = [kind for kind in kinds if body.get(kind)]
    if len(given) != 1:
        raise invalid(given[1] if given else "phoneNumber")
    kind, value = given[0], str(body[given[0]])
    account = exchange.account
    if kind == "parkOrbit":
        if value not in PARK_LOCATIONS or value in exchange.parked:
            raise invalid("parkOrbit")
        return Target(None, value, kind)
    if kind == "phoneNumber":
        extension = account.by_phone_number(value) or account.by_number(value)
        if extension is None and not is_phone_number(value):
            raise invalid("phoneNumber")
        return Target(extension, value, kind)
    extension = account.by_number(value) if kind == "extensionNumber" else account.extensions.get(value)
    if extension is None:
        raise not_found(kind)
    return Target(extension, extension.number, kind)


def forward(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """A ringing call goes to somebody else."""
    target = read_target(exchange, body)
    if not party.rings:
        raise wrong_state()
    _send_on(exchange, session, party, target)


def transfer(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """A call that was answered goes to somebody else, unannounced."""
    target = read_target(exchange, body, orbits=True)
    if party.code not in TALKING:
        raise wrong_state()
    if target.kind == "parkOrbit":
        _park_at(exchange, session, party, target.number)
    else:
        _send_on(exchange, session, party, target)


def bridge(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """Warm transfer: whom the party talks to here and whom it talks to in another call are put together.

    The first call goes on, with a new leg for the colleague; the second ends.
    """
    session_id, party_id = body.get("telephonySessionId"), body.get("partyId")
    if not isinstance(session_id, str):
        raise invalid("telephonySessionId")
    if not isinstance(party_id, str):
        raise invalid("partyId")
    second, own = exchange.party(session_id, party_id)
    if second is session or own.extension is not party.extension:
        raise operation_not_allowed()
    theirs, other = _partner(second, own), _partner(session, party)
    if session.is_conference or second.is_conference or party.supervises or own.supervises:
        raise operation_not_allowed()
    if theirs is None or other is None or not all(each.code in TALKING for each in (party, own, theirs, other)):
        raise wrong_state()
    new = Party(session.next_party_id(), "Inbound", theirs.extension, other.own_end, theirs.own_end, "Answered")
    exchange.move(session, party, "Gone", "AttendedTransfer", peer=(second, own))
    exchange.join(session, new)
    exchange.leave(second, own, "AttendedTransfer", peer=(session, party))
    exchange.leave(second, theirs, "AttendedTransfer", peer=(session, new))
    exchange.hang_up_lonely(second)


def flip(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """The person goes on talking on another of their phones."""
    number = body.get("callFlipId")
    if number not in FLIP_NUMBERS:
        raise invalid("callFlipId")
    if party.code != "Answered":
        raise wrong_state()
    new = Party(session.next_party_id(), party.direction, party.extension, party.from_, party.to, "Answered")
    new.conference_role = party.conference_role
    with exchange.kept(session):
        exchange.move(session, party, "Disconnected", "CallFlip")
        exchange.join(session, new)


def park(exchange: Exchange, session: Session, party: Party) -> str:
    """The caller waits at a location, where anybody can fetch them. Returns the location, such as "*801"."""
    if party.code not in TALKING or party.direction != "Inbound":
        raise wrong_state()
    free = next((each for each in PARK_LOCATIONS if each not in exchange.parked), None)
    if free is None or len(exchange.parked) >= MOST_PARKED:
        raise Refused(403, "TAS-106", "Operation is not allowed")
    _park_at(exchange, session, party, free)
    return free


def pick_up_parked(exchange: Exchange, session: Session, party: Party, extension: Extension, device_id: str) -> Party:
    """Somebody fetches a parked call. Returns the new leg."""
    if party.code != "Parked" or party.park_id is None:
        raise wrong_state()
    to = End(party.park_id, extension.name, extension.id, device_id)
    new = Party(session.next_party_id(), "Inbound", extension, party.own_end, to, "Answered", "Pickup")
    exchange.move(session, party, "Answered")
    return exchange.join(session, new)


def _park_at(exchange: Exchange, session: Session, party: Party, location: str) -> None:
    """The other leg is shown as parked; the one who parked leaves."""
    other = _partner(session, party)
    if session.is_conference or other is None or other.code not in TALKING:
        raise wrong_state()
    other.park_id = location
    exchange.parked[location] = (session, other)
    with exchange.kept(session):
        exchange.move(session, other, "Parked")
        exchange.move(session, party, "Disconnected", "CallPark")
    exchange.clock.call_later(exchange.times.park, lambda: _comes_back(exchange, session, other, party, location))


def _comes_back(exchange: Exchange, session: Session, other: Party, parker: Party, location: str) -> None:
    if other.code != "Parked" or other.park_id != location or parker.extension is None:
        return
    exchange.move(session, other, "Answered", "Timeout")
    exchange.ring(session, exchange.reach(session, parker.extension, other.own_end, location))


def _send_on(exchange: Exchange, session: Session, party: Party, target: Target) -> None:
    """The leg ends as transferred; the rest of the call goes on with a new one."""
    if session.is_conference:
        raise operation_not_allowed()
    from_ = replace((_partner(session, party) or party).own_end, device_id=None)
    with exchange.kept(session):
        ringer, party.ringer = party.ringer, None
        exchange.move(session, party, "Disconnected", "BlindTransfer")
        if ringer is not None:
            ringer.answered(party)  # the agent took the call, though for somebody else
        reach(exchange, session, target, from_)


def _partner(session: Session, party: Party) -> Party | None:
    """Whom somebody talks to: not who listens in, not who is only rung for it."""
    others = (each for each in session.alive_parties() if each is not party and not each.supervises)
    return next((each for each in others if each.ringer is None or each.code in TALKING), None)


def reach(exchange: Exchange, session: Session, target: Target, from_: End) -> None:
    """The call goes on at a target, with a new leg."""
    if target.extension is None:
        exchange.ring_outside(session, target.number, from_)
    elif target.kind != "voicemail" and target.extension.type == "Department":
        QueueCall(exchange, session, target.extension, target.number).start()
    else:
        new = exchange.reach(session, target.extension, from_, target.number)
        if target.kind == "voicemail":
            exchange.to_voicemail(session, new)
        else:
            exchange.ring(session, new)
