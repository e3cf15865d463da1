"""One run: an event, an enabled handler, a rule. What the worker remembers and shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from switchhook.telemetry import Outcome


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


class ApiClient(Protocol):
    """What the worker needs of an identity's client (the `api.client.Client` is one)."""

    async def call(self, operation: str, parameters: dict[str, Any] | None = None, **options: Any) -> Any:
        """Call an operation."""

    def changes_something(self, operation: str) -> bool:
        """Whether it is a write."""
