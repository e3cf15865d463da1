"""What the schemas of an operation say of a request, and of the shape of its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchhook.simulator.errors import Refused
from switchhook.simulator.resources.paging import address, numbered, tokened
from switchhook.simulator.resources.selection import checked
from switchhook.simulator.resources.shapes import check, project, properties
from switchhook.simulator.schemas import Schema, operations, resolve
from switchhook.simulator.wire.request import Request, Response


def form(request: Request) -> Schema:
    """The schemas of the operation, in the form of the path that was asked for."""
    assert request.operation is not None
    shape = operations()[request.operation.id]
    found: Schema = shape["today"] if request.today and "today" in shape else shape
    return found


def body(request: Request) -> dict[str, Any]:
    """The JSON body, checked. Raises Refused (CMN-101 naming what is wrong, CMN-103)."""
    given = {} if request.body is None else request.body
    if not isinstance(given, dict):
        raise Refused(400, "CMN-103", "Request body is not a JSON object")
    check(given, form(request).get("request", {}))
    return given


def query(request: Request) -> Mapping[str, list[str]]:
    """The declared part of the query, checked. Raises Refused (CMN-101)."""
    return checked(request.query, form(request).get("query", {}))


def path(request: Request) -> str:
    """The address that was asked for, without its query."""
    return request.base_url + request.path.rstrip("/")


def answer(request: Request, value: Any = None, status: int | None = None) -> Response:
    """An answer in the declared shape; without `status`, the first one that the operation declares."""
    shapes = form(request)["answers"]
    code = min(shapes) if status is None else str(status)
    shape = shapes.get(code)
    return Response(int(code), None if shape is None else project(value, shape))


def record(request: Request) -> Schema:
    """The shape of one record of the list that the operation answers."""
    shapes = form(request)["answers"]
    found: Schema = resolve(properties(shapes[min(shapes)])["records"])["items"]
    return found


def pages(request: Request, records: Sequence[Any], name: str = "records") -> dict[str, Any]:
    """One numbered page of a list."""
    asked = query(request)
    shown, paging, navigation = numbered(records, asked, path(request))
    uri = address(path(request), asked) if asked else path(request)
    return {"uri": uri, name: shown, "paging": paging, "navigation": navigation}


def tokens(request: Request, records: Sequence[Any]) -> dict[str, Any]:
    """One page of a list that goes by tokens."""
    shown, navigation = tokened(records, query(request))
    return {"records": shown, "navigation": navigation}
