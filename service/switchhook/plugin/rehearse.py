"""Rehearse a handler on one event with nothing running, and tell what it would write."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from switchhook.api.catalogue import operation as catalogued
from switchhook.api.parameters import place
from switchhook.errors import HandlerSignal, Skip
from switchhook.events.types import Event
from switchhook.plugin.context import Context
from switchhook.plugin.handler import Handler, Rule, S
from switchhook.plugin.matching import judge
from switchhook.plugin.selection import switched_off

if TYPE_CHECKING:
    from switchhook.api.uploading import Progress


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

    `outcome` is "done", "skipped", "expired", "later", "retry", "failed" or "not matched"; `reason` says why. `error`
    is what the rule raised, but for Skip.
    """

    rule: Rule
    outcome: str
    reason: str
    calls: tuple[RecordedCall, ...] = ()
    error: Exception | None = None


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
        place(known, parameters)
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

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        to: Path | BinaryIO,
        *,
        progress: Progress | None = None,
        identity: str | None = None,
    ) -> int:
        content: bytes = await self.call(operation, parameters, identity=identity)
        _put(content, to)
        if progress is not None:
            progress(len(content), len(content))
        return len(content)

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


def _put(content: bytes, to: Path | BinaryIO) -> None:
    if isinstance(to, Path):
        to.write_bytes(content)
    else:
        to.write(content)


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

    Raises ValueError for settings that do not fit and for an operation or parameter that there is not, LookupError for
    a read without an answer.
    """
    calls: list[RecordedCall] = []
    for rehearsed in await rehearse_rules(handler, event, settings, answers=answers, now=now, memory=memory):
        if rehearsed.error is not None:
            raise rehearsed.error
        calls.extend(rehearsed.calls)
    return calls


async def rehearse_rules(
    handler: Handler[S],
    event: Event,
    settings: S | Mapping[str, Any] | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    memory: dict[str, Any] | None = None,
) -> list[Rehearsed]:
    """Every rule with why it ran or not, what it would write, and how it ended. As `rehearse`, but raises nothing that
    a rule raised.
    """
    chosen = settings if isinstance(settings, handler.settings) else handler.settings.model_validate(settings or {})
    known = {catalogued(name).id: answer for name, answer in (answers or {}).items()}
    recorder = _Recorder(known, now or event.at, memory=memory if memory is not None else {})
    async with handler.resource(chosen) as resource:
        return [
            await _rehearse_rule(rule, event, recorder, Context(recorder, chosen, resource=resource))
            for rule in handler.rules
        ]


async def _rehearse_rule(rule: Rule, event: Event, recorder: _Recorder, ctx: Context[Any]) -> Rehearsed:
    verdict = judge(rule, event)
    if not verdict.matched:
        return Rehearsed(rule, "not matched", verdict.reason)
    if off := switched_off(rule, ctx.settings, type(event)):
        return Rehearsed(rule, "not matched", off)
    if rule.within is not None and recorder.clock - event.at > rule.within:
        return Rehearsed(rule, "expired", f"{recorder.clock - event.at} old, wanted within {rule.within}")
    before = len(recorder.calls)
    outcome, reason = "done", verdict.reason
    raised: Exception | None = None
    try:
        await rule.function(event, ctx)
    except Skip as skip:
        outcome, reason = "skipped", skip.reason
    except HandlerSignal as signal:
        outcome, reason, raised = type(signal).__name__.lower(), str(signal), signal
    except Exception as error:  # noqa: BLE001 - whatever the handler raises is the answer
        outcome, reason, raised = "failed", f"{type(error).__name__}: {error}", error
    return Rehearsed(rule, outcome, reason, tuple(recorder.calls[before:]), raised)
