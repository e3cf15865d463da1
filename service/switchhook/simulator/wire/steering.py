"""The verbs of `Platform` over HTTP, so that programs in any language can drive it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from switchhook.simulator.errors import Refused
from switchhook.simulator.wire import body
from switchhook.simulator.wire.request import Request, Response

if TYPE_CHECKING:
    from switchhook.simulator.platform import Platform

Fields = Mapping[str, Any]
Verb = Callable[["Platform", Fields], Awaitable[Any]]


async def _ring(platform: Platform, fields: Fields) -> Any:
    return await platform.ring(
        _text(fields, "to", "101"), _text(fields, "from", "+16505550100"), _text(fields, "name", "Joe Caller")
    )


async def _dial(platform: Platform, fields: Fields) -> Any:
    return await platform.dial(_text(fields, "from", "101"), _text(fields, "to", "+16505550100"))


async def _answer(platform: Platform, fields: Fields) -> Any:
    return await platform.answer(_text(fields, "telephonySessionId"), fields.get("partyId"), fields.get("deviceId"))


async def _hang_up(platform: Platform, fields: Fields) -> Any:
    return await platform.hang_up(_text(fields, "telephonySessionId"))


async def _hold(platform: Platform, fields: Fields) -> Any:
    return await platform.hold(_text(fields, "telephonySessionId"), fields.get("partyId"))


async def _unhold(platform: Platform, fields: Fields) -> Any:
    return await platform.unhold(_text(fields, "telephonySessionId"), fields.get("partyId"))


async def _send_text(platform: Platform, fields: Fields) -> Any:
    return await platform.text(
        _text(fields, "to", "101"), _text(fields, "from", "+16505550100"), _text(fields, "text", "Hello")
    )


async def _post(platform: Platform, fields: Fields) -> Any:
    return await platform.post(_text(fields, "chat"), _text(fields, "text"), _text(fields, "by", "102"))


async def _fault(platform: Platform, fields: Fields) -> Any:
    platform.fault(
        _text(fields, "name"),
        rate=float(fields.get("rate", 1.0)),
        times=fields.get("times"),
        operation=fields.get("operation"),
    )
    return platform.state()["faults"]


async def _advance(platform: Platform, fields: Fields) -> Any:
    await platform.advance(float(fields.get("seconds", 0)))
    return {"now": platform.state()["now"]}


async def _delivered(platform: Platform, _fields: Fields) -> Any:
    await platform.delivered()
    return {}


async def _state(platform: Platform, _fields: Fields) -> Any:
    return platform.state()


async def _credentials(platform: Platform, _fields: Fields) -> Any:
    return platform.credentials()


async def _reset(platform: Platform, fields: Fields) -> Any:
    await platform.reset(fields.get("seed"))
    return platform.state()


_VERBS: Mapping[tuple[str, str], Verb] = {
    ("POST", "ring"): _ring,
    ("POST", "dial"): _dial,
    ("POST", "answer"): _answer,
    ("POST", "hang-up"): _hang_up,
    ("POST", "hold"): _hold,
    ("POST", "unhold"): _unhold,
    ("POST", "text"): _send_text,
    ("POST", "post"): _post,
    ("POST", "fault"): _fault,
    ("POST", "advance"): _advance,
    ("POST", "delivered"): _delivered,
    ("POST", "reset"): _reset,
    ("GET", "state"): _state,
    ("GET", "credentials"): _credentials,
}


async def steer(platform: Platform, request: Request) -> Response:
    """Carry out one verb. What is wrong with it is said in `message`, with 400, or 404 for what does not exist."""
    name = request.path.removeprefix("/simulator/").strip("/")
    verb = _VERBS.get((request.method, name))
    if verb is None:
        there = ", ".join(f"{method} /simulator/{each}" for method, each in _VERBS)
        return Response(404, {"message": f"no verb {request.method} {request.path}; there are {there}"})
    try:
        fields = body.read_json(request.content)
        if not isinstance(fields, dict):
            return Response(400, {"message": "the body is no JSON object"})
        return Response(body=await verb(platform, fields))
    except LookupError as error:
        return Response(404, {"message": _message(error)})
    except (ValueError, TypeError) as error:
        return Response(400, {"message": _message(error)})
    except Refused as refusal:
        return Response(refusal.status, refusal.body())


def _message(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def _text(fields: Fields, name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing or no text")  # noqa: TRY004 - from outside
    return value
