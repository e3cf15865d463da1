"""What a request causes happens after its answer: notifications, phones that pick up.

A receiver calls the API before it answers a notification, and a caller must know the session that it made before it
hears of it. So consequences are collected while a request is served and let go when its answer is written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Outbox:
    """Consequences of one request, in order."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()
        self._open = True

    def add(self, consequence: Callable[[], object]) -> None:
        if self._open:
            self._waiting.append(consequence)
        else:
            consequence()

    def release(self) -> None:
        """The answer is out (or will never be). A consequence may have further ones: they follow in order."""
        while self._waiting:
            self._waiting.popleft()()
        self._open = False


_current: ContextVar[Outbox | None] = ContextVar("outbox", default=None)


@contextmanager
def collecting(outbox: Outbox) -> Iterator[None]:
    """Within the block, `afterwards` puts into `outbox`."""
    token = _current.set(outbox)
    try:
        yield
    finally:
        _current.reset(token)


def afterwards(consequence: Callable[[], object]) -> None:
    """Do it once the request that is being served is answered; now, if there is none."""
    outbox = _current.get()
    if outbox is None:
        consequence()
    else:
        outbox.add(consequence)
