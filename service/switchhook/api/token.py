"""The token of one identity as a state machine. Pure: the caller tells the time and what the platform answered.

RingCentral guide (refresh tokens, sessions): an access token lasts an hour at most, a new one kills the old one at
once; a refresh token works once, and for a while again if its answer was lost; every other grant starts a session of
which a user has five. So there is one token per identity, refreshed in one place, and the credentials themselves are
used only when there is nothing to refresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MARGIN = 60.0
"""Seconds before its end at which a token is refreshed; a fifth of its life if that is less."""
REPEAT = 10.0
"""Seconds between attempts when the token endpoint fails without saying how long to wait."""
HOLD = 60.0
"""Seconds for which refused credentials are not tried again: each attempt counts against the application."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and what renews it. Times are seconds since 1970; `refresh_until` None if unknown."""

    access: str
    until: float
    renew_at: float
    refresh: str | None = None
    refresh_until: float | None = None
    owner_id: str | None = None

    def __repr__(self) -> str:
        return f"Token(until={self.until}, owner_id={self.owner_id!r})"

    def dump(self) -> bytes:
        """For keeping, encrypted, over a restart."""
        return orjson.dumps(asdict(self))

    @classmethod
    def load(cls, content: bytes) -> Token:
        """Raises ValueError for what is no token."""
        try:
            return cls(**orjson.loads(content))
        except TypeError:
            raise ValueError("not a stored token") from None

    @classmethod
    def granted(cls, answer: Mapping[str, Any], now: float) -> Token:
        """From the token endpoint's answer. Raises ValueError for one without a token."""
        access = answer.get("access_token")
        if not isinstance(access, str) or not access:
            raise ValueError("the answer holds no access token")
        life = _seconds(answer.get("expires_in"), 3600.0)
        refresh_life = answer.get("refresh_token_expires_in")
        return cls(
            access=access,
            until=now + life,
            renew_at=now + life - min(MARGIN, life / 5),
            refresh=answer.get("refresh_token") or None,
            refresh_until=None if refresh_life is None else now + _seconds(refresh_life, 0.0),
            owner_id=str(answer["owner_id"]) if answer.get("owner_id") else None,
        )


@dataclass(frozen=True, slots=True)
class Ready:
    """Use this token."""

    token: Token


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the token endpoint with this form. `spare`: a token that still works should it fail."""

    form: Mapping[str, str]
    spare: Token | None = None

    def __repr__(self) -> str:
        return f"Ask(grant_type={self.form.get('grant_type')!r})"


@dataclass(frozen=True, slots=True)
class Stay:
    """Do not ask before `until`. `refused`: the credentials do not work, in the platform's words."""

    until: float
    refused: str | None = None


class Grants:
    """Which grant comes next. `jwt` None for an identity that a person logs in (authorization code)."""

    def __init__(self, jwt: str | None, token: Token | None = None) -> None:
        self._jwt = jwt
        self.token = token
        self._stay: Stay | None = None

    def next(self, now: float) -> Ready | Ask | Stay:
        """What to do to get a usable token."""
        token = self.token
        usable = token if token is not None and now < token.until else None
        if usable is not None and now < usable.renew_at:
            return Ready(usable)
        if self._stay is not None and now < self._stay.until:
            return Ready(usable) if usable is not None else self._stay
        form = self._form(now)
        if form is None:
            if usable is not None:
                return Ready(usable)
            return Stay(now + HOLD, "nobody is logged in, or the session has ended: run `switchhook login`")
        return Ask(form, spare=usable)

    def granted(self, token: Token) -> None:
        """The endpoint gave a token."""
        self.token = token
        self._stay = None

    def denied(self, form: Mapping[str, str], message: str, now: float) -> None:
        """The endpoint said that what we showed is no good. A refresh token is forgotten; credentials rest a while."""
        if form.get("grant_type") == "refresh_token" and self.token is not None:
            self.token = Token(self.token.access, self.token.until, self.token.until, owner_id=self.token.owner_id)
        else:
            self._stay = Stay(now + HOLD, message)

    def failed(self, wait: float | None, now: float) -> None:
        """The endpoint did not answer, or asked us to come again: nothing is known to be wrong with what we showed."""
        self._stay = Stay(now + (REPEAT if wait is None else wait))

    def rejected(self, access: str) -> None:
        """The platform answered 401 to a call with this access token. Old news if it has been replaced since."""
        token = self.token
        if token is not None and token.access == access:
            self.token = Token(token.access, 0.0, 0.0, token.refresh, token.refresh_until, token.owner_id)

    def forget(self) -> None:
        """After a revocation."""
        self.token = None

    def _form(self, now: float) -> dict[str, str] | None:
        token = self.token
        if token is not None and token.refresh and (token.refresh_until is None or now < token.refresh_until):
            return {"grant_type": "refresh_token", "refresh_token": token.refresh}
        if self._jwt is not None:
            return {"grant_type": JWT_GRANT, "assertion": self._jwt}
        return None


def _seconds(value: Any, otherwise: float) -> float:
    try:
        return max(float(value), 0.0)
    except (TypeError, ValueError):
        return otherwise
