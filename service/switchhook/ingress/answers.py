"""What the public endpoint answers: status, headers and a line for people, made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_TYPE = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that never changes."""

    start: Message
    body: Message


def _answer(status: int, text: str = "", *more: tuple[bytes, bytes]) -> Answer:
    content = orjson.dumps({"error": text}) if text else b""
    headers = [_TYPE, (b"content-length", b"%d" % len(content)), *more]
    return Answer(
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": content},
    )


OK = _answer(200)
NOT_FOUND = _answer(404, "there is nothing here")
NOT_ALLOWED = _answer(405, "only POST", (b"allow", b"POST"))
TOO_LATE = _answer(408, "the body did not come in time", (b"connection", b"close"))
TOO_LARGE = _answer(413, "the body is too large", (b"connection", b"close"))
UNAVAILABLE = _answer(503, "this cannot be stored at the moment", (b"retry-after", b"5"))

HANDSHAKE_HEADERS = OK.start["headers"]
"""What goes with an echoed token: without a JSON content type the platform refuses the address (SUB-525)."""


async def answer(send: Send, reply: Answer, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    """Send it, with other headers if given."""
    await send(reply.start if headers is None else {**reply.start, "headers": headers})
    await send(reply.body)
