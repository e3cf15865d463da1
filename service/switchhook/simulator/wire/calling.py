"""Operations on calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchhook.simulator.errors import invalid, not_found
from switchhook.simulator.telephony import commands, transfers
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
    account, device = request.world.account, None
    if from_.get("deviceId"):
        found = account.device(str(from_["deviceId"]))
        if found is None:
            raise not_found("deviceId")
        caller, device = found
    else:
        extension = account.extensions.get(str(from_.get("extensionId", "")))
        if extension is None:
            raise invalid("from.deviceId")
        caller = extension
    target = to.get("phoneNumber") or to.get("extensionNumber")
    if not isinstance(target, str):
        raise invalid("to.phoneNumber")
    session = call_out(request.world.exchange, caller, device, target)
    return Response(201, {"session": session_view(session, account.id)})


@answers("readCallSessionStatus")
def read_session(request: Request) -> Response:
    session = request.world.exchange.session(request.parameters["telephonySessionId"])
    return Response(body=session_view(session, request.world.account.id))


@answers("deleteCallSession")
def delete_session(request: Request) -> Response:
    exchange = request.world.exchange
    exchange.end(exchange.session(request.parameters["telephonySessionId"]))
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
    recording = commands.pause_recording(
        request.world.exchange, session, party, request.parameters["recordingId"], _body(request)
    )
    return Response(body={"id": recording.id, "active": recording.active})


def _command(operation_id: str, command: Command, status: int = 200) -> None:
    """A command answers the whole party as it is then, or 204 and nothing."""

    def handle(request: Request) -> Response:
        session, party = _addressed(request)
        command(request.world.exchange, session, party, _body(request))
        return Response(204) if status == 204 else _party(request, party, status)

    handler: Handler = handle
    answers(operation_id)(handler)


_command(
    "answerCallParty", lambda exchange, call, party, body: commands.answer(exchange, call, party, body.get("deviceId"))
)
_command("rejectParty", lambda exchange, call, party, _: commands.reject(exchange, call, party), 204)
_command(
    "ignoreCallInQueue",
    lambda exchange, call, party, body: commands.ignore(exchange, call, party, body.get("deviceId")),
    204,
)
_command("forwardCallParty", transfers.forward)
_command("transferCallParty", transfers.transfer)
_command("holdCallParty", lambda exchange, call, party, _: commands.hold(exchange, call, party))
_command("unholdCallParty", lambda exchange, call, party, _: commands.unhold(exchange, call, party))
_command("updateCallParty", commands.change)
_command("deleteCallParty", lambda exchange, call, party, _: commands.drop(exchange, call, party), 204)


def _addressed(request: Request) -> tuple[Session, Party]:
    return request.world.exchange.party(request.parameters["telephonySessionId"], request.parameters["partyId"])


def _party(request: Request, party: Party, status: int = 200) -> Response:
    return Response(status, party_view(party, request.world.account.id))


def _body(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.body, Mapping):
        raise invalid("body")
    return request.body
