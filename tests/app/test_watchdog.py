"""A process whose event loop does not turn is noticed, and ended when that is for ever; others are left alone."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading

import pytest
from structlog.testing import capture_logs

from switchhook.app.watchdog import STUCK, Watchdog, processor_seconds, watching


class Loop:
    """A loop that turns when the test says so."""

    def __init__(self):
        self.asked = []

    def call_soon_threadsafe(self, callback):
        """It is asked for a sign."""
        self.asked.append(callback)

    def turn(self):
        """What was asked for is done."""
        while self.asked:
            self.asked.pop()()


class Watched:
    """A watchdog with a loop, and what it did; the loop's thread is that of the test."""

    def __init__(self, limit):
        self.loop, self.on, self.ends = Loop(), True, []
        self.dog = Watchdog(self.loop, limit, watched=lambda: self.on, end=self.ends.append)

    def look(self, times=1, *, turns=False):
        """So many seconds pass; the events that were logged."""
        with capture_logs() as logs:
            for _ in range(times):
                if turns:
                    self.loop.turn()
                self.dog.look()
        return logs


def test_a_loop_that_turns_is_asked_once_a_second_and_nothing_else_happens():
    """All is well: one call in the loop for each look, and not a word."""
    watched = Watched(limit=3)
    for _ in range(100):
        assert watched.look(turns=True) == []
        assert len(watched.loop.asked) == 1
    assert watched.ends == []


def test_a_loop_that_stands_is_told_of_once_with_where_it_stands_and_none_of_its_values():
    """File, line and function of what all others wait for."""
    watched, secret = Watched(limit=60), "s3cret"
    watched.look()
    assert watched.look(4) == []
    (line,) = watched.look(30)
    assert line["log_level"] == "warning"
    assert any(f"{__file__}:" in each and each.endswith("_values") for each in line["at"])
    assert secret not in str(line)
    assert watched.ends == []
    (again,) = watched.look(turns=True)
    assert (again["event"], again["seconds"]) == ("the event loop turns again", 34.0)
    assert watched.look(4) == []  # it is counted anew


def test_a_loop_that_stands_to_the_limit_ends_its_process():
    """Not a second before, and with the exit code that says why."""
    watched = Watched(limit=10)
    watched.look()
    watched.look(9)
    assert watched.ends == []
    (line,) = watched.look()
    assert (line["log_level"], line["after"]) == ("error", 10.0)
    assert any(each.endswith("_ends_its_process") for each in line["at"])
    assert watched.ends == [STUCK]


def test_a_limit_of_nothing_never_ends_the_process():
    """It is told all the same."""
    watched = Watched(limit=0)
    watched.look()
    assert len(watched.look(10_000)) == 1
    assert watched.ends == []
    assert processor_seconds(0) == 0


def test_one_look_late_says_nothing_however_long_it_was():
    """Somebody stopped the process, or the machine slept: it counts as one look, and then the loop has its turn."""
    watched = Watched(limit=2)
    for _ in range(50):
        watched.look(turns=True)
        watched.look()
    assert watched.ends == []


def test_what_blocks_while_nothing_has_to_turn_is_nothing():
    """A handler makes its resource; the worker drains: not counted, also not later."""
    watched = Watched(limit=5)
    watched.look()
    watched.look(4)
    watched.on = False
    assert watched.look(1_000) == []
    watched.on = True
    watched.look(4)
    assert watched.ends == []
    watched.look()
    assert watched.ends == [STUCK]


def test_who_steps_through_a_handler_is_not_interrupted():
    """A debugger sits on the loop: for as long as it does, the loop may stand."""
    watched = Watched(limit=3)
    watched.look()
    frame = sys._getframe()
    frame.f_trace = lambda *_: None
    watched.look(1_000)
    assert watched.ends == []
    frame.f_trace = None
    watched.look()
    assert watched.ends == [STUCK]


def test_the_kernel_gives_as_much_processor_time_as_the_limit_and_what_all_processors_may_spend_meanwhile(monkeypatch):
    """On many processors threads without Python's lock spend a lot between two looks that are in time."""
    for processors, seconds in ((2, 60), (64, 320), (None, 60)):
        monkeypatch.setattr("os.cpu_count", lambda processors=processors: processors)
        assert processor_seconds(60.0) == seconds


async def test_nothing_is_left_behind():
    """No thread, and no timer that ends the process later."""
    before = threading.active_count()
    with watching(60.0, lambda: True):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


async def test_a_profiler_keeps_its_signal():
    """Who uses it beforehand finds it as it was."""
    mine = lambda *_: None  # noqa: E731 - it stands for what a profiler has
    before = signal.signal(signal.SIGPROF, mine)
    try:
        with watching(60.0, lambda: True):
            assert signal.getsignal(signal.SIGPROF) is mine
            assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGPROF, before)


BLOCKS = """
import asyncio, os, re, time
from switchhook.app import watchdog

os.cpu_count, watchdog._LOOKS = (lambda: 1), 2
watched = False

def asleep():
    time.sleep(10**9)

def thinking():
    re.match("(a+)+$", "a" * 100 + "b")

async def main():
    global watched
    with watchdog.watching(1.0, lambda: watched):
        await asyncio.sleep(0)
        watched = True
        {how}()

asyncio.run(main())
"""


@pytest.mark.processes
@pytest.mark.parametrize(("how", "code"), [("asleep", STUCK), ("thinking", -signal.SIGPROF)])
async def test_a_process_that_stands_ends_and_says_where(how, code):
    """Whether it waits, or computes without ever letting another thread have a turn."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BLOCKS.format(how=how), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == code
    assert how in said.decode()
