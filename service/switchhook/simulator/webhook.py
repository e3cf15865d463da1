"""The platform as an HTTP client: handshakes with webhooks and posts to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp

from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused

PATIENCE = 1.0
"""Real seconds that manual time waits for a webhook before it moves on ..."""

TURNS = 100
"""... and turns of the event loop besides: a machine that stood still for a moment is no slow webhook."""

LARGEST_ANSWER = 1024
"""Bytes of the whole answer, status line and headers included (same)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook answered. `error` is None if it is as the platform wants it."""

    status: int | None
    error: str | None
    headers: dict[str, str]
    size: int = 0

    @property
    def good(self) -> bool:
        return self.error is None


class Webhooks:
    """One pool of connections. Redirects are not followed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Future[None]] = set()
        self._stuck: set[asyncio.Future[None]] = set()

    async def start(self) -> None:
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(_sent)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=True),
            timeout=aiohttp.ClientTimeout(total=None),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
        )

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def busy(self) -> bool:
        """Whether any webhook has yet to answer what it was sent."""
        return bool(self._under_way)

    async def quiet(self) -> None:
        """Return when every webhook has answered what it was sent, but for those that take too long."""
        for _ in range(5):
            await asyncio.sleep(0)
        while waiting := self._under_way - self._stuck:
            _, late = await asyncio.wait(waiting, timeout=PATIENCE)
            for _ in range(TURNS if late else 5):
                await asyncio.sleep(0)
            self._stuck |= late & self._under_way

    async def handshake(
        self, address: str, validation_token: str, verification_token: str | None, *, limit: float
    ) -> None:
        """Ask an address whether it wants notifications, for `limit` seconds.

        Raises Refused (CMN-101, SUB-520 to 525).
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(
                400,
                "CMN-101",
                "Parameter [deliveryMode.address] value is invalid.",
                parameter="deliveryMode.address",
            )
        headers = {"Validation-Token": validation_token}
        if verification_token is not None:
            headers["Verification-Token"] = verification_token
        answer = await self._post(address, b"", headers, limit)
        if answer.status is None and answer.error == "certificate":
            raise Refused(400, "SUB-524", "HTTPS certificate is not valid")
        if answer.status is None:
            raise Refused(400, "SUB-521", "WebHook is not reachable")
        if answer.status != 200:
            message = f"WebHook responds with incorrect HTTP status. HTTP status is {answer.status}"
            raise Refused(400, "SUB-522", message)
        if answer.headers.get("validation-token") != validation_token:
            raise Refused(400, "SUB-520", "Validation Token is not returned")
        json = answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        if not json or answer.size > LARGEST_ANSWER:
            raise Refused(400, "SUB-525", "WebHook server response is invalid")

    async def answers(self, address: str, validation_token: str, *, limit: float) -> bool:
        """Whether a handshake would succeed."""
        try:
            await self.handshake(address, validation_token, None, limit=limit)
        except Refused:
            return False
        return True

    async def deliver(
        self, address: str, body: bytes, verification_token: str | None, *, sent: Callable[[], None], limit: float
    ) -> Answer:
        """Post one notification. `sent` is called once it is on the wire, or failed before that."""
        headers = {
            "accept": "application/json",
            "accept-encoding": "UTF-8",
            "content-type": "application/json; charset=UTF-8",
            "user-agent": "RingCentral-Webhook/8.3",
        }
        if verification_token is not None:
            headers["verification-token"] = verification_token
        once = _Once(sent)
        try:
            answer = await self._post(address, body, headers, limit, once)
        finally:
            once()
        if answer.good and answer.size > LARGEST_ANSWER:
            return replace(answer, error="Webhook server response is invalid")
        return answer

    async def _post(
        self, address: str, body: bytes, headers: dict[str, str], seconds: float, sent: Callable[[], None] | None = None
    ) -> Answer:
        if self._session is None:
            raise RuntimeError("the platform is not running")
        headers.setdefault("Content-Length", str(len(body)))
        limit = asyncio.timeout(None)
        under_way: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.add(under_way)
        timer = self._clock.call_later(seconds, lambda: limit.reschedule(0.0))
        try:
            async with (
                limit,
                self._session.post(
                    address, data=body, headers=headers, allow_redirects=False, trace_request_ctx=sent
                ) as response,
            ):
                content = await response.read()
        except TimeoutError:
            return Answer(None, "I/O operation is failed. Details: [Read timed out]", {})
        except aiohttp.ClientConnectorCertificateError:
            return Answer(None, "certificate", {})
        except (aiohttp.ClientError, OSError) as error:
            return Answer(None, f"I/O operation is failed. Details: [{type(error).__name__}]", {})
        finally:
            timer.cancel()
            self._under_way.discard(under_way)
            self._stuck.discard(under_way)
            under_way.set_result(None)
        reason = f"Webhook responses with code: [{response.status}], reason: [{response.reason}]"
        return Answer(
            response.status,
            None if response.status == 200 else reason,
            {name.lower(): value for name, value in response.headers.items()},
            _size(response, content),
        )


class _Once:
    """Calls something the first time only."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def __call__(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


async def _sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: aiohttp.TraceRequestChunkSentParams
) -> None:
    sent = context.trace_request_ctx
    if sent is not None:
        sent()


def _size(response: aiohttp.ClientResponse, content: bytes) -> int:
    status_line = len(f"HTTP/1.1 {response.status} {response.reason}\r\n")
    return status_line + sum(len(name) + len(value) + 4 for name, value in response.raw_headers) + 2 + len(content)
