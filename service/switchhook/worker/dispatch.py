"""From a record to its runs: interpret, leave out what was seen, fold, match, queue."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from switchhook.errors import Malformed, StateError
from switchhook.events import calls
from switchhook.events.interpret import Fact, Interpreted, Need, PartyPart, Source, interpret
from switchhook.events.types import Event, MessageEvent
from switchhook.log import Header, Record
from switchhook.notification import SubscriptionName, envelope
from switchhook.registry import Registry
from switchhook.state import StateStore, Table
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.counts import Counts
from switchhook.worker.lanes import Lane
from switchhook.worker.parking import Parking, lane_name, place
from switchhook.worker.runs import INTAKE, Arrival, Ear, Run, Work
from switchhook.worker.searches import BEGINNINGS, searches

Answers = Mapping[Need, Any]
Unfolded = tuple[list[Event], tuple[str, ...]]
"""Events, and the sessions that changed."""
_NO_ANSWERS: Answers = {}
LIVE = "websocket"
"""The only source that notifications name for themselves."""
NOTED_BY = "ingress"
"""The source of records that are notes for the keeper: they wait in their lane until they are written down."""


class ReadFirst(Exception):
    """Interpreting or folding cannot go on without these reads."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.needs = needs
        super().__init__(", ".join(need.operation for need in needs))


class Dispatch:
    """Turns records into runs. What needs no read is done at once; what does, in the lane of the record's key.

    `start` begins to execute a lane; `complete` takes a record whose runs have ended, `skip` one that was seen.
    """

    def __init__(
        self,
        store: StateStore,
        registry: Registry,
        parking: Parking,
        counts: Counts,
        *,
        start: Callable[[Assignment, Lane[Run | Arrival]], None],
        complete: Callable[[Work], None],
        skip: Callable[[Work], None],
        ear: Ear | None = None,
    ) -> None:
        self._store = store
        self._registry = registry
        self._parking = parking
        self._counts = counts
        self._start = start
        self._complete = complete
        self._skip = skip
        self._ear = ear
        self._is_wanted: Callable[[type[Event]], bool] = cache(registry.wants)  # type: ignore[assignment]  # Hashable

    def take(self, assignment: Assignment, records: Iterable[Record]) -> None:
        """Records of one batch, in order."""
        fresh: list[tuple[Work, Interpreted | None]] = []
        for record in records:
            if assignment.tracker.add(record.partition, record.offset):
                shard = assignment.shards[record.partition]
                shard.bytes += len(record.value)
                fresh.append((Work(shard, record), self._at_once(record)))
        try:
            seen = self._seen(fresh)
        except StateError:  # the lanes try again
            fresh, seen = [(work, None) for work, _ in fresh], {}
        for work, interpreted in fresh:
            shard, record = work.shard, work.record
            try:
                if interpreted is not None and not self._must_wait(shard, record.key):
                    known = seen[record.partition]
                    if interpreted.identity in known or interpreted.identity in shard.handling:
                        self._counts.records["seen"] += 1
                        self._skip(work)
                    else:
                        self.spread(work, interpreted, self.fold(shard, interpreted.parts), known)
                    continue
            except (ReadFirst, StateError):
                pass
            self.queue(shard, INTAKE, record.key, Arrival(work))

    def read(self, record: Record, answers: Answers = _NO_ANSWERS) -> Interpreted:
        """What a record says. Raises Malformed, ReadFirst.

        A replay has an identity of its own: it is to be handled although its content was before.
        """
        received_at, headers = datetime.fromtimestamp(record.received_at, UTC), record.headers
        again = headers.get(Header.AGAIN, "")
        source = Source(
            record.account, received_at, Header.BACKFILLED in headers, record.key, again, self._registry.own_ids
        )
        told = envelope(record.value)
        if self._ear is not None and _is_live(record):
            self._ear.heard(record, told)
        interpreted = interpret(told, source, answers, self._is_wanted)
        if not isinstance(interpreted, Interpreted):
            raise ReadFirst(interpreted)
        if Header.REPLAY_OF in record.headers:
            identity = f"{interpreted.identity}\treplay\t{record.partition}:{record.offset}"
            return interpreted._replace(identity=identity)
        return interpreted

    def known(self, shard: Shard, interpreted: Interpreted, record: Record) -> set[str]:
        """Which identities of a record were handled, or are being handled now."""
        identities = _identities(interpreted, record)
        return shard.handling.intersection(identities) | self._store.present(shard.partition, Table.SEEN, identities)

    def fold(self, shard: Shard, parts: Iterable[Fact | PartyPart], answers: Answers = _NO_ANSWERS) -> Unfolded:
        """The events of a record's parts, and the sessions they changed. Raises ReadFirst.

        May be repeated: folding a part again gives the same events again.
        """
        events: list[Event] = []
        sessions: list[str] = []
        for part in parts:
            if isinstance(part, Fact):
                events.append(part.event)
                continue
            folded = calls.fold(shard.calls.get(part.session_id), part)
            events.extend(folded.events)
            if folded.adopt is not None:
                if folded.adopt not in answers:
                    raise ReadFirst([folded.adopt])
                session = answers[folded.adopt]
                folded = calls.adopt(folded.call, session, part)
                events.extend(folded.events)
            shard.calls.put(part.session_id, folded.call, folded.review_in)
            sessions.append(part.session_id)
        return events, tuple(sessions)

    def spread(self, work: Work, interpreted: Interpreted, unfolded: Unfolded, known: Container[str]) -> None:
        """Queue the runs of a record's events, but of those `known` that came another way; complete it at once if
        there are none.
        """
        shard, counts = work.shard, self._counts
        events, work.calls = unfolded
        counts.records["done"] += 1
        counts.unrecognised += not interpreted.recognised
        work.identities = (interpreted.identity,)
        doubles = _doubles(interpreted, work.record)
        if doubles:
            fresh = [one for one in doubles if one not in known and one not in shard.handling]
            events = [event for event in events if event.id in fresh or event.id not in doubles]
            work.identities += tuple(dict.fromkeys(fresh))
        shard.handling.update(work.identities)
        runs: list[Run] = []
        for event in events:
            kind = type(event)
            counts.events[kind.__name__] += 1
            if self._is_wanted(kind):
                runs.extend(self.runs(shard, event, work, len(runs)))
            if kind in BEGINNINGS:
                work.follow_ups += searches([event], self._is_wanted, reader_of(work.record))
        work.remaining = len(runs)
        if not runs:
            self._complete(work)
            return
        for run in runs:
            self.queue(shard, run.enabled.name, run.event.key, run)

    def runs(self, shard: Shard, event: Event, work: Work, number: int = 0) -> list[Run]:
        """One run for each rule that the event is for."""
        offset = work.record.offset
        return [
            Run(shard, event, enabled, rule, offset, place(offset, index), work)
            for index, (enabled, rule) in enumerate(self._registry.rules_for(event), number)
        ]

    def queue(self, shard: Shard, handler: str, key: str | None, item: Run | Arrival) -> None:
        """Put into a lane, and begin with it if nobody does."""
        lane = shard.assignment.lanes.add(handler, key, item)
        if lane is not None:
            self._start(shard.assignment, lane)

    def _must_wait(self, shard: Shard, key: str | None) -> bool:
        """Whether earlier records of this key wait to be interpreted."""
        if key is None:
            return False
        if shard.assignment.lanes.holds(INTAKE, key):
            return True
        return shard.parked > 0 and self._parking.occupied(shard, INTAKE, lane_name(key))

    def _seen(self, fresh: Iterable[tuple[Work, Interpreted | None]]) -> dict[int, set[str]]:
        """Which identities are marked, by partition: one query per partition for a whole batch."""
        wanted: dict[int, list[str]] = {}
        for work, interpreted in fresh:
            if interpreted is not None:
                wanted.setdefault(work.record.partition, []).extend(_identities(interpreted, work.record))
        return {
            partition: self._store.present(partition, Table.SEEN, identities)
            for partition, identities in wanted.items()
        }

    def _at_once(self, record: Record) -> Interpreted | None:
        """What a record says, None if that must be found out (or complained about) in its lane."""
        try:
            return self.read(record) if record.headers.get(Header.SOURCE) != NOTED_BY else None
        except Exception:  # noqa: BLE001 - whatever is wrong is found again in the lane, where it becomes a dead letter
            return None


def reader_of(record: Record) -> str:
    """The identity to whose subscription a record came, "" if that is not known."""
    try:
        return SubscriptionName.parse(record.headers.get(Header.NAME, "")).identity
    except Malformed:
        return ""


def _is_live(record: Record) -> bool:
    """Whether it is a notification as it was delivered, not fetched, repeated or written by ourselves."""
    headers = record.headers
    return headers.get(Header.SOURCE, LIVE) == LIVE and Header.REPLAY_OF not in headers


def _identities(interpreted: Interpreted, record: Record) -> list[str]:
    """What a record must not have been seen by: the identity of its content, and of the facts in it."""
    return [interpreted.identity, *_doubles(interpreted, record)]


def _doubles(interpreted: Interpreted, record: Record) -> list[str]:
    """Ids of the facts of a record that another kind of notification may bring too: a text comes by the instant filter
    and by the message store. A replay is handled all the same.
    """
    if Header.REPLAY_OF in record.headers:
        return []
    return [
        part.event.id for part in interpreted.parts if isinstance(part, Fact) and isinstance(part.event, MessageEvent)
    ]
