"""Why each rule did or did not run for a stored record: the pure part is done again on the stored bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from switchhook.errors import Malformed
from switchhook.events import calls
from switchhook.events.calls import Call
from switchhook.events.interpret import Fact, Interpreted, Source, interpret
from switchhook.events.types import Event
from switchhook.log import Header, Record
from switchhook.notification import envelope
from switchhook.registry import Registry


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
    """A record taken apart. `problem` says why it has no events, "" if it has; `identity` is that of its content."""

    identity: str
    events: tuple[Event, ...]
    rules: tuple[Explanation, ...]
    problem: str = ""


def explain(record: Record, registry: Registry, known: Callable[[str], Call | None]) -> Explained:
    """Take a record apart. `known`: the call of a session as it is stored now; folding a part again says the same."""
    source = Source(
        account=record.account,
        received_at=datetime.fromtimestamp(record.received_at, UTC),
        backfilled=Header.BACKFILLED in record.headers,
        key=record.key,
        again=record.headers.get(Header.AGAIN, ""),
    )
    try:
        interpreted = interpret(envelope(record.value), source, {})
    except Malformed as error:
        return Explained("", (), (), f"it is no notification: {error}")
    if not isinstance(interpreted, Interpreted):
        needs = ", ".join(need.operation for need in interpreted)
        return Explained("", (), (), f"it holds ids only; the worker reads {needs} first, which is not done here")
    events: list[Event] = []
    for part in interpreted.parts:
        if isinstance(part, Fact):
            events.append(part.event)
        else:
            events.extend(calls.fold(known(part.session_id), part).events)
    rules = [
        Explanation(event, match.enabled.name, match.rule.name, match.matched, match.reason)
        for event in events
        for match in registry.matches(event)
    ]
    problem = "" if interpreted.recognised else "nothing interprets this kind of notification"
    return Explained(interpreted.identity, tuple(events), tuple(rules), problem)
