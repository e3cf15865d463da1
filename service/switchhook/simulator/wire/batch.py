"""Several ids in one path: each is carried out by itself, and all answers come in one (RingCentral guide: batch)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import orjson

from switchhook.simulator.errors import Refused
from switchhook.simulator.wire.request import Request, Response

JSON_FORM = "application/vnd.ringcentral.multipart+json"
BOUNDARY = "Boundary_207"
LIMITS = {"messageId": 50, "callRecordId": 50, "presence": 30}
MOST = 50

Carry = Callable[[Request], Awaitable[Response]]


def ids(request: Request) -> tuple[str, list[str]] | None:
    """The parameter that names several resources, and which; None if there is none.

    Raises Refused (CMN-106) for more than are allowed at once.
    """
    for name, value in request.parameters.items():
        if "," in value and name != "accountId":
            found = [one for one in value.split(",") if one]
            most = LIMITS["presence"] if request.path.rstrip("/").endswith("presence") else LIMITS.get(name, MOST)
            if len(found) > most:
                message = f"Number of resources in one request is limited by [{most}]"
                raise Refused(400, "CMN-106", message, parameter=name)
            return name, found
    return None


async def carry_out(request: Request, name: str, values: list[str], carry: Carry) -> Response:
    """Do it for each, in order. A refusal is the answer of that one alone."""
    answers = []
    for at, value in enumerate(values):
        path = request.path.replace(request.parameters[name], value)
        each = replace(request, path=path, parameters={**request.parameters, name: value})
        if isinstance(request.body, list):
            each.body = request.body[at].get("body", request.body[at]) if at < len(request.body) else {}
        try:
            answers.append((value, path, await carry(each)))
        except Refused as refusal:
            answers.append((value, path, Response(refusal.status, refusal.body(request.world.wording))))
    if request.method == "DELETE" and all(response.status == 204 for _, _, response in answers):
        return Response(204)
    if JSON_FORM in request.headers.get("Accept", ""):
        return Response(207, _entries(answers), content_type=JSON_FORM)
    return Response(207, content=_parts(request, answers), content_type=f"multipart/mixed; boundary={BOUNDARY}")


def _entries(answers: list[tuple[str, str, Response]]) -> list[dict[str, Any]]:
    return [
        {"resourceId": value, "status": response.status} | ({} if response.body is None else {"body": response.body})
        for value, _, response in answers
    ]


def _parts(request: Request, answers: list[tuple[str, str, Response]]) -> bytes:
    """The boundary unquoted; as many entries in the first part as parts follow (clients count)."""
    listed = [
        {"href": request.base_url + path, "status": response.status,
         "responseDescription": HTTPStatus(response.status).phrase}
        for _, path, response in answers
    ]  # fmt: skip
    bodies = [{"response": listed}, *(response.body or {} for _, _, response in answers)]
    parts = [f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n".encode() + orjson.dumps(one) for one in bodies]
    return b"\r\n".join(parts) + f"\r\n--{BOUNDARY}--\r\n".encode()
