"""Every write on every resource is seen by the read beside it, whatever the resource is."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.operations import operations
from switchhook.simulator.resources.plans import Verb, plan
from switchhook.simulator.resources.shapes import project, properties
from switchhook.simulator.schemas import operations as shapes
from tests.simulator import prepared
from tests.simulator.conftest import Client

READS = {plan(one).kind: one for one in shapes() if plan(one).verb in (Verb.READ, Verb.READ_ONE)}
BEHAVIOUR = frozenset({
    "updateMessage", "updateMessageStoreConfiguration", "updateUserPresenceStatus", "updateUnifiedPresence",
    "updateSubscription", "updateUserCallQueues", "updateFavoriteContactList", "updateDevice", "patchUser2",
    "updateGlipCard", "patchTask", "updateCallParty", "patchGlipEveryone", "updateUserProfileImage",
})  # fmt: skip
"""Writes whose effect is more than keeping what was written; each has a test of its own."""
WRITES = sorted(
    one
    for one in shapes()
    if plan(one).verb in (Verb.UPDATE, Verb.UPDATE_ONE) and plan(one).kind in READS and one not in BEHAVIOUR
)


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, dict):
        return {key: changed(inner) for key, inner in value.items()}
    if isinstance(value, bool):
        return not value
    return value


def shown(wanted: Any, found: Any) -> bool:
    """Whether everything that was written is in what was read."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and shown(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(shown, wanted, found))
    if isinstance(wanted, str) and wanted.startswith("/"):
        return str(found).endswith(wanted)  # addresses are told in full
    return str(wanted) == str(found)


@pytest.mark.parametrize("operation", WRITES)
async def test_what_is_written_is_read(client: Client, operation: str) -> None:
    """Whatever of the request's body the read beside it declares has the value that was written."""
    found = operations()[operation]
    path = await prepared.path(client, found, today=False)
    body = changed(await prepared.body(client, operation))
    answer = await client.call(found.method, path, body)
    assert answer.status in (200, 204), answer.raw
    reading = shapes()[READS[plan(operation).kind]]
    shape = reading["answers"]["200"]
    declared = properties(shape)
    wanted = {name: project(value, declared[name]) for name, value in body.items() if name in declared}
    wanted.pop("id", None)
    wanted.pop("uri", None)
    assert wanted, "nothing of the body is ever shown"
    read = (await client.call("GET", path)).body
    assert shown({name: value for name, value in wanted.items() if value is not None}, read)


CREATES = sorted(
    one
    for one in shapes()
    if plan(one).verb is Verb.CREATE
    and plan(one).kind in READS
    and "/account/" in shapes()[one]["path"]
    and one not in prepared.FILES
    and one not in ("createMessageStoreReport", "createMessageStoreConfiguration")
)


@pytest.mark.parametrize("operation", CREATES)
async def test_what_is_created_is_read(client: Client, operation: str) -> None:
    """By the id that the answer tells, with the values that were sent."""
    found = operations()[operation]
    path = await prepared.path(client, found, today=False)
    body = await prepared.body(client, operation)
    created = await client.call(found.method, path, body)
    assert created.status in (200, 201), created.raw
    if created.raw == b"":
        listed = (await client.call("GET", path)).body["records"]
        one = str(listed[-1]["id"])
    else:
        one = str(created.body["id"])
    read = await client.call("GET", f"{path}/{one}")
    assert read.status == 200
    declared = properties(shapes()[READS[plan(operation).kind]]["answers"]["200"])
    wanted = {name: project(value, declared[name]) for name, value in body.items() if name in declared}
    wanted = {name: value for name, value in wanted.items() if name not in ("id", "uri") and value is not None}
    assert shown(wanted, read.body)


async def test_custom_fields(client: Client) -> None:
    """They are listed, but not read one by one."""
    field = {"category": "User", "displayName": "Team"}
    created = (await client.call("POST", "/custom-fields", field)).body
    assert (await client.call("PUT", f"/custom-fields/{created['id']}", {"displayName": "Crew"})).status == 200
    names = [each["displayName"] for each in (await client.call("GET", "/custom-fields")).body["records"]]
    assert names == ["Cost centre", "Crew"]
    assert (await client.call("DELETE", f"/custom-fields/{created['id']}")).status == 204
    assert len((await client.call("GET", "/custom-fields")).body["records"]) == 1
