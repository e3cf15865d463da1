"""What every one of the operations refuses: another method, another content type, another application's scope."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from switchhook.simulator.operations import Operation, operations
from switchhook.simulator.routes import allowed
from tests.simulator.conftest import Client

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPEN = frozenset({"authorize", "getToken", "revokeToken", "signIn", "postToWebhook"})
"""Those that have a refusal of their own, as OAuth wants it."""


def filled(path: str) -> str:
    """A path with something in place of its parameters."""
    return re.sub(r"\{\w+\}", "~", path)


def paths() -> Iterator[tuple[str, str]]:
    """Every path once, with a method that it does not have."""
    for path in sorted({filled(each.path) for each in operations().values()}):
        wrong = next((each for each in METHODS if each not in allowed(path)), None)
        if wrong is not None:
            yield wrong, path


async def test_a_wrong_method_is_refused_everywhere(client: Client) -> None:
    """405, the methods there are in `Allow`, and an error body; it is remembered with its path."""
    tried = 0
    for method, path in paths():
        answer = await client.call(method, client.platform.url + path)
        assert (answer.status, answer.code) == (405, "CMN-121"), (method, path)
        assert answer.headers["Allow"].split(", ") == allowed(path)
        tried += 1
    assert tried > 200
    calls = client.platform.state()["api_calls"]
    assert sum(each["status"] == 405 for each in calls) == tried


TAKING = [each for each in operations().values() if each.accepts and each.id not in OPEN]


@pytest.mark.parametrize("operation", TAKING, ids=[each.id for each in TAKING])
async def test_a_wrong_content_type_is_refused_everywhere(client: Client, operation: Operation) -> None:
    """415, before anything is done, and remembered with the operation."""
    path = client.platform.url + filled(operation.path)
    answer = await client.call(operation.method, path, content=b"<x/>", **{"Content-Type": "application/xml"})
    assert answer.status == 415, answer.raw
    last = client.platform.state()["api_calls"][-1]
    assert (last["operation"], last["status"], last["effect"]) == (operation.id, 415, False)


async def test_a_missing_scope_is_refused_everywhere(client: Client) -> None:
    """403 naming the scope, for every operation that has one."""
    application = client.platform.world.oauth.application
    application.scopes = frozenset()
    await client.log_in()
    for operation in operations().values():
        if operation.scope is not None:
            answer = await client.call(operation.method, client.platform.url + filled(operation.path))
            assert (answer.status, answer.code) == (403, "CMN-401"), operation.id
            assert f"[{operation.scope}]" in answer.body["message"]


async def test_an_unknown_token_is_refused_everywhere(client: Client) -> None:
    """401, whatever is asked; only what is there to log in is open."""
    client.token = "made-up"
    open_ones = []
    for operation in operations().values():
        answer = await client.call(operation.method, client.platform.url + filled(operation.path))
        if answer.status != 401:
            open_ones.append(operation.id)
    assert set(open_ones) <= OPEN | {
        "discoverInitial", "readAPIStatus", "readAPIVersions", "readKeys", "readOpenIdConfiguration"
    }  # fmt: skip
