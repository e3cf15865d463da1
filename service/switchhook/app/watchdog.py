"""Ends a process whose event loop turns no more: its supervisor starts it anew, which nobody else would bring about.

A handler may wait without awaiting (`while True`, `time.sleep`, a read from a socket that says nothing): all of the
process waits with it then, for ever. A thread beside the loop asks it once a second for a sign. It counts its own
short waits, so whatever stops the whole process (SIGSTOP, a machine that sleeps) counts as one of them at the most.

What keeps Python's lock while it computes (a regular expression that backtracks, a power of great numbers) keeps this
thread from looking, too. For that the kernel has a timer of the processor time of the process, set anew at each look,
which ends it by SIGPROF: a stopped process spends none, and one that merely waits for a busy machine does not either.
"""

from __future__ import annotations

import asyncio
import faulthandler
import itertools
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog

STUCK = 4
"""Exit code of a process that ended itself because its event loop did not turn."""
_EVERY = 1.0
"""Seconds between looks."""
_LONG = 5.0
"""Seconds after which it is said that the loop does not turn, and where it stands."""
_DEPTH = 50
"""Calls that are named of where it stands: what a library does inside of a handler is deep."""
_LOOKS = 5
"""Looks that can be late before the processor time of all processors together could run out meanwhile."""
_log = structlog.get_logger("switchhook.worker")


class Watchdog:
    """Looks whether a loop, that of the thread which makes this, turns.

    `limit`: seconds after which `end` is called with the exit code (0: never); `watched`: whether it is to turn now.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limit: float,
        *,
        watched: Callable[[], bool],
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._loop = loop
        self._limit = limit
        self._thread = threading.get_ident()
        self._watched = watched
        self._end = end
        self._turned = True
        self._missed = 0

    def look(self) -> None:
        """A wait of one second is over, in which the loop's thread could have run as this one did."""
        if not self._watched():
            self._missed = 0
            return
        if self._turned:
            if self._missed * _EVERY >= _LONG:
                _log.warning("the event loop turns again", seconds=self._missed * _EVERY)
            self._turned, self._missed = False, 0
            self._loop.call_soon_threadsafe(self._turn)
            return
        self._missed += 1
        seconds = self._missed * _EVERY
        frame = sys._current_frames()[self._thread]  # noqa: SLF001 - public: Python's own name says that it is special
        if self._limit and seconds >= self._limit and not _debugged(frame):
            try:
                _log.error("the event loop does not turn: ending, to be started anew", after=seconds, at=_stack(frame))
            finally:
                self._end(STUCK)
        elif self._missed == round(_LONG / _EVERY):
            _log.warning("the event loop does not turn: all handlers wait for this", at=_stack(frame))

    def _turn(self) -> None:
        self._turned = True


@contextmanager
def watching(limit: float, watched: Callable[[], bool]) -> Iterator[None]:
    """Have the running loop watched while `watched()`; `limit`: as of `Watchdog`."""
    over = threading.Event()
    watchdog = Watchdog(asyncio.get_running_loop(), limit, watched=watched)
    with _processor_time(processor_seconds(limit)) as allow:

        def look() -> None:
            while not over.wait(_EVERY):
                allow()
                watchdog.look()

        thread = threading.Thread(target=look, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def processor_seconds(limit: float) -> float:
    """What all threads together may spend from one look to the next: one that is in time must never be too late for
    it, however many of them compute without Python's lock. 0: no end.
    """
    return limit and max(limit, _LOOKS * _EVERY * (os.cpu_count() or 1))


@contextmanager
def _processor_time(seconds: float) -> Iterator[Callable[[], object]]:
    """The kernel's timer; yields what sets it anew. None if somebody else (a profiler) has a use for its signal."""
    if not seconds or signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL:
        yield lambda: None
        return
    faulthandler.register(signal.SIGPROF, file=sys.__stderr__ or 2, chain=True)  # says where it stands; then it ends
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield lambda: signal.setitimer(signal.ITIMER_PROF, seconds)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        faulthandler.unregister(signal.SIGPROF)


def _stack(frame: FrameType) -> list[str]:
    """Where it stands, the innermost first: places in the code, and nothing of what is worked on there."""
    calls = itertools.islice(traceback.walk_stack(frame), _DEPTH)
    return [f"{each.f_code.co_filename}:{line} {each.f_code.co_qualname}" for each, line in calls]


def _debugged(frame: FrameType) -> bool:
    """Whether somebody steps through it: who thinks for long is not to be interrupted."""
    monitoring = getattr(sys, "monitoring", None)  # of Python 3.12
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return True
    return any(each.f_trace is not None for each, _ in traceback.walk_stack(frame))
