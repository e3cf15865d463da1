"""Handler and Rule: a named set of functions with settings, and what each function matches."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import Any, Generic, TypeVar, overload

import typing_extensions

from switchhook.errors import HandlerInvalid
from switchhook.events.types import Event
from switchhook.plugin import declaration
from switchhook.plugin.context import Context
from switchhook.plugin.settings import Settings
from switchhook.plugin.values import span

__all__ = ["Function", "Handler", "Lifespan", "Rule", "Settings"]

E = TypeVar("E", bound=Event)
S = typing_extensions.TypeVar("S", bound=Settings, default=Settings)
Function = Callable[[E, Context[S]], Coroutine[Any, Any, None]]
Lifespan = Callable[[S], AbstractAsyncContextManager[Any] | AsyncIterator[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One function with what it matches. The name is the function's.

    `within`: the event may be at most so old when its turn comes, else the run is `expired`. `once_per`: an
    attribute of the event, or a function of it; a second event with the same value within `every` is skipped once
    the first has made a write. `timeout`: limit of one run (None: the worker's `run_timeout`). `match`: field → the
    value, or a set of values, wanted. `when`: the setting that switches the rule on, or that names the events it is
    for. `where`: file and line of the function.
    """

    name: str
    event: type[Event]
    function: Callable[[Any, Any], Coroutine[Any, Any, None]]
    within: timedelta | None = None
    once_per: str | Callable[[Any], str] | None = None
    every: timedelta | None = None
    timeout: timedelta | None = None
    match: Mapping[str, object] = field(default_factory=dict)
    own: bool = False
    """Whether our own posts and messages are handed in too."""
    when: str | None = None
    decides: bool = False
    """Whether it decides what becomes of a ringing call: no two handlers then act on the same one."""
    where: str = ""

    def once_value(self, event: Event) -> str | None:
        """What of `event` may act only once per `every`.

        None if the rule has no `once_per`, or if the event has no such value: two callers who hide their numbers are
        not one caller.
        """
        if self.once_per is None:
            return None
        value = getattr(event, self.once_per) if isinstance(self.once_per, str) else self.once_per(event)
        return str(value) if value not in ("", None) else None


class Handler(Generic[S]):
    """A named set of rules with settings. Without a settings type it has none.

    `lifespan`: a function of the settings whose `async with` (or `yield`) brackets the worker's life; what it yields
    is `ctx.resource`. Raises HandlerInvalid for a name that is no identifier or a settings type that is no Settings
    subclass.
    """

    name: str
    settings: type[S]
    lifespan: Lifespan[S] | None
    summary: str
    """First line of the defining module's docstring."""

    @overload
    def __init__(self: Handler[Settings], name: str, *, lifespan: Lifespan[Settings] | None = None) -> None: ...
    @overload
    def __init__(self, name: str, settings: type[S], *, lifespan: Lifespan[S] | None = None) -> None: ...
    def __init__(
        self, name: object, settings: object = Settings, *, lifespan: Callable[[Any], Any] | None = None
    ) -> None:
        frame = _caller()
        self._where = declaration.place(frame.f_code.co_filename, frame.f_lineno)
        try:
            self.name = declaration.checked_handler_name(name)
            self.settings = declaration.checked_settings(settings)
        except ValueError as problem:
            raise HandlerInvalid(f"{self._where}: Handler({name!r}): {problem}") from None
        self.lifespan = lifespan
        self.summary = str(frame.f_globals.get("__doc__") or "").strip().partition("\n")[0]
        self._rules: list[Rule] = []

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order in which they were declared."""
        return tuple(self._rules)

    def on(
        self,
        event: type[E],
        *,
        within: str | float | timedelta | None = None,
        once_per: str | Callable[[E], str] | None = None,
        every: str | float | timedelta | None = None,
        timeout: str | float | timedelta | None = None,
        own: bool = False,
        when: str | None = None,
        decides: bool = False,
        **match: object,
    ) -> Callable[[Function[E, S]], Function[E, S]]:
        """Register the decorated async function for `event` (and its subclasses).

        `match`: equality on declared fields of the event; a set, frozenset, list or tuple means any of. `when`: a
        setting of this handler that is true or false, or that holds event names (`EventName`). `decides`: this rule
        decides what becomes of a call; of several handlers with such rules, the one that stands first in the settings
        has the first turn, and once one of them has written, the others are skipped. Raises HandlerInvalid at import
        for a type that is no Event, a function that is not async or takes something else,
        a field that does not exist (naming the real ones), a value no such field can have, a rule name used twice.
        """
        frame = _caller()
        place = declaration.place(frame.f_code.co_filename, frame.f_lineno)

        def register(function: Function[E, S]) -> Function[E, S]:
            name = getattr(function, "__name__", "")
            code = getattr(function, "__code__", None)
            where = declaration.place(code.co_filename, code.co_firstlineno) if code is not None else place
            try:
                declaration.check_function(function, event, self.settings)
                declaration.check_name(name, [rule.name for rule in self._rules])
                declaration.check_once(event, once_per, every)
                declaration.check_when(self.settings, when)
                declaration.check_decides(event, decides)
                rule = Rule(
                    name=name,
                    event=event,
                    function=function,
                    within=None if within is None else span(within),
                    once_per=once_per,
                    every=None if every is None else span(every),
                    timeout=None if timeout is None else span(timeout),
                    match=declaration.check_match(event, match),
                    own=own,
                    when=when,
                    decides=decides,
                    where=where,
                )
            except ValueError as problem:
                raise HandlerInvalid(f"{where}: {name or 'the decorated thing'}: {problem}") from None
            self._rules.append(rule)
            return function

        try:
            declaration.check_event(event)
        except ValueError as problem:
            raise HandlerInvalid(f"{place}: {problem}") from None
        return register

    @asynccontextmanager
    async def resource(self, settings: S) -> AsyncGenerator[Any]:
        """What `ctx.resource` is, for as long as the block lasts: what the lifespan yields, or None without one."""
        made = None if self.lifespan is None else self.lifespan(settings)
        if made is None:
            yield None
            return
        if not isinstance(made, AbstractAsyncContextManager):
            generator = made
            made = asynccontextmanager(lambda: generator)()
        async with made as resource:
            yield resource

    def __repr__(self) -> str:
        return f"<Handler {self.name!r} of {self._where}>"


def _caller() -> FrameType:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    assert frame.f_back.f_back is not None
    return frame.f_back.f_back
