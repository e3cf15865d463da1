"""Tokens and sessions: who may speak to the API, for how long. Pure.

Rules from RingCentral's guide to tokens: a refresh token works once, then for a grace it gives the same answer again;
a sixth session of a user and application ends the oldest; revoking any token ends its session.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers

SCOPES = frozenset({
    "A2PSMS", "CallControl", "Contacts", "EditAccounts", "EditCallLog", "EditCustomData", "EditExtensions",
    "EditMessages", "EditPresence", "Faxes", "Glip", "GlipInternal", "InternalMessages", "InternalSMS", "Meetings",
    "ReadAccounts",
    "ReadCallLog", "ReadCallRecording", "ReadClientInfo", "ReadContacts", "ReadMessages", "ReadPresence", "RingOut",
    "RingSense", "RoleManagement", "SMS", "SubscriptionWebhook", "TeamMessaging", "Video", "VoipCalling", "WebSocket",
    "WebSocketsSubscription",
})  # fmt: skip


@dataclass(slots=True)
class Rules:
    """How long logins last, in seconds, and how many there may be; each a knob."""

    access: int = 3600
    """Of an access token that nobody asked to live otherwise (older platforms: 7200)."""
    refresh: int = 604_800
    grace_used: int = 10
    """A refresh token works again for so long after the new access token was used ..."""
    grace_unused: int = 3600
    """... and for so long if it was not."""
    sessions: int = 5
    """Of one user and application at once; one more ends the oldest."""
    session: int = 0
    """A login ends after so long, whatever its tokens say, as an administrator may want; 0: never."""


@dataclass(slots=True)
class Application:
    """A registered app. Without a secret it is a public one, known by its id alone."""

    client_id: str
    secret: str | None
    name: str
    scopes: frozenset[str] = SCOPES
    redirects: tuple[str, ...] = ()
    issues_refresh_tokens: bool = True
    public_key: str | None = None
    """PEM; assertions that it signs with the private key are believed (`private_key_jwt`)."""


@dataclass(slots=True)
class Session:
    """One login. The access token may have expired while the refresh token lives."""

    id: str
    application: Application
    extension: Extension
    scopes: frozenset[str]
    endpoint_id: str
    access: str
    access_expires: datetime
    access_seconds: int
    refresh: str
    refresh_expires: datetime
    refresh_seconds: int
    begun: datetime
    previous_refresh: str | None = None
    previous_until: datetime | None = None
    used: bool = False
    """Whether the access token was used since it was issued."""


class OAuth:
    """Applications, credentials and sessions."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account) -> None:
        self.rules = Rules()
        self._clock = clock
        self._identifiers = identifiers
        self._account = account
        self.application = Application(identifiers.token(16), identifiers.token(32), "Switchhook under test")
        self.public = Application(identifiers.token(16), None, "Switchhook in a browser")
        """Without a secret: it proves itself by PKCE."""
        self.applications = {each.client_id: each for each in (self.application, self.public)}
        self.jwts = {each.id: self._jwt(each) for each in account.users()}
        self.sessions: list[Session] = []
        """Oldest first."""
        self._by_access: dict[str, Session] = {}
        self._by_refresh: dict[str, Session] = {}
        self._dead: set[str] = set()
        """Tokens that were good once: their error is another than that of a made-up one."""

    def client(self, client_id: str | None, secret: str | None) -> Application:
        """Raises Refused (OAU-146) unless it is a registered app with its secret."""
        application = self.applications.get(client_id or "")
        if application is None or application.secret != secret:
            raise Refused(401, "OAU-146", "Invalid client credentials", oauth="invalid_client")
        return application

    def by_jwt(self, assertion: str) -> Extension:
        """Whose credential it is. Raises Refused (invalid_grant)."""
        for extension_id, jwt in self.jwts.items():
            if jwt == assertion:
                self._must_be_there(extension_id, 400)
                return self._account.extensions[extension_id]
        raise Refused(400, "OAU-251", "JWT is invalid", oauth="invalid_grant")

    def by_id(self, extension_id: str) -> Extension:
        """Whom an application acts for that says so itself. Raises Refused (invalid_grant, OAU-232, 236)."""
        self._must_be_there(extension_id, 400)
        return self._account.extensions[extension_id]

    def by_password(self, username: str, extension: str, password: str) -> Extension:
        """By main, direct or extension number and password. Raises Refused (OAU-140)."""
        number, _, star = username.partition("*")
        wanted = extension or star
        found = None
        if number.lstrip("+") == self._account.main_number.lstrip("+"):
            found = self._account.by_number(wanted or "101")
        elif any(each.email == number for each in self._account.users()):
            found = next(each for each in self._account.users() if each.email == number)
        else:
            found = self._account.by_phone_number("+" + number.lstrip("+"))
        if found is None or not found.password or found.password != password:
            raise Refused(400, "OAU-140", "Invalid resource owner credentials", oauth="invalid_grant")
        return found

    def log_in(
        self,
        application: Application,
        extension: Extension,
        *,
        scopes: frozenset[str] | None = None,
        endpoint_id: str | None = None,
        access_seconds: int | None = None,
        refresh_seconds: int | None = None,
    ) -> Session:
        """A new session; the oldest of too many ends."""
        same = [each for each in self.sessions if each.application is application and each.extension is extension]
        for surplus in same[: max(0, len(same) - self.rules.sessions + 1)]:
            self.end(surplus)
        now = self._clock.now()
        session = Session(
            self._identifiers.unique(),
            application,
            extension,
            application.scopes if scopes is None else scopes & application.scopes,
            endpoint_id or self._identifiers.token(16),
            "",
            now,
            self.rules.access if access_seconds is None else access_seconds,
            "",
            now,
            self.rules.refresh if refresh_seconds is None else refresh_seconds,
            now,
        )
        self.sessions.append(session)
        self._issue(session)
        return session

    def refresh(self, application: Application, token: str) -> Session:
        """New tokens for an old one; within the grace the same new ones again. Raises Refused (OAU-210, 211)."""
        now = self._clock.now()
        session = self._by_refresh.get(token)
        if session is None or session.application is not application:
            if token in self._dead:
                raise Refused(400, "OAU-211", "Token revoked", oauth="invalid_grant")
            raise Refused(400, "OAU-210", "Token not found", oauth="invalid_grant")
        if token == session.previous_refresh:
            if session.previous_until is None or session.previous_until <= now:
                raise Refused(400, "OAU-210", "Token expired", oauth="invalid_grant")
            return session
        if session.refresh_expires <= now:
            raise Refused(400, "OAU-210", "Token expired", oauth="invalid_grant")
        self._must_be_there(session.extension.id, 400)
        if self._is_over(session):
            raise Refused(400, "OAU-211", "Token revoked", oauth="invalid_grant")
        self._retire(session.previous_refresh)
        self._retire(session.access)
        session.previous_refresh = session.refresh
        session.previous_until = now + timedelta(seconds=self.rules.grace_unused)
        self._issue(session)
        return session

    def authenticate(self, token: str) -> Session:
        """The session of an access token. Raises Refused (OAU-128 expired, OAU-213 unknown)."""
        session = self._by_access.get(token)
        if session is None:
            if token in self._dead:
                raise Refused(401, "OAU-128", "Access token expired")
            raise Refused(401, "OAU-213", "Token is not found")
        now = self._clock.now()
        if session.access_expires <= now:
            raise Refused(401, "OAU-128", "Access token expired")
        self._must_be_there(session.extension.id, 401)
        if self._is_over(session):
            raise Refused(401, "OAU-213", "Token is not found")
        if not session.used:
            session.used = True
            if session.previous_until is not None:
                session.previous_until = min(session.previous_until, now + timedelta(seconds=self.rules.grace_used))
        return session

    def credential(self, extension: Extension) -> str:
        """The JWT credential of a user; made for who came later. Keys are extension ids in `jwts`."""
        if extension.id not in self.jwts:
            self.jwts[extension.id] = self._jwt(extension)
        return self.jwts[extension.id]

    def _must_be_there(self, extension_id: str, status: int) -> None:
        """Raises Refused (OAU-232, OAU-236) for tokens and credentials of who is gone or disabled."""
        extension = self._account.extensions.get(extension_id)
        oauth = "invalid_grant" if status == 400 else None
        if extension is None:
            raise Refused(status, "OAU-232", "Extension not found", oauth=oauth)
        if not extension.enabled:
            raise Refused(status, "OAU-236", "Extension is disabled or frozen", oauth=oauth)

    def alive(self, session: Session) -> Session:
        """A session that has not ended, whatever became of its tokens. Raises Refused (OAU-213)."""
        if session not in self.sessions:
            raise Refused(401, "OAU-213", "Token is not found")
        return session

    def revoke(self, token: str) -> None:
        """End the session behind any of its tokens; an unknown token is no error."""
        session = self._by_access.get(token) or self._by_refresh.get(token)
        if session is not None:
            self.end(session)

    def expire(self, session: Session) -> None:
        """The access token is good no more; the refresh token is."""
        session.access_expires = self._clock.now()

    def end(self, session: Session) -> None:
        """Both tokens are dead at once."""
        if session in self.sessions:
            self.sessions.remove(session)
        for token in (session.access, session.refresh, session.previous_refresh):
            self._retire(token)

    def _is_over(self, session: Session) -> bool:
        """Whether a login lasted as long as one may; it is ended then."""
        over = self.rules.session > 0 and session.begun + timedelta(seconds=self.rules.session) <= self._clock.now()
        if over:
            self.end(session)
        return over

    def left(self, moment: datetime) -> int:
        """Whole seconds until then."""
        return max(0, int((moment - self._clock.now()).total_seconds()))

    def _issue(self, session: Session) -> None:
        now = self._clock.now()
        session.access = self._identifiers.token()
        session.access_expires = now + timedelta(seconds=session.access_seconds)
        session.refresh = self._identifiers.token()
        session.refresh_expires = now + timedelta(seconds=session.refresh_seconds)
        session.used = False
        self._by_access[session.access] = session
        self._by_refresh[session.refresh] = session

    def _retire(self, token: str | None) -> None:
        if token:
            self._by_access.pop(token, None)
            self._by_refresh.pop(token, None)
            self._dead.add(token)

    def _jwt(self, extension: Extension) -> str:
        """Looks like a credential of the console; only the whole of it counts."""
        parts = ({"alg": "RS256", "typ": "JWT"}, {"sub": extension.id, "iss": "switchhook-simulator"})
        encoded = [base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts]
        return ".".join([*encoded, self._identifiers.token(64)])
