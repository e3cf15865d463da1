"""One run: an event, an enabled handler, a rule. What the worker remembers and shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from switchhook.api.client import Priority
from switchhook.events.follow import FollowUp
from switchhook.events.types import Event
from switchhook.log import Record
from switchhook.notification import Envelope
from switchhook.plugin.handler import Rule
from switchhook.registry import Enabled
from switchhook.telemetry import Outcome

if TYPE_CHECKING:
    from switchhook.worker.assignment import Shard
    from switchhook.worker.once import Claim

INTAKE = ""
"""The "handler" of the lanes in which records wait that cannot be interpreted at once."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One write as the run made it (or would have, in a dry run)."""

    step: int
    operation: str
    parameters: dict[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. Times are seconds since 1970; `reaction` is seconds from receipt to the first write sent."""

    event_id: str
    event: str
    handler: str
    rule: str
    outcome: Outcome
    reason: str
    started_at: float
    ended_at: float
    attempt: int
    reaction: float | None
    effects: Sequence[Effect]


class Ear(Protocol):
    """Who is told what is read, beside the handlers (the keeper's is one)."""

    def heard(self, record: Record, envelope: Envelope) -> None:
        """A notification as it was delivered, perhaps more than once. Never raises."""

    async def noted(self, record: Record, envelope: Envelope) -> None:
        """A note of the ingress; returns when it is durable. Raises StateUnavailable: then it is told again."""


class ApiClient(Protocol):
    """What the worker needs of an identity's client (the `api.client.Client` is one)."""

    async def call(
        self, operation: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = Priority.HANDLER
    ) -> Any:
        """Call an operation."""

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None,
        to: Path | BinaryIO,
        *,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> int:
        """Stream what an operation reads."""


@dataclass(slots=True, eq=False)
class Work:
    """A record in flight, or (`parked`: the key of its entry) one that comes from the state store.

    `remaining`: runs of it that have not ended; `identities`: what is marked as seen when it is complete; `calls`:
    sessions that it changed; `follow_ups`: searches that its events begin.
    """

    shard: Shard
    record: Record
    parked: str = ""
    identities: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    remaining: int = 0


@dataclass(slots=True, eq=False)
class Arrival:
    """A record that waits in the lane of its key to be interpreted."""

    work: Work
    rounds: int = 0


@dataclass(slots=True, eq=False)
class Run:
    """An event on its way through a rule. `work` is None when it comes from the state store (`parked`: its key there).

    `place` is its place in the order of its lane, `offset` that of the record it came from. `until`: the moment
    (seconds since 1970) before which its handler wants not to be called, if it said so.
    """

    shard: Shard
    event: Event
    enabled: Enabled
    rule: Rule
    offset: int
    place: str
    work: Work | None = None
    rounds: int = 0
    parked: str = ""
    until: float | None = None
    claims: list[Claim] = field(default_factory=list, init=False)
    """What it has claimed for this attempt."""
    abandoned: bool = field(default=False, init=False)
    """It did not end when it was told to; whoever executes it must touch nothing any more."""


def effects_prefix(run: Run) -> str:
    """What the keys of all writes of a run begin with in the effect journal; the number of the step follows."""
    return f"{run.event.id}\t{run.enabled.name}\t{run.rule.name}\t"
