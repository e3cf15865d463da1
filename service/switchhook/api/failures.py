"""What a failed call proves: reads every form of error body, and turns status and code into the right ApiError."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NoReturn

from switchhook.api.reading import read_json
from switchhook.errors import (
    ApiError,
    ApiStatusError,
    ApiUnreachable,
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Unauthorized,
)

if TYPE_CHECKING:
    from switchhook.api.catalogue import Operation
    from switchhook.api.sansio import Request

PENALTY = 30.0
"""Seconds to stay away after a 429 that does not say how long (RingCentral guide: rate limits)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What the body of an error says. `code` is the platform's ("CMN-101"), or OAuth's word, or None."""

    code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the first whose conditions all hold decides. None means any.

    `writes`: whether the call changes something. `waits`: whether the answer says when to come again.
    """

    statuses: Container[int]
    error: type[ApiStatusError] | type[OutcomeUnknown]
    why: str
    codes: frozenset[str] | None = None
    waits: bool | None = None
    writes: bool | None = None


TABLE: tuple[Row, ...] = (
    Row({401}, Unauthorized, "refused at the door: nothing happened; a new token may help"),
    Row({429}, RateLimited, "refused at the door: nothing happened"),
    Row({403}, PlatformError, "read-only mode: nothing happened, later it may", codes=frozenset({"CMN-211"})),
    Row({503}, PlatformError, "the platform says that it did not take the call", codes=frozenset({"CMN-201"})),
    Row({503}, PlatformError, "the platform says when to come again", waits=True),
    Row({403}, Forbidden, "refused: nothing happened"),
    Row({404, 410}, NotFound, "no such thing: nothing happened"),
    Row({409}, Conflict, "the thing has moved on: nothing happened"),
    Row({501}, BadRequest, "not supported: nothing happened, and never will"),
    Row({408}, OutcomeUnknown, "the request did not arrive in full, or the answer came too late", writes=True),
    Row({408}, PlatformError, "a read may be repeated", writes=False),
    Row(range(400, 500), BadRequest, "the request is wrong: nothing happened"),
    Row(range(100, 600), OutcomeUnknown, "no proof that nothing happened (the cap on posts answers 500)", writes=True),
    Row(range(100, 600), PlatformError, "a read may be repeated", writes=False),
)
"""By status, code and whether the call changes something. What never got an answer is the transport's to say."""


def row_for(status: int, code: str | None, *, writes: bool, waits: bool) -> Row:
    """The row that decides."""
    return next(
        row
        for row in TABLE
        if status in row.statuses
        and (row.codes is None or code in row.codes)
        and row.waits in {None, waits}
        and row.writes in {None, writes}
    )


def raise_for(
    request: Request, status: int, failure: Failure, headers: Mapping[str, str], operation: Operation | None = None
) -> NoReturn:
    """Raise the error that the table gives for this answer."""
    wait = retry_after(headers)
    row = row_for(status, failure.code, writes=request.writes, waits=wait is not None)
    call = {"operation": request.operation, "method": request.method, "path": request.path}
    message = failure.message + _remedy(status, failure.code, operation)
    if issubclass(row.error, OutcomeUnknown):
        label = f"{status} {failure.code}" if failure.code else str(status)
        raise OutcomeUnknown(f"{label}: {message}; {row.why}", **call)
    raise row.error(
        message,
        status=status,
        code=failure.code,
        request_id=headers.get("rcrequestid"),
        retry_after=PENALTY if wait is None and status == 429 else wait,
        **call,
    )


def failure_of(body: bytes, headers: Mapping[str, str]) -> Failure:
    """Read an error body: the platform's two forms, OAuth's, a gateway's, or a page for people."""
    text = body.decode("utf-8", "replace").strip()
    if "html" in headers.get("content-type", "").lower() or text[:1] == "<":
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        said = html.unescape(title[1]).strip() if title else "no title"
        return Failure(None, f"a gateway answered with a page ({_short(said)})")
    try:
        content = read_json(body)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return Failure(None, "no explanation" if not text else "an answer that is not JSON")
    return _json_failure(content)


def _json_failure(content: Mapping[str, Any]) -> Failure:
    listed = content.get("errors")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    # The code on top may be a symbolic name of older times; the real one is in the list.
    code = first.get("errorCode") or content.get("errorCode") or content.get("error")
    said = first.get("message") or content.get("message") or content.get("error_description") or content.get("detail")
    return Failure(str(code) if code else None, _short(str(said)) if said else "no explanation")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a header that gives seconds or a date. None if there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        # Both moments are the platform's, so that our clock does not matter.
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return max(wait.total_seconds(), 0.0)


def _remedy(status: int, code: str | None, operation: Operation | None) -> str:
    """What to do, where the catalogue knows it."""
    if operation is None or status != 403:
        return ""
    if code == "CMN-401" and operation.app_permission:
        return f"; the application needs the permission {operation.app_permission}: add it in the developer console"
    if code in {"CMN-408", "CMN-419", "CMN-402", "InsufficientPermissions"} and operation.user_permission:
        return f"; the user needs the permission {operation.user_permission}: an administrator grants it by role"
    return ""


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 200 else flat[:199] + "…"


def lost(request: Request, reason: str) -> ApiError:
    """The error for a call that was sent and got no usable answer."""
    call = {"operation": request.operation, "method": request.method, "path": request.path}
    if request.writes:
        return OutcomeUnknown(f"{reason}; it may have happened", **call)
    return ApiUnreachable(f"{reason}; it changes nothing and may be repeated", **call)
