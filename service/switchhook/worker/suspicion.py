"""Which run ends its process: what is concluded from the deaths of workers, and what is not. Pure.

A handler may end the whole process: by a fault in a native library, by eating all memory, by `os._exit`, by blocking
the event loop until `app.watchdog` ends it. Its record is read again, and would end every process that reads it. To
count how often a run was under way when a process died (as brokers count deliveries, and job queues recoveries) would
accuse neighbours, and whatever runs long while somebody pulls the plug. So a run is given up only on evidence that
nothing else explains:

- While all is well nothing is noted of single runs. Each owner of a partition writes down that it is at work, and takes
  that back when it is told to stop. Who finds such a note of another process, on a machine that has not restarted
  since, is *careful*: each run whose event had come in by then leaves a *mark* before it begins, and takes it away with
  its end. So is for an hour whoever has the partition from a careful one.
- A mark that still stands when the next owner comes is a death *with* that run, a suspect from then on. It is parked,
  all others go on, and it begins again only once the process has lived twice as long without it as the last one lived
  with it. Whatever ends processes anyhow, every so many seconds, ends this one before that, and is no evidence.
- Suspects begin again one after the other; those that died twice (and all of them if they are few) with nothing beside
  them, for as long as they ever took. A run that comes through is cleared.
- One that has died as often as the settings say, twice of that with nothing beside it, is given up: a dead letter.

What never counts: a death after the worker was told to stop, one whose machine has restarted since, and that of a
process that died while the run was waiting. The first death of a row finds no marks: it makes the worker careful.
"""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, dataclass, replace
from enum import Enum

_FIRST_PATIENCE = 2.0
_LONGEST_PATIENCE = 600.0
"""Seconds that a process must have lived without a suspect, at the least and at the most, before that begins again."""
_CLEAR = 2
"""Deaths with nothing beside it that a run is not given up without."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who works on a partition: a process, and which run of which machine it is in ("": not known)."""

    process: str
    machine: str
    boot: str

    def dump(self) -> bytes:
        """As bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def restore(cls, data: bytes) -> Owner:
        """From `dump`."""
        return cls(**json.loads(data))

    def died(self, finder: Owner) -> bool:
        """Whether this owner, whose note `finder` has found, came to its end by what it was doing."""
        if self.process == finder.process:
            return False
        return self.machine != finder.machine or self.boot == finder.boot


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a run that began carefully.

    `begun`: seconds since 1970; `running`: whether it has not ended since; `alone`: with nothing beside it. `deaths`:
    processes that died while it ran; `clear`: those of them with nothing beside it; `patience`: seconds that a process
    must have lived before it begins again.
    """

    begun: float
    running: bool = True
    alone: bool = False
    deaths: int = 0
    clear: int = 0
    patience: float = 0.0

    def dump(self) -> bytes:
        """As bytes."""
        return json.dumps(astuple(self)).encode()

    @classmethod
    def restore(cls, data: bytes) -> Mark:
        """From `dump`."""
        return cls(*json.loads(data))

    def begins(self, now: float, *, alone: bool) -> Mark:
        """The run begins (again)."""
        return replace(self, begun=now, running=True, alone=alone)

    def describe(self) -> str:
        """What speaks against the run."""
        beside = f", {self.clear} of them with nothing beside it" if self.clear else ""
        return f"{self.deaths} processes ended while it ran{beside}"


class Verdict(Enum):
    """What a run may do."""

    BEGIN = "begin"
    ALONE = "alone"
    """Begin with nothing beside it."""
    WAIT = "wait"
    GIVE_UP = "give up"


def found(mark: Mark, now: float, *, died: bool) -> Mark | None:
    """What the next owner makes of a mark; None if nothing speaks against the run. `died`: its owner has."""
    if not (died and mark.running):
        return replace(mark, running=False, alone=False) if mark.deaths else None
    took = max(0.0, now - mark.begun)
    return Mark(
        mark.begun,
        running=False,
        deaths=mark.deaths + 1,
        clear=mark.clear + mark.alone,
        patience=min(max(_FIRST_PATIENCE, 2 * took, mark.patience), _LONGEST_PATIENCE),
    )


def judge(mark: Mark, waited: float, *, limit: int, few: bool) -> Verdict:
    """What a suspect may do once its process has lived for `waited` seconds. `limit`: deaths after which it is given
    up; `few`: whether there are so few suspects that each can have the worker to itself.
    """
    if mark.deaths >= limit and mark.clear >= _CLEAR:
        return Verdict.GIVE_UP
    if waited < mark.patience:
        return Verdict.WAIT
    return Verdict.ALONE if few or mark.deaths > 1 else Verdict.BEGIN
