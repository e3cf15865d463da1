"""Calls as the API answers them and as notifications tell them: the two differ in several small ways. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchhook.simulator.clock import stamp
from switchhook.simulator.telephony.session import Party, Session

_IN_ANSWERS = {"Voicemail": "VoiceMail", "VMScreening": "VoiceMailScreening"}


@dataclass(slots=True)
class Spelling:
    """How notifications spell what sources disagree on: each a knob."""

    voicemail: str = "Voicemail"
    numeric_ids: bool = False
    """Account and extension ids as JSON numbers."""
    reasons: bool = True
    """Whether the reason of a change is told; some streams leave it out."""


def party_view(party: Party, account_id: str) -> dict[str, Any]:
    """A party as the API answers it. One outside of the company has no owner and no account."""
    status: dict[str, Any] = {"code": _IN_ANSWERS.get(party.code, party.code)}
    if party.reason is not None:
        status["reason"] = party.reason
    if party.peer is not None:
        # unlike in notifications, `sessionId` is the telephony id here
        status["peerId"] = {"partyId": party.peer["partyId"], "sessionId": party.peer["telephonySessionId"]}
    view: dict[str, Any] = {
        "id": party.id,
        "direction": party.direction,
        "from": party.from_.view(),
        "to": party.to.view(),
        "status": status,
        "muted": party.muted,
        "standAlone": party.stand_alone,
        "park": _park(party),
        "missedCall": party.missed,
    }
    if party.extension is not None:
        owner = {"accountId": account_id, "extensionId": party.extension.id}
        view |= {**owner, "owner": dict(owner), "attributes": {"queueCall": party.queue_name is not None}}
    return view | _optional(party)


def session_view(session: Session, account_id: str) -> dict[str, Any]:
    """A session as the API answers it. Parties that left are still named."""
    view: dict[str, Any] = {
        "id": session.id,
        "origin": {"type": session.origin},
        "creationTime": stamp(session.created),
        "parties": [party_view(each, account_id) for each in session.parties],
    }
    if session.voice_call_token is not None:
        view["voiceCallToken"] = session.voice_call_token
    return view


def event_body(
    session: Session, party: Party, account_id: str, *, at: datetime, number: int, spelling: Spelling
) -> dict[str, Any]:
    """The body of a notification: one party, as it is now. `number`: a random one of 14 digits."""
    view: dict[str, Any] = {}
    if party.extension is not None:
        ids = {"accountId": account_id, "extensionId": party.extension.id}
        view |= {key: int(value) for key, value in ids.items()} if spelling.numeric_ids else ids
    view |= {
        "id": party.id,
        "direction": party.direction,
        "to": party.to.view(),
        "from": party.from_.view(),
        "status": _event_status(party, number, spelling),
        "park": _park(party),
        "missedCall": party.missed,
        "standAlone": party.stand_alone,
        "muted": party.muted,
        **_optional(party),
    }
    if party.queue_name is not None:
        view["queueCall"] = True
        view["uiCallInfo"] = {"primary": {"type": "QueueName", "value": party.queue_name}}
    return {
        "sequence": session.sequence,
        "sessionId": session.session_id,
        "telephonySessionId": session.id,
        "serverId": session.server_id,
        "eventTime": stamp(at),
        "parties": [view],
        "origin": {"type": session.origin},
    }


def _event_status(party: Party, number: int, spelling: Spelling) -> dict[str, Any]:
    code = spelling.voicemail if party.code == "Voicemail" else party.code
    status: dict[str, Any] = {"code": code, "rcc": False}
    if party.reason is not None and spelling.reasons:
        status["reason"] = party.reason
    if party.peer is not None:
        status["peerId"] = party.peer
    if party.park_id is not None:
        status["parkData"] = party.park_id
    if party.code == "Proceeding" and party.extension is not None and party.direction == "Inbound":
        status["mobilePickupData"] = {
            "ccMailboxes": [party.extension.id],
            "to": f"#{party.extension.id}@sip.switchhook.example:5060",
            "sid": f"{number:014d}",
            "srvLvl": "-149699523",
            "srvLvlExt": "406",
        }
    return status


def _park(party: Party) -> dict[str, str]:
    return {"id": party.park_id} if party.park_id is not None else {}


def _optional(party: Party) -> dict[str, Any]:
    view: dict[str, Any] = {}
    if party.recordings:
        view["recordings"] = [{"id": each.id, "active": each.active} for each in party.recordings]
    if party.conference_role is not None:
        view["conferenceRole"] = party.conference_role
    if party.ring_out_role is not None:
        view["ringOutRole"] = party.ring_out_role
    return view
