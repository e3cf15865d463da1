"""The hot route: one request of the platform, verified, made durable, answered. A raw ASGI application.

What answers what: strangers get a 4xx. The platform, which gives up on an address for any answer but 200, gets 200 for
everything that is stored and 503 for what cannot be; nothing is answered 200 that is not on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from switchhook.clock import Clock, SystemClock
from switchhook.errors import LogError
from switchhook.ingress.answers import (
    HANDSHAKE_HEADERS,
    NOT_ALLOWED,
    NOT_FOUND,
    OK,
    TOO_LARGE,
    TOO_LATE,
    UNAVAILABLE,
    Answer,
    Receive,
    Scope,
    Send,
    answer,
)
from switchhook.ingress.counts import Counts
from switchhook.ingress.interruptions import Interruptions
from switchhook.log import Header, NewRecord
from switchhook.log.journal import Journal
from switchhook.notification import Addresses, SubscriptionName, is_handshake, key_of_raw

_log = structlog.get_logger(__name__)

Relayed = Callable[[int], Awaitable[None]]
"""Returns once the log itself has the record at that offset, or the patience for it is used up."""


class Endpoint:
    """Answers `POST …/webhooks/{name}.{mac}`."""

    def __init__(
        self,
        addresses: Addresses,
        journal: Journal,
        counts: Counts,
        interruptions: Interruptions,
        *,
        body_limit: int,
        body_timeout: float,
        relayed: Relayed | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`body_limit` in bytes, `body_timeout` in seconds; `relayed` is waited for before a 200, if given."""
        self._addresses = addresses
        self._journal = journal
        self._counts = counts
        self._interruptions = interruptions
        self._body_limit = body_limit
        self._body_timeout = body_timeout
        self._relayed = relayed
        self._clock = clock or SystemClock()
        self._headers: dict[SubscriptionName, Mapping[str, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = self._clock.monotonic()
        name = self._addresses.recognise(scope["path"])
        if name is None:
            self._counts.stranger.inc()
            await answer(send, NOT_FOUND)
        elif scope["method"] != "POST":
            self._counts.stranger.inc()
            await answer(send, NOT_ALLOWED)
        else:
            reply, headers = await self._accept(name, dict(scope["headers"]), receive)
            await answer(send, reply, headers)
            if reply is OK and headers is None:
                self._counts.seconds.observe(self._clock.monotonic() - started)

    async def _accept(
        self, name: SubscriptionName, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[Answer, list[tuple[bytes, bytes]] | None]:
        try:
            body = await self._body(headers, receive)
        except _TooLarge:
            self._counts.too_large.inc()
            return TOO_LARGE, None
        except TimeoutError:
            self._counts.too_late.inc()
            return TOO_LATE, None
        if is_handshake(headers, len(body)):
            self._counts.handshake.inc()
            return OK, [(b"validation-token", headers[b"validation-token"]), *HANDSHAKE_HEADERS]
        return await self._store(name, headers, body), None

    async def _store(self, name: SubscriptionName, headers: dict[bytes, bytes], body: bytes) -> Answer:
        token = headers.get(b"verification-token") or headers.get(b"validation-token") or b""
        record = NewRecord(
            name.account, key_of_raw(body), body, self._clock.now().timestamp(), self._record_headers(name)
        )
        try:
            if self._addresses.verified(name, token):
                offset = await self._journal.accept((record,))
                if self._relayed is not None:
                    await self._relayed(offset)
                self._counts.accepted.inc()
                self._interruptions.accepted(name.account)
            else:
                await self._journal.quarantine(str(name), record)
                self._counts.quarantined.inc()
                self._interruptions.quarantined(name)
                _log.warning("a request with a wrong verification token was put in quarantine", subscription=str(name))
        except LogError as error:
            self._counts.refused.inc()
            self._interruptions.refused(name.account)
            _log.error("a notification was refused with 503 and is lost", subscription=str(name), reason=str(error))
            return UNAVAILABLE
        return OK

    def _record_headers(self, name: SubscriptionName) -> Mapping[str, str]:
        headers = self._headers.get(name)
        if headers is None:
            headers = self._headers[name] = {Header.NAME: str(name)}
        return headers

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The whole body. Raises _TooLarge, TimeoutError; ConnectionError from a client that went away."""
        length = headers.get(b"content-length")
        if length is not None and int(length) > self._body_limit:
            raise _TooLarge
        deadline = _Deadline(self._clock, self._body_timeout)
        try:
            message = await receive()
            body: bytes = message.get("body", b"")
            if message["type"] == "http.request" and not message.get("more_body", False):
                if len(body) > self._body_limit:
                    raise _TooLarge
                return body
            return await self._rest(bytearray(body), message, receive)
        except asyncio.CancelledError:
            deadline.translate()
            raise
        finally:
            deadline.cancel()

    async def _rest(self, body: bytearray, message: Mapping[str, Any], receive: Receive) -> bytes:
        while True:
            if message["type"] != "http.request":
                raise TimeoutError  # gone: whatever is answered, nobody hears it
            if len(body) > self._body_limit:
                raise _TooLarge
            if not message.get("more_body", False):
                return bytes(body)
            message = await receive()
            body += message.get("body", b"")


class _Deadline:
    """`asyncio.timeout` for a path where its four microseconds matter: most bodies are there already."""

    __slots__ = ("_passed", "_task", "_timer")

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._task = asyncio.current_task()
        self._passed = False
        self._timer = clock.call_later(seconds, self._pass)

    def _pass(self) -> None:
        if self._task is not None:
            self._passed = True
            self._task.cancel()

    def translate(self) -> None:
        """A cancellation that was ours becomes TimeoutError; anybody else's stays one."""
        if self._passed and self._task is not None and self._task.uncancel() == 0:
            raise TimeoutError

    def cancel(self) -> None:
        self._timer.cancel()


class _TooLarge(Exception):
    """The body is longer than the limit."""
