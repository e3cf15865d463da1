"""What passes between the wire and the state: a request, its answer, a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the owner of the access token and the app it was given to."""

    account_id: str
    extension_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class File:
    """A part of a multipart request that is not the JSON one."""

    name: str
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call of an operation, as the wire read it.

    `path` has `~` already replaced by the caller's ids. `today`: asked by the path of today where that was renamed.
    `base`: the address by which the client reached us, such as "http://127.0.0.1:40123"; absolute `uri`s start with it.
    """

    operation: str
    caller: Caller
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, list[str]] = field(default_factory=dict)
    body: Any = None
    files: tuple[File, ...] = ()
    base: str = ""
    today: bool = False


@dataclass(slots=True)
class Answer:
    """What goes back. `body` is a JSON value, or bytes of `content_type`, or None for no body at all."""

    status: int = 200
    body: Any = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The platform says no: `status`, `code` ("CMN-101"), `message`, and the parameter that is to blame."""

    def __init__(self, status: int, code: str, message: str, parameter: str | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter

    @property
    def body(self) -> dict[str, Any]:
        """The classic error body: the first error on top, all in the list (RingCentral guide: errors)."""
        error = {"errorCode": self.code, "message": self.message}
        if self.parameter is not None:
            error["parameterName"] = self.parameter
        return {**error, "errors": [dict(error)]}


def invalid(parameter: str) -> Refused:
    """A parameter with a value that cannot be: 400 CMN-101."""
    return Refused(400, "CMN-101", f"Parameter [{parameter}] value is invalid", parameter)


def not_found(parameter: str) -> Refused:
    """A parameter that names a resource which is not there: 404 CMN-102."""
    return Refused(404, "CMN-102", f"Resource for parameter [{parameter}] is not found", parameter)
