"""Authorization codes: what a person who signed in hands to an application, with the proof that it asked. Pure."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.oauth import Application

LIFE = 60
"""Seconds (RingCentral guide: authorization code flow)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed. `challenge`: what the application must prove to know, hashed by `method`."""

    application: Application
    extension: Extension
    redirect_uri: str
    scopes: frozenset[str] | None
    challenge: str | None
    method: str
    until: datetime


class Codes:
    """Codes that were handed out and not yet redeemed."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._grants: dict[str, Grant] = {}

    def issue(
        self,
        application: Application,
        extension: Extension,
        redirect_uri: str,
        *,
        scopes: frozenset[str] | None = None,
        challenge: str | None = None,
        method: str = "plain",
    ) -> str:
        """A code that works once, for a minute."""
        code = self._identifiers.token(36)
        until = self._clock.now() + timedelta(seconds=LIFE)
        self._grants[code] = Grant(application, extension, redirect_uri, scopes, challenge, method, until)
        return code

    def redeem(self, code: str, application: Application, redirect_uri: str | None, verifier: str | None) -> Grant:
        """What the code stands for. Raises Refused (invalid_grant) for everything that does not fit."""
        grant = self._grants.pop(code, None)
        if grant is None or grant.application is not application or grant.until <= self._clock.now():
            raise Refused(400, "OAU-132", "Authorization code is invalid or expired", oauth="invalid_grant")
        if redirect_uri != grant.redirect_uri:
            raise Refused(400, "OAU-109", "Redirect URI mismatch", oauth="invalid_grant")
        if grant.challenge is not None and _hashed(verifier or "", grant.method) != grant.challenge:
            raise Refused(400, "OAU-272", "Code verifier is invalid", oauth="invalid_grant")
        return grant


def _hashed(verifier: str, method: str) -> str:
    if method != "S256":
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
