"""Conferences and supervision: calls of more than two. Raises Refused (TAS-…, CMN-…)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import invalid, not_found, operation_not_allowed, wrong_state
from switchhook.simulator.telephony.commands import device_and_owner
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import TALKING, End, Party, Session

MOST_PARTIES = 10
_ROOM = End("conference", "Conference")


def create(exchange: Exchange, host: Extension) -> Session:
    """A room that its host must call into with the token, within 38 seconds. Its `sessionId` is "0"."""
    session = exchange.open("Conference", "0")
    session.voice_call_token = f"conf_{exchange.identifiers.token(12)}"
    exchange.clock.call_later(exchange.times.conference, lambda: None if session.parties else exchange.close(session))
    exchange.hosts[session.id] = host
    return session


def host_joins(exchange: Exchange, session: Session) -> Party:
    """The host's phone calls in with the token: what a SIP client does."""
    host = exchange.hosts[session.id]
    from_ = End(host.number, host.name, host.id)
    party = Party(session.next_party_id(), "Outbound", host, from_, _ROOM)
    party.conference_role = "Host"
    exchange.join(session, party)
    exchange.move(session, party, "Answered")
    return party


def bring_in(exchange: Exchange, session: Session, body: Mapping[str, Any]) -> Party:
    """A leg of another call goes on in the conference. Returns the new leg."""
    session_id = body.get("telephonySessionId") or body.get("sessionId")
    party_id = body.get("partyId")
    if not isinstance(session_id, str):
        raise invalid("telephonySessionId")
    if not isinstance(party_id, str):
        raise invalid("partyId")
    other, leg = exchange.party(session_id, party_id)
    host_is_in = any(each.conference_role == "Host" for each in session.alive_parties())
    if not session.is_conference or not host_is_in or len(session.alive_parties()) >= MOST_PARTIES:
        raise operation_not_allowed()
    if leg.code not in TALKING:
        raise wrong_state()
    new = Party(session.next_party_id(), leg.direction, leg.extension, leg.from_, leg.to, "Answered")
    new.conference_role = "Participant"
    exchange.join(session, new)
    exchange.leave(other, leg, "Conference", peer=(session, new))
    exchange.hang_up_lonely(other)
    return new


def supervise(exchange: Exchange, session: Session, body: Mapping[str, Any], party: Party | None = None) -> Party:
    """A supervisor listens to an agent (or to one leg). Returns the supervisor's leg."""
    if body.get("mode") != "Listen":
        raise invalid("mode")
    account = exchange.account
    if body.get("agentExtensionId"):
        agent = account.extensions.get(str(body["agentExtensionId"]))
    elif body.get("agentExtensionNumber") and party is None:
        agent = account.by_number(str(body["agentExtensionNumber"]))
    else:
        raise invalid("agentExtensionId")
    if agent is None:
        raise not_found("agentExtensionId")
    supervisor, device = device_and_owner(exchange, body.get("supervisorDeviceId"), None, "supervisorDeviceId")
    leg = next((each for each in session.alive_parties() if each.extension is agent), None)
    if leg is None or supervisor is agent or session.is_conference:
        raise operation_not_allowed()
    if leg.code not in TALKING or (party is not None and party.code not in TALKING):
        raise wrong_state()
    watched = party or leg
    from_ = End(supervisor.number, supervisor.name, supervisor.id, device.id)
    new = Party(session.next_party_id(), "Outbound", supervisor, from_, watched.own_end)
    new.supervises = True
    new.code, new.reason = ("Answered", "Supervising") if body.get("autoAnswer", True) else ("Proceeding", None)
    return exchange.join(session, new)
