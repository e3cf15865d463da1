"""The media host: content has a server of its own beside the API, and a ticket opens it for a while. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.oauth import Session

OPERATIONS = frozenset({"listCallRecordingData", "readIVRPromptContent", "readMessageContent"})
"""Those whose answers the media host has."""

TICKET_LIFE = timedelta(seconds=60)


@dataclass(slots=True)
class Hosting:
    """Where content is; each a knob."""

    redirects: bool = True
    """Who asks the API for content is sent on to the media host, with a ticket in the address; else has it at once."""
    addresses: bool = False
    """Addresses of content name the media host, as in production, and it wants the access token; else the API's."""


class Media:
    """The tickets that were handed out: each is for one path, and nothing else is needed with it."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self.hosting = Hosting()
        self._clock = clock
        self._identifiers = identifiers
        self._tickets: dict[str, tuple[Session, str, datetime]] = {}

    def ticket(self, session: Session, path: str) -> str:
        """Opens one path for a minute, as often as one likes: parts of it are asked for one by one."""
        now = self._clock.now()
        self._tickets = {key: each for key, each in self._tickets.items() if each[2] > now}
        ticket = self._identifiers.token(24)
        self._tickets[ticket] = (session, path, now + TICKET_LIFE)
        return ticket

    def admit(self, ticket: str, path: str) -> Session:
        """Whose ticket it is. Raises Refused (401) for one that is over, made up, or for something else."""
        session, place, until = self._tickets.get(ticket, (None, "", self._clock.now()))
        if session is None or place != path or until <= self._clock.now():
            raise Refused(401, "OAU-213", "Token is not found")
        return session
