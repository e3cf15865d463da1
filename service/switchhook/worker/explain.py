"""Why each rule did or did not run for a stored record: the pure part is done again on the stored bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from switchhook.api.client import Priority
from switchhook.errors import ApiError, Malformed
from switchhook.events import calls
from switchhook.events.calls import Call
from switchhook.events.interpret import Fact, Interpreted, Need, Source, interpret
from switchhook.events.types import Event
from switchhook.log import Header, Record
from switchhook.notification import envelope
from switchhook.registry import Registry
from switchhook.worker.dispatch import reader_of
from switchhook.worker.readers import Readers

Ask = Callable[[Need], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule has to do with one event of the record."""

    event: Event
    handler: str
    rule: str
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A record taken apart. `problem` says why it has no events, or not all, "" if it has; `identity` is that of its
    content; `reads` are what was asked of the platform for it, or would have to be.
    """

    identity: str
    events: tuple[Event, ...]
    rules: tuple[Explanation, ...]
    problem: str = ""
    reads: tuple[Need, ...] = ()

    def describe(self) -> dict[str, Any]:
        """As a document, without what the events hold."""
        return {
            "identity": self.identity,
            "problem": self.problem,
            "reads": [_describe(need) for need in self.reads],
            "events": [{"event": type(event).__name__, "id": event.id} for event in self.events],
            "rules": [
                {"event": type(one.event).__name__, "id": one.event.id, "handler": one.handler, "rule": one.rule}
                | {"matched": one.matched, "reason": one.reason}
                for one in self.rules
            ],
        }


async def explain(
    record: Record,
    registry: Registry,
    known: Callable[[str], Call | None],
    ask: Ask | None = None,
) -> Explained:
    """Take a record apart. `known`: the call of a session as it is stored now; folding a part again says the same.

    `ask` makes the reads that a record needs which holds ids only (None: what can be said without them is said).
    """
    source = Source(
        account=record.account,
        received_at=datetime.fromtimestamp(record.received_at, UTC),
        backfilled=Header.BACKFILLED in record.headers,
        key=record.key,
        again=record.headers.get(Header.AGAIN, ""),
        own_ids=registry.own_ids,
    )
    answers: dict[Need, Any] = {}
    try:
        told = envelope(record.value)
        interpreted = interpret(told, source, answers)
        while not isinstance(interpreted, Interpreted):
            if ask is None:
                return Explained("", (), (), _unread(interpreted), interpreted)
            answers |= {need: await ask(need) for need in interpreted}
            interpreted = interpret(told, source, answers)
        events, missing = await _fold(interpreted, known, ask, answers)
    except Malformed as error:
        return Explained("", (), (), f"it is no notification: {error}")
    except ApiError as error:
        return Explained("", (), (), f"it holds ids only, and what they stand for cannot be read now: {error}")
    rules = [
        Explanation(event, match.enabled.name, match.rule.name, match.matched, match.reason)
        for event in events
        for match in registry.matches(event)
    ]
    problem = "" if interpreted.recognised else "nothing interprets this kind of notification"
    if missing:
        problem = f"it tells of a call that began before; {_unread(missing)}"
    return Explained(interpreted.identity, tuple(events), tuple(rules), problem, (*answers, *missing))


async def _fold(
    interpreted: Interpreted, known: Callable[[str], Call | None], ask: Ask | None, answers: dict[Need, Any]
) -> tuple[list[Event], tuple[Need, ...]]:
    """The events, and the reads that they lack. Raises ApiError."""
    events: list[Event] = []
    missing: list[Need] = []
    for part in interpreted.parts:
        if isinstance(part, Fact):
            events.append(part.event)
            continue
        folded = calls.fold(known(part.session_id), part)
        events.extend(folded.events)
        if folded.adopt is not None and ask is None:
            missing.append(folded.adopt)
        elif folded.adopt is not None and ask is not None:
            if folded.adopt not in answers:
                answers[folded.adopt] = await ask(folded.adopt)
            events.extend(calls.adopt(folded.call, answers[folded.adopt], part).events)
    return events, tuple(missing)


def reading(readers: Readers, record: Record) -> Ask:
    """Makes the reads of a record as a worker would, behind all other calls of its identity."""
    client = readers.choose(reader_of(record), record.account)

    async def ask(need: Need) -> Any:
        try:
            return await client.call(need.operation, dict(need.parameters), priority=Priority.BACKFILL)
        except ApiError as error:
            if error.transient:
                raise
            return error

    return ask


def _unread(needs: tuple[Need, ...] | list[Need]) -> str:
    asked = "; ".join(f"{each['operation']} {each['parameters']}" for each in map(_describe, needs))
    return f"what it holds is known only after a read: {asked}. A running worker makes it; without one, say --read"


def _describe(need: Need) -> dict[str, str]:
    return {"operation": need.operation, "parameters": " ".join(f"{name}={value}" for name, value in need.parameters)}
