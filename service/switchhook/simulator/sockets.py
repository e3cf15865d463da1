"""WebSocket sessions: what was sent, what was missed, and how a client comes back to it. Pure."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.oauth import Session as Login

Frame = list[Any]
Send = Callable[[Frame], None]


@dataclass(slots=True)
class Limits:
    """What the gateway promises in its first frame: seconds and counts, each a knob."""

    recovery_buffer: int = 100
    recovery: int = 180
    idle: int = 1800
    absolute: int = 86_400
    active_requests: int = 10


@dataclass(slots=True)
class Socket:
    """One session. It outlives its connection for a while: what it would have sent is kept."""

    id: str
    login: Login
    created: datetime
    sequence: int = 0
    sent: deque[tuple[int, Frame]] = field(default_factory=deque)
    """The latest frames that have a sequence, with it."""
    send: Send | None = None
    """None while no connection is there."""
    lost_at: datetime | None = None
    subscription_id: str | None = None
    base_url: str = ""
    """How the client reached the platform."""
    ended: list[Callable[[], None]] = field(default_factory=list)
    """Called once it cannot be recovered any more."""


class Sockets:
    """All WebSocket sessions, and the tokens that open them."""

    def __init__(self, clock: Clock, identifiers: Identifiers) -> None:
        self.limits = Limits()
        self.all: dict[str, Socket] = {}
        self._tokens: dict[str, tuple[Login, datetime]] = {}
        self._clock = clock
        self._identifiers = identifiers

    def token(self, login: Login, seconds: int) -> str:
        """A token that opens sockets for a while: several times, as clients use it again to recover."""
        token = self._identifiers.token()
        self._tokens[token] = (login, self._clock.now() + timedelta(seconds=seconds))
        return token

    def authenticate(self, token: str) -> Login:
        """Raises Refused (OAU-213, OAU-128)."""
        found = self._tokens.get(token)
        if found is None:
            raise Refused(401, "OAU-213", "Token is not found")
        if found[1] <= self._clock.now():
            raise Refused(401, "OAU-128", "Access token expired")
        return found[0]

    def open(self, login: Login) -> Socket:
        """A new session."""
        socket = Socket(self._identifiers.unique(), login, self._clock.now())
        self.all[socket.id] = socket
        return socket

    def recover(self, login: Login, token: str) -> tuple[Socket, list[Frame]] | None:
        """The session that a `wsc` token is of, and what was sent since; None if it is too late or no such session."""
        try:
            socket_id, _, sequence = base64.b64decode(token, validate=True).decode().partition(" ")
            after = int(sequence)
        except ValueError:
            return None
        socket = self.all.get(socket_id)
        if socket is None or socket.login.extension is not login.extension:
            return None
        return socket, [frame for number, frame in socket.sent if number > after]

    def lost(self, socket: Socket) -> None:
        """The connection is gone: the session waits for its client."""
        socket.send, socket.lost_at = None, self._clock.now()
        lost_at = socket.lost_at

        def give_up() -> None:
            if socket.send is None and socket.lost_at == lost_at:
                self.end(socket)

        self._clock.call_later(self.limits.recovery, give_up)

    def end(self, socket: Socket) -> None:
        """It cannot be recovered any more."""
        if self.all.pop(socket.id, None) is not None:
            for each in socket.ended:
                each()

    def notify(self, socket: Socket, notification: Mapping[str, Any]) -> None:
        """Send a notification, now or when the client comes back."""
        meta = {
            "type": "ServerNotification",
            "messageId": notification["uuid"],
            "status": 200,
            "headers": {"Content-Type": "application/json", "RCRequestId": self._identifiers.unique()},
            "wsc": self.next(socket),
        }
        frame: Frame = [meta, notification]
        socket.sent.append((socket.sequence, frame))
        while len(socket.sent) > self.limits.recovery_buffer:
            socket.sent.popleft()
        if socket.send is not None:
            socket.send(frame)

    def next(self, socket: Socket) -> dict[str, Any]:
        """The `wsc` of the next frame: where in the session it is, as an opaque token and as a number."""
        socket.sequence += 1
        token = base64.b64encode(f"{socket.id} {socket.sequence}".encode()).decode()
        return {"token": token, "sequence": socket.sequence}

    def greeting(self, socket: Socket, state: str | None) -> Frame:
        """The first frame of every connection. `state`: of a recovery, "Successful" or "Failed"."""
        request = self._identifiers.unique()
        meta = {
            "type": "ConnectionDetails",
            "messageId": request,
            "status": 200,
            "wsc": self.next(socket),
            "headers": {"RCRequestId": request},
        }
        details: dict[str, Any] = {
            "creationTime": stamp(socket.created),
            "maxConnectionsPerSession": 50,
            "recoveryBufferSize": self.limits.recovery_buffer,
            "recoveryTimeout": self.limits.recovery,
            "idleTimeout": self.limits.idle,
            "absoluteTimeout": self.limits.absolute,
            "maxActiveRequests": self.limits.active_requests,
        }
        if state is not None:
            details["recoveryState"] = state
            if state == "Failed":
                details["recoveryErrorCode"] = "WSG-909"
        return [meta, details]


def error(code: str, message: str, message_id: str, status: int) -> Frame:
    """A frame that says what is wrong. Two elements, always."""
    meta = {"type": "Error", "messageId": message_id, "status": status, "headers": {"RCRequestId": message_id}}
    return [meta, {"errorCode": code, "message": message, "errors": [{"errorCode": code, "message": message}]}]
