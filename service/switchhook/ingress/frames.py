"""Frames of the platform's WebSocket gateway, read and written without any I/O (RingCentral guide: WebSockets)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from switchhook.errors import Malformed

_DECODER = json.JSONDecoder()
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """A JSON array of one or two elements: what it is, and what it carries, in the very characters it was sent in."""

    kind: str
    meta: Mapping[str, Any]
    body: bytes

    @property
    def message_id(self) -> str:
        """Which request it answers, or the notification's uuid."""
        return str(self.meta.get("messageId", ""))

    @property
    def status(self) -> int:
        """As over HTTP."""
        status = self.meta.get("status")
        return status if isinstance(status, int) else 0

    @property
    def place(self) -> str | None:
        """Where in the session this frame is: the token to recover with. None if the frame has none."""
        wsc = self.meta.get("wsc")
        token = wsc.get("token") if isinstance(wsc, dict) else None
        return token if isinstance(token, str) and token else None

    def content(self) -> Mapping[str, Any]:
        """The body as an object; empty if it is none."""
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return content if isinstance(content, dict) else {}


def read_frame(text: str) -> Frame:
    """Read a frame. Raises Malformed. The body is not parsed: what is stored is what came."""
    start = len(text) - len(text.lstrip(_BLANKS))
    if not text.startswith("[", start):
        raise Malformed("a WebSocket frame is no JSON array")
    try:
        meta, end = _DECODER.raw_decode(text, _behind(text, start + 1))
    except (ValueError, RecursionError):
        raise Malformed("the first element of a WebSocket frame is not JSON") from None
    if not isinstance(meta, dict) or not isinstance(meta.get("type"), str):
        raise Malformed("the first element of a WebSocket frame has no type")
    rest = text[_behind(text, end) :].rstrip(_BLANKS)
    if not rest.endswith("]") or not rest.startswith((",", "]")):
        raise Malformed("a WebSocket frame does not end")
    return Frame(meta["type"], meta, rest[1:-1].strip(_BLANKS).encode("utf-8", "surrogatepass"))


def _behind(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def request_frame(message_id: str, method: str, path: str, body: Mapping[str, Any]) -> str:
    """A REST request as a frame."""
    meta = {"type": "ClientRequest", "messageId": message_id, "method": method, "path": path}
    return orjson.dumps([meta, body]).decode()


def heartbeat_frame(message_id: str) -> str:
    """A sign of life, which the gateway echoes."""
    return orjson.dumps([{"type": "Heartbeat", "messageId": message_id}]).decode()
