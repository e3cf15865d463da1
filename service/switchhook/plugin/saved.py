"""Events as JSON values, and back: what a person saves, tries a handler on, or delivers to another program."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from switchhook.events.types import Event
from switchhook.plugin.selection import event_types


def dump_event(event: Event, *, raw: bool = True) -> dict[str, Any]:
    """The event's name as `event`, then its fields; times as text. `raw`: with the platform's own body."""
    names = [field.name for field in fields(event) if raw or field.name != "raw"]
    values: dict[str, Any] = TypeAdapter(type(event)).dump_python(event, mode="json", include=set(names))
    clash = {"path": values.pop("event")} if "event" in values else {}  # a Notification's own field of that name
    return {"event": type(event).__name__, **values, **clash}


def load_event(saved: Mapping[str, Any]) -> Event:
    """The event of such values; `id` and times may be left out of what a person writes by hand.

    Raises ValueError that names every field that is wrong, and the fields there are.
    """
    values = dict(saved)
    name = str(values.pop("event", ""))
    kind = event_types().get(name)
    if kind is None:
        near = difflib.get_close_matches(name, list(event_types()), n=1)
        hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(event_types())}"
        raise ValueError(f'"event" is {name!r}, which is no event; {hint}')
    if "path" in values and "event" in {field.name for field in fields(kind)}:
        values["event"] = values.pop("path")
    values.setdefault("id", "by hand")
    values.setdefault("at", "2026-01-05T09:00:00Z")
    values.setdefault("received_at", values["at"])
    known = {field.name for field in fields(kind)}
    problems = [f"{key} is no field of it" for key in values if key not in known]
    event = None
    try:
        event = TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        problems += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    if problems or event is None:
        raise ValueError(f"{name}: {'; '.join(problems)}. It has {', '.join(sorted(known))}")
    return event
