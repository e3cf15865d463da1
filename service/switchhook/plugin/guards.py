"""Guard rails that the settings of any handler can have: quiet hours, once per counterparty. Pure.

They are laid around the rules of a handler when it is enabled, so that nobody who runs a rule can forget them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from switchhook.errors import Skip
from switchhook.events.types import CallEvent, Event, MessageEvent, PostEvent
from switchhook.plugin.context import Context
from switchhook.plugin.handler import Rule
from switchhook.plugin.hours import Hours


@dataclass(frozen=True, slots=True)
class GuardRails:
    """What holds every rule of an enabled handler back.

    `hours`: no rule runs outside of them; `quiet_hours`: none within them; both by the clock at its turn.
    `once_per_counterparty`: after a rule has written to the platform for a caller, sender or author, it is skipped for
    the same one until this span is over.
    """

    hours: Hours | None = None
    quiet_hours: Hours | None = None
    once_per_counterparty: timedelta | None = None

    def around(self, rule: Rule) -> Rule:
        """The rule with these guard rails. Of two spans of "once per", the longer one holds."""
        guarded = rule
        if self.hours is not None or self.quiet_hours is not None:
            guarded = replace(guarded, function=self._in_time(rule))
        if self.once_per_counterparty is not None and (rule.every is None or rule.every < self.once_per_counterparty):
            guarded = replace(guarded, once_per=counterparty, every=self.once_per_counterparty)
        return guarded

    def _in_time(self, rule: Rule) -> Callable[[Event, Context[Any]], Coroutine[Any, Any, None]]:
        async def guarded(event: Event, ctx: Context[Any]) -> None:
            if self.hours is not None and ctx.now not in self.hours:
                raise Skip(f"outside of its hours ({self.hours})")
            if self.quiet_hours is not None and ctx.now in self.quiet_hours:
                raise Skip(f"quiet hours ({self.quiet_hours})")
            await rule.function(event, ctx)

        return guarded


def counterparty(event: Event) -> str:
    """Who is at the other end: caller or called number, sender or first recipient, author. "" where nobody is known."""
    if isinstance(event, CallEvent):
        return event.callee if event.direction == "Outbound" else event.caller
    if isinstance(event, MessageEvent):
        outgoing = getattr(event, "direction", "Inbound") == "Outbound"
        return next(iter(event.recipients), "") if outgoing else event.sender
    return event.creator_id if isinstance(event, PostEvent) else ""
