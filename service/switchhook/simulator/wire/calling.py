"""Operations on calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchhook.simulator.errors import invalid
from switchhook.simulator.telephony import commands, conferences, transfers
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.scenes import call_out
from switchhook.simulator.telephony.session import Party, Session
from switchhook.simulator.telephony.views import party_view, session_view
from switchhook.simulator.wire.request import Handler, Request, Response
from switchhook.simulator.wire.table import answers

Command = Callable[[Exchange, Session, Party, Mapping[str, Any]], object]


@answers("createCallOutCallSession")
def create_call_out(request: Request) -> Response:
    """The answer first; what the call does then follows it."""
    body = _body(request)
    from_, to = body.get("from"), body.get("to")
    if not isinstance(from_, Mapping):
        raise invalid("from")
    if not isinstance(to, Mapping):
        raise invalid("to")
    exchange, account, device = request.world.exchange, request.world.account, None
    if from_.get("deviceId"):
        caller, device = commands.device_and_owner(exchange, from_["deviceId"], None, "deviceId")
    else:
        extension = account.extensions.get(str(from_.get("extensionId", "")))
        if extension is None:
            raise invalid("from.deviceId")
        caller = extension
    target = to.get("phoneNumber") or to.get("extensionNumber")
    if not isinstance(target, str):
        raise invalid("to.phoneNumber")
    session = call_out(exchange, caller, device, target)
    return Response(201, {"session": session_view(session, account.id)})


@answers("createConferenceCallSession")
def create_conference(request: Request) -> Response:
    session = conferences.create(request.world.exchange, request.caller)
    return Response(201, {"session": session_view(session, request.world.account.id)})


@answers("createCallPartyWithBringIn")
def bring_in(request: Request) -> Response:
    return _party(request, conferences.bring_in(request.world.exchange, _session(request), _body(request)), 201)


@answers("readCallSessionStatus")
def read_session(request: Request) -> Response:
    return Response(body=session_view(_session(request), request.world.account.id))


@answers("deleteCallSession")
def delete_session(request: Request) -> Response:
    request.world.exchange.end(_session(request))
    return Response(204)


@answers("readCallPartyStatus")
def read_party(request: Request) -> Response:
    _, party = _addressed(request)
    return _party(request, party)


@answers("startCallRecording")
def start_recording(request: Request) -> Response:
    session, party = _addressed(request)
    recording = commands.start_recording(request.world.exchange, session, party)
    return Response(201, {"id": recording.id, "active": recording.active})


@answers("pauseResumeCallRecording")
def pause_recording(request: Request) -> Response:
    session, party = _addressed(request)
    which = request.parameters["recordingId"]
    recording = commands.pause_recording(request.world.exchange, session, party, which, _body(request))
    return Response(body={"id": recording.id, "active": recording.active})


@answers("callParkParty")
def park(request: Request) -> Response:
    """The answer shows the leg that parked as parked, with the location; notifications show it on the other leg."""
    session, party = _addressed(request)
    location = transfers.park(request.world.exchange, session, party)
    view = party_view(party, request.world.account.id)
    return Response(201, {**view, "status": {"code": "Parked"}, "park": {"id": location}})


@answers("pickupCallParty")
def pick_up(request: Request) -> Response:
    exchange = request.world.exchange
    session, party = _addressed(request)
    extension, device = commands.device_and_owner(exchange, _body(request).get("deviceId"))
    return _party(request, transfers.pick_up_parked(exchange, session, party, extension, device.id), 201)


@answers("superviseCallSession", "superviseCallParty")
def supervise(request: Request) -> Response:
    """Of a session its agent's leg is heard, of a party that leg alone."""
    session, party = (_session(request), None) if "partyId" not in request.parameters else _addressed(request)
    return _party(request, conferences.supervise(request.world.exchange, session, _body(request), party), 201)


def _command(operation_id: str, command: Command, status: int = 200) -> None:
    """A command answers the whole party as it is then, or 204 and nothing."""

    def handle(request: Request) -> Response:
        session, party = _addressed(request)
        command(request.world.exchange, session, party, _body(request))
        return Response(204) if status == 204 else _party(request, party, status)

    handler: Handler = handle
    answers(operation_id)(handler)


_command("answerCallParty", lambda calls, call, party, body: commands.answer(calls, call, party, body.get("deviceId")))
_command("rejectParty", lambda calls, call, party, _: commands.reject(calls, call, party), 204)
_command(
    "ignoreCallInQueue", lambda calls, call, party, body: commands.ignore(calls, call, party, body.get("deviceId")), 204
)
_command("replyParty", commands.reply)
_command("forwardCallParty", transfers.forward)
_command("transferCallParty", transfers.transfer)
_command("bridgeCallParty", transfers.bridge)
_command("callFlipParty", transfers.flip)
_command("holdCallParty", lambda calls, call, party, _: commands.hold(calls, call, party))
_command("unholdCallParty", lambda calls, call, party, _: commands.unhold(calls, call, party))
_command("updateCallParty", commands.change)
_command("deleteCallParty", lambda calls, call, party, _: commands.delete(calls, call, party), 204)


def _session(request: Request) -> Session:
    return request.world.exchange.session(request.parameters["telephonySessionId"])


def _addressed(request: Request) -> tuple[Session, Party]:
    return request.world.exchange.party(request.parameters["telephonySessionId"], request.parameters["partyId"])


def _party(request: Request, party: Party, status: int = 200) -> Response:
    return Response(status, party_view(party, request.world.account.id))


def _body(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.body, Mapping):
        raise invalid("body")
    return request.body
