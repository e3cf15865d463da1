"""Events and records as bytes: what parking and dead letters keep of a run, so that it can go on later."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from switchhook.events.codec import decode, encode
from switchhook.events.types import Event
from switchhook.log import Record


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run that goes on later: its event, handler and rule.

    `partition` and `offset`: of the record it came from. `rounds`: failed rounds so far. `reason`: why it was kept.
    `steady`: a moment of the monotonic clock of the machine run `boot` before which it must not go on; `until`: one of
    the wall clock (seconds since 1970).
    """

    event: Event
    handler: str
    rule: str
    partition: int
    offset: int
    rounds: int = 0
    reason: str = ""
    steady: float | None = None
    boot: str = ""
    until: float | None = None

    def dump(self) -> bytes:
        """As bytes."""
        kept = {name: getattr(self, name) for name in _KEPT}
        return json.dumps({**kept, "event": encode(self.event)}).encode()


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A record that could not be interpreted yet, or never will be. The other fields as in SavedRun."""

    record: Record
    rounds: int = 0
    reason: str = ""
    steady: float | None = None
    boot: str = ""
    until: float | None = None
    handler: str = field(default="", init=False)
    rule: str = field(default="", init=False)

    @property
    def partition(self) -> int:
        """Of the record."""
        return self.record.partition

    @property
    def offset(self) -> int:
        """Of the record."""
        return self.record.offset

    def dump(self) -> bytes:
        """As bytes."""
        record = self.record
        return json.dumps(
            {
                **{name: getattr(self, name) for name in _KEPT},
                "record": {
                    "account": record.account,
                    "key": record.key,
                    "value": base64.b64encode(record.value).decode(),
                    "received_at": record.received_at,
                    "headers": dict(record.headers),
                },
            }
        ).encode()


Saved = SavedRun | SavedRecord
_KEPT = ("handler", "rule", "partition", "offset", "rounds", "reason", "steady", "boot", "until")


def restore(data: bytes) -> Saved:
    """From `dump`. Raises ValueError for what is no such thing, or an event of a kind that is not known (any more)."""
    saved: dict[str, Any] = json.loads(data)
    fate = {name: saved[name] for name in ("rounds", "reason", "steady", "boot", "until")}
    place = {name: saved[name] for name in ("partition", "offset")}
    if "record" in saved:
        fields = saved["record"] | {"value": base64.b64decode(saved["record"]["value"])}
        return SavedRecord(Record(**place, **fields), **fate)
    return SavedRun(decode(saved["event"]), saved["handler"], saved["rule"], **place, **fate)
