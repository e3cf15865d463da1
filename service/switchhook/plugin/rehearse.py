"""Rehearse a handler on one event with nothing running, and tell what it would write."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchhook.api.catalogue import operation as catalogued
from switchhook.errors import HandlerSignal, Skip
from switchhook.events.types import Event
from switchhook.plugin.context import Context
from switchhook.plugin.handler import Handler, Rule, S
from switchhook.plugin.matching import Verdict, judge
from switchhook.plugin.selection import switched_off


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One write as a handler would have made it: operation id, parameters, and the identity if not its own."""

    operation: str
    parameters: Mapping[str, Any]
    identity: str | None = None

    @property
    def body(self) -> Any:
        """The JSON body, None without one."""
        return self.parameters.get("body")


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How one rule met the event: whether and why it matched, what it would write, how it ended.

    `outcome` is "done", "skipped", "expired", "later", "retry" or "not matched"; `reason` says why.
    """

    rule: Rule
    outcome: str
    reason: str
    calls: tuple[RecordedCall, ...] = ()


@dataclass
class _Recorder:
    """The port of a rehearsal: reads are answered from `answers`, writes recorded, memory lasts for the rehearsal."""

    answers: Mapping[str, Any]
    clock: datetime
    calls: list[RecordedCall] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        known = catalogued(operation)
        operation = known.id
        if known.changes_something:
            self.calls.append(RecordedCall(operation, dict(parameters), identity))
        elif operation not in self.answers:
            raise LookupError(
                f"the handler reads {operation}, and this rehearsal does not know the answer: "
                f"pass answers={{{operation!r}: …}}, a value or a function of the parameters"
            )
        answer = self.answers.get(operation, {})
        if callable(answer):
            answer = answer(dict(parameters))
            if inspect.isawaitable(answer):
                answer = await answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def now(self) -> datetime:
        return self.clock

    def remember(self, key: str, value: object, *, ttl: float | None) -> None:
        del ttl
        if value is None:
            self.memory.pop(key, None)
        else:
            self.memory[key] = json.loads(json.dumps(value))

    def recall(self, key: str) -> Any:
        return self.memory.get(key)


async def rehearse(
    handler: Handler[S],
    event: Event,
    settings: S | Mapping[str, Any] | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    memory: dict[str, Any] | None = None,
) -> list[RecordedCall]:
    """Run the rules that match `event`, in order of declaration, and return the writes they would have made.

    `settings` as the settings type or as plain values. `answers`: operation id → the answer, a function of the
    parameters, or an ApiError to raise; reads need one, a write without one is answered `{}`. `now` is when the rule
    runs: at the event's own time by default. `memory`: what `ctx.store` holds, for rehearsals of several events in a
    row. What a rule raises is raised here, but for Skip, which ends that rule.
    Raises ValueError for settings that do not fit, LookupError for a read without an answer.
    """
    calls: list[RecordedCall] = []
    rehearsed = await rehearse_rules(handler, event, settings, answers=answers, now=now, memory=memory, signals=False)
    for one in rehearsed:
        calls.extend(one.calls)
    return calls


async def rehearse_rules(
    handler: Handler[S],
    event: Event,
    settings: S | Mapping[str, Any] | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    memory: dict[str, Any] | None = None,
    signals: bool = True,
) -> list[Rehearsed]:
    """Every rule with why it ran or not and what it would write. `signals`: Later and Retry become outcomes."""
    chosen: S = (
        handler.settings.model_validate(settings or {}) if not isinstance(settings, handler.settings) else settings
    )
    recorder = _Recorder({catalogued(name).id: answer for name, answer in (answers or {}).items()}, now or event.at)
    if memory is not None:
        recorder.memory = memory
    rehearsed = []
    async with handler.resource(chosen) as resource:
        for rule in handler.rules:
            verdict = judge(rule, event)
            if verdict.matched and (off := switched_off(rule, chosen, type(event))):
                verdict = Verdict(False, off)
            if not verdict.matched:
                rehearsed.append(Rehearsed(rule, "not matched", verdict.reason))
                continue
            if rule.within is not None and recorder.clock - event.at > rule.within:
                rehearsed.append(Rehearsed(rule, "expired", f"{recorder.clock - event.at} old, within {rule.within}"))
                continue
            before = len(recorder.calls)
            outcome, reason = "done", verdict.reason
            try:
                await rule.function(event, Context(recorder, chosen, resource=resource))
            except Skip as skip:
                outcome, reason = "skipped", skip.reason
            except HandlerSignal as signal:
                if not signals:
                    raise
                outcome, reason = type(signal).__name__.lower(), str(signal)
            rehearsed.append(Rehearsed(rule, outcome, reason, tuple(recorder.calls[before:])))
    return rehearsed
