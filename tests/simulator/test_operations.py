"""Every one of the 326 operations, by its path of the index and by today's, through HTTP, against the schemas."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from switchhook.simulator.operations import operations
from switchhook.simulator.resources.shapes import properties
from switchhook.simulator.schemas import document, resolve
from switchhook.simulator.schemas import operations as shapes
from tests.simulator import prepared
from tests.simulator.conftest import Answered, Client, Receiver
from tests.simulator.prepared_calls import CALLS

ELSEWHERE = frozenset({"authorize", "getToken", "revokeToken"})
"""Tested with tokens: they have no bearer of theirs."""

BESIDES = frozenset({
    "totalActiveCalls",  # detailed presence
    "accountId", "extensionId", "attributes", "missedCall", "park",  # parties of calls, as of today
})  # fmt: skip
"""Properties that the platform sends although the specification of 2020 does not have them."""


ALSO = {"readCallRecording": ["$.uri"]}
"""The same of one operation."""


def form(operation: str, *, today: bool) -> dict[str, Any]:
    """The schemas of an operation."""
    shape = shapes()[operation]
    return dict(shape["today"] if today else shape)


def undeclared(value: Any, schema: Any, place: str = "$") -> list[str]:
    """Properties of an answer that its schema does not have."""
    schema = resolve(schema)
    if isinstance(value, dict) and "anyOf" in schema:
        return undeclared(value, schema["anyOf"][0], place)
    if isinstance(value, list):
        return [
            one for at, item in enumerate(value) for one in undeclared(item, schema.get("items", {}), f"{place}[{at}]")
        ]
    known = properties(schema)
    if not isinstance(value, dict) or not known:
        return []
    strange = [f"{place}.{name}" for name in value if name not in known and name not in BESIDES]
    inner = [one for name in value if name in known for one in undeclared(value[name], known[name], f"{place}.{name}")]
    return strange + inner


def validate(operation: str, answer: Answered, *, today: bool) -> None:
    """Status, body and content type are as documented."""
    answers = form(operation, today=today)["answers"]
    assert str(answer.status) in answers, (answer.status, answer.raw)
    schema = answers[str(answer.status)]
    if schema is None:
        assert answer.raw == b""
        return
    if "contentEncoding" in resolve(schema):
        assert answer.raw
        assert "json" not in answer.headers["Content-Type"]
        return
    assert answer.headers["Content-Type"].startswith("application/json")
    full = {**schema, "$defs": document()["$defs"]}
    errors = [f"{one.json_path}: {one.message}" for one in
              Draft202012Validator(full, format_checker=FormatChecker()).iter_errors(answer.body)]  # fmt: skip
    assert errors == []
    assert undeclared(answer.body, schema) == ALSO.get(operation, [])


async def call(client: Client, receiver: Receiver, operation: str, *, today: bool) -> Answered:
    """Call an operation rightly, on things that exist."""
    found = operations()[operation]
    if operation in CALLS:
        path, body = await CALLS[operation](client, receiver)
        return await client.call(found.method, path, body)
    path = await prepared.path(client, found, today=today)
    if operation in prepared.QUERIES:
        path += prepared.QUERIES[operation](client)
    if operation in prepared.FILES:
        field, fields = prepared.FILES[operation]
        return await client.upload(path, {field: prepared.SOUND}, fields, method=found.method)
    if operation == "createMMS":
        fields = (await prepared.bodies(client))[operation]
        return await client.upload(path, {"attachment": ("a.png", b"png", "image/png")}, fields)
    if operation == "updateGlipPostText":
        return await client.call(found.method, path, content=b"Changed", **{"Content-Type": "text/plain"})
    body = await prepared.body(client, operation)
    return await client.call(found.method, path, body)


EVERY = sorted(set(shapes()) - ELSEWHERE)
RENAMED = [one for one in EVERY if "today" in shapes()[one]]


@pytest.mark.parametrize("operation", EVERY)
async def test_every_operation_answers_in_the_documented_shape(
    client: Client, receiver: Receiver, operation: str
) -> None:
    """By the path of the index: a documented success whose body fits the schema and has nothing beside it."""
    validate(operation, await call(client, receiver, operation, today=False), today=False)


@pytest.mark.parametrize("operation", RENAMED)
async def test_every_renamed_path_answers_in_the_shape_of_today(
    client: Client, receiver: Receiver, operation: str
) -> None:
    """By the path of today, against the specification of today."""
    validate(operation, await call(client, receiver, operation, today=True), today=True)
