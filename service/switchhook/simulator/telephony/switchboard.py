"""The switchboard: all sessions, the changes of their legs, and who is told of each. What calls do is for others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.outbox import afterwards
from switchhook.simulator.telephony.session import End, Party, Session
from switchhook.simulator.telephony.times import Times
from switchhook.simulator.telephony.views import Spelling, event_body

HISTORY = 5_000
"""Sessions that are over and still known."""


class Switchboard:
    """All sessions of the account, and every change in them."""

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
        self.routes: Callable[[Session, Party], bool] = lambda _session, _party: False
        """Takes a call that reached an extension elsewhere, if the extension's rules say so."""
        self.forwards: Callable[[Session, Party], bool] = lambda _session, _party: False
        """Rings the next forwarding number of an extension, if it has one more."""
        self.takes_messages: Callable[[Extension, str, str], bool] = lambda _extension, _caller, _dialled: True
        """Whether an extension's voicemail takes a call from and to these numbers."""
        self.at_the_door: Callable[[str, str], Mapping[str, Any]] = lambda _caller, _dialled: {}
        """The company's rule for a call from and to these numbers."""
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
        self._telling = 0
        self._next: deque[Callable[[], Any]] = deque()
        """What follows from a change that is being told."""
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
        self._telling += 1
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
        self._telling -= 1
        while self._next and not self._telling:
            afterwards(self._next.popleft())

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
        """Do it in so many seconds; for 0 once what is being told is told, and the request that is served answered."""
        if seconds > 0:
            self.clock.call_later(seconds, action)
        elif self._telling:
            self._next.append(action)
        else:
            afterwards(action)

    def after(self, seconds: float, party: Party, code: str, action: Callable[[], object]) -> None:
        """Do it in so many seconds, if the leg is still in this state then, rings where it did, and nobody is about to
        pick up.
        """
        forwarded = party.forwarded

        def act() -> None:
            if party.code == code and party.forwarded == forwarded and not party.answering:
                action()

        self.clock.call_later(seconds, act)


def _facts(party: Party) -> dict[str, tuple[str, ...]]:
    return {
        "direction": (party.direction,),
        "statusCode": {"Voicemail": ("Voicemail", "VoiceMail")}.get(party.code, (party.code,)),
        "phoneNumber": (party.to.phone_number, party.from_.phone_number),
        "missedCall": ("true" if party.missed else "false",),
        "withRecordings": ("true" if party.recordings else "false",),
    }
