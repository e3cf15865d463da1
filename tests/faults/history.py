"""What happened in a run, and what must never happen."""

from __future__ import annotations

from collections import Counter, defaultdict

import orjson

from switchhook.state import Table

FINAL = {"done", "skipped", "expired", "overtaken", "failed", "unknown"}


class History:
    """Takes notes, and judges."""

    def __init__(self, world):
        self.world = world
        self.problems = []
        self.expected = {}
        self.begun = defaultdict(list)
        self.ends = defaultdict(list)
        self.log = []

    def fail(self, problem):
        if problem not in self.problems:
            self.problems.append(problem)

    def note(self, what):
        self.log.append((round(self.world.clock.monotonic() - 1_000, 3), what))

    def accepted(self, number, chat, key, account):
        """A notification was acknowledged."""
        self.expected[str(number)] = (chat, key, account)

    def began(self, handler, event):
        """A handler was called."""
        self.note(f"{handler} begins {event.post_id}")
        if event.key is not None:
            self.begun[handler, event.chat_id].append(int(event.post_id))

    def ended(self, end):
        """A run ended."""
        number = end.event_id.split("/")[1]
        self.note(f"{end.handler} ends {number}: {end.outcome.value} {end.reason[:60]}")
        self.ends[end.handler, number].append(end.outcome.value)

    def alive(self, members):
        """No worker may fall over."""
        for member in members:
            if member.task.done() and not member.stop.is_set():
                error = member.task.exception() if not member.task.cancelled() else "cancelled"
                self.fail(f"a worker fell over: {error!r}")

    def stopped(self, task):
        """A worker that was asked to stop stops, with an exit code."""
        if not task.done():
            self.fail("a worker does not stop")
        elif task.cancelled() or task.exception() is not None:
            self.fail(f"a worker fell over: {'cancelled' if task.cancelled() else task.exception()!r}")
        elif task.result() not in {0, 1}:
            self.fail(f"exit code {task.result()}")

    def parked(self):
        """(handler, post) of everything parked, and the offsets of parked records."""
        entries = self.world.disk.entries.values()
        return [orjson.loads(entry.value) for entry in entries if entry.table is Table.PARKED]

    def committed(self, offsets):
        """A commit: everything below it must be accounted for durably, now."""
        entries = self.world.disk.entries
        seen = {entry.key for entry in entries.values() if entry.table is Table.SEEN}
        kept = self.parked()
        kept += [orjson.loads(orjson.loads(e.value)["saved"]) for e in entries.values() if e.table is Table.DEAD]
        runs = {(one["handler"], one["event"]["post_id"]) for one in kept if "event" in one}
        records = {(one["partition"], one["offset"]) for one in kept if "record" in one}
        for partition, offset in offsets.items():
            for record in self.world.log.partitions[partition][:offset]:
                if (partition, record.offset) in records:
                    continue
                if record.value == b"odd":
                    self.fail(f"{partition}:{record.offset} is committed, but nowhere")
                    continue
                body = orjson.loads(record.value)["body"]
                if f"post/{body['id']}/{body['lastModifiedTime']}/PostAdded" not in seen:
                    self.fail(f"{partition}:{record.offset} (post {body['id']}) is committed, but not handled")
                for handler in ("writer", "watcher", "moody"):
                    if not self._over(handler, body["id"]) and (handler, body["id"]) not in runs:
                        self.fail(f"post {body['id']} is committed, but {handler} neither ended nor is kept")

    def _over(self, handler, number):
        return any(outcome in FINAL for outcome in self.ends[handler, number])

    def at_rest(self):
        """Whether everything is committed and nothing is parked."""
        log = self.world.log
        return all(log.committed[p] == len(place) for p, place in enumerate(log.partitions)) and not self.parked()

    def judge(self):
        """The violations."""
        dead = Counter()
        for entry in self.world.disk.entries.values():
            if entry.table is Table.DEAD:
                saved = orjson.loads(orjson.loads(entry.value)["saved"])
                if "event" in saved:
                    dead[saved["handler"], saved["event"]["post_id"]] += 1
        for number in self.expected:
            for handler in ("writer", "watcher", "moody"):
                outcomes = self.ends[handler, number]
                if not self._over(handler, number):
                    self.fail(f"post {number} has no end in {handler}: {outcomes}")
                if dead[handler, number] > 1:
                    self.fail(f"post {number} has {dead[handler, number]} dead letters in {handler}")
                final = {outcome for outcome in outcomes if outcome in FINAL}
                if final and final <= {"failed", "unknown"} and not dead[handler, number]:
                    self.fail(f"post {number} failed in {handler} without a dead letter")
        self._judge_writes()
        self._judge_order()
        return self.problems

    def _judge_writes(self):
        texts = [parameters["body"]["text"] for _, parameters in self.world.platform.writes]
        for text, times in Counter(texts).items():
            if times > 1:
                self.fail(f"the write {text!r} was sent {times} times")
        written = set(texts)
        for (handler, number), outcomes in self.ends.items():
            if handler == "writer" and "done" in outcomes and f"writer {number} 1" not in written:
                self.fail(f"post {number} is done in {handler}, but its write never happened")

    def _judge_order(self):
        """In the order in which each post was first begun, no later post of a chat comes before an earlier one."""
        for (handler, chat), numbers in self.begun.items():
            firsts = list(dict.fromkeys(numbers))
            if firsts != sorted(firsts):
                self.fail(f"{handler} saw the posts of chat {chat} as {firsts}")
