"""The runs that ended last, for the operator's page and the demo, and a hook for whoever wants each as it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from switchhook.telemetry import Outcome
from switchhook.worker.runs import Effect, Ended, Run

Listener = Callable[[Ended], None]
_Kept = tuple[Run, Outcome, str, datetime, float, float | None, Sequence[Effect]]


class Recent:
    """A ring of the last `most` ends. Nothing durable: what matters is in the state store."""

    def __init__(self, most: int = 1_000) -> None:
        self._kept: deque[_Kept] = deque(maxlen=most)
        self._listeners: list[Listener] = []

    def add(
        self,
        run: Run,
        outcome: Outcome,
        reason: str,
        *,
        ended: datetime,
        seconds: float,
        reaction: float | None,
        effects: Sequence[Effect],
    ) -> None:
        """A run ended after so many seconds (or one attempt of it, as PARKED)."""
        kept = (run, outcome, reason, ended, seconds, reaction, effects)
        self._kept.append(kept)
        for listener in self._listeners:
            listener(_ended(kept))

    def listen(self, listener: Listener) -> None:
        """Call `listener` for each end from now on, in the worker's event loop: it must be quick and not raise."""
        self._listeners.append(listener)

    def last(self, limit: int = 100) -> list[Ended]:
        """The newest ends, newest first."""
        return [_ended(kept) for kept, _ in zip(reversed(self._kept), range(limit), strict=False)]


def _ended(kept: _Kept) -> Ended:
    run, outcome, reason, ended, seconds, reaction, effects = kept
    return Ended(
        event_id=run.event.id,
        event=type(run.event).__name__,
        handler=run.enabled.name,
        rule=run.rule.name,
        outcome=outcome,
        reason=reason,
        started_at=ended.timestamp() - seconds,
        ended_at=ended.timestamp(),
        attempt=run.rounds + 1,
        reaction=reaction,
        effects=effects,
    )
