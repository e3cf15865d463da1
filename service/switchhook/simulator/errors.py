"""What the platform refuses, as the answer it gives for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMES = {
    "CMN-101": "InvalidParameter",
    "CMN-102": "InvalidParameter",
    "CMN-401": "InsufficientPermissions",
    "CMN-408": "InsufficientPermissions",
    "CMN-419": "InsufficientPermissions",
}
"""Words that some answers have on top in place of the code."""


@dataclass(slots=True)
class Wording:
    """How errors are told: servers of the platform differ; each a knob."""

    modern: bool = False
    """Only the list `errors`, nothing on top."""
    named: bool = False
    """On top a word ("InvalidParameter") in place of the code, which stands in the list alone."""


class Refused(Exception):
    """A request is not carried out: status, code and message of the answer, and the parameter at fault."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        parameter: str | None = None,
        headers: Mapping[str, str] | None = None,
        oauth: str | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter
        self.headers = dict(headers or {})
        self.oauth = oauth
        """The `error` of an OAuth endpoint, such as "invalid_grant"."""

    def body(self, wording: Wording | None = None) -> dict[str, Any]:
        """The classic error body: code and message on top and in a list; or as `wording` has it."""
        entry: dict[str, Any] = {"errorCode": self.code, "message": self.message}
        if self.parameter is not None:
            entry["parameterName"] = self.parameter
        body = {**entry, "errors": [entry]}
        if wording is not None and wording.modern:
            body = {"errors": [entry]}
        elif wording is not None and wording.named:
            body["errorCode"] = NAMES.get(self.code, self.code)
        if self.oauth is not None:
            body = {"error": self.oauth, "error_description": self.message, **body}
        return body


def invalid(parameter: str) -> Refused:
    """A parameter's value is wrong."""
    return Refused(400, "CMN-101", f"Parameter [{parameter}] value is invalid.", parameter=parameter)


def not_found(parameter: str) -> Refused:
    """What a parameter names does not exist (any more)."""
    return Refused(404, "CMN-102", f"Resource for parameter [{parameter}] is not found", parameter=parameter)


def wrong_state() -> Refused:
    """A call is not in the state that a command needs."""
    return Refused(409, "TAS-102", "Incorrect State")


def operation_not_allowed() -> Refused:
    """A call does not allow a command, or the device is not there to carry it out."""
    return Refused(403, "TAS-106", "Operation is not allowed")
