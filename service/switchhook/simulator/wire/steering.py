"""The verbs of `Platform` over HTTP, so that programs in any language can drive it.

Names and arguments are those of the methods, in the spelling of JSON: `hang-up`, `telephonySessionId`, `from`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from switchhook.simulator.errors import Refused
from switchhook.simulator.wire import body
from switchhook.simulator.wire.request import Request, Response

if TYPE_CHECKING:
    from switchhook.simulator.platform import Platform

_NAMES = {"telephonySessionId": "session_id", "otherTelephonySessionId": "other_session_id", "from": "from_"}
_READ = ("state", "credentials", "knobs", "scenes")
_DONE = (
    "ring", "dial", "answer", "reject", "hold", "unhold", "transfer", "bridge", "park", "pick_up", "record",
    "open_conference", "join_conference", "bring_in", "ring_out", "hang_up", "phone", "application_key", "meeting",
    "voicemail", "text", "fax", "post", "notify", "scene", "fault", "knob", "advance", "delivered", "reset",
)  # fmt: skip
_KINDS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "bool": (bool,),
    "tuple[str, ...]": (list,),
    "dict[str, Any]": (dict,),
    "Any": (object,),
}


def verbs(platform: type[Platform]) -> dict[str, Callable[..., Any]]:
    """Every verb by its name in addresses, with the method behind it."""
    return {_dashed(each): getattr(platform, each) for each in (*_DONE, *_READ)}


def arguments(method: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The arguments of a verb by their names in JSON."""
    found = inspect.signature(method).parameters
    return {_spelt(name): parameter for name, parameter in found.items() if name != "self"}


def reads(name: str) -> bool:
    """Whether a verb only tells, and goes by GET."""
    return name in _READ


async def steer(platform: Platform, request: Request) -> Response:
    """Carry out one verb. What is wrong with it is said in `message`: 400, or 404 for what does not exist."""
    name = request.path.removeprefix("/simulator/").strip("/").replace("-", "_")
    if name not in (_READ if request.method == "GET" else _DONE):
        there = [f"GET /simulator/{each}" for each in _READ] + [f"POST /simulator/{_dashed(each)}" for each in _DONE]
        return Response(404, {"message": f"no verb {request.method} {request.path}; there are {', '.join(there)}"})
    try:
        method = getattr(platform, name)
        given = body.read_json(request.content) if request.method == "POST" else {}
        done = method(**_arguments(method, given))
        result = await done if inspect.isawaitable(done) else done
    except LookupError as error:
        return Response(404, {"message": str(error.args[0])})
    except ValueError as error:
        return Response(400, {"message": str(error)})
    except Refused as refusal:
        return Response(refusal.status, refusal.body())
    state = platform.state()
    told = {"fault": state["faults"], "advance": {"now": state["now"]}, "delivered": {}, "reset": state}
    return Response(body=told.get(name, result))


def _arguments(method: Callable[..., Awaitable[Any]], given: object) -> dict[str, Any]:
    """Those of the method, each of its kind. Raises ValueError naming what is wrong and what there is."""
    if not isinstance(given, dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004 - it came from outside
    parameters = inspect.signature(method).parameters
    arguments = {}
    for key, value in given.items():
        name = _NAMES.get(key) or re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", key)
        if name not in parameters:
            raise ValueError(f"no argument {key!r}; there are {', '.join(map(_spelt, parameters))}")
        kinds = _KINDS[parameters[name].annotation]
        if not isinstance(value, kinds) or (isinstance(value, bool) and not {bool, object} & set(kinds)):
            raise ValueError(f"{key} is {value!r}, not {parameters[name].annotation}")
        arguments[name] = tuple(value) if isinstance(value, list) else value
    for name, parameter in parameters.items():
        if name not in arguments and parameter.default is parameter.empty:
            raise ValueError(f"{_spelt(name)} is missing")
    return arguments


def _spelt(name: str) -> str:
    """A name of Python as JSON spells it."""
    for json_name, python_name in _NAMES.items():
        if python_name == name:
            return json_name
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _dashed(name: str) -> str:
    return name.replace("_", "-")
