"""The exchange: how calls go on. They reach an extension, ring, are answered, go to voicemail, and end."""

from __future__ import annotations

from dataclasses import replace

from switchhook.simulator.account import Extension
from switchhook.simulator.telephony.session import RINGING, TALKING, End, Party, Session
from switchhook.simulator.telephony.switchboard import Switchboard


class Exchange(Switchboard):
    """All calls of the account, and the course they take."""

    def reach(self, session: Session, extension: Extension, from_: End, dialled: str) -> Party:
        """The call reaches an extension: its rules begin."""
        to = End(dialled, extension.name, extension.id)
        return self.join(session, Party(session.next_party_id(), "Inbound", extension, from_, to))

    def ring(self, session: Session, party: Party) -> None:
        """The devices of an extension ring, until somebody answers or the time is over; not if it takes no calls.

        Its rules may send the call elsewhere.
        """
        if self.routes(session, party):
            return
        if party.extension is not None:
            if not self.accepts(party.extension, False):
                self.refuse(session, party, None)
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
        """It does not ring here any more: the queue looks on, a forwarding number rings, or voicemail answers."""
        extension = party.extension
        if party.ringer is not None:
            party.ringer.refused(party, reason)
        elif self.forwards(session, party):
            return
        elif extension is None or self.takes_messages(extension, party.from_.phone_number, party.to.phone_number):
            self.to_voicemail(session, party)
        else:
            self.leave(session, party, reason)
            self.hang_up_lonely(session)

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
