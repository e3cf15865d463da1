"""The exchange: all sessions, how calls come into being, go on and end, and who is told of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.outbox import afterwards
from switchhook.simulator.telephony.session import RINGING, End, Party, Session, event_body

HISTORY = 2_000


class Times:
    """Seconds that people and phones take: each a knob."""

    ring: float = 30.0
    """A phone that nobody answers rings so long; then voicemail takes the call."""
    voicemail: float = 10.0
    """A caller speaks so long to the voicemail."""
    pick_up: float = 0.0
    """A device that was told to answer takes so long; 0: as soon as the command is answered."""


class Exchange:
    """All calls of the account."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish, seed: int) -> None:
        self.times = Times()
        self.sessions: dict[str, Session] = {}
        """Those alive, by id."""
        self.over: deque[Session] = deque(maxlen=HISTORY)
        self.changed: list[Callable[[Session, Party], None]] = []
        """Called after each change of a party, before anybody outside hears of it."""
        self.clock = clock
        self.identifiers = identifiers
        self.account = account
        self._publish = publish
        self._random = Random(f"telephony {seed}")  # noqa: S311 - repeatable on purpose

    # Finding

    def session(self, session_id: str) -> Session:
        """One that is alive. Raises Refused (CMN-102)."""
        found = self.sessions.get(session_id)
        if found is None:
            raise not_found("telephonySessionId")
        return found

    def party(self, session_id: str, party_id: str) -> tuple[Session, Party]:
        """A party that is still in a session that is alive. Raises Refused (CMN-102)."""
        session = self.session(session_id)
        for party in session.parties:
            if party.id == party_id and party.alive:
                return session, party
        raise not_found("partyId")

    def alive_of(self, extension: Extension) -> list[tuple[Session, Party]]:
        """The live legs of an extension, oldest first."""
        return [
            (session, party)
            for session in self.sessions.values()
            for party in session.parties
            if party.alive and party.extension is extension
        ]

    # Changing

    def open(self, origin: str = "Call", session_id: str | None = None) -> Session:
        """A session without parties."""
        session = Session(
            f"s-{self.identifiers.telephony()}",
            session_id or self.identifiers.call(),
            f"10.13.22.{self._random.randrange(2, 250)}.TAM",
            self.clock.now(),
            origin,
        )
        self.sessions[session.id] = session
        return session

    def join(self, session: Session, party: Party) -> Party:
        """A new leg, in the state it has."""
        party.started_at = self.clock.now()
        session.parties.append(party)
        self.tell(session, party)
        return party

    def move(self, session: Session, party: Party, code: str, reason: str | None = None) -> None:
        """A leg gets into another state."""
        if code in ("Disconnected", "Gone"):
            party.ended_at = self.clock.now()
            party.ringing_devices.clear()
            for recording in party.recordings:
                recording.active = False
        if code == "Answered" and party.answered_at is None:
            party.answered_at = self.clock.now()
        party.code = code
        party.reason = reason
        self.tell(session, party)

    def tell(self, session: Session, party: Party) -> None:
        """Number the change and notify of it."""
        session.sequence += 1
        if not session.alive and session.id in self.sessions:
            del self.sessions[session.id]
            self.over.append(session)
        for listener in self.changed:
            listener(session, party)
        uri = f"/restapi/v1.0/account/{self.account.id}"
        if party.extension is not None:
            uri += f"/extension/{party.extension.id}"
        body = event_body(session, party, self.account.id, self.clock.now(), self._random.randrange(10**13, 9 * 10**13))
        self._publish(
            Occurrence(
                "telephony",
                f"{uri}/telephony/sessions",
                body,
                () if party.extension is None else (party.extension.id,),
                _facts(party),
            )
        )

    def later(self, seconds: float, action: Callable[[], Any]) -> None:
        """Do it in so many seconds; for 0 once the request that is being served is answered."""
        if seconds > 0:
            self.clock.call_later(seconds, action)
        else:
            afterwards(action)

    # The course of calls

    def reach(self, session: Session, extension: Extension, from_: End, dialled: str) -> Party:
        """The call reaches an extension: its rules begin."""
        to = End(dialled, extension.name, extension.id)
        return self.join(session, Party(session.next_party_id(), "Inbound", extension, from_, to))

    def ring(self, session: Session, party: Party) -> None:
        """The devices of an extension ring, until somebody answers or the time is over."""
        if party.extension is not None:
            party.ringing_devices = {each.id for each in party.extension.online_devices()}
        self.move(session, party, "Proceeding")
        self.clock.call_later(self.times.ring, lambda: self.unanswered(session, party))

    def ring_outside(self, session: Session, number: str, from_: End) -> Party:
        """The call reaches a telephone outside of the company."""
        party = Party(session.next_party_id(), "Inbound", None, from_, End(number), "Proceeding")
        return self.join(session, party)

    def picked_up(self, session: Session, party: Party, device_id: str | None = None) -> None:
        """A ringing leg is answered; a caller who still waits is answered too."""
        party.answering = False
        party.ringing_devices.clear()
        if device_id is not None:
            party.to = End(party.to.phone_number, party.to.name, party.to.extension_id, device_id)
        self.move(session, party, "Answered")
        for other in session.parties:
            if other is not party and other.direction == "Outbound" and other.code in RINGING:
                self.move(session, other, "Answered")

    def unanswered(self, session: Session, party: Party) -> None:
        """It rang long enough."""
        if party.code == "Proceeding" and not party.answering:
            self.to_voicemail(session, party)

    def to_voicemail(self, session: Session, party: Party) -> None:
        """Nobody answers: the caller speaks to the voicemail for a while."""
        party.ringing_devices.clear()
        party.missed = True
        self.move(session, party, "Voicemail")
        self.end_later(self.times.voicemail, session, party, "Voicemail")

    def end_later(self, seconds: float, session: Session, party: Party, code: str) -> None:
        """The call ends in so many seconds, if the leg is still in this state then."""

        def give_up() -> None:
            if party.code == code:
                self.end(session)

        self.clock.call_later(seconds, give_up)

    def leave(self, session: Session, party: Party, reason: str | None = None) -> None:
        """One leg ends."""
        if party.direction == "Inbound" and party.code in RINGING and party.extension is not None:
            party.missed = True
        self.move(session, party, "Disconnected", reason)

    def end(self, session: Session) -> None:
        """Somebody hangs up: the company's own legs leave first, then the others."""
        for party in sorted(session.alive_parties(), key=lambda each: each.extension is None):
            self.leave(session, party)
        if session.id in self.sessions:
            del self.sessions[session.id]


def _facts(party: Party) -> dict[str, tuple[str, ...]]:
    numbers = tuple(end.phone_number for end in (party.to, party.from_))
    return {
        "direction": (party.direction,),
        "statusCode": (party.code, "VoiceMail") if party.code == "Voicemail" else (party.code,),
        "phoneNumber": numbers,
        "missedCall": ("true" if party.missed else "false",),
        "withRecordings": ("true" if party.recordings else "false",),
    }
