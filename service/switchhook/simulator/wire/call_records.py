"""Operations on what is left of calls: the log, active calls, recordings; and RingOut."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.resources.media import wav
from switchhook.simulator.resources.paging import Query, last
from switchhook.simulator.resources.selection import moment
from switchhook.simulator.telephony.call_log import Entry, result
from switchhook.simulator.telephony.scenes import is_phone_number
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.ranges import served
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

MOST_SYNCED = 250
LONGEST_AUDIO = 60.0
"""Seconds of sound made for a recording; longer ones repeat nothing but are as long as this."""


@answers("readUserCallLog", "readCompanyCallLog")
def read_log(request: Request) -> Response:
    query = {**request.query, **checked.query(request)}
    found = _selected(request.world.call_log.of(_whose(request)), query)
    until = _date(query, "dateTo") or request.world.clock.now()
    since = _date(query, "dateFrom") or until - timedelta(days=1)
    found = [each for each in found if since <= each.started <= until]
    return checked.answer(request, checked.pages(request, _views(request, found, query)))


@answers("readUserCallRecord", "readCompanyCallRecord")
def read_record(request: Request) -> Response:
    entry = request.world.call_log.entry(request.parameters["callRecordId"], _whose(request))
    return checked.answer(request, _views(request, [entry], checked.query(request))[0])


@answers("listExtensionActiveCalls", "listCompanyActiveCalls")
def read_active(request: Request) -> Response:
    query = checked.query(request)
    found = _selected(request.world.call_log.active(_whose(request)), query)
    return checked.answer(request, checked.pages(request, _views(request, found, query)))


@answers("deleteUserCallLog")
def delete_log(request: Request) -> Response:
    query = checked.query(request)
    until = _date(query, "dateTo") or request.world.clock.now()
    for each in _selected(request.world.call_log.of(request.extension), query):
        if each.started <= until:
            each.deleted = True
            each.modified = request.world.clock.now()
    return Response(204)


@answers("syncUserCallLog", "syncAccountCallLog")
def sync_log(request: Request) -> Response:
    """Everything since a date (FSync), or what changed since the last time (ISync). Raises Refused (CLG-101, 102)."""
    query = checked.query(request)
    now, kind = request.world.clock.now(), last(query, "syncType", "FSync")
    entries = request.world.call_log.of(_whose(request))
    if kind == "ISync":
        since = _token_moment(last(query, "syncToken"))
        entries = [each for each in entries if each.modified > since]
    else:
        first = _date(query, "dateFrom") or now - timedelta(days=1)
        entries = [each for each in entries if each.started >= first and not each.deleted]
    count = last(query, "recordCount", str(MOST_SYNCED))
    if not count.isdigit() or int(count) < 1:
        raise invalid("recordCount")
    shown = entries[: min(int(count), MOST_SYNCED)]
    token = base64.urlsafe_b64encode(now.isoformat().encode()).decode()
    sync_info = {"syncType": kind, "syncToken": token, "syncTime": stamp(now)}
    records = _views(request, shown, query)
    return checked.answer(request, {"uri": checked.path(request), "records": records, "syncInfo": sync_info})


@answers("readCallRecording")
def read_recording(request: Request) -> Response:
    kept, _ = request.world.call_log.recording(request.parameters["recordingId"])
    uri = checked.path(request)
    return Response(
        body={
            "uri": uri,
            "id": kept.id,
            "contentUri": f"{request.content_url}{request.path.rstrip('/')}/content",
            "contentType": "audio/wav",
            "duration": int(kept.seconds),
        }
    )


@answers("listCallRecordingData")
def read_recording_content(request: Request) -> Response:
    """A tone that plays."""
    kept, _ = request.world.call_log.recording(request.parameters["recordingId"])
    name = {"Content-Disposition": f'attachment; filename="{kept.id}.wav"'}
    return served(request, wav(min(kept.seconds, LONGEST_AUDIO)), "audio/x-wav", name)


@answers("createRingOutCall", "createRingOutCallDeprecated")
def ring_out(request: Request) -> Response:
    body = checked.body(request)
    from_, to = body.get("from", {}), body.get("to", {})
    number = from_.get("phoneNumber") or next(iter(request.extension.phone_numbers), request.extension.number)
    if not is_phone_number(str(to.get("phoneNumber", ""))):
        raise invalid("to.phoneNumber")
    started = request.world.ring_outs.start(request.extension, number, to["phoneNumber"])
    return Response(body=started.view(request.base_url, request.world.account.id))


@answers("readRingOutCallStatus", "readRingOutCallStatusDeprecated")
def read_ring_out(request: Request) -> Response:
    found = request.world.ring_outs.get(_ring_out_id(request), request.extension)
    return Response(body=found.view(request.base_url, request.world.account.id))


@answers("deleteRingOutCall", "deleteRingOutCallDeprecated")
def cancel_ring_out(request: Request) -> Response:
    request.world.ring_outs.cancel(request.world.ring_outs.get(_ring_out_id(request), request.extension))
    return Response(204)


def _ring_out_id(request: Request) -> str:
    return request.parameters.get("ringoutId") or request.parameters["ringOutId"]


def _whose(request: Request) -> Extension | None:
    return request.extension if "extensionId" in request.parameters else None


def _views(request: Request, entries: Iterable[Entry], query: Query) -> list[dict[str, Any]]:
    detailed = last(query, "view") == "Detailed"
    company = "extensionId" not in request.parameters
    view = partial(request.world.call_log.view, company=company, detailed=detailed, content_url=request.content_url)
    return [view(each, request.base_url) for each in entries]


def _selected(entries: Iterable[Entry], query: Mapping[str, list[str]]) -> list[Entry]:
    """By direction, numbers, session, recording; deleted ones only if asked for. Raises Refused (CLG-110)."""
    sessions = {name: last(query, name) for name in ("sessionId", "telephonySessionId") if last(query, name)}
    if sessions and (query.get("phoneNumber") or query.get("extensionNumber")):
        raise Refused(400, "CLG-110", "Parameter [sessionId] cannot be used together with other filters")
    directions, numbers = query.get("direction"), [*query.get("phoneNumber", []), *query.get("extensionNumber", [])]
    recorded = last(query, "withRecording") == "true" or bool(last(query, "recordingType"))
    deleted = last(query, "showDeleted") == "true"
    kind = query.get("type")
    return [
        each
        for each in entries
        if (not directions or each.party.direction in directions)
        and (not numbers or {each.party.from_.phone_number, each.party.to.phone_number} & set(numbers))
        and all(
            value == (each.session.session_id if name == "sessionId" else each.session.id)
            for name, value in sessions.items()
        )
        and (not recorded or each.recordings)
        and (deleted or not each.deleted)
        and (not kind or "Voice" in kind)
        and (
            not query.get("statusGroup")
            or "All" in query["statusGroup"]
            or result(each.session, each.party) == "Missed"
        )
    ]


def _date(query: Query, name: str) -> datetime | None:
    text = last(query, name)
    return moment(text, name) if text else None


def _token_moment(token: str) -> datetime:
    if not token:
        raise Refused(400, "CLG-102", "Parameter [syncToken] is missing", parameter="syncToken")
    try:
        return datetime.fromisoformat(base64.urlsafe_b64decode(token).decode())
    except ValueError:
        raise Refused(400, "CLG-101", "Parameter [syncToken] is invalid", parameter="syncToken") from None
