"""Everything the worker keeps in memory for one assignment. A new assignment makes all of it anew."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from switchhook.worker.held_calls import HeldCalls
from switchhook.worker.lanes import Lanes
from switchhook.worker.runs import INTAKE, Arrival, Run
from switchhook.worker.seclusion import Seclusion
from switchhook.worker.tracker import Phase, Tracker

if TYPE_CHECKING:
    from switchhook.worker.guard import Guard


class Abandoned(BaseException):
    """The assignment is over: whatever runs for it stops and leaves no trace. Never seen by a handler's author."""


class Shard:
    """One partition in one assignment.

    `handling`: identities of contents that are being handled, so that a double meets its twin; `claims`: values of
    `once_per` that a run is acting on; `waiting`: claim → keys of the parked entries that wait for it; `awake`: keys of
    parked entries that are being run; `parked`: how many entries are parked; `bytes`: size of the records in flight;
    `paused`: whether reading is; `guard`: what keeps an eye on runs that may end the process, if there is reason to.
    """

    __slots__ = (
        "assignment",
        "awake",
        "bytes",
        "calls",
        "claims",
        "guard",
        "handling",
        "parked",
        "partition",
        "paused",
        "waiting",
    )

    def __init__(self, assignment: Assignment, partition: int, calls: HeldCalls) -> None:
        self.assignment = assignment
        self.partition = partition
        self.calls = calls
        self.handling: set[str] = set()
        self.claims: dict[str, asyncio.Event] = {}
        self.waiting: dict[str, dict[str, None]] = {}
        self.awake: set[str] = set()
        self.parked = 0
        self.bytes = 0
        self.paused = False
        self.guard: Guard | None = None

    @property
    def alive(self) -> bool:
        """Whether the partition is still ours."""
        return self.assignment.tracker.phase is not Phase.DEAD


class Assignment:
    """One epoch: its tracker, lanes, shards, and the tasks that work for it.

    `serving`: tasks that execute lanes, in the order they began; `writing`: writes to the platform under way, which are
    never cut short; `closing`: set when nothing new may begin; `cancelled`: whether tasks were told to stop at once.
    """

    def __init__(self, epoch: int, partitions: Iterable[int], *, concurrency: int) -> None:
        self.epoch = epoch
        self.tracker = Tracker(epoch, partitions)
        self.lanes: Lanes[Run | Arrival] = Lanes(concurrency)
        self.shards: dict[int, Shard] = {}
        self.serving: dict[asyncio.Task[None], None] = {}
        self.writing: dict[asyncio.Task[object], None] = {}
        self.closing = asyncio.Event()
        self.seclusion = Seclusion(self.lanes, self.closing, INTAKE)
        self.cancelled = False
        self.failure: Exception | None = None
        """What makes it impossible to go on: a mistake of our own, or state that makes no sense."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this as part of the assignment: what ends it waits for it, or breaks it off."""
        task = asyncio.get_running_loop().create_task(work)
        self.serving[task] = None
        task.add_done_callback(self._over)

    @property
    def open(self) -> bool:
        """Whether new work may begin."""
        return self.tracker.phase is Phase.OPEN

    def revoke(self) -> None:
        """Begin nothing new."""
        self.tracker.revoke()
        self.closing.set()

    def _over(self, task: asyncio.Task[None]) -> None:
        self.serving.pop(task, None)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self.failure = error

    def written(self, task: asyncio.Task[object]) -> None:
        """A write is over, whether anybody still waits for it or not."""
        self.writing.pop(task)
        if not task.cancelled():
            task.exception()

    def end(self) -> None:
        """Everything stops here."""
        self.tracker.kill()
        self.closing.set()
        self.cancel()

    def cancel(self) -> None:
        """Break off what runs; writes under way go on."""
        self.cancelled = True
        for task in self.serving:
            task.cancel()
