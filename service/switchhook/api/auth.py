"""Gets the token of one identity from the platform: one request at a time, however many calls want it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import NoReturn, Protocol

from pydantic import SecretStr

from switchhook.api.budget import WINDOW, Priority
from switchhook.api.catalogue import operation
from switchhook.api.failures import failure_of, retry_after
from switchhook.api.gate import BudgetSpent, Gate
from switchhook.api.reading import read_json
from switchhook.api.sansio import Answer, Request, build
from switchhook.api.token import Ask, Grants, Ready, Stay, Token
from switchhook.api.transport import AnswerLost, NothingSent, Transport
from switchhook.clock import Clock
from switchhook.errors import ApiStatusError, ApiUnreachable, PlatformError, RateLimited, Unauthorized

PATH = "/restapi/oauth/token"


class Keep(Protocol):
    """Where a token survives a restart."""

    def load(self) -> Token | None:
        """The token kept last, if it can be read."""

    async def save(self, token: Token | None) -> None:
        """Keep it; returns when durable. None forgets it."""


class Application:
    """The client application: how it shows who it is. One per server and client id in a process, because the
    platform counts its calls of the Auth group together (5 a minute; RingCentral staff notice of 2026).
    """

    def __init__(self, transport: Transport, client_id: str, secret: SecretStr | None, gate: Gate) -> None:
        self.transport = transport
        self.client_id = client_id
        self.gate = gate
        self._secret = secret

    @property
    def authorization(self) -> str | None:
        """HTTP Basic with id and secret; None for an application without a secret, which only names itself."""
        if self._secret is None:
            return None
        pair = f"{self.client_id}:{self._secret.get_secret_value()}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    async def send(self, request: Request) -> Answer:
        """Send a call of the Auth group. Raises BudgetSpent, NothingSent, AnswerLost."""
        ticket = await self.gate.enter(request.operation, "auth", priority=Priority.RINGING)
        status: int | None = 0
        headers: Mapping[str, str] = {}
        try:
            answer = await self.transport.send(request, self.authorization)
            status, headers = answer.status, answer.headers
        except NothingSent:
            status = None
            raise
        finally:
            self.gate.leave(ticket, status=status, headers=headers, penalty=retry_after(headers))
        return answer

    def ask(self, form: Mapping[str, str]) -> Request:
        """A request to the token endpoint."""
        return build(operation("getToken"), {**form, **self._named})

    def end(self, token: Token) -> Request:
        """A request that ends the session behind a token."""
        return build(operation("revokeToken"), {"token": token.refresh or token.access, **self._named})

    @property
    def _named(self) -> Mapping[str, str]:
        return {} if self._secret is not None else {"client_id": self.client_id}


class Tokens:
    """The token of one identity."""

    def __init__(self, application: Application, jwt: SecretStr | None, clock: Clock, keep: Keep | None = None) -> None:
        self._application = application
        self._clock = clock
        self._keep = keep
        kept = keep.load() if keep is not None else None
        self._grants = Grants(jwt.get_secret_value() if jwt is not None else None, kept)
        self._one_at_a_time = asyncio.Lock()

    async def access(self) -> str:
        """A usable access token. Raises Unauthorized, RateLimited, PlatformError, ApiUnreachable."""
        step = self._grants.next(self._now())
        if isinstance(step, Ready):
            return step.token.access
        async with self._one_at_a_time:
            while True:
                step = self._grants.next(self._now())
                if isinstance(step, Ready):
                    return step.token.access
                if isinstance(step, Stay):
                    if step.refused is not None and self._look_again():
                        continue
                    self._stay(step)
                await self._ask(step)

    def rejected(self, access: str) -> None:
        """The platform answered 401 to it."""
        self._grants.rejected(access)

    async def accept(self, token: Token) -> None:
        """Use a token that a person's login has given."""
        await self._store(token)

    async def revoke(self) -> None:
        """End the session at the platform and forget the token. Errors are ignored, as the guide says."""
        token = self._grants.token
        self._grants.forget()
        if self._keep is not None:
            await self._keep.save(None)
        if token is None:
            return
        try:
            await self._application.send(self._application.end(token))
        except (BudgetSpent, NothingSent, AnswerLost):
            return

    def _look_again(self) -> bool:
        """Whether somebody has logged in meanwhile and left a token for us."""
        left = self._keep.load() if self._keep is not None else None
        usable = left is not None and left.until > self._now() and left != self._grants.token
        if left is not None and usable:
            self._grants.granted(left)
        return usable

    async def _ask(self, step: Ask) -> None:
        """One request to the token endpoint; the state machine knows afterwards. Raises if there is no spare token."""
        try:
            answer = await self._application.send(self._application.ask(step.form))
        except BudgetSpent as spent:
            self._grants.failed(spent.retry_after, self._now())
            self._unless_spare(step, _error(RateLimited, str(spent), 429, retry_after=spent.retry_after))
        except (NothingSent, AnswerLost) as error:
            self._grants.failed(None, self._now())
            self._unless_spare(step, ApiUnreachable(str(error), operation="getToken", method="POST", path=PATH))
        else:
            await self._read(step, answer)

    async def _read(self, step: Ask, answer: Answer) -> None:
        now = self._now()
        if answer.status < 300:
            try:
                await self._store(Token.granted(read_json(answer.body), now))
            except (ValueError, AttributeError):
                self._grants.failed(None, now)
                self._unless_spare(step, _error(PlatformError, "the answer holds no token", answer.status))
            return
        failure, wait = failure_of(answer.body, answer.headers), retry_after(answer.headers)
        if answer.status in {400, 401, 403}:
            self._grants.denied(step.form, failure.message, now)
            return
        kind = RateLimited if answer.status == 429 else PlatformError
        if wait is None and kind is RateLimited:
            wait = WINDOW
        self._grants.failed(wait, now)
        self._unless_spare(step, _error(kind, failure.message, answer.status, code=failure.code, retry_after=wait))

    async def _store(self, token: Token) -> None:
        # Kept before it is used: until its first use the old refresh token would still give the same one.
        if self._keep is not None:
            await self._keep.save(token)
        self._grants.granted(token)

    @staticmethod
    def _unless_spare(step: Ask, error: Exception) -> None:
        if step.spare is None:
            raise error

    def _stay(self, step: Stay) -> NoReturn:
        wait = max(step.until - self._now(), 0.0)
        if step.refused is not None:
            raise _error(Unauthorized, f"the credentials do not work: {step.refused}", 401)
        raise _error(PlatformError, "the token endpoint failed a moment ago", 503, retry_after=wait)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _error(
    kind: type[ApiStatusError], message: str, status: int, *, code: str | None = None, retry_after: float | None = None
) -> ApiStatusError:
    return kind(
        message, status=status, code=code, retry_after=retry_after, operation="getToken", method="POST", path=PATH
    )
