"""Reading the body of a request: JSON, form, or parts of both kinds."""

from __future__ import annotations

import email.parser
import email.policy
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson

from switchhook.simulator.errors import Refused
from switchhook.simulator.wire.request import File

MEDIA = ("image/", "audio/", "video/", "application/octet-stream", "application/pdf")


def read_form(content: bytes) -> dict[str, str]:
    """The fields of a form. Raises Refused (OAU-111) for one that is given twice."""
    pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused(400, "OAU-111", f"Duplicate parameter [{twice}]", oauth="invalid_request")
    return dict(pairs)


def read_json(content: bytes) -> Any:
    """Raises Refused (CMN-103)."""
    if not content.strip():
        return {}
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Refused(400, "CMN-103", "JSON cannot be parsed") from None


def read_parts(content: bytes, content_type: str) -> tuple[Any, list[File]]:
    """The fields are in the part that is JSON, whatever it is called; every other part is a file."""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + content
    )
    if not message.is_multipart():
        raise Refused(400, "CMN-104", "Request cannot be parsed")
    fields: Any = {}
    files = []
    for part in message.iter_parts():
        raw = part.get_payload(decode=True)
        payload = raw if isinstance(raw, bytes) else b""
        if part.get_content_type() == "application/json":
            fields = read_json(payload)
        else:
            name = str(part.get_param("name", "", "content-disposition") or "")
            files.append(File(name, part.get_content_type(), payload, part.get_filename()))
    return fields, files


def check(content_type: str, accepted: Sequence[str]) -> None:
    """Refuse a kind of body that an operation does not take (415). One that is not named is taken for JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    if not accepted or not kind or kind in accepted:
        return
    takes_files = any(one.startswith("multipart/") for one in accepted)
    if takes_files and kind.startswith(("multipart/", *MEDIA)):
        return
    if not (kind.endswith("+json") and "application/json" in accepted):
        raise unsupported(kind)


def unsupported(kind: str) -> Refused:
    """415 for a content type."""
    return Refused(415, "CMN-126", f"Content type [{kind}] is not supported")


def read(content: bytes, content_type: str) -> tuple[Any, list[File]]:
    """By content type. An empty body is `{}`, whatever it says to be. Raises Refused (CMN-103, 104, 415)."""
    kind = content_type.partition(";")[0].strip().lower()
    if not content:
        return {}, []
    if kind.startswith("multipart/"):
        return read_parts(content, content_type)
    if kind == "application/x-www-form-urlencoded":
        return read_form(content), []
    if kind == "text/plain":
        return content.decode("utf-8", "replace"), []
    if kind in ("", "application/json") or kind.endswith("+json"):
        return read_json(content), []
    if kind.startswith(MEDIA):
        return {}, [File("", kind, content)]
    raise unsupported(kind)
