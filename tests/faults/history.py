"""What happened in a run, and what must never happen."""

from __future__ import annotations

import traceback
from collections import Counter, defaultdict
from pathlib import Path

import orjson

from switchhook.state import Table

FINAL = {"done", "skipped", "expired", "overtaken", "failed", "unknown"}
_ROUNDING = 1e-3


class History:
    """Takes notes, and judges. `expected`: chat and key by number of each post that was accepted."""

    handlers = ("writer", "watcher", "moody", "greeter")

    def __init__(self, world):
        self.world = world
        self.problems = []
        self.crashes = 0
        self.expected = {}
        self.log = []
        self.ends = defaultdict(list)
        self._queues = defaultdict(list)
        self._asked = {}
        self._parked = {}
        self._deadly = Counter()

    def fail(self, problem):
        if problem not in self.problems:
            self.problems.append(problem)
            self.note(f"VIOLATION: {problem}")

    def crashed(self, task):
        """A worker ended by an error. Unless the model itself asserted, that is a violation, but no proof that the
        checker sees what a broken line does.
        """
        if task.cancelled() or not isinstance(task.exception(), AssertionError):
            self.crashes += 1
        self.fail(f"a worker fell over: {_why(task)}")

    def note(self, what):
        self.log.append((round(self.world.clock.monotonic() - 1_000, 3), what))

    def accepted(self, number, chat, key):
        """A notification was acknowledged."""
        self.expected[str(number)] = (chat, key)
        if key is not None:
            self._queues[chat].append(str(number))

    def began(self, handler, event, member):
        """A handler was called."""
        self.note(f"{handler} begins {event.post_id}")
        if not member.store.owns(self._partition(event)):
            return  # a worker that does not know yet that it is no owner any more: what it does counts for nothing
        self._judge_begin(handler, event)
        self._judge_turn(handler, event)
        self._judge_time(handler, event)

    def asked(self, handler, event, member, *, steady=None, wall=None):
        """A handler wants to be called again: not before that."""
        self._asked[handler, event.post_id, member] = (self._partition(event), steady, wall)

    def died(self, handler, event, member):
        """A handler ends its process."""
        self.note(f"{handler} ends its process over {event.post_id}")
        self._deadly[handler, event.post_id] += 1

    def ended(self, member, end):
        """A run ended."""
        number = end.event_id.split("/")[1]
        place = end.handler, number
        self.note(f"{end.handler} ends {number}: {end.outcome.value} {end.reason[:60]}")
        self.ends[place].append(end.outcome.value)
        if end.reason.startswith("it ends its process") and place not in self._deadly:
            self.fail(f"post {number} is innocent, and given up in {end.handler}: {end.reason}")
        asked = self._asked.pop((*place, member), None)
        if end.outcome.value == "parked" and asked is not None and member.store.owns(asked[0]):
            self._parked[place] = asked[1:]

    def over(self, saved, outcome):
        """A run has ended durably, although the worker does not know: it may be killed before, and run again."""
        if "event" in saved:
            self.ends[saved["handler"], saved["event"]["post_id"]].append(outcome)

    def alive(self, members):
        """No worker may fall over."""
        for member in members:
            if member.task.done() and not member.stop.is_set():
                self.crashed(member.task)

    def stopped(self, task):
        """A worker that was asked to stop stops, with an exit code."""
        if not task.done():
            self.fail("a worker does not stop")
        elif task.cancelled() or task.exception() is not None:
            self.crashed(task)
        elif task.result() not in {0, 1}:
            self.fail(f"exit code {task.result()}")

    def committed(self, offsets):
        """A commit: everything below it must be accounted for durably, now."""
        seen, kept = self._seen(), self._kept(Table.PARKED) + self._kept(Table.DEAD)
        runs = {(one["handler"], one["event"]["post_id"]) for one in kept if "event" in one}
        records = {(one["partition"], one["offset"]) for one in kept if "record" in one}
        for partition, offset in offsets.items():
            place = self.world.log.partitions[partition]
            coming = {record.value for record in place[offset:]}
            for record in place[:offset]:
                if (partition, record.offset) in records:
                    continue
                if record.value in coming and record.value != b"odd":
                    continue  # a double of it is still to come: what was at it already when this one's turn came
                if record.value == b"odd":
                    self.fail(f"{partition}:{record.offset} is committed, but nowhere")
                    continue
                number = orjson.loads(record.value)["body"]["id"]
                if number not in seen:
                    self.fail(f"{partition}:{record.offset} (post {number}) is committed, but not handled")
                for handler in self.handlers:
                    if not self._over(handler, number) and (handler, number) not in runs:
                        self.fail(f"post {number} is committed, but {handler} neither ended nor is kept")

    def at_rest(self):
        """Whether everything is committed and nothing is parked."""
        log = self.world.log
        committed = all(log.committed[number] == len(place) for number, place in enumerate(log.partitions))
        return committed and not self._kept(Table.PARKED)

    def judge(self):
        """What can only be said at the end."""
        letters = self._kept(Table.DEAD)
        dead = Counter((one["handler"], one["event"]["post_id"]) for one in letters if "event" in one)
        odd = Counter((one["partition"], one["offset"]) for one in letters if "record" in one)
        for number in self.expected:
            for handler in self.handlers:
                self._judge_end(handler, number, dead[handler, number])
        for partition, place in enumerate(self.world.log.partitions):
            for record in place:
                if record.value == b"odd" and odd[partition, record.offset] != 1:
                    self.fail(f"{partition}:{record.offset} has {odd[partition, record.offset]} dead letters, not one")
        for (handler, number), times in self._deadly.items():
            if times > 8 or not dead[handler, number]:
                self.fail(f"post {number} ended {times} processes in {handler}")
        for entry in self.world.disk.entries.values():
            if entry.table is Table.GUARD and entry.key.startswith("run"):
                self.fail(f"a mark stands although everything has ended: {entry.key}")
        self._judge_writes()

    def _seen(self):
        """Numbers of posts that are marked as handled."""
        entries = self.world.disk.entries.values()
        return {entry.key.split("/")[1] for entry in entries if entry.table is Table.SEEN}

    def _kept(self, table):
        """Everything parked or dead-lettered, as it was saved."""
        found = [orjson.loads(each.value) for each in self.world.disk.entries.values() if each.table is table]
        return [orjson.loads(one["saved"]) for one in found] if table is Table.DEAD else found

    def _over(self, handler, number):
        return any(outcome in FINAL for outcome in self.ends[handler, number])

    def _partition(self, event):
        from switchhook.log import partition_of

        return partition_of(event.account_id, len(self.world.log.partitions))

    def _judge_begin(self, handler, event):
        """Nothing begins again once its end is durable."""
        number = event.post_id
        if number in self._seen() and not any(
            (one["handler"], one["event"]["post_id"]) == (handler, number)
            for one in self._kept(Table.PARKED)
            if "event" in one
        ):
            self.fail(f"post {number} was handled by {handler}, and is once more")

    def _judge_turn(self, handler, event):
        """Nothing begins before what came before it in its lane has ended."""
        if event.key is None:
            return
        for number in self._queues[event.chat_id]:
            if number == event.post_id:
                return
            if not self._over(handler, number):
                self.fail(f"{handler} began post {event.post_id} before post {number} of the same chat was over")

    def _judge_time(self, handler, event):
        """What is parked is never early."""
        steady, wall = self._parked.pop((handler, event.post_id), (None, None))
        clock = self.world.clock
        early = steady is not None and clock.monotonic() < steady - _ROUNDING
        if early or (wall is not None and clock.now() < wall):
            self.fail(f"{handler} was called too early with post {event.post_id}")

    def _judge_end(self, handler, number, dead):
        """Exactly one end."""
        outcomes = self.ends[handler, number]
        if not self._over(handler, number):
            self.fail(f"post {number} has no end in {handler}: {outcomes}")
        if dead > 1:
            self.fail(f"post {number} has {dead} dead letters in {handler}")
        final = {outcome for outcome in outcomes if outcome in FINAL}
        if final and final <= {"failed", "unknown"} and not dead:
            self.fail(f"post {number} failed in {handler} without a dead letter")
        if dead and not final & {"failed", "unknown"}:
            self.fail(f"post {number} is a dead letter in {handler}, but ended as {outcomes}")

    def _judge_writes(self):
        texts = [parameters["body"]["text"] for _, parameters in self.world.platform.writes]
        for text, times in Counter(texts).items():
            if times > 1:
                self.fail(f"the write {text!r} was sent {times} times")
        written = set(texts)
        for (handler, number), outcomes in self.ends.items():
            if handler == "writer" and "done" in outcomes and f"writer {number} 1" not in written:
                self.fail(f"post {number} is done in {handler}, but its write never happened")


def _why(task):
    """What a task ended with, and where that was raised."""
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    steps = traceback.extract_tb(error.__traceback__)
    return f"{error!r} {' '.join(f'{Path(each.filename).name}:{each.lineno}' for each in steps)}"
