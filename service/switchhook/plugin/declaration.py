"""What a handler's declaration must fulfil, checked at import. Every refusal names what there is instead."""

from __future__ import annotations

import difflib
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any

from switchhook.events.types import CallEvent, Event
from switchhook.plugin.context import Context
from switchhook.plugin.settings import Settings

NOTHING: Mapping[str, object] = MappingProxyType({})
_ANY_OF = (set, frozenset, list, tuple)
_COMPARABLE = (bool, int, float, str)


def place(file: str, line: int) -> str:
    """File and line, the file as short as it can be said from here."""
    path = Path(file)
    try:
        return f"{path.relative_to(Path.cwd())}:{line}"
    except ValueError:
        return f"{path}:{line}"


def word(thing: object) -> str:
    """A class, function or value as its author wrote it."""
    return str(getattr(thing, "__name__", repr(thing)))


def near(name: str, names: Iterable[str]) -> str:
    """'; did you mean x?' if something there is close to `name`, else a full stop."""
    close = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {close[0]}?" if close else "."


def _types(event: type[Event]) -> Mapping[str, Any]:
    hints = typing.get_type_hints(event)
    return {field.name: hints[field.name] for field in fields(event)}


def checked_handler_name(name: object) -> str:
    """Raises ValueError unless it is an identifier, naming the nearest one."""
    if isinstance(name, str) and name.isidentifier():
        return name
    near_one = re.sub(r"\W+", "_", str(name)).strip("_").lower() or "my_handler"
    raise ValueError(f"the name must be an identifier, such as {near_one!r}")


def checked_settings(settings: object) -> type[Any]:
    """Raises ValueError unless it is a settings type."""
    if isinstance(settings, type) and issubclass(settings, Settings):
        return settings
    raise ValueError(f"the settings type must be a subclass of switchhook.Settings, not {word(settings)}")


def check_event(event: object) -> None:
    """Raises ValueError unless it is an event type."""
    if isinstance(event, type) and issubclass(event, Event):
        return
    if inspect.isfunction(event):
        raise ValueError(
            f"@handler.on stands bare before {event.__name__}: name the event, as in @handler.on(CallRinging)"
        )
    raise ValueError(f"on({word(event)}): not an event type; import one from switchhook, such as CallRinging")


def check_field(event: type[Event], name: str) -> Any:
    """The declared type of a field. Raises ValueError naming the real fields."""
    known = _types(event)
    if name not in known:
        raise ValueError(f"{event.__name__} has no field {name!r}{near(name, known)} It has {', '.join(sorted(known))}")
    return known[name]


def check_match(event: type[Event], match: Mapping[str, object]) -> Mapping[str, object]:
    """The wanted values, each a plain value or a frozenset. Raises ValueError."""
    wanted: dict[str, object] = {}
    for name, value in match.items():
        kind = check_field(event, name)
        if kind not in _COMPARABLE:
            raise ValueError(f"{name} is not one plain value: test it in the function and raise Skip")
        values = list(value) if isinstance(value, _ANY_OF) else [value]
        for one in values:
            fits = isinstance(one, kind) or (kind is float and type(one) is int)
            if not fits or (kind is not bool and isinstance(one, bool)):
                raise ValueError(f"{name}={one!r} can never match: {event.__name__}.{name} is {kind.__name__}")
        wanted[name] = frozenset(values) if isinstance(value, _ANY_OF) else value
    return MappingProxyType(wanted) if wanted else NOTHING


def check_name(name: str, taken: Iterable[str]) -> None:
    """Raises ValueError if the handler has such a rule."""
    if name in taken:
        raise ValueError("the handler has a rule of that name already; rename this function")


def check_once(event: type[Event], once_per: object, every: object) -> None:
    """Raises ValueError for a field that does not exist, or one of the two without the other."""
    if (once_per is None) != (every is None):
        raise ValueError("once_per and every go together: once per what, and within which span")
    if isinstance(once_per, str):
        check_field(event, once_per)


def check_when(settings: type[Any], when: str | None) -> None:
    """Raises ValueError unless the setting exists and is a switch or a choice, naming the real ones."""
    known = settings.model_fields
    if when is not None and when not in known:
        raise ValueError(f"when={when!r}: no such setting{near(when, known)} There is {', '.join(known) or 'none'}")
    if when is not None:
        kind = known[when].annotation
        if kind is not bool and typing.get_origin(kind) not in _ANY_OF:
            raise ValueError(f"when={when!r}: this setting is {word(kind)}; it must be bool or a set of EventName")


def check_decides(event: type[Event], decides: bool) -> None:
    """Raises ValueError if the event is none of a call."""
    if decides and not issubclass(event, CallEvent):
        raise ValueError(f"decides=True is for events of calls; {event.__name__} is none")


def check_function(function: object, event: type[Event], settings: type[Any]) -> None:
    """Raises ValueError unless it is an async function that takes this event and a context with these settings."""
    if not inspect.iscoroutinefunction(function):
        raise ValueError("a rule must be an async function: write async def")
    parameters = list(inspect.signature(function).parameters.values())
    if len([one for one in parameters if one.default is one.empty]) != 2 or any(
        one.kind is not one.POSITIONAL_OR_KEYWORD and one.default is one.empty for one in parameters
    ):
        raise ValueError("a rule takes two parameters, the event and its context: (event, ctx)")
    hints = _hints(function)
    first, second = (hints.get(one.name) for one in parameters[:2])
    accepted = _classes(first)
    if accepted and not issubclass(event, accepted):
        raise ValueError(f"registered for {event.__name__}, but its first parameter is {word(first)}")
    if typing.get_origin(second) is Context:
        (of,) = typing.get_args(second)
        if isinstance(of, type) and not issubclass(settings, of):
            raise ValueError(
                f"its context is Context[{of.__name__}], but the handler's settings are {settings.__name__}"
            )


def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception:  # noqa: BLE001 - names that exist for the type checker alone cannot be checked here
        return {}


def _classes(hint: Any) -> tuple[type, ...]:
    parts = typing.get_args(hint) if isinstance(hint, UnionType) or typing.get_origin(hint) is typing.Union else (hint,)
    return tuple(parts) if all(isinstance(part, type) for part in parts) else ()
