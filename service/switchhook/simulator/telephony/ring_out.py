"""RingOut: the platform calls the person first, then whom they want to speak to, as two sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused, not_found
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import RINGING, TALKING, End, Party, Session

LEGS_DIFFER_BY = 1000
"""The `sessionId` of the second leg is so much higher: clients pair the two by that."""


@dataclass(slots=True)
class RingOut:
    """One request. `first` rings the person, `second` whom they call."""

    id: int
    owner: Extension
    first: Session
    second: Session
    to: str

    def view(self, base_url: str, account_id: str) -> dict[str, Any]:
        """As the API answers it."""
        caller, callee = _status(self.first, "Inbound"), _status(self.second, "Inbound")
        if caller in ("InProgress", "Success") and callee in ("InProgress", "Success"):
            call = "Success" if caller == callee == "Success" else "InProgress"
        else:
            call = callee if caller in ("InProgress", "Success") else caller
        path = f"/restapi/v1.0/account/{account_id}/extension/{self.owner.id}/ring-out/{self.id}"
        status = {"callStatus": call, "callerStatus": caller, "calleeStatus": callee}
        return {"id": self.id, "uri": base_url + path, "status": status}


class RingOuts:
    """All RingOut requests, by id."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._all: dict[str, RingOut] = {}
        exchange.changed.append(self._changed)

    def start(self, owner: Extension, from_: str, to: str) -> RingOut:
        """The person's phone rings once the request is answered; the other's when the person picked up."""
        exchange = self._exchange
        second = exchange.open("RingOut")
        first = exchange.open("RingOut", str(int(second.session_id) + LEGS_DIFFER_BY))
        request = RingOut(int(exchange.identifiers.entity()), owner, first, second, to)
        self._all[str(request.id)] = request
        own, colleague = End(from_, owner.name, owner.id), exchange.account.by_phone_number(to)
        target = End(to, colleague.name if colleague is not None else "")

        def ring() -> None:
            outgoing = Party(second.next_party_id(), "Outbound", owner, own, target)
            outgoing.ring_out_role = "Initiator"
            exchange.join(second, outgoing)
            incoming = Party(first.next_party_id(), "Inbound", owner, target, own)
            incoming.ring_out_role = "Initiator"
            exchange.join(first, incoming)
            incoming.ringing_devices = {each.id for each in owner.online_devices()}
            exchange.move(first, incoming, "Proceeding")
            exchange.after(exchange.times.ring, incoming, "Proceeding", lambda: self._end(request))

        exchange.later(0, ring)
        return request

    def get(self, ring_out_id: str, owner: Extension) -> RingOut:
        """Raises Refused (CMN-102)."""
        found = self._all.get(ring_out_id)
        if found is None or found.owner is not owner:
            raise not_found("ringoutId")
        return found

    def cancel(self, request: RingOut) -> None:
        """Only while it is not connected. Raises Refused (409 CMN-204)."""
        if any(each.code in TALKING for each in request.second.parties if each.direction == "Inbound"):
            raise Refused(409, "CMN-204", "The call is connected")
        self._end(request)

    def _changed(self, session: Session, party: Party) -> None:
        """The person picked up: the other phone rings. One leg ended: so does the other."""
        request = next((each for each in self._all.values() if session in (each.first, each.second)), None)
        if request is None:
            return
        if session is request.first and party.code == "Answered" and len(request.second.parties) == 1:
            self._exchange.later(0, lambda: self._call(request))
        elif not session.alive:
            other = request.second if session is request.first else request.first
            if other.alive:
                self._exchange.later(0, lambda: self._exchange.end(other))

    def _call(self, request: RingOut) -> None:
        exchange, second = self._exchange, request.second
        outgoing = second.parties[0]
        if not outgoing.alive:
            return
        colleague = exchange.account.by_phone_number(request.to) or exchange.account.by_number(request.to)
        if colleague is not None:
            exchange.ring(second, exchange.reach(second, colleague, outgoing.from_, request.to))
        else:
            exchange.ring_outside(second, request.to, outgoing.from_)
        if outgoing.code in RINGING:
            exchange.move(second, outgoing, "Proceeding")

    def _end(self, request: RingOut) -> None:
        for session in (request.first, request.second):
            if session.alive:
                self._exchange.end(session)
            else:
                self._exchange.close(session)


def _status(session: Session, direction: str) -> str:
    """Of the leg that is called: in progress until it is answered, finished afterwards."""
    party = next((each for each in reversed(session.parties) if each.direction == direction), None)
    if party is None:
        return "InProgress" if session.alive or not session.parties else "NoAnswer"
    if party.code in TALKING:
        return "Success"
    if party.alive:
        return "InProgress"
    return "Finished" if party.answered_at is not None else "NoAnswer"
