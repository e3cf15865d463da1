"""Answers to a comma-separated list of ids: `multipart/mixed` and the platform's JSON form, read into one shape."""

from __future__ import annotations

import email.parser
import email.policy
import re
from email.message import Message
from typing import Any

from switchhook.api.reading import read_json


def parts_of(content_type: str, body: bytes, *, after: int = 0) -> list[dict[str, Any]]:
    """One `{"resourceId", "status", "body"}` per id, in the order of the answer. Raises ValueError.

    `resourceId` is a segment of the part's address where the platform gives one: `after` it come so many others.
    """
    if content_type.split(";", 1)[0].strip().lower() != "multipart/mixed":
        listed = read_json(body)
        if not isinstance(listed, list):
            raise ValueError("a batch answer is a list")
        return [{"resourceId": None, "status": 200, "body": None, **part} for part in listed]
    return _mixed(content_type, body, after)


def _mixed(content_type: str, body: bytes, after: int) -> list[dict[str, Any]]:
    # The header as the parser wants it; the platform does not quote its boundary, and parts may end in LF or CRLF.
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("the boundary of a multipart answer is missing")
    contents = [_bytes(part) for part in message.walk() if not part.is_multipart()]
    if not contents:
        raise ValueError("a multipart answer has no part")
    head_part = read_json(contents[0])
    entries = head_part.get("response", []) if isinstance(head_part, dict) else []
    if len(entries) != len(contents) - 1:
        raise ValueError("a multipart answer has not as many parts as it says")
    return [_part(entry, content, after) for entry, content in zip(entries, contents[1:], strict=True)]


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _part(entry: dict[str, Any], content: bytes, after: int) -> dict[str, Any]:
    segments = re.split(r"[?#]", str(entry.get("href", "")))[0].rstrip("/").split("/")
    value = read_json(content) if content.strip() else None
    named = segments[-1 - after] if len(segments) > after else ""
    resource = named or (value.get("id") if isinstance(value, dict) else None)
    return {"resourceId": resource, "status": int(entry.get("status", 200)), "body": value}
