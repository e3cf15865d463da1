"""What a handler's settings switch off: a rule (`when="texts"`), or some of its event types (`when="events"`). Pure.

The subscriptions follow from what is left, so that nobody needs a permission for what he switched off.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from pydantic import BaseModel
from pydantic_core import CoreSchema, core_schema

from switchhook.events import types
from switchhook.events.types import Event
from switchhook.plugin.handler import Rule


@cache
def event_types() -> Mapping[str, type[Event]]:
    """Every event that can come, by its name; not the families (`CallEvent`) that are only asked for."""
    found = {name: kind for name, kind in vars(types).items() if isinstance(kind, type) and issubclass(kind, Event)}
    families = {family for kind in found.values() for family in kind.__mro__[1:]}
    return {name: kind for name, kind in sorted(found.items()) if kind not in families}


class EventName(str):
    """The name of an event in settings, such as "CallMissed". Raises ValueError naming near ones."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if text not in event_types():
            near = difflib.get_close_matches(text, list(event_types()), n=1)
            hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(event_types())}"
            raise ValueError(f"{text!r} is no event; {hint}")
        return super().__new__(cls, text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


def selected(rule: Rule, settings: BaseModel) -> frozenset[type[Event]]:
    """The event types a rule asks for under these settings."""
    if rule.when is None:
        return frozenset({rule.event})
    chosen = getattr(settings, rule.when)
    if isinstance(chosen, bool):
        return frozenset({rule.event} if chosen else ())
    return frozenset(kind for name, kind in event_types().items() if name in chosen and issubclass(kind, rule.event))


def switched_off(rule: Rule, settings: BaseModel, event: type[Event]) -> str | None:
    """Why the rule does not run for this type of event under these settings; None if it does."""
    if rule.when is None or issubclass(event, tuple(selected(rule, settings))):
        return None
    if isinstance(getattr(settings, rule.when), bool):
        return f"switched off by its setting {rule.when}"
    return f"{event.__name__} is not among its setting {rule.when}"
