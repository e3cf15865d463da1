"""The call log and the recordings: what is left of calls, a while after they are over."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import not_found
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import End, Party, Session

SHORTEST_RECORDING = 30.0
"""Seconds; shorter ones are not kept (RingCentral guide: call recordings)."""

MOST = 20_000


@dataclass(slots=True)
class Kept:
    """A recording that can be fetched."""

    id: str
    automatic: bool
    seconds: float


@dataclass(slots=True)
class Entry:
    """One call as one extension had it. `written`: when it came into the log; `recordings` come later."""

    id: str
    session: Session
    extension: Extension
    party: Party
    written: datetime
    modified: datetime
    recordings: list[Kept] = field(default_factory=list)
    deleted: bool = False

    @property
    def started(self) -> datetime:
        return self.party.started_at or self.session.created

    @property
    def seconds(self) -> int:
        return int(((self.party.ended_at or self.modified) - self.started).total_seconds())


class CallLog:
    """All entries of the account, oldest first."""

    def __init__(self, exchange: Exchange) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST)
        self.recordings: dict[str, tuple[Kept, Entry]] = {}
        self._exchange = exchange
        exchange.ended.append(self._over)

    def of(self, extension: Extension | None) -> list[Entry]:
        """The newest first; of the company each call once."""
        if extension is not None:
            return [each for each in reversed(self.entries) if each.extension is extension]
        seen: set[str] = set()
        found = []
        for each in reversed(self.entries):
            if each.session.id not in seen:
                seen.add(each.session.id)
                found.append(each)
        return found

    def entry(self, entry_id: str, extension: Extension | None) -> Entry:
        """Raises Refused (CMN-102)."""
        found = next((each for each in self.of(extension) if each.id == entry_id), None)
        if found is None:
            raise not_found("callRecordId")
        return found

    def recording(self, recording_id: str) -> tuple[Kept, Entry]:
        """Raises Refused (CMN-102), also for one that is not ready or was too short."""
        if recording_id not in self.recordings:
            raise not_found("recordingId")
        return self.recordings[recording_id]

    def active(self, extension: Extension | None) -> list[Entry]:
        """The live calls, as entries that were never written."""
        now = self._exchange.clock.now()
        return [
            Entry(party.id, session, party.extension, party, now, now)
            for session in self._exchange.sessions.values()
            for party in _own_parties(session)
            if party.alive and party.extension is not None and extension in (None, party.extension)
        ]

    def _over(self, session: Session) -> None:
        times, clock = self._exchange.times, self._exchange.clock
        if session.parties:
            clock.call_later(times.call_log, lambda: self._write(session))
            clock.call_later(max(times.recording, times.call_log), lambda: self._keep(session))

    def _write(self, session: Session) -> None:
        now = self._exchange.clock.now()
        last = {party.extension.id: party for party in _own_parties(session) if party.extension is not None}
        for party in last.values():
            if party.extension is not None:
                entry_id = self._exchange.identifiers.token(12)
                self.entries.append(Entry(entry_id, session, party.extension, party, now, now))

    def _keep(self, session: Session) -> None:
        now = self._exchange.clock.now()
        for entry in self.entries:
            if entry.session is not session:
                continue
            for party in session.parties:
                for each in party.recordings if party.extension is entry.extension else ():
                    seconds = ((party.ended_at or now) - each.started).total_seconds()
                    if seconds >= SHORTEST_RECORDING:
                        kept = Kept(each.id, each.automatic, seconds)
                        entry.recordings.append(kept)
                        entry.modified = now
                        self.recordings[each.id] = (kept, entry)

    # How it is shown

    def view(
        self, entry: Entry, base_url: str, *, company: bool, detailed: bool, content_url: str | None = None
    ) -> dict[str, Any]:
        """As the API shows it. `content_url`: the server that has the recordings."""
        account = f"{base_url}/restapi/v1.0/account/{self._exchange.account.id}"
        place = account if company else f"{account}/extension/{entry.extension.id}"
        view = {
            "uri": f"{place}/call-log/{entry.id}?view={'Detailed' if detailed else 'Simple'}",
            "id": entry.id,
            **self._leg(entry.session, entry.party, account, entry.modified),
            "sessionId": entry.session.session_id,
            "telephonySessionId": entry.session.id,
            "lastModifiedTime": stamp(entry.modified),
        }
        if entry.deleted:
            view["deleted"] = True
        for each in entry.recordings[:1]:
            view["recording"] = self.recording_view(each, account, content_url or base_url)
        if detailed:
            legs = [each for each in entry.session.parties if company or each.extension is entry.extension]
            view["legs"] = [
                {
                    **self._leg(entry.session, each, account, entry.modified),
                    "legType": "Accept" if each.direction == "Inbound" else "SipToPstnUnmetered",
                    "master": each is entry.party,
                }
                for each in legs
            ]
        return view

    def recording_view(self, kept: Kept, account: str, content_url: str) -> dict[str, Any]:
        """The short form, within an entry."""
        place = f"/recording/{kept.id}"
        kind = "Automatic" if kept.automatic else "OnDemand"
        content = f"{content_url}/restapi/v1.0/account/{self._exchange.account.id}{place}/content"
        return {"uri": account + place, "id": kept.id, "type": kind, "contentUri": content}

    def _leg(self, session: Session, party: Party, account: str, now: datetime) -> dict[str, Any]:
        started = party.started_at or session.created
        view: dict[str, Any] = {
            "startTime": stamp(started),
            "duration": int(((party.ended_at or now) - started).total_seconds()),
            "type": "Voice",
            "direction": party.direction,
            "action": "RingOut Web" if session.origin == "RingOut" else "Phone Call",
            "result": result(session, party),
            "to": _end(party.to, self._exchange),
            "from": _end(party.from_, self._exchange),
            "transport": "VoIP" if _inside(session) else "PSTN",
        }
        if party.extension is not None:
            owner = party.extension.id
            view["extension"] = {"uri": f"{account}/extension/{owner}", "id": int(owner)}
        return view


def result(session: Session, party: Party) -> str:
    """How a leg ended, in the words of the log."""
    if party.alive:
        return "In Progress"
    if party.direction == "Outbound":
        reached = any(each.direction == "Inbound" and each.answered_at is not None for each in session.parties)
        return "Call connected" if reached else "Hang Up"
    if party.answered_at is not None:
        return "Accepted"
    if party.voicemail_at is not None:
        return "Voicemail"
    return {"Rejected": "Rejected", "CallReplied": "Reply"}.get(party.reason or "", "Missed")


def _own_parties(session: Session) -> Iterator[Party]:
    """The legs of the company, without menus that passed a call on."""
    return (each for each in session.parties if each.extension is not None and each.extension.type != "IvrMenu")


def _inside(session: Session) -> bool:
    return all(each.extension is not None for each in session.parties)


def _end(end: End, exchange: Exchange) -> dict[str, Any]:
    short = not end.phone_number.startswith("+") and exchange.account.by_number(end.phone_number) is not None
    view: dict[str, Any] = {"extensionNumber" if short else "phoneNumber": end.phone_number}
    if end.name:
        view["name"] = end.name
    if end.extension_id is not None:
        view["extensionId"] = end.extension_id
    return view
