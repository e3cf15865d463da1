"""The API without I/O: what a request and an answer are, and how one is built and the other deciphered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from switchhook.api.batch import parts_of
from switchhook.api.catalogue import Operation
from switchhook.api.failures import Failure, failure_of, raise_for
from switchhook.api.files import File
from switchhook.api.parameters import Placed, place
from switchhook.api.reading import read_json, write_json

Paths = Literal["today", "index"]
BATCH_JSON = "application/vnd.ringcentral.multipart+json"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body."""

    name: str
    file: File


@dataclass(slots=True)  # not frozen: that makes it three times as dear, and one is made for every call
class Request:
    """What is to be sent. `path` and `query` are encoded already. `writes`: whether it changes something.

    `sign`: how it is authorized: by the identity's access token, as the application, or not at all.
    """

    operation: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    writes: bool = True
    sign: Literal["token", "application", "nobody"] = "token"
    rate_group: str = "NoThrottling"
    address: str | None = field(default=None, repr=False)
    """Where it goes, if not to `path` of our server: an address that is a secret and stands in no message."""

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(slots=True)
class Answer:
    """What came back. Headers are asked for by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """Without its parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def build(operation: Operation, parameters: Mapping[str, Any] | None = None, *, paths: Paths = "today") -> Request:
    """Check the parameters and put each in its place. Raises ValueError naming everything that is wrong."""
    placed = place(operation, parameters or {})
    method, path = operation.today if operation.today and paths == "today" else (operation.method, operation.path)
    for name, values in placed.path.items():
        path = path.replace(f"{{{name}}}", ",".join(map(_quoted, values)) if len(values) > 1 else _quoted(values[0]))
    headers = {"Accept": _accept_several(operation) if placed.several else operation.accept, **placed.headers}
    body, parts = _content(operation, placed, headers)
    return Request(
        operation=operation.id,
        method=method,
        path=path,
        query=urlencode(placed.query, quote_via=quote, safe="~") if placed.query else "",
        headers=headers,
        body=body,
        parts=parts,
        writes=operation.changes_something,
        sign="application" if operation.form else "nobody" if operation.id == "authorize" else "token",
        rate_group=operation.rate_group,
    )


def decipher(request: Request, answer: Answer, operation: Operation | None = None) -> Any:
    """The answer's content: parsed JSON, a list of parts for 207, bytes for a file, None for 204 and 304.

    Raises the ApiError that says what may be concluded; `operation` lets its message name the missing permission.
    """
    if answer.status >= 400:
        raise_for(request, answer.status, failure_of(answer.body, answer.headers), answer.headers, operation)
    if 300 <= answer.status < 400 and answer.status != 304:
        return {"location": answer.headers.get("location", "")}
    if answer.status in {204, 205, 304} or not answer.body:
        return None
    try:
        return _content_of(answer, page=request.sign == "nobody", after=operation.after if operation else 0)
    except ValueError:
        unreadable = Failure(
            None, f"the answer says {answer.content_type or 'nothing of its type'} and is not readable"
        )
        raise_for(request, answer.status, unreadable, answer.headers, operation)


def _content_of(answer: Answer, *, page: bool, after: int) -> Any:
    """`page`: whether a page for people is a good answer, as it is to `authorize`. `after`: as in `parts_of`."""
    kind = answer.content_type
    if kind in {"multipart/mixed", BATCH_JSON}:
        return parts_of(answer.headers["content-type"], answer.body, after=after)
    if kind.endswith("json"):
        return read_json(answer.body)
    if kind == "text/html" and not page:
        raise ValueError("a page for people")
    if kind in {"text/plain", "text/html"}:
        return answer.body.decode("utf-8", "replace")
    return answer.body


def _quoted(value: str) -> str:
    return value if value.isalnum() and value.isascii() else quote(value, safe="~*:")


def _accept_several(operation: Operation) -> str:
    known = {kind for kinds in operation.answers.values() for kind in kinds}
    forms = f"{BATCH_JSON}, multipart/mixed" if BATCH_JSON in known else "multipart/mixed"
    return operation.accept if operation.binary else f"{forms}, application/json"


def _content(operation: Operation, placed: Placed, headers: dict[str, str]) -> tuple[bytes | None, tuple[Part, ...]]:
    if operation.form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return urlencode(placed.form).encode(), ()
    only_parts = operation.multipart and not any(kind.endswith("json") for kind in operation.body)
    if placed.files or (only_parts and (placed.form or placed.body is not None)):
        fields = placed.body if placed.body is not None else _fields(placed.form)
        listed = [Part(name, file) for name, file in placed.files]
        if fields:
            # The fields travel as one JSON part, as the platform's own libraries send them.
            listed.insert(0, Part("json", File(write_json(fields), "request.json", "application/json")))
        return None, tuple(listed)
    if placed.body is None:
        return None, ()
    if operation.body[:1] == ("text/plain",):
        headers["Content-Type"] = "text/plain; charset=utf-8"
        return str(placed.body).encode(), ()
    headers["Content-Type"] = next((kind for kind in operation.body if kind.endswith("json")), "application/json")
    return write_json(placed.body), ()


def _fields(form: list[tuple[str, str]]) -> dict[str, Any]:
    """Form fields as the JSON part has them: recipients of a fax are objects there."""
    fields: dict[str, Any] = {}
    for name, value in form:
        if name == "to":
            fields.setdefault("to", []).append({"phoneNumber": value})
        else:
            fields[name] = value
    return fields
