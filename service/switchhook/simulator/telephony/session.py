"""A telephony session and its parties: what there is to know of a call. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from switchhook.simulator.account import Extension

ALIVE = frozenset({"Setup", "Proceeding", "Answered", "Hold", "Parked", "Voicemail", "VMScreening", "FaxReceive"})
RINGING = frozenset({"Setup", "Proceeding"})
TALKING = frozenset({"Answered", "Hold"})


@dataclass(frozen=True, slots=True)
class End:
    """One end of a call as it is shown: `phone_number` (a short one inside the company), name, extension, device."""

    phone_number: str
    name: str = ""
    extension_id: str | None = None
    device_id: str | None = None

    def view(self) -> dict[str, str]:
        """As JSON, without what is unknown."""
        optional = {"name": self.name, "extensionId": self.extension_id, "deviceId": self.device_id}
        return {"phoneNumber": self.phone_number} | {key: value for key, value in optional.items() if value}


@dataclass(slots=True)
class Recording:
    """A recording of one party's leg."""

    id: str
    started: datetime
    active: bool = True
    automatic: bool = False


class Ringer(Protocol):
    """Who rings several people for one call, and must know what each of them does."""

    def answered(self, party: Party) -> None:
        """This one picked up."""

    def refused(self, party: Party, reason: str | None) -> None:
        """This one does not take it."""


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
    """Of a party that is Gone: `sessionId`, `telephonySessionId` and `partyId` of what it became."""
    park_id: str | None = None
    muted: bool = False
    stand_alone: bool = False
    missed: bool = False
    queue_name: str | None = None
    """The name of the queue that rings an agent."""
    conference_role: str | None = None
    ring_out_role: str | None = None
    supervises: bool = False
    recordings: list[Recording] = field(default_factory=list)
    ringing_devices: set[str] = field(default_factory=set)
    """Ids of the devices that ring; empty once somebody picked up."""
    ringer: Ringer | None = None
    forwarded: int = 0
    """How many forwarding numbers were tried, after one's own phones."""
    answering: bool = False
    """A device was told to pick up and is about to."""
    started_at: datetime | None = None
    answered_at: datetime | None = None
    voicemail_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def alive(self) -> bool:
        return self.code in ALIVE

    @property
    def rings(self) -> bool:
        """A phone rings, and nobody is about to pick up."""
        return self.code in RINGING and self.direction == "Inbound" and not self.answering

    @property
    def own_end(self) -> End:
        """What is at this leg's own end."""
        return self.from_ if self.direction == "Outbound" else self.to


@dataclass(slots=True)
class Session:
    """One call, or one conference (which has a token to call in with)."""

    id: str
    session_id: str
    server_id: str
    created: datetime
    origin: str = "Call"
    parties: list[Party] = field(default_factory=list)
    sequence: int = 1
    voice_call_token: str | None = None
    kept: bool = False
    """One leg is being replaced by another: the session goes on though nobody may be in it for a moment."""

    @property
    def is_conference(self) -> bool:
        return self.origin == "Conference"

    @property
    def alive(self) -> bool:
        waiting = self.is_conference and not self.parties
        return waiting or self.kept or any(each.alive for each in self.parties)

    def alive_parties(self) -> list[Party]:
        return [each for each in self.parties if each.alive]

    def next_party_id(self) -> str:
        return f"p-{self.id.removeprefix('s-')}-{len(self.parties) + 1}"

    def caller(self) -> End:
        """Who called, as the callee sees it."""
        first = next((each for each in self.parties if each.direction == "Outbound"), None)
        return first.from_ if first is not None else End("conference", "Conference")
