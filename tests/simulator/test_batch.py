"""Several ids in one path: both forms of the answer, its limits, and what comes of each."""

from __future__ import annotations

import orjson

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client


async def three(platform: Platform) -> str:
    """Two messages and one that is none."""
    first, second = await platform.text(text="first"), await platform.text(text="second")
    return f"{first['id']},{second['id']},1"


async def test_the_parts_of_a_mixed_answer(client: Client, platform: Platform) -> None:
    """An unquoted boundary; first the list of states, then as many parts as it has entries, each with its type."""
    answer = await client.call("GET", f"/extension/~/message-store/{await three(platform)}")
    assert answer.status == 207
    kind, _, boundary = answer.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    assert boundary.isidentifier()
    *parts, end = answer.raw.split(b"--" + boundary.encode())[1:]
    assert end.strip() == b"--"
    bodies = []
    for part in parts:
        head, _, body = part.partition(b"\r\n\r\n")
        assert head.strip() == b"Content-Type: application/json"
        bodies.append(orjson.loads(body))
    states = bodies[0]["response"]
    assert [each["status"] for each in states] == [200, 200, 404]
    assert [each["responseDescription"] for each in states] == ["OK", "OK", "Not Found"]
    assert len(bodies) == len(states) + 1
    assert [each.get("subject") for each in bodies[1:]] == ["first", "second", None]
    assert bodies[3]["errorCode"] == "CMN-102"
    assert states[0]["href"].startswith(platform.url)


async def test_the_list_form(client: Client, platform: Platform) -> None:
    """With the platform's own media type: a list with id, status and body."""
    form = "application/vnd.ringcentral.multipart+json"
    answer = await client.call("GET", f"/extension/~/message-store/{await three(platform)}", Accept=form)
    assert (answer.status, answer.headers["Content-Type"]) == (207, form)
    assert [(each["status"], each["body"].get("subject")) for each in answer.body] == [
        (200, "first"), (200, "second"), (404, None)]  # fmt: skip
    assert answer.body[2]["resourceId"] == "1"


async def test_writes_of_several(client: Client, platform: Platform) -> None:
    """One body for all; deletes that all succeed answer 204, else 207."""
    ids = (await three(platform)).removesuffix(",1")
    marked = await client.call("PUT", f"/extension/~/message-store/{ids}", {"readStatus": "Read"})
    assert marked.status == 207
    records = (await client.call("GET", "/extension/~/message-store?readStatus=Read")).body["records"]
    assert len(records) == 2
    assert (await client.call("DELETE", f"/extension/~/message-store/{ids}")).status == 204
    assert (await client.call("DELETE", f"/extension/~/message-store/{ids},1")).status == 207


async def test_any_parameter_takes_several(client: Client, platform: Platform) -> None:
    """Extensions in the middle of a path, people of team messaging, contacts."""
    ids = ",".join(platform.world.account.extension(number).id for number in ("101", "102"))
    form = "application/vnd.ringcentral.multipart+json"
    presence = await client.call("GET", f"/extension/{ids}/presence", Accept=form)
    assert [each["body"]["extension"]["extensionNumber"] for each in presence.body] == ["101", "102"]
    persons = await client.call("GET", f"/team-messaging/v1/persons/{ids}", Accept=form)
    assert [each["body"]["firstName"] for each in persons.body] == ["Ann", "Bob"]


async def test_too_many_at_once(client: Client, platform: Platform) -> None:
    """50 messages, 30 presences: one more is 400 CMN-106."""
    answer = await client.call("GET", "/extension/~/message-store/" + ",".join(map(str, range(51))))
    assert (answer.status, answer.code) == (400, "CMN-106")
    ann = platform.world.account.extension("101").id
    assert (await client.call("GET", f"/extension/{','.join([ann] * 31)}/presence")).code == "CMN-106"
    assert (await client.call("GET", f"/extension/{','.join([ann] * 30)}/presence")).status == 207
