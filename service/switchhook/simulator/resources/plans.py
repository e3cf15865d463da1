"""What each operation does to which resources, read off its method, its path and the shape of its answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from switchhook.simulator.resources.shapes import properties
from switchhook.simulator.schemas import Schema, operations, resolve


class Verb(Enum):
    """What is done."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    READ_ONE = "read the only one"
    UPDATE_ONE = "update the only one"
    CLEAR = "delete all"
    CONTENT = "content"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Plan:
    """`kind`: which resources, as a path with `{}` for every id of an owner. `owners`: the parameters that fill these.

    `item`: the parameter that names one resource. `shape`: of the answer's body; `record`: of one resource in it,
    `records` the property that holds them. `status`: of success.
    """

    operation: str
    verb: Verb
    kind: str
    owners: tuple[str, ...]
    item: str | None
    status: int
    shape: Schema | None
    request: Schema | None
    query: Mapping[str, Schema]
    records: str | None = None
    record: Schema | None = None


LISTS = ("records", "tasks", "Resources")
PREFIXES = (("/restapi/v1.0", ""), ("/scim/v2", "/scim"))


@cache
def plan(operation: str) -> Plan:
    """The plan of an operation of the index."""
    shape = operations()[operation]
    steps = _path(shape["path"]).strip("/").split("/")
    item = steps[-1][1:-1] if steps[-1].startswith("{") else None
    status, answer = _success(shape["answers"])
    records = _records(answer)
    verb = _verb(shape["method"], item, records, answer, steps[-1])
    if item is not None and verb is not Verb.ACTION:
        steps = steps[:-1]
    return Plan(
        operation,
        verb,
        "/".join("{}" if step.startswith("{") else step for step in steps),
        tuple(step[1:-1] for step in steps if step.startswith("{")),
        item,
        status,
        answer,
        shape.get("request"),
        shape.get("query", {}),
        records,
        properties(answer)[records].get("items", {}) if records and answer is not None else None,
    )


def _path(path: str) -> str:
    for prefix, instead in PREFIXES:
        if path.startswith(prefix + "/"):
            return instead + path.removeprefix(prefix)
    return path


def _success(answers: Mapping[str, Any]) -> tuple[int, Schema | None]:
    status = min(answers)
    return int(status), answers[status]


def _records(answer: Schema | None) -> str | None:
    if answer is None:
        return None
    declared = properties(answer)
    return next((name for name in LISTS if resolve(declared.get(name, {})).get("type") == "array"), None)


def _verb(method: str, item: str | None, records: str | None, answer: Schema | None, last: str) -> Verb:
    if answer is not None and resolve(answer).get("contentEncoding") == "binary":
        return Verb.CONTENT
    match method:
        case "GET":
            return Verb.READ if item else Verb.LIST if records else Verb.READ_ONE
        case "PUT" | "PATCH":
            return Verb.UPDATE if item else Verb.UPDATE_ONE
        case "DELETE":
            return Verb.DELETE if item else Verb.CLEAR
    return Verb.CREATE if _is_collection(last) else Verb.ACTION


@cache
def _collections() -> frozenset[str]:
    """The last steps of all paths that also go on with the id of one resource, or that are listed."""
    found = set()
    for shape in operations().values():
        steps = shape["path"].strip("/").split("/")
        if steps[-1].startswith("{") and len(steps) > 1:
            found.add(steps[-2])
    return frozenset(found)


def _is_collection(last: str) -> bool:
    return last in _collections()
