"""Handler and Rule: a named set of functions with settings, and what each function matches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from switchhook.events.types import Event
from switchhook.plugin.context import Context


class Settings(BaseModel):
    """A handler's own settings: subclass it and declare fields. Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


S = TypeVar("S", bound=Settings)
E = TypeVar("E", bound=Event)
Function = Callable[[E, Context[S]], Awaitable[None]]
Lifespan = Callable[[S], AbstractAsyncContextManager[Any] | AsyncIterator[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One function with what it matches. The name is the function's.

    `within`: the event may be at most so old when its turn comes, else the run is `expired`. `once_per`: an
    attribute of the event, or a function of it; a second event with the same value within `every` is skipped once
    the first has made a write. `timeout`: limit of one run. `match`: field → the value, or a set of values, wanted.
    """

    name: str
    event: type[Event]
    function: Callable[[Any, Any], Awaitable[None]]
    within: timedelta | None
    once_per: str | Callable[[Any], str] | None
    every: timedelta | None
    timeout: timedelta
    match: Mapping[str, object]
    own: bool
    """Whether our own posts and messages are handed in too."""


class Handler(Generic[S]):
    """A named set of rules with settings.

    Raises HandlerInvalid for a name that is no identifier or a settings type that is no Settings subclass.
    """

    def __init__(self, name: str, settings: type[S], *, lifespan: Lifespan[S] | None = None) -> None:
        raise NotImplementedError

    name: str
    settings: type[S]
    rules: tuple[Rule, ...]
    lifespan: Lifespan[S] | None
    summary: str
    """First line of the defining module's docstring."""

    def on(
        self,
        event: type[E],
        *,
        within: str | float | timedelta | None = None,
        once_per: str | Callable[[E], str] | None = None,
        every: str | float | timedelta | None = None,
        timeout: str | float | timedelta | None = None,
        own: bool = False,
        **match: object,
    ) -> Callable[[Function[E, S]], Function[E, S]]:
        """Register the decorated async function for `event` (and its subclasses).

        `match`: equality on declared fields of the event; a set, frozenset, list or tuple means any of. Raises
        HandlerInvalid at import for a type that is no Event, a function that is not async, a field that does not
        exist (naming the real ones), a rule name used twice.
        """
        raise NotImplementedError
