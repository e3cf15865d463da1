"""What a member of a group sees, as one stream: assignments, revocations and records, in sensible order. Pure.

Kafka's client calls back when partitions come and go, fetches ahead, and forgets what was paused. Here that becomes:
an epoch begins, its records come, it ends; nothing of an ended epoch ever follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from switchhook.log import Assigned, Batch, Record, Revoking


class Stream:
    """Fed by the client, taken from by the worker."""

    def __init__(self, *, most: int = 500) -> None:
        """`most` records make one batch."""
        self._most = most
        self._epoch = 0
        self._open = False
        self._to_release: int | None = None
        self._partitions: frozenset[int] = frozenset()
        self._paused: set[int] = set()
        self._notices: deque[Assigned | Revoking] = deque()
        self._records: dict[int, deque[Record]] = {}

    @property
    def epoch(self) -> int:
        """The newest epoch; 0 before the first."""
        return self._epoch

    def current(self, epoch: int) -> bool:
        """Whether commits of this epoch make sense: it is assigned, or revoked and not released yet."""
        return epoch == self._epoch and (self._open or self._to_release == epoch)

    @property
    def waiting(self) -> int:
        """Records that `take` would hand out."""
        return sum(len(queue) for partition, queue in self._records.items() if partition not in self._paused)

    def assigned(self, partitions: Iterable[int]) -> None:
        """A new epoch begins."""
        self._end()
        self._epoch += 1
        self._open = True
        self._to_release = None
        self._partitions = frozenset(partitions)
        self._notices.append(Assigned(self._epoch, self._partitions))

    def revoking(self, deadline: float) -> int | None:
        """The epoch ends. Returns it if somebody has to release it first, None if nobody knows of it yet."""
        if not self._open:
            return None
        self._end()
        if self._notices and self._notices[-1] == Assigned(self._epoch, self._partitions):
            self._notices.pop()
            return None
        self._to_release = self._epoch
        self._notices.append(Revoking(self._epoch, deadline))
        return self._epoch

    def _end(self) -> None:
        self._open = False
        self._records.clear()
        self._paused.clear()

    def release(self, epoch: int) -> None:
        """The worker is done with a revoked epoch, or nobody waits for it any longer."""
        if epoch == self._to_release:
            self._to_release = None

    def released(self, epoch: int) -> bool:
        """Whether nobody holds that epoch any more."""
        return self._to_release != epoch

    def fetched(self, partition: int, records: Sequence[Record]) -> None:
        """The client fetched these; they are dropped if the partition is not ours at this moment."""
        if self._open and partition in self._partitions and records:
            self._records.setdefault(partition, deque()).extend(records)

    def pause(self, partitions: Iterable[int]) -> frozenset[int]:
        """Hold these back. Returns those that are ours."""
        ours = self._partitions.intersection(partitions) if self._open else frozenset()
        self._paused |= ours
        return ours

    def resume(self, partitions: Iterable[int]) -> frozenset[int]:
        """Undo `pause`. Returns those that were paused."""
        ours = frozenset(self._paused.intersection(partitions))
        self._paused -= ours
        return ours

    def take(self) -> Batch | Assigned | Revoking | None:
        """The next thing; None if there is nothing. Partitions take turns."""
        if self._notices:
            return self._notices.popleft()
        ready = [partition for partition in self._records if partition not in self._paused]
        if not ready:
            return None
        records: list[Record] = []
        for partition in ready:
            if len(records) == self._most:
                break
            queue = self._records.pop(partition)
            while queue and len(records) < self._most:
                records.append(queue.popleft())
            if queue:
                self._records[partition] = queue  # behind the others: it waits for its next turn
        return Batch(self._epoch, records)
