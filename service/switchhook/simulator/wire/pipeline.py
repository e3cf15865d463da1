"""From a request to its answer: route, token, limit, faults, permission, body, ids; then the operation itself."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import Refused, not_found
from switchhook.simulator.faults import SLOW
from switchhook.simulator.media import OPERATIONS
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
        headers = _admit(request, operation)
        broken, truncated = await _misbehave_before(request, operation)
        if not broken:
            _read(request)
            response = _onward(request, await _carry_out(request))
            effect = request.method != "GET" and operation.group != "Auth"
            refusal = world.faults.after(operation.id)
            if refusal is not None:
                raise refusal
            broken = world.faults.strikes("reset_after", operation.id)
        else:
            response = Response()
    except Refused as error:
        response = Response(error.status, error.body(world.wording), headers=dict(error.headers))
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
            request.at_media,
            "Authorization" in request.headers or "access_token" in request.query,
        )
    )
    return Outcome(response, broken, truncated)


def _admit(request: Request, operation: Operation) -> dict[str, str]:
    """Token or ticket, limit and scope; returns the headers of the limit. Raises Refused (401, 403, 404, 429)."""
    if request.at_media and operation.id not in OPERATIONS:
        raise Refused(404, "CMN-120", "Invalid URI")
    ticket = request.one("ticket") if request.at_media else None
    if ticket is not None:
        request.session = request.world.media.admit(ticket, request.path)
        return {}
    if operation.id in WITHOUT_TOKEN:
        return {}
    _authenticate(request)
    who = request.client_id if operation.group == "Auth" else f"{request.client_id} {request.caller.id}"
    headers = request.world.limits.take(who, operation.group)
    try:
        permissions.check_application(request, operation)
    except Refused as refusal:
        refusal.headers |= headers  # a refused request counts too, and says so
        raise
    return headers


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
    return False, not _is_elsewhere(request) and faults.strikes("truncate", operation.id)


def _is_elsewhere(request: Request) -> bool:
    """Whether what is asked for comes from the media host, and the answer only leads there."""
    kept = request.operation is not None and request.operation.id in OPERATIONS
    known = bool(request.media_url) and not request.at_media and request.socket is None
    return kept and known and request.world.media.hosting.redirects


def _onward(request: Request, response: Response) -> Response:
    """The way to the media host, in place of content."""
    if response.status not in (200, 206) or not _is_elsewhere(request):
        return response
    ticket = request.world.media.ticket(request.logged_in, request.path)
    query = urlencode(
        [(key, value) for key, values in request.query.items() for value in values] + [("ticket", ticket)]
    )
    return Response(302, headers={"Location": f"{request.media_url}{quote(request.path)}?{query}"})


def _authenticate(request: Request) -> None:
    if request.socket is not None:
        request.session = request.world.oauth.alive(request.socket.login)
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme and request.operation is not None and request.operation.id in OPERATIONS:
        # it leaks there, but it works (RingCentral guide: call recordings)
        scheme, token = "bearer", request.one("access_token") or ""
        scheme = scheme if token else ""
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
