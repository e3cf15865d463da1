"""Every one of the 326 operations, called by the client on the simulated platform: what goes out and what comes back
fits the published schemas.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast
from urllib.parse import parse_qsl

import orjson
import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from switchhook.api.auth import Application, Tokens
from switchhook.api.budget import Budget
from switchhook.api.catalogue import Operation, operations
from switchhook.api.client import Client
from switchhook.api.gate import Gate
from switchhook.api.sansio import Answer, Paths, Request
from switchhook.api.transport import Transport
from switchhook.clock import SystemClock
from switchhook.simulator.operations import operations as simulated
from switchhook.simulator.platform import Platform
from switchhook.simulator.schemas import document
from switchhook.simulator.schemas import operations as shapes
from tests.simulator import prepared
from tests.simulator.conftest import Client as Preparer
from tests.simulator.conftest import Receiver, client, platform, receiver  # noqa: F401 - fixtures

Made = dict[str, Any]


class Watching(Transport):
    """A transport that remembers the last exchange of the API, tokens aside."""

    last: tuple[Request, Answer]

    async def send(self, request: Request, authorization: str | None, **options: Any) -> Answer:
        answer = await super().send(request, authorization, **options)
        if request.operation != "getToken":
            self.last = request, answer
        return answer


def opened(platform: Platform, paths: Paths) -> Client:  # noqa: F811 - the fixture
    """The client under test, as user 101."""
    clock = SystemClock()
    secret = SecretStr(platform.client_secret)
    application = Application(Watching(platform.url), platform.client_id, secret, Gate(Budget({"auth": 99}), clock))
    return Client("main", application, Tokens(application, SecretStr(platform.jwt), clock), clock, paths=paths)


@pytest.fixture(params=["today"])
async def api(platform: Platform, request: pytest.FixtureRequest) -> AsyncIterator[Client]:  # noqa: F811
    """It calls renamed operations by today's path, unless the test asks for the index's."""
    made = opened(platform, request.param)
    yield made
    await made.close()


class Stage:
    """Brings things into being at the platform, so that an operation has something to work on."""

    def __init__(self, preparer: Preparer, receiver: Receiver) -> None:  # noqa: F811
        self.preparer = preparer
        self.platform = preparer.platform
        self.receiver = receiver

    def device(self, number: str = "101") -> str:
        return str(self.platform.world.account.extension(number).online_devices()[0].id)

    async def ringing(self) -> Made:
        return self._party(await self.platform.ring())

    async def talking(self) -> Made:
        call = await self.platform.ring()
        return self._party(await self.platform.answer(call["telephonySessionId"]))

    async def held(self) -> Made:
        place = await self.talking()
        await self.platform.hold(place["telephonySessionId"])
        return place

    async def recorded(self) -> Made:
        place = await self.talking()
        path = f"/telephony/sessions/{place['telephonySessionId']}/parties/{place['partyId']}/recordings"
        answer = await self.preparer.call("POST", path)
        return {**place, "recordingId": str(answer.body["id"])}

    async def subscribed(self) -> Made:
        answer = await self.preparer.subscribe("E/presence", address=self.receiver.url)
        return {"subscriptionId": answer.body["id"]}

    async def session(self) -> Made:
        return {"telephonySessionId": (await self.talking())["telephonySessionId"]}

    async def parked(self) -> Made:
        call = await self.platform.ring()
        await self.platform.answer(call["telephonySessionId"])
        await self.platform.park(call["telephonySessionId"])
        return {"telephonySessionId": call["telephonySessionId"], "partyId": call["parties"][0]["id"]}

    async def queued(self) -> Made:
        return self._party(await self.platform.ring("200"), "102")

    async def overheard(self) -> Made:
        call = await self.platform.ring("102")
        return self._party(await self.platform.answer(call["telephonySessionId"]), "102")

    async def overheard_session(self) -> Made:
        return {"telephonySessionId": (await self.overheard())["telephonySessionId"]}

    async def kept_recording(self) -> Made:
        return {"recordingId": (await self._over())["recordingId"]}

    async def logged(self) -> Made:
        await self._over()
        listed = await self.preparer.call("GET", "/call-log")
        return {"callRecordId": listed.body["records"][0]["id"]}

    async def rung_out(self) -> Made:
        return await self._ring_out("ring-out")

    async def rung_out_of_old(self) -> Made:
        return await self._ring_out("ringout")

    def supervising(self) -> Made:
        agent = self.platform.world.account.extension("102").id
        return {"mode": "Listen", "supervisorDeviceId": self.device(), "agentExtensionId": agent}

    async def _over(self) -> Made:
        place = await self.recorded()
        await self.platform.advance(45)
        await self.platform.hang_up(place["telephonySessionId"])
        await self.platform.advance(120)
        return place

    async def _ring_out(self, verb: str) -> Made:
        body = {"from": {"phoneNumber": "+16505550198"}, "to": {"phoneNumber": "+16505550199"}}
        answer = await self.preparer.call("POST", f"/extension/~/{verb}", body)
        return {"ringoutId": str(answer.body["id"])}

    def _party(self, call: Any, number: str = "101") -> Made:
        wanted = self.platform.world.account.extension(number).id
        party = next(one for one in reversed(call["parties"]) if str(one.get("extensionId")) == wanted)
        return {"telephonySessionId": call["telephonySessionId"], "partyId": party["id"]}


Maker = Callable[[Stage], Awaitable[Made]]


def with_body(make: Maker, body: Callable[[Stage], Any]) -> Maker:
    """Parameters, and a body that depends on the stage."""

    async def made(stage: Stage) -> Made:
        return {**await make(stage), "body": body(stage)}

    return made


async def nothing(_: Stage) -> Made:
    """No parameters."""
    return {}


ON_CALLS: dict[str, Maker] = {
    "answerCallParty": with_body(Stage.ringing, lambda stage: {"deviceId": stage.device()}),
    "forwardCallParty": with_body(Stage.ringing, lambda _: {"phoneNumber": "+16505550199"}),
    "rejectParty": Stage.ringing,
    "replyParty": with_body(Stage.ringing, lambda _: {"replyWithText": "In a meeting"}),
    "holdCallParty": Stage.talking,
    "unholdCallParty": Stage.held,
    "transferCallParty": with_body(Stage.talking, lambda _: {"extensionNumber": "102"}),
    "updateCallParty": with_body(Stage.talking, lambda _: {"muted": True}),
    "readCallPartyStatus": Stage.talking,
    "readCallSessionStatus": Stage.session,
    "deleteCallSession": Stage.session,
    "callFlipParty": with_body(Stage.talking, lambda _: {"callFlipId": "*2"}),
    "callParkParty": Stage.talking,
    "pickupCallParty": with_body(Stage.parked, lambda stage: {"deviceId": stage.device("103")}),
    "ignoreCallInQueue": with_body(Stage.queued, lambda stage: {"deviceId": stage.device("102")}),
    "superviseCallParty": with_body(Stage.overheard, Stage.supervising),
    "superviseCallSession": with_body(Stage.overheard_session, Stage.supervising),
    "createCallOutCallSession": with_body(
        nothing, lambda stage: {"from": {"deviceId": stage.device()}, "to": {"phoneNumber": "+16505550199"}}
    ),
    "readCallRecording": Stage.kept_recording,
    "listCallRecordingData": Stage.kept_recording,
    "readUserCallRecord": Stage.logged,
    "readCompanyCallRecord": Stage.logged,
    "readRingOutCallStatus": Stage.rung_out,
    "deleteRingOutCall": Stage.rung_out,
    "readRingOutCallStatusDeprecated": Stage.rung_out_of_old,
    "deleteRingOutCallDeprecated": Stage.rung_out_of_old,
    "startCallRecording": Stage.talking,
    "pauseResumeCallRecording": with_body(Stage.recorded, lambda _: {"active": False}),
    "createSubscription": with_body(
        nothing,
        lambda stage: {
            "eventFilters": ["/restapi/v1.0/account/~/extension/~/presence"],
            "deliveryMode": {"transportType": "WebHook", "address": stage.receiver.url},
        },
    ),
    "readSubscription": Stage.subscribed,
    "renewSubscription": Stage.subscribed,
    "updateSubscription": with_body(
        Stage.subscribed, lambda _: {"eventFilters": ["/restapi/v1.0/account/~/extension/~/presence"]}
    ),
    "deleteSubscription": Stage.subscribed,
}
"""What calls and subscriptions need; everything else is prepared from the schemas."""

OF_TOKENS = frozenset({"authorize", "getToken", "revokeToken"})


async def parameters(stage: Stage, operation: Operation) -> Made:
    """What to call an operation with."""
    if operation.id.startswith("sync") and "CallLog" in operation.id:
        return {"syncType": "FSync", "recordCount": 10}
    if operation.id in ON_CALLS:
        return await ON_CALLS[operation.id](stage)
    known = simulated()[operation.id]
    template = known.today or known.path
    filled = await prepared.path(stage.preparer, known, today=True)
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
    match = re.fullmatch(pattern, filled)
    assert match is not None
    made: Made = dict(match.groupdict())
    if operation.id in prepared.QUERIES:
        name, _, value = prepared.QUERIES[operation.id](stage.preparer).removeprefix("?").partition("=")
        made[name] = value
    if operation.id in prepared.FILES:
        name, fields = prepared.FILES[operation.id]
        return {**made, name: prepared.SOUND, **fields}
    body = await prepared.body(stage.preparer, operation.id)
    if body is not None and operation.id == "createFaxMessage":
        return {**made, "to": "+14155550123", "attachment": ("a.txt", b"Hello"), "coverPageText": "Hi"}
    if body is not None:
        made["text" if "text" in operation.by_name and operation.body == ("text/plain",) else "body"] = body
    return made


def shape_of(operation: Operation, paths: Paths) -> dict[str, Any]:
    """The published schemas: today's where the path is today's."""
    shape = dict(shapes()[operation.id])
    return dict(shape.get("today", shape)) if paths == "today" else shape


def problems(schema: Any, value: Any) -> list[str]:
    """What a schema has against a value."""
    validator = Draft202012Validator({**schema, "$defs": document()["$defs"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def sent_problems(operation: Operation, request: Request, paths: Paths) -> list[str]:
    """What is wrong with a request: its address, its query, its body."""
    today = operation.today if paths == "today" else None
    method, path = today or (operation.method, operation.path)
    found = [] if request.method == method else [f"method {request.method}"]
    if not re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.path):
        found.append(f"path {request.path}")
    schema = shape_of(operation, paths).get("request")
    if request.body is not None and request.headers["Content-Type"].endswith("json"):
        found += problems(schema or {}, orjson.loads(request.body))
    if request.parts:
        found += part_problems(schema, request)
    if operation.form and request.body is not None:
        found += problems(schema or {}, dict(parse_qsl(request.body.decode())))
    return found


def part_problems(schema: Any, request: Request) -> list[str]:
    """What is wrong with a body in parts: its JSON, or, where the schema is that of a form, its fields and files."""
    files = [part.name for part in request.parts if part.name != "json"]
    (fields,) = [orjson.loads(cast("bytes", part.file.content)) for part in request.parts if part.name == "json"] or [
        {}
    ]
    if "properties" not in schema:
        return problems(schema, fields)
    if isinstance(fields.get("to"), list):
        fields["to"] = [person["phoneNumber"] for person in fields["to"]]  # a fax: objects in JSON, numbers in a form
    found = [f"{name} is not in the schema" for name in {*fields, *files} - schema["properties"].keys()]
    return found + problems(schema, fields | dict.fromkeys(files, "content"))


def came_problems(operation: Operation, answer: Answer, paths: Paths) -> list[str]:
    """What is wrong with an answer: its status, its body."""
    answers = shape_of(operation, paths)["answers"]
    if str(answer.status) not in answers:
        return [f"status {answer.status}"]
    schema = answers[str(answer.status)]
    if not answer.content_type.endswith("json") or schema is None:
        return []
    return problems(schema, orjson.loads(answer.body))


async def check(operation: Operation, api: Client, stage: Stage, paths: Paths) -> None:
    """Call it, and hold what went out and what came back against the schemas."""
    returned = await api.call(operation.id, await parameters(stage, operation))
    transport = api.application.transport
    assert isinstance(transport, Watching)
    request, answer = transport.last
    assert sent_problems(operation, request, paths) == []
    assert came_problems(operation, answer, paths) == []
    if not answer.body:
        assert returned is None
    elif operation.binary:
        assert isinstance(returned, bytes | str)
    else:
        assert returned is not None


@pytest.mark.parametrize("name", sorted(set(operations()) - OF_TOKENS))
async def test_every_operation(client: Preparer, api: Client, receiver: Receiver, name: str) -> None:  # noqa: F811
    """Called by its id, it sends what the schema asks for, gets what the schema promises, and returns it parsed."""
    await check(operations()[name], api, Stage(client, receiver), "today")


@pytest.mark.parametrize("api", ["index"], indirect=True)
@pytest.mark.parametrize("name", [item.id for item in operations().values() if item.today])
async def test_every_renamed_operation_by_its_old_path(
    client: Preparer,  # noqa: F811
    api: Client,
    receiver: Receiver,  # noqa: F811
    name: str,
) -> None:
    """With `paths="index"` the sixty go to the path, and have the shapes, of the index's own time."""
    await check(operations()[name], api, Stage(client, receiver), "index")


@pytest.mark.parametrize("name", ["readMessage", "updateMessage", "readUserCallRecord", "readUserPresenceStatus"])
async def test_several_at_once(client: Preparer, api: Client, receiver: Receiver, name: str) -> None:  # noqa: F811
    """Ids in a list: one part for each, in order, whether the platform answers in its JSON form or in parts."""
    operation = operations()[name]
    key = next(item.name for item in operation.parameters if item.place == "path" and item.repeated)
    made = await parameters(Stage(client, receiver), operation)
    ids = [made[key] if made[key] != "~" else str(client.platform.world.account.extension("101").id), "404404404"]
    parts = await api.call(name, {**made, key: ids})
    transport = api.application.transport
    assert isinstance(transport, Watching)
    asked, answer = transport.last
    kind = "application/vnd.ringcentral.multipart+json"
    assert answer.content_type == (kind if kind in asked.headers["Accept"] else "multipart/mixed")
    assert [(part["resourceId"], part["status"]) for part in parts] == [(ids[0], 200), (ids[1], 404)]
    assert parts[0]["body"]["id" if name != "readUserPresenceStatus" else "presenceStatus"]


async def test_tokens_by_hand(api: Client, platform: Platform) -> None:  # noqa: F811
    """The other three: authorize shows the page where a person signs in, getToken grants, revokeToken ends it."""
    page = await api.call(
        "authorize",
        {
            "response_type": "code",
            "client_id": platform.client_id,
            "redirect_uri": "http://localhost:8765/login",
            "code_challenge": "x" * 43,
            "code_challenge_method": "S256",
        },
    )
    assert "<form" in page
    granted = await api.call(
        "getToken", {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": platform.jwt}
    )
    assert isinstance(granted["expires_in"], int)
    assert await api.call("revokeToken", {"token": granted["access_token"]}) is None
    transport = api.application.transport
    assert isinstance(transport, Watching)
    assert sent_problems(operations()["revokeToken"], transport.last[0], "today") == []
