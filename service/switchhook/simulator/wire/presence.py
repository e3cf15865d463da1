"""Operations on presence."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import not_found
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

QUEUES_OFF = "DoNotAcceptDepartmentCalls"
"""What `dndStatus` calls that which unified presence calls DoNotAcceptQueueCalls."""


def _person(request: Request) -> Extension:
    """The user in the path. Raises Refused (CMN-102): other extensions have no presence."""
    if not request.extension.is_user:
        raise not_found("extensionId")
    return request.extension


def _detail(request: Request) -> tuple[bool, bool]:
    asked = checked.query(request)
    detailed, sip = (asked.get(key, ["false"])[-1] == "true" for key in ("detailedTelephonyState", "sipData"))
    return detailed or sip, sip


@answers("readUserPresenceStatus")
def read_presence(request: Request) -> Response:
    """What a person's telephone is doing, and what the person says of it."""
    detailed, sip = _detail(request)
    view = request.world.presence.view(_person(request), request.base_url, detailed=detailed, sip=sip)
    return Response(body=view)


@answers("updateUserPresenceStatus")
def update_presence(request: Request) -> Response:
    """What the person says of it."""
    person = _person(request)
    request.world.presence.change(person, checked.body(request))
    return Response(body=request.world.presence.view(person, request.base_url, detailed=False))


@answers("readAccountPresence")
def read_account_presence(request: Request) -> Response:
    """Of everybody, page by page."""
    detailed, sip = _detail(request)
    page = checked.pages(request, list(request.world.account.users()))
    presence = request.world.presence
    page["records"] = [presence.view(one, request.base_url, detailed=detailed, sip=sip) for one in page["records"]]
    return Response(body=page)


@answers("readUnifiedPresence")
def read_unified(request: Request) -> Response:
    """Telephone, chat and meeting in one."""
    return checked.answer(request, _unified(request, _person(request)), 200)


@answers("updateUnifiedPresence")
def update_unified(request: Request) -> Response:
    """What the person says of telephone and chat."""
    person = _person(request)
    given = checked.body(request)
    chat = request.world.presence.of[person.id]
    chat.glip |= {key: value for key, value in (given.get("glip") or {}).items() if value is not None}
    availability = (given.get("telephony") or {}).get("availability")
    if availability is not None:
        dnd = QUEUES_OFF if availability == "DoNotAcceptQueueCalls" else availability
        request.world.presence.change(person, {"dndStatus": dnd})
    return checked.answer(request, _unified(request, person))


def _unified(request: Request, person: Extension) -> dict[str, Any]:
    plain = request.world.presence.plain(person)
    chat = request.world.presence.of[person.id].glip
    dnd = plain["dndStatus"]
    quiet = dnd == "DoNotAcceptAnyCalls" or chat["availability"] == "DND"
    availability = {QUEUES_OFF: "DoNotAcceptQueueCalls", "DoNotAcceptAnyCalls": dnd}.get(dnd, "TakeAllCalls")
    return {
        "status": "DND" if quiet else plain["presenceStatus"],
        "glip": {"status": "Offline" if chat["visibility"] == "Invisible" else "Online", **chat},
        "telephony": {"status": plain["telephonyStatus"], "visibility": "Visible", "availability": availability},
        "meeting": {"status": "NoMeeting"},
    }
