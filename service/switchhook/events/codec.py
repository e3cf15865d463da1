"""Events as plain JSON values and back, for what must be kept: a call's state, parked work, a saved event to try."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import Any

from switchhook.events import types
from switchhook.events.types import Event

_UNSET = object()
_TYPES: Mapping[str, type[Event]] = {name: getattr(types, name) for name in types.__all__}


def encode(event: Event, *, raw: bool = True, whole: bool = False) -> dict[str, Any]:
    """The event as JSON values: its type under "event", then every field that differs from its default.

    `raw=False` leaves the platform's body out. `whole`: every field, for readers who do not know our defaults.
    """
    values: dict[str, Any] = {"event": type(event).__name__}
    for field in fields(event):
        value = getattr(event, field.name)
        if (field.name == "raw" and not raw) or (not whole and value == _default(field)):
            continue
        values[_key(field.name)] = value.isoformat() if isinstance(value, datetime) else _plain(value)
    return values


def decode(values: Mapping[str, Any], *, raw: Mapping[str, Any] | None = None) -> Event:
    """From `encode`; `raw` stands in for a body that was left out. Raises ValueError, saying what is wrong."""
    name = values.get("event")
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        close = difflib.get_close_matches(str(name), list(_TYPES), n=1)
        hint = f"did you mean {close[0]}?" if name and close else f"there is {', '.join(sorted(_TYPES))}"
        raise ValueError(f'"event" must be the name of an event type, not {name!r}; {hint}')
    hints = _hints(kind.__name__)
    arguments: dict[str, Any] = {} if raw is None else {"raw": raw}
    for key, value in values.items():
        field = _FIELD_OF.get(key, key)
        if key == "event":
            continue
        if field not in hints:
            close = difflib.get_close_matches(field, list(hints), n=1)
            hint = f"; did you mean {close[0]}?" if close else f". It has {', '.join(hints)}"
            raise ValueError(f"{name} has no field {field!r}{hint}")
        arguments[field] = _read(name or "", field, hints[field], value)
    missing = [field.name for field in fields(kind) if field.name not in arguments and _default(field) is _UNSET]
    if missing:
        raise ValueError(f"{name} must say {', '.join(missing)}, too")
    return kind(**arguments)


# `Notification.event` is the platform's path, while "event" names the type.
_KEY_OF = {"event": "path"}
_FIELD_OF = {"path": "event"}


def _key(field: str) -> str:
    return _KEY_OF.get(field, field)


@cache
def _hints(name: str) -> dict[str, Any]:
    return typing.get_type_hints(_TYPES[name])


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else _UNSET


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _read(name: str, field: str, hint: Any, value: Any) -> Any:
    if hint == datetime | None and value is None:
        return None
    if hint in {datetime, datetime | None}:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValueError(f"{name}.{field} must be a time such as 2026-01-05T09:00:00+00:00") from None
        if moment.tzinfo is None:
            raise ValueError(f"{name}.{field} must say its time zone, such as 2026-01-05T09:00:00+00:00")
        return moment
    origin = typing.get_origin(hint)
    wanted: Any = {tuple: list, Mapping: Mapping}.get(origin, float | int if hint is float else hint)
    if not isinstance(value, wanted):
        article = "a list" if origin is tuple else getattr(wanted, "__name__", str(wanted))
        raise ValueError(f"{name}.{field} must be {article}, not {type(value).__name__}")  # noqa: TRY004 (told as one)
    return tuple(value) if origin is tuple else value
