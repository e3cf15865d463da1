"""The way out of a run: reads go straight to the platform, writes through the effect journal."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from switchhook import errors
from switchhook.api.catalogue import operation as catalogued
from switchhook.api.client import Priority
from switchhook.api.uploading import Progress
from switchhook.clock import Clock
from switchhook.errors import ApiError, LogUnavailable, OutcomeUnknown, WrongUse
from switchhook.events.types import CallRinging
from switchhook.state import Delete, Put, StateStore, Table
from switchhook.worker import doubts, journal
from switchhook.worker.assignment import Abandoned
from switchhook.worker.completion import Completion
from switchhook.worker.deadlines import Deadline, Deadlines
from switchhook.worker.fence import Fence
from switchhook.worker.inquiry import in_doubt, inquire, still_in_doubt
from switchhook.worker.journal import Line
from switchhook.worker.runs import ApiClient, Effect, Run, effects_prefix

T = TypeVar("T")

_PACKAGE = f"{Path(__file__).parents[1]}{os.sep}"


@dataclass(frozen=True, slots=True)
class Means:
    """What every run's effects work with."""

    store: StateStore
    clock: Clock
    completion: Completion
    deadlines: Deadlines[Any]
    fence: Fence
    clients: Mapping[str, ApiClient]
    keep: float
    dry_run: bool = False


class Effects:
    """`plugin.context.Port` for one attempt of a run. `made`: its writes so far; `first_sent`: when the first went."""

    __slots__ = ("_dead", "_means", "_memory", "_notes", "_run", "_step", "deadline", "first_sent", "made", "marks")

    def __init__(self, means: Means, run: Run) -> None:
        self._means = means
        self._run = run
        self._step = 0
        self._memory: dict[str, tuple[object, float | None]] = {}
        self._dead = False
        self._notes: list[asyncio.Task[None]] = []
        self.made: list[Effect] = []
        self.first_sent: datetime | None = None
        self.deadline: Deadline[Any] | None = None
        self.marks: list[Put] = []
        """What to save with the first intent (that the run has acted on what it claimed)."""

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        known = catalogued(operation)
        name = identity or self._run.enabled.identity
        client = self._client(name)
        self._refuse_if_over()
        if not known.changes_something:
            return await self._waiting(self._exchange(client, known.id, parameters))
        self._step += 1
        place = _place()
        if self._means.dry_run:
            self.made.append(Effect(self._step, known.id, dict(parameters)))
            return {}
        digest = journal.digest(known.id, parameters, name)
        step, key = self._step, self._key(self._step)
        line = self._line(step)
        went_on = line is not None and self._line(step + 1) is not None
        decision = journal.decide(line, known.id, digest, place, went_on=went_on)
        if isinstance(decision, journal.Unknown) and not decision.went_on:
            decision = await self._find_out(client, key, decision.line, parameters)
        if isinstance(decision, journal.Send):
            line = Line(known.id, digest, place, self._means.clock.now().timestamp())
            return await self._waiting(self._send(client, step, key, line, parameters))
        self.made.append(Effect(step, known.id, dict(parameters), replayed=True))
        if isinstance(decision, journal.Replay):
            return decision.answer
        if isinstance(decision, journal.Refuse):
            raise _refusal(decision.refusal, known.id)
        raise in_doubt(decision.line)

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        to: Path | BinaryIO,
        *,
        progress: Progress | None = None,
        identity: str | None = None,
    ) -> int:
        client = self._client(identity or self._run.enabled.identity)
        self._refuse_if_over()
        streaming = client.download(operation, dict(parameters), to, progress=progress)
        size: int = await self._waiting(streaming)
        return size

    def now(self) -> datetime:
        return self._means.clock.now()

    def remember(self, key: str, value: object, *, ttl: float | None) -> None:
        json.dumps(value)  # a value that cannot be kept is an error here, in the handler's line
        self._memory[key] = (value, ttl)

    def recall(self, key: str) -> Any:
        if key in self._memory:
            return self._memory[key][0]
        entry = self._means.store.get(self._run.shard.partition, Table.MEMORY, self._memory_key(key))
        return None if entry is None else json.loads(entry.value)

    @property
    def has_memories(self) -> bool:
        """Whether the run has put anything into its memory."""
        return bool(self._memory)

    def memories(self) -> list[Put | Delete]:
        """What the run has put into its memory, as changes to save with its end."""
        partition, now = self._run.shard.partition, self._means.clock.now().timestamp()
        return [
            Delete(partition, Table.MEMORY, self._memory_key(key))
            if value is None
            else Put(
                partition,
                Table.MEMORY,
                self._memory_key(key),
                json.dumps(value).encode(),
                expires=None if ttl is None else now + ttl,
            )
            for key, (value, ttl) in self._memory.items()
        ]

    def in_doubt(self) -> OutcomeUnknown | None:
        """The first write of an earlier attempt of which nobody knows whether it happened."""
        for entry in self._means.store.scan(self._run.shard.partition, Table.EFFECTS, effects_prefix(self._run)):
            line = Line.restore(entry.value)
            if line.said is journal.Said.NOTHING:
                return in_doubt(line)
        return None

    async def noted(self) -> None:
        """Return when what the platform said to every write is durable: another attempt must find it."""
        while self._notes:
            await asyncio.wait([self._notes.pop()])

    def close(self) -> None:
        """The attempt is over: whoever still holds the context can do nothing with it.

        The deadline knows us: not to know it leaves no circle, so that a run and its record go when the last one lets
        go of them. Circles wait for the garbage collector, which cost as much as half of everything else.
        """
        self._dead = True
        self.deadline = None

    async def _send(self, client: ApiClient, step: int, key: str, line: Line, parameters: Mapping[str, Any]) -> Any:
        """Intent, write, answer. Once the intent is durable, the rest is not cut short by the run's end.

        The answer becomes durable while the run goes on, before anything that the run saves after it: a crash until
        then finds an intent that stands alone, as it would if the answer had been waited for.
        """
        shard, means = self._run.shard, self._means
        intent = Put(shard.partition, Table.EFFECTS, key, line.dump(), expires=line.at + means.keep)
        await means.store.apply([intent, *self.marks])
        self.marks = []
        self._refuse_if_over()
        if not means.fence.passable(shard.assignment.epoch):
            await means.store.apply([Delete(shard.partition, Table.EFFECTS, key)])
            raise LogUnavailable("this worker was out of touch with the event log; another may own the account now")
        self.made.append(Effect(step, line.operation, dict(parameters)))
        self.first_sent = self.first_sent or means.clock.now()
        return await asyncio.shield(self._uncut(self._write(client, key, line, parameters)))

    async def _write(self, client: ApiClient, key: str, line: Line, parameters: Mapping[str, Any]) -> Any:
        try:
            answer = await self._exchange(client, line.operation, parameters)
        except OutcomeUnknown as error:
            concluded = await self._inquire(client, key, line, parameters)
            if not isinstance(concluded, doubts.Happened):
                raise still_in_doubt(error, concluded) from None
            answer = concluded.answer
        except ApiError as error:
            self._note(key, line.refused(error))
            raise
        except ValueError:  # the parameters do not fit: nothing was sent
            await self._means.completion.save(self._run.shard, [Delete(self._run.shard.partition, Table.EFFECTS, key)])
            raise
        self._note(key, line.answered(answer))
        return answer

    async def _find_out(
        self, client: ApiClient, key: str, line: Line, parameters: Mapping[str, Any]
    ) -> journal.Send | journal.Replay:
        """What to do about a write that an earlier attempt left in doubt. Raises OutcomeUnknown."""
        concluded = await self._waiting(self._inquire(client, key, line, parameters))
        if isinstance(concluded, doubts.Happened):
            self._note(key, line.answered(concluded.answer))
            return journal.Replay(concluded.answer)
        if isinstance(concluded, doubts.SendAgain):
            return journal.Send()
        raise still_in_doubt(in_doubt(line), concluded)

    async def _inquire(
        self, client: ApiClient, key: str, line: Line, parameters: Mapping[str, Any]
    ) -> doubts.Conclusion:
        return await inquire(
            partial(self._exchange, client),
            line,
            parameters,
            store=self._means.store,
            partition=self._run.shard.partition,
            key=key,
            now=self._means.clock.now().timestamp(),
        )

    def _note(self, key: str, line: Line) -> None:
        shard = self._run.shard
        change = Put(shard.partition, Table.EFFECTS, key, line.dump(), expires=line.at + self._means.keep)
        self._notes.append(self._uncut(self._means.completion.save(shard, [change])))

    def _uncut(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do this to its end, whatever becomes of the run: who gives the account away waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        writing: dict[asyncio.Task[Any], None] = self._run.shard.assignment.writing
        writing[task] = None
        task.add_done_callback(self._run.shard.assignment.written)
        return task

    async def _exchange(self, client: ApiClient, operation: str, parameters: Mapping[str, Any]) -> Any:
        ringing = isinstance(self._run.event, CallRinging)
        priority = Priority.RINGING if ringing else Priority.HANDLER
        return await client.call(operation, dict(parameters), priority=priority)

    async def _waiting(self, exchange: Any) -> Any:
        """Await the platform. It has time limits of its own; the run's does not count meanwhile."""
        deadline = self.deadline
        if deadline is None:
            return await exchange
        self._means.deadlines.pause(deadline)
        try:
            return await exchange
        finally:
            self._means.deadlines.resume(deadline)

    def _client(self, name: str) -> ApiClient:
        client = self._means.clients.get(name)
        if client is None:
            raise WrongUse(f"no identity is called {name!r}; there is {', '.join(self._means.clients)}")
        return client

    def _refuse_if_over(self) -> None:
        if self._dead or self._run.abandoned or not self._run.shard.alive:
            raise Abandoned

    def _line(self, step: int) -> Line | None:
        entry = self._means.store.get(self._run.shard.partition, Table.EFFECTS, self._key(step))
        return None if entry is None else Line.restore(entry.value)

    def _key(self, step: int) -> str:
        return f"{effects_prefix(self._run)}{step:04}"

    def _memory_key(self, key: str) -> str:
        return "\t".join((self._run.enabled.name, self._run.event.account_id, key))


def _refusal(refusal: Mapping[str, Any], operation: str) -> ApiError:
    """The error as it was raised the first time."""
    kind = getattr(errors, refusal["error"], ApiError)
    error = kind.__new__(kind)
    Exception.__init__(error, refusal["text"])
    for name in ("status", "code", "request_id", "method", "path"):
        setattr(error, name, refusal[name])
    error.operation = operation
    error.retry_after = None
    assert isinstance(error, ApiError)
    return error


def _place() -> str:
    """The line of the handler that is making a call: the nearest frame that is not Switchhook's own."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to see one's caller without the cost of a whole stack
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    name = os.path.basename(frame.f_code.co_filename)  # noqa: PTH119 - a Path costs ten times as much
    return f"{name}:{frame.f_lineno}"
