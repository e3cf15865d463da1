"""How many bytes a run of records takes, known without asking the disk. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_CHUNK = 65_536


@dataclass(slots=True)
class _Chunk:
    """Records that follow each other: the offset of the last one, and what they take."""

    last: int
    size: int
    received_at: float


class Extent:
    """Records are added at one end and dropped at the other; sizes are kept for chunks of 64 KiB (or one addition, if
    that is larger), not for records. So `size` is too high by less than a chunk, and exact when nothing is left.
    """

    def __init__(self) -> None:
        self._chunks: deque[_Chunk] = deque()
        self.size = 0

    def add(self, offset: int, size: int, received_at: float) -> None:
        """Records up to `offset` were added: `size` bytes in all, the newest received at `received_at`."""
        self.size += size
        last = self._chunks[-1] if self._chunks else None
        if last is not None and last.size + size <= _CHUNK:
            last.last, last.size, last.received_at = offset, last.size + size, received_at
        else:
            self._chunks.append(_Chunk(offset, size, received_at))

    def drop_before(self, offset: int) -> None:
        """Forget the chunks that hold nothing at or after `offset`."""
        while self._chunks and self._chunks[0].last < offset:
            self.size -= self._chunks.popleft().size

    def end_of(self, *, older_than: float, surplus: int) -> int:
        """The offset behind the oldest chunks, as far as they were received before `older_than` or make up `surplus`
        bytes. 0 if there are none.
        """
        end, taken = 0, 0
        for chunk in self._chunks:
            if chunk.received_at >= older_than and taken >= surplus:
                break
            end, taken = chunk.last + 1, taken + chunk.size
        return end
