"""The WebSocket gateway: REST requests and notifications as frames on one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

import orjson
from aiohttp import WSMsgType, web

from switchhook.simulator.clock import Timer
from switchhook.simulator.errors import Refused
from switchhook.simulator.outbox import Outbox, collecting
from switchhook.simulator.sockets import Frame, Socket, error
from switchhook.simulator.wire.pipeline import answer
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.world import World

PATH = "/ws"
BREATH = 0.01
"""Seconds between the greeting and what was missed: a client listens only once it has handled the greeting."""


async def breathe() -> None:
    """Let the greeting arrive by itself."""
    await asyncio.sleep(BREATH)


class Connection:
    """One connection of one client."""

    def __init__(self, world: World, http: web.BaseRequest) -> None:
        self._world = world
        self._http = http
        self._ws = web.WebSocketResponse(compress=True, heartbeat=None)
        self._outgoing: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._requests: set[asyncio.Task[None]] = set()
        self._timers: list[Timer] = []
        self._idle: Timer | None = None

    async def serve(self) -> web.StreamResponse:
        """From the upgrade, which is never refused, to the end."""
        await self._ws.prepare(self._http)
        query, sockets = self._http.query, self._world.sockets
        try:
            login = sockets.authenticate(query.get("access_token", ""))
        except Refused as refusal:
            frame = error(refusal.code, refusal.message, self._world.identifiers.unique(), refusal.status)
            await self._ws.send_str(_text(frame))
            await self._ws.close()
            return self._ws
        recovered = sockets.recover(login, query["wsc"]) if "wsc" in query else None
        socket, missed = recovered if recovered is not None else (sockets.open(login), [])
        socket.base_url = f"{self._http.scheme}://{self._http.host}"
        state = None if "wsc" not in query else "Successful" if recovered is not None else "Failed"
        await self._ws.send_str(_text(sockets.greeting(socket, state)))
        if state == "Successful":
            await breathe()
            missed = (sockets.recover(login, query["wsc"]) or (socket, missed))[1]
        for frame in missed:
            self._outgoing.put_nowait(frame)
        socket.send, socket.lost_at = self._outgoing.put_nowait, None
        await self._run(socket)
        return self._ws

    async def _run(self, socket: Socket) -> None:
        limits, clock = self._world.sockets.limits, self._world.clock
        writer = asyncio.create_task(self._write())
        self._timers.append(clock.call_later(limits.absolute, lambda: self._give_up("WSG-903", "Absolute timeout")))
        self._stir()
        try:
            async for message in self._ws:
                self._stir()
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._received(socket, message.data)
        finally:
            for timer in (*self._timers, *([self._idle] if self._idle is not None else [])):
                timer.cancel()
            self._outgoing.put_nowait(None)
            await writer
            if socket.send == self._outgoing.put_nowait:
                self._world.sockets.lost(socket)

    async def _write(self) -> None:
        while (frame := await self._outgoing.get()) is not None:
            if not self._ws.closed:
                await self._ws.send_str(_text(frame))
                if frame[0]["type"] == "Error" and frame[0]["status"] == 408:
                    await self._ws.close()

    def _stir(self) -> None:
        """Something was heard: the idle time starts anew."""
        if self._idle is not None:
            self._idle.cancel()
        idle = self._world.sockets.limits.idle
        self._idle = self._world.clock.call_later(idle, lambda: self._give_up("WSG-902", "Idle timeout"))

    def _give_up(self, code: str, message: str) -> None:
        self._outgoing.put_nowait(error(code, message, self._world.identifiers.unique(), 408))

    def _received(self, socket: Socket, data: str | bytes) -> None:
        try:
            frame = orjson.loads(data)
            meta = frame[0]
            kind, message_id = meta["type"], meta.get("messageId", "")
        except (orjson.JSONDecodeError, LookupError, TypeError):
            identifier = self._world.identifiers.unique()
            self._outgoing.put_nowait(error("WSG-400", "Frame cannot be parsed", identifier, 400))
            return
        if kind == "Heartbeat":
            self._outgoing.put_nowait([{"type": "Heartbeat", "messageId": message_id}])
        elif kind == "ClientRequest":
            self._answer(socket, meta, frame[1] if len(frame) > 1 else None)
        else:
            self._outgoing.put_nowait(error("WSG-400", f"Unknown message type [{kind}]", message_id, 400))

    def _answer(self, socket: Socket, meta: Mapping[str, Any], body: Any) -> None:
        """Carry out a request, unless it is one too many at once or none for a socket (the codes are ours)."""
        parts = urlsplit(str(meta.get("path", "")))
        if len(self._requests) >= self._world.sockets.limits.active_requests:
            self._refuse(meta, Refused(429, "WSG-429", "Too many active requests"))
        elif parts.path.startswith("/restapi/oauth/"):
            self._refuse(meta, Refused(501, "CMN-202", "The operation is not supported over WebSocket"))
        else:
            task = asyncio.create_task(self._carry_out(socket, meta, parts, body))
            self._requests.add(task)
            task.add_done_callback(self._requests.discard)

    def _refuse(self, meta: Mapping[str, Any], refusal: Refused) -> None:
        answer = Response(refusal.status, refusal.body(self._world.wording), headers=refusal.headers)
        self._outgoing.put_nowait(_reply(meta, answer, None, self._world.identifiers.unique()))

    async def _carry_out(self, socket: Socket, meta: Mapping[str, Any], parts: SplitResult, body: Any) -> None:
        """As over HTTP; the reply goes out first, then what it caused."""
        query: dict[str, list[str]] = {}
        for key, value in (*parse_qsl(parts.query), *_pairs(meta.get("query"))):
            query.setdefault(key, []).append(value)
        headers = {str(key).title(): str(value) for key, value in (meta.get("headers") or {}).items()}
        request = Request(
            world=self._world,
            method=str(meta.get("method", "GET")).upper(),
            path=parts.path,
            query=query,
            headers={**headers, "Authorization": f"Bearer {socket.login.access}", "Content-Type": "application/json"},
            content=b"" if body is None else orjson.dumps(body),
            base_url="",
            socket=socket,
        )
        outbox = Outbox()
        try:
            with collecting(outbox):
                outcome = await answer(request)
            if outcome.broken:
                await self._ws.close()
            elif outcome.response.content:
                self._refuse(meta, Refused(501, "CMN-202", "Content is not supported over WebSocket"))
            else:
                self._outgoing.put_nowait(_reply(meta, outcome.response, request, self._world.identifiers.unique()))
        finally:
            outbox.release()


def _reply(meta: Mapping[str, Any], response: Response, request: Request | None, request_id: str) -> Frame:
    headers = {"Content-Type": "application/json", "RCRequestId": request_id, **response.headers}
    subscribes = request is not None and "/subscription" in request.path and request.method in ("POST", "PUT")
    if subscribes and response.status < 300:
        headers["WSG-SubscriptionId"] = response.body["id"]
    reply = {
        "type": "ClientRequest", "messageId": meta.get("messageId", ""), "status": response.status, "headers": headers
    }  # fmt: skip
    return [reply] if response.body is None else [reply, response.body]


def _pairs(query: Any) -> list[tuple[str, str]]:
    if not isinstance(query, Mapping):
        return []
    return [(key, str(one)) for key, value in query.items() for one in (value if isinstance(value, list) else [value])]


def _text(frame: Frame) -> str:
    return orjson.dumps(frame).decode()
