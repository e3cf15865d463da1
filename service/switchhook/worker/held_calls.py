"""The calls of one shard as known so far: in memory while they change, in the state store for later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from switchhook.events.calls import Call
from switchhook.state import Put, StateStore, Table

LIFE = 172_800.0
"""Seconds that a call is kept after its last change: longer than any call lasts."""
_MOST = 20_000


class _Held:
    __slots__ = ("call", "changed", "review_in", "saved")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.review_in: float | None = None
        self.changed = 0
        self.saved = 0


class HeldCalls:
    """Calls by session id. What changed is saved with the next record of the call that completes."""

    def __init__(self, store: StateStore, partition: int) -> None:
        self._store = store
        self._partition = partition
        self._held: dict[str, _Held] = {}

    def get(self, session_id: str) -> Call | None:
        """The call now. Raises StateUnavailable, StateCorrupt."""
        held = self._held.get(session_id)
        if held is not None:
            return held.call
        entry = self._store.get(self._partition, Table.CALLS, session_id)
        if entry is None:
            return None
        call = Call.restore(entry.value)
        self._held[session_id] = _Held(call)
        return call

    def put(self, session_id: str, call: Call, review_in: float | None) -> None:
        """The call has changed (or was folded again); it wants to be looked at after so many seconds of silence."""
        held = self._held.pop(session_id, None)
        if held is None:
            if len(self._held) >= _MOST:
                self._forget()
            held = _Held(call)
        held.call = call
        held.review_in = review_in
        held.changed += 1
        self._held[session_id] = held  # last: what changed longest ago stands first

    def silent(self, session_id: str) -> bool:
        """Whether nothing about the call waits to be saved: what the store says of its due time is the latest."""
        held = self._held.get(session_id)
        return held is None or held.changed == held.saved

    def changes(self, session_ids: Iterable[str], now: float) -> Iterator[Put]:
        """What to save of these calls; each state is saved once."""
        for session_id in session_ids:
            held = self._held.get(session_id)
            if held is not None and held.changed != held.saved:
                held.saved = held.changed
                due = None if held.review_in is None else now + held.review_in
                yield Put(self._partition, Table.CALLS, session_id, held.call.dump(), due, now + LIFE)

    def _forget(self) -> None:
        """Forget a tenth: those that changed longest ago, of those that are saved."""
        for session_id in [one for one, held in self._held.items() if held.changed == held.saved][: _MOST // 10]:
            del self._held[session_id]
