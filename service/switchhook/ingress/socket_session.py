"""One connection to the gateway, from its greeting to its end: subscribe, take notifications, show signs of life."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog

from switchhook.clock import Clock, time_limit
from switchhook.errors import ApiUnreachable, Malformed, SubscriptionRefused
from switchhook.ingress.frames import Frame, heartbeat_frame, read_frame, request_frame
from switchhook.ingress.socket_store import SocketStore

_SUBSCRIPTION = "/restapi/v1.0/subscription"
_ANSWER_WITHIN = 15.0
_QUIET = 45.0
"""Seconds of silence after which we ask for a sign of life (the platform wants no more than one in 30 s)."""
_DEAD = 70.0
"""Seconds of silence after which the connection is given up."""
_LOOK_EVERY = 5.0

_log = structlog.get_logger("switchhook.websocket")


class Ended(Exception):
    """The connection is over; the message says why."""


class SocketSession:
    """One connection. `run` greets, subscribes and takes what comes until the connection ends."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, store: SocketStore, clock: Clock) -> None:
        self._socket = socket
        self._store = store
        self._clock = clock
        self._heard = clock.monotonic()
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self.filters: tuple[str, ...] = ()
        """What is subscribed to on this connection."""

    async def greet(self) -> None:
        """Take the gateway's first frame, before which nothing may be sent, and settle what it says of recovery.

        Raises Ended, ApiUnreachable.
        """
        left = self._store.place
        async with _in_time(self._clock, "the gateway did not greet"):
            greeting = await self._receive()
        if greeting.kind != "ConnectionDetails":
            raise Ended(f"the gateway refused: {_reason(greeting)}")
        if left is not None and greeting.content().get("recoveryState") == "Successful":
            # What was missed follows. Only that moves the place: the greeting is already behind it.
            self.filters = left.filters
            return
        if left is not None:
            await self._store.lost(left.at)
        await self._store.put(greeting, ())

    async def run(self) -> None:
        """Take frames until the connection ends. Raises Ended."""
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                await self._take(await self._receive())
        finally:
            watching.cancel()
            for answer in self._answers.values():
                answer.cancel()

    async def subscribe(self, filters: tuple[str, ...]) -> None:
        """Subscribe to these, in place of what was before. Needs `run` beside it.

        Raises SubscriptionRefused, ApiUnreachable.
        """
        body = {"eventFilters": list(filters), "deliveryMode": {"transportType": "WebSocket"}}
        reply = await self._ask("POST", _SUBSCRIPTION, body)
        if reply.status >= 300:
            raise SubscriptionRefused(f"the platform refuses to subscribe on a WebSocket: {_reason(reply)}")
        self.filters = filters
        _log.info("subscribed on the WebSocket", filters=len(filters))

    async def _ask(self, method: str, path: str, body: Mapping[str, Any]) -> Frame:
        message_id = f"switchhook-{next(self._numbers)}"
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[message_id] = answer
        try:
            async with _in_time(self._clock, "the gateway did not answer"):
                await self._socket.send_str(request_frame(message_id, method, path, body))
                await answer
        except (aiohttp.ClientError, ConnectionError) as error:
            raise ApiUnreachable(f"the WebSocket broke ({type(error).__name__})", path=path) from None
        finally:
            del self._answers[message_id]
        return answer.result()

    async def _take(self, frame: Frame) -> None:
        if frame.place is not None or frame.kind == "ServerNotification":
            await self._store.put(frame, self.filters)
        answer = self._answers.get(frame.message_id)
        if answer is not None and frame.kind != "ServerNotification":
            if not answer.done():
                answer.set_result(frame)
        elif frame.kind == "Error":
            _log.warning("the gateway says", reason=_reason(frame))

    async def _receive(self) -> Frame:
        """The next frame that can be read. Raises Ended."""
        while True:
            message = await self._socket.receive()
            self._heard = self._clock.monotonic()
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    try:
                        data = message.data
                        return read_frame(data if isinstance(data, str) else data.decode("utf-8", "replace"))
                    except Malformed as error:
                        _log.warning("a WebSocket frame was skipped", reason=str(error))
                case aiohttp.WSMsgType.PING:
                    await self._socket.pong(message.data)
                case aiohttp.WSMsgType.CLOSE | aiohttp.WSMsgType.CLOSING | aiohttp.WSMsgType.CLOSED:
                    raise Ended(f"the connection was closed (code {self._socket.close_code})")
                case aiohttp.WSMsgType.ERROR:
                    raise Ended(f"the connection broke ({type(message.data).__name__})")
                case _:
                    pass

    async def _watch(self) -> None:
        """Ask for a sign of life after some silence; end the connection after more."""
        asked = False
        while True:
            await self._clock.sleep(_LOOK_EVERY)
            silent = self._clock.monotonic() - self._heard
            if silent >= _DEAD:
                await self._socket.close()
                return
            if silent >= _QUIET and not asked:
                await self._socket.send_str(heartbeat_frame(f"switchhook-alive-{next(self._numbers)}"))
            asked = silent >= _QUIET


def _reason(frame: Frame) -> str:
    """Code and message of an error, whichever form it has."""
    content = frame.content()
    first = content.get("errors")
    inner = first[0] if isinstance(first, list) and first and isinstance(first[0], dict) else content
    code, message = inner.get("errorCode", "no code"), inner.get("message", "no message")
    return f"{frame.status} {code} {message}"


@asynccontextmanager
async def _in_time(clock: Clock, message: str) -> AsyncIterator[None]:
    """A time limit whose end is ApiUnreachable."""
    try:
        async with time_limit(clock, _ANSWER_WITHIN):
            yield
    except TimeoutError:
        raise ApiUnreachable(f"{message} within {_ANSWER_WITHIN:.0f} s", path="websocket") from None
