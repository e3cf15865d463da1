"""The exchange: all sessions, how legs come into being, change and end, and who is told of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.outbox import afterwards
from switchhook.simulator.telephony.session import RINGING, TALKING, End, Party, Session
from switchhook.simulator.telephony.views import Spelling, event_body

HISTORY = 5_000


@dataclass(slots=True)
class Times:
    """Seconds that people, phones and the platform take: each a knob."""

    ring: float = 30.0
    """A phone that nobody answers rings so long; then voicemail takes the call."""
    voicemail: float = 10.0
    """A caller speaks so long to the voicemail."""
    pick_up: float = 0.0
    """A device that was told to answer takes so long; 0: as soon as the command is answered."""
    agent: float = 20.0
    """An agent's phone rings so long for a queue."""
    queue_pause: float = 5.0
    """A queue that found nobody tries again after so long."""
    queue: float = 120.0
    """A caller waits so long in a queue; then the queue's voicemail takes the call."""
    park: float = 180.0
    """A parked call comes back to who parked it after so long."""
    conference: float = 38.0
    """The host of a conference must have called in within so long (RingCentral guide: conferencing)."""
    call_log: float = 30.0
    """A call is in the call log so long after its end."""
    recording: float = 60.0
    """A recording can be fetched so long after the end of its call."""


class Exchange:
    """All calls of the account."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish, seed: int) -> None:
        self.times = Times()
        self.spelling = Spelling()
        self.sessions: dict[str, Session] = {}
        """Those alive, by id."""
        self.over: deque[Session] = deque(maxlen=HISTORY)
        self.parked: dict[str, tuple[Session, Party]] = {}
        """What is parked, by `*801` to `*899`."""
        self.hosts: dict[str, Extension] = {}
        """Whose conference a session is."""
        self.accepts: Callable[[Extension, bool], bool] = lambda _extension, _queue: True
        """Whether an extension takes calls now (and calls of queues): what its presence says."""
        self.changed: list[Callable[[Session, Party], None]] = []
        """Called after each change of a party, before anybody outside hears of it."""
        self.ended: list[Callable[[Session], None]] = []
        """Called when a session is over."""
        self.voicemail_left: list[Callable[[Extension, End, int], None]] = []
        """Called with whose mailbox, who spoke, and for how many seconds."""
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

    def calls_of(self, extension: Extension) -> list[tuple[Session, Party]]:
        """The legs that keep an extension busy, oldest first; what its voicemail does is none."""
        return [
            (session, party)
            for session in self.sessions.values()
            for party in session.parties
            if party.alive and party.extension is extension and party.voicemail_at is None
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
        if party.code == "Answered":
            party.answered_at = self.clock.now()
        session.parties.append(party)
        self.tell(session, party)
        return party

    def move(
        self,
        session: Session,
        party: Party,
        code: str,
        reason: str | None = None,
        *,
        peer: tuple[Session, Party] | None = None,
    ) -> None:
        """A leg gets into another state. `peer`: what it goes on as, elsewhere."""
        now = self.clock.now()
        if code in ("Disconnected", "Gone"):
            party.ended_at = now
            party.ringing_devices.clear()
            party.answering = False
            for recording in party.recordings:
                recording.active = False
        elif code == "Answered" and party.answered_at is None:
            party.answered_at = now
        elif code == "Voicemail":
            party.voicemail_at = now
        if peer is not None:
            elsewhere, other = peer
            party.peer = {
                "sessionId": elsewhere.session_id, "telephonySessionId": elsewhere.id, "partyId": other.id
            }  # fmt: skip
        if party.park_id is not None and code != "Parked":
            self.parked.pop(party.park_id, None)
            party.park_id = None
        party.code = code
        party.reason = reason
        self.tell(session, party)

    def tell(self, session: Session, party: Party) -> None:
        """Number the change and notify of it."""
        session.sequence += 1
        if not session.alive:
            self.close(session)
        for listener in self.changed:
            listener(session, party)
        uri = f"/restapi/v1.0/account/{self.account.id}"
        if party.extension is not None:
            uri += f"/extension/{party.extension.id}"
        number = self._random.randrange(10**13, 9 * 10**13)
        body = event_body(session, party, self.account.id, at=self.clock.now(), number=number, spelling=self.spelling)
        extensions = () if party.extension is None else (party.extension.id,)
        self._publish(Occurrence("telephony", f"{uri}/telephony/sessions", body, extensions, _facts(party)))

    @contextmanager
    def kept(self, session: Session) -> Iterator[None]:
        """Within the block legs are exchanged: the session is not over between one and the next."""
        session.kept = True
        try:
            yield
        finally:
            session.kept = False
            if not session.alive:
                self.close(session)

    def close(self, session: Session) -> None:
        """A session is over."""
        if self.sessions.pop(session.id, None) is not None:
            self.over.append(session)
            for listener in self.ended:
                listener(session)

    def later(self, seconds: float, action: Callable[[], Any]) -> None:
        """Do it in so many seconds; for 0 once the request that is being served is answered."""
        if seconds > 0:
            self.clock.call_later(seconds, action)
        else:
            afterwards(action)

    def after(self, seconds: float, party: Party, code: str, action: Callable[[], object]) -> None:
        """Do it in so many seconds, if the leg is still in this state then and nobody is about to pick up."""

        def act() -> None:
            if party.code == code and not party.answering:
                action()

        self.clock.call_later(seconds, act)

    # The course of calls

    def reach(self, session: Session, extension: Extension, from_: End, dialled: str) -> Party:
        """The call reaches an extension: its rules begin."""
        to = End(dialled, extension.name, extension.id)
        return self.join(session, Party(session.next_party_id(), "Inbound", extension, from_, to))

    def ring(self, session: Session, party: Party) -> None:
        """The devices of an extension ring, until somebody answers or the time is over; not if it takes no calls."""
        if party.extension is not None:
            if not self.accepts(party.extension, False):
                self.to_voicemail(session, party)
                return
            party.ringing_devices = {each.id for each in party.extension.online_devices()}
        self.move(session, party, "Proceeding")
        self.after(self.times.ring, party, "Proceeding", lambda: self.refuse(session, party, None))

    def ring_outside(self, session: Session, number: str, from_: End) -> Party:
        """The call reaches a telephone outside of the company."""
        party = self.join(session, Party(session.next_party_id(), "Inbound", None, from_, End(number), "Proceeding"))
        self.after(self.times.ring, party, "Proceeding", lambda: self.end(session))
        return party

    def picked_up(self, session: Session, party: Party, device_id: str | None = None) -> None:
        """A ringing leg is answered; a caller who still waits is answered too."""
        party.answering = False
        party.ringing_devices.clear()
        if device_id is not None:
            party.to = replace(party.to, device_id=device_id)
        self.move(session, party, "Answered")
        if party.ringer is not None:
            party.ringer.answered(party)
        for other in session.parties:
            if other is not party and other.direction == "Outbound" and other.code in RINGING:
                self.move(session, other, "Answered")

    def refuse(self, session: Session, party: Party, reason: str | None) -> None:
        """It does not ring here any more: the queue looks on, or voicemail takes the call."""
        if party.ringer is not None:
            party.ringer.refused(party, reason)
        else:
            self.to_voicemail(session, party)

    def to_voicemail(self, session: Session, party: Party) -> None:
        """Nobody answers: the caller speaks to the voicemail for a while."""
        party.ringing_devices.clear()
        party.missed = True
        self.move(session, party, "Voicemail")
        self.after(self.times.voicemail, party, "Voicemail", lambda: self.end(session))

    def leave(
        self, session: Session, party: Party, reason: str | None = None, *, peer: tuple[Session, Party] | None = None
    ) -> None:
        """One leg ends; with a peer it goes on elsewhere."""
        if party.direction == "Inbound" and party.code in RINGING and party.extension is not None:
            party.missed = True
        spoken = party.voicemail_at if party.code == "Voicemail" else None
        self.move(session, party, "Gone" if peer is not None else "Disconnected", reason, peer=peer)
        if spoken is not None and party.extension is not None:
            seconds = int((self.clock.now() - spoken).total_seconds())
            for listener in self.voicemail_left if seconds > 0 else ():
                listener(party.extension, party.from_, seconds)

    def hang_up_lonely(self, session: Session) -> None:
        """Whoever has nobody to talk to any more is hung up; a parked caller waits, a conference waits too."""
        alive = session.alive_parties()
        waiting = any(each.code == "Parked" for each in alive)
        others = [each for each in alive if not each.supervises and (each.ringer is None or each.code in TALKING)]
        if session.alive and not session.is_conference and not waiting and len(others) < 2:
            self.end(session)

    def end(self, session: Session) -> None:
        """Somebody hangs up: the company's own legs leave first, then the others."""
        for party in sorted(session.alive_parties(), key=lambda each: each.extension is None):
            self.leave(session, party)
        self.close(session)

    def talking(self, session: Session) -> list[Party]:
        """Who is in conversation."""
        return [each for each in session.parties if each.code in TALKING]


def _facts(party: Party) -> dict[str, tuple[str, ...]]:
    return {
        "direction": (party.direction,),
        "statusCode": {"Voicemail": ("Voicemail", "VoiceMail")}.get(party.code, (party.code,)),
        "phoneNumber": (party.to.phone_number, party.from_.phone_number),
        "missedCall": ("true" if party.missed else "false",),
        "withRecordings": ("true" if party.recordings else "false",),
    }
