"""A telephony session and its parties, and how the API and the notifications show them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp

ALIVE = frozenset({"Setup", "Proceeding", "Answered", "Hold", "Parked", "Voicemail", "VMScreening", "FaxReceive"})
RINGING = frozenset({"Setup", "Proceeding"})
TALKING = frozenset({"Answered", "Hold"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of a call as it is shown: `phoneNumber` (a short one inside the company), name, extension, device."""

    phone_number: str
    name: str = ""
    extension_id: str | None = None
    device_id: str | None = None

    def view(self) -> dict[str, Any]:
        optional = {"name": self.name, "extensionId": self.extension_id, "deviceId": self.device_id}
        return {"phoneNumber": self.phone_number} | {key: value for key, value in optional.items() if value}


@dataclass(slots=True)
class Recording:
    """A recording of one party's leg."""

    id: str
    active: bool = True


@dataclass(slots=True)
class Party:
    """One leg. `extension` is None outside of the company. `direction`: the caller's leg is always Outbound."""

    id: str
    direction: str
    extension: Extension | None
    from_: End
    to: End
    code: str = "Setup"
    reason: str | None = None
    peer: dict[str, str] | None = None
    park_id: str | None = None
    muted: bool = False
    stand_alone: bool = False
    missed: bool = False
    queue_call: bool = False
    queue_name: str | None = None
    conference_role: str | None = None
    ring_out_role: str | None = None
    recordings: list[Recording] = field(default_factory=list)
    ringing_devices: set[str] = field(default_factory=set)
    """Ids of the devices that ring; empty once somebody picked up."""
    answering: bool = False
    """A device was told to pick up and is about to."""
    answered_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def alive(self) -> bool:
        return self.code in ALIVE

    @property
    def extension_id(self) -> str | None:
        return self.extension.id if self.extension is not None else None


@dataclass(slots=True)
class Session:
    """One call, or one conference."""

    id: str
    session_id: str
    server_id: str
    created: datetime
    origin: str = "Call"
    parties: list[Party] = field(default_factory=list)
    sequence: int = 1
    voice_call_token: str | None = None

    @property
    def alive(self) -> bool:
        return any(each.alive for each in self.parties) or (self.voice_call_token is not None and not self.parties)

    def alive_parties(self) -> list[Party]:
        return [each for each in self.parties if each.alive]

    def next_party_id(self) -> str:
        return f"p-{self.id.removeprefix('s-')}-{len(self.parties) + 1}"


def status_view(party: Party) -> dict[str, Any]:
    """Code, reason and peer of a party in an answer of the API."""
    status: dict[str, Any] = {"code": party.code}
    if party.reason is not None:
        status["reason"] = party.reason
    if party.peer is not None:
        status["peerId"] = {"partyId": party.peer["partyId"], "sessionId": party.peer["telephonySessionId"]}
    if party.park_id is not None:
        status["parkData"] = party.park_id
    return status


def party_view(party: Party, account_id: str) -> dict[str, Any]:
    """A party as the API answers it. One outside of the company has no owner and no account."""
    view: dict[str, Any] = {
        "id": party.id,
        "direction": party.direction,
        "from": party.from_.view(),
        "to": party.to.view(),
        "status": status_view(party),
        "muted": party.muted,
        "standAlone": party.stand_alone,
        "park": {"id": party.park_id} if party.park_id is not None else {},
        "missedCall": party.missed,
    }
    if party.extension is not None:
        owner = {"accountId": account_id, "extensionId": party.extension.id}
        view |= {**owner, "owner": owner, "attributes": {"queueCall": party.queue_call}}
    view |= _optional(party)
    return view


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


def event_body(session: Session, party: Party, account_id: str, at: datetime, random_number: int) -> dict[str, Any]:
    """The body of a notification: one party, as it is now."""
    status: dict[str, Any] = {"code": party.code, "rcc": False}
    if party.reason is not None:
        status["reason"] = party.reason
    if party.peer is not None:
        status["peerId"] = party.peer
    if party.park_id is not None:
        status["parkData"] = party.park_id
    if party.code == "Proceeding" and party.extension is not None and party.direction == "Inbound":
        status["mobilePickupData"] = {
            "ccMailboxes": [party.extension.id],
            "to": f"#{party.extension.id}@sip.switchhook.example:5060",
            "sid": f"{random_number:014d}",
            "srvLvl": "-149699523",
            "srvLvlExt": "406",
        }
    view: dict[str, Any] = {
        "id": party.id,
        "direction": party.direction,
        "to": party.to.view(),
        "from": party.from_.view(),
        "status": status,
        "park": {"id": party.park_id} if party.park_id is not None else {},
        "missedCall": party.missed,
        "standAlone": party.stand_alone,
        "muted": party.muted,
        **_optional(party),
    }
    if party.extension is not None:
        view = {"accountId": account_id, "extensionId": party.extension.id, **view}
    if party.queue_call:
        view["queueCall"] = True
        if party.queue_name is not None:
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


def _optional(party: Party) -> dict[str, Any]:
    view: dict[str, Any] = {}
    if party.recordings:
        view["recordings"] = [{"id": each.id, "active": each.active} for each in party.recordings]
    if party.conference_role is not None:
        view["conferenceRole"] = party.conference_role
    if party.ring_out_role is not None:
        view["ringOutRole"] = party.ring_out_role
    return view
