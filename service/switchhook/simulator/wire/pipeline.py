"""From a request to its answer: route, token, limit, faults, permission, body, ids; then the operation itself."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import Refused, not_found
from switchhook.simulator.faults import SLOW
from switchhook.simulator.operations import Operation
from switchhook.simulator.routes import find
from switchhook.simulator.wire import batch, body, permissions
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import handler_of
from switchhook.simulator.world import ApiCall

WITHOUT_TOKEN = frozenset({
    "authorize", "discoverInitial", "getToken", "postToWebhook", "readAPIStatus", "readAPIVersions", "readKeys",
    "readOpenIdConfiguration", "revokeToken", "signIn",
})  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What the server does: answer, or break the connection (before or in the middle of the answer)."""

    response: Response
    broken: bool = False
    truncated: bool = False


async def answer(request: Request) -> Outcome:
    """Carry out one request, misbehave as told, and remember it."""
    operation: Operation | None = None
    effect = False
    headers: dict[str, str] = {}
    broken = truncated = False
    world = request.world
    try:
        route = find(request.method, request.path)
        request.operation = operation = route.operation
        request.parameters, request.today = dict(route.path), route.today
        if operation.id not in WITHOUT_TOKEN:
            _authenticate(request)
            who = request.client_id if operation.group == "Auth" else f"{request.client_id} {request.caller.id}"
            headers = world.limits.take(who, operation.group)
            permissions.check_application(request, operation)
        broken, truncated = await _misbehave_before(request, operation)
        if not broken:
            _read(request)
            response = await _carry_out(request)
            effect = request.method != "GET" and operation.group != "Auth"
            refusal = world.faults.after(operation.id)
            if refusal is not None:
                raise refusal
            broken = world.faults.strikes("reset_after", operation.id)
        else:
            response = Response()
    except Refused as error:
        response = Response(error.status, error.body(), headers=dict(error.headers))
    response.headers = {**headers, **response.headers}
    world.api_calls.append(
        ApiCall(
            stamp(world.clock.now()),
            request.session.extension.id if request.session is not None else None,
            request.session.application.client_id if request.session is not None else None,
            operation.id if operation is not None else None,
            request.method,
            request.path,
            None if broken else response.status,
            effect,
        )
    )
    return Outcome(response, broken, truncated)


async def _misbehave_before(request: Request, operation: Operation) -> tuple[bool, bool]:
    """Raises Refused for a status; returns whether the connection breaks now, and whether the answer will break off."""
    faults = request.world.faults
    if faults.strikes("slow", operation.id):
        await request.world.clock.sleep(SLOW)
    if faults.strikes("reset_before", operation.id):
        return True, False
    if request.session is not None and request.socket is None:
        for name, end in (("expire", request.world.oauth.expire), ("revoke", request.world.oauth.end)):
            if faults.strikes(name, operation.id):
                end(request.session)
                raise Refused(401, "OAU-128", "Access token expired")
    refusal = faults.before(operation.id)
    if refusal is not None:
        raise refusal
    return False, faults.strikes("truncate", operation.id)


def _authenticate(request: Request) -> None:
    if request.socket is not None:
        request.session = request.world.oauth.alive(request.socket.login)
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        raise Refused(401, "AGW-402", "Authorization header is not specified")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(401, "AGW-401", "Authorization header value is invalid")
    request.session = request.world.oauth.authenticate(token.strip())


def _read(request: Request) -> None:
    """The body. Raises Refused (CMN-103, 104, 415)."""
    if request.method != "GET":
        kind = request.headers.get("Content-Type", "")
        if request.content and request.operation is not None:
            body.check(kind, request.operation.accepts)
        request.body, request.files = body.read(request.content, kind)


async def _carry_out(request: Request) -> Response:
    """Once; or for each of several ids in the path."""
    several = batch.ids(request)
    return await _once(request) if several is None else await batch.carry_out(request, *several, _once)


async def _once(request: Request) -> Response:
    _resolve(request)
    assert request.operation is not None
    permissions.check_person(request, request.operation)
    done = handler_of(request.operation)(request)
    return await done if inspect.isawaitable(done) else done


def _resolve(request: Request) -> None:
    """The ids in the path. Raises Refused (CMN-102)."""
    account = request.world.account
    parameters = request.parameters
    if parameters.get("accountId", account.id) not in ("~", account.id):
        raise not_found("accountId")
    if "accountId" in parameters:
        parameters["accountId"] = account.id
    if "extensionId" in parameters:
        if parameters["extensionId"] == "~":
            parameters["extensionId"] = request.caller.id
        if parameters["extensionId"] not in account.extensions:
            raise not_found("extensionId")
