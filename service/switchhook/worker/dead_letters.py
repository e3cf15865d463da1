"""Dead letters: what no repetition can mend, kept with all that is known for a person to look at."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from switchhook.state import Delete, Put, StateStore, Table
from switchhook.telemetry import Outcome
from switchhook.worker.runs import Effect
from switchhook.worker.saved import Saved, restore


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter. `at`: seconds since 1970 when it was given up; `trail`: where the error was raised, file, line
    and function, innermost last, no values; `effects`: the writes of the run; `lane` and `place`: where it goes on if
    it is retried.
    """

    id: str
    outcome: str
    reason: str
    at: float
    lane: str
    place: str
    saved: Saved
    trail: Sequence[str] = ()
    effects: Sequence[dict[str, Any]] = field(default_factory=list)

    def put(self, partition: int, keep: float) -> Put:
        """As an entry of the state store, for `keep` seconds."""
        fields = {name: getattr(self, name) for name in _FIELDS} | {"saved": self.saved.dump().decode()}
        return Put(partition, Table.DEAD, self.id, json.dumps(fields).encode(), None, self.at + keep)

    @classmethod
    def restore(cls, data: bytes) -> DeadLetter:
        """From the value of an entry. Raises ValueError."""
        fields = json.loads(data)
        return cls(**(fields | {"saved": restore(fields["saved"].encode())}))


_FIELDS = ("id", "outcome", "reason", "at", "lane", "place", "trail", "effects")


def dead_letter(
    saved: Saved,
    *,
    lane: str,
    place: str,
    outcome: Outcome,
    reason: str,
    at: float,
    error: BaseException | None = None,
    effects: Sequence[Effect] = (),
) -> DeadLetter:
    """Make one. Its id is a function of what failed, so that failing again after a crash makes no second one."""
    name = "\t".join((str(saved.partition), saved.handler, saved.rule, lane, place))
    return DeadLetter(
        id=hashlib.sha256(name.encode()).hexdigest()[:12],
        outcome=outcome.value,
        reason=reason,
        at=at,
        lane=lane,
        place=place,
        saved=saved,
        trail=[] if error is None else trail(error),
        effects=[asdict(effect) for effect in effects],
    )


def trail(error: BaseException) -> list[str]:
    """Where an error was raised, without the values that a traceback's source lines may hold."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


class DeadLetters:
    """The dead letters of a partition."""

    def __init__(self, store: StateStore, partition: int) -> None:
        self._store = store
        self._partition = partition

    def all(self) -> Iterator[DeadLetter]:
        """Every one."""
        for entry in self._store.scan(self._partition, Table.DEAD):
            yield DeadLetter.restore(entry.value)

    def find(self, start: str) -> DeadLetter:
        """The one whose id begins with `start`. Raises LookupError if none or several do."""
        found = list(self._store.scan(self._partition, Table.DEAD, start))
        if len(found) != 1:
            raise LookupError(f"{len(found) or 'no'} dead letters begin with {start!r}")
        return DeadLetter.restore(found[0].value)

    def drop(self, letter: DeadLetter) -> list[Delete]:
        """The changes that forget it."""
        return [Delete(self._partition, Table.DEAD, letter.id)]
