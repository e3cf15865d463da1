"""A run that ends its process every time, in the midst of others: it becomes a dead letter, and they are handled."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.errors import Retry, StateUnavailable
from switchhook.events.types import PostAdded
from switchhook.state import Table
from switchhook.telemetry import Metric
from switchhook.worker import assembly, commands
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.guard import suspected
from tests.worker.model import enable, handler_for, post


class Deadly:
    """A handler that ends its process over some posts, and takes its time over others."""

    def __init__(self, service, clock, *deadly, seconds=0.0, before=None, **options):
        self.clock = clock
        self.deadly = set(deadly)
        self.seconds = seconds
        self.before = before
        self.begun = []
        self.under_way = set()
        self.beside = {}
        self.dying = asyncio.Event()
        self.lives = False
        self.one = service(enable(handler_for(PostAdded, self.on_post)), **options)

    async def on_post(self, event, ctx):
        number = event.post_id
        self.begun.append(number)
        for other in (number, *self.under_way):
            self.beside.setdefault(other, set()).update(self.under_way | {number})
        self.under_way.add(number)
        if self.before is not None:
            await self.before(event, ctx)
        if number in self.deadly:
            self.dying.set()
            await asyncio.Event().wait()
        await self.clock.sleep(self.seconds)
        self.under_way.discard(number)

    async def life(self, until, *, downtime=0.5, advance=600.0):
        """One life of a worker: whether it came to `until`, or died before."""
        if not self.lives:
            self.one.start()
        self.lives = True
        await self.one.wait(lambda: self.dying.is_set() or until(), advance=advance)
        if not self.dying.is_set():
            return True
        await self.die(downtime)
        return False

    async def die(self, downtime=0.5):
        """The process is gone; somebody starts the next one soon."""
        await self.one.kill()
        self.lives = False
        self.under_way.clear()
        self.dying.clear()
        await self.clock.advance(downtime)

    async def deaths(self, until, *, most=10):
        """How many lives it takes."""
        for number in range(most):
            if await self.life(until):
                return number
        raise AssertionError(f"it died {most} times: {self.begun}")

    def ends(self, outcome):
        """Which posts ended so."""
        return sorted({number for number, ended in self.one.outcomes() if ended == outcome})


def letters(one):
    """The dead letters."""
    return list(DeadLetters(one.store, 0).all())


def guarded(one):
    """What is noted of runs, and of owners."""
    noted = [entry.key.split("\t")[0] for entry in one.store.scan(0, Table.GUARD)]
    return sorted(each for each in noted if each != "death")


async def test_a_run_that_ends_its_process_every_time_is_given_up_and_others_go_on(service, clock):
    """After three deaths that somebody had marked; the neighbours are done long before, also those of its chat."""
    made = Deadly(service, clock, "1", seconds=0.2)
    one = made.one
    await one.log.append([post(1, "a", clock=clock), post(2, "a", clock=clock)])
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(3, 5)])
    assert await made.deaths(lambda: made.ends("done") == ["2", "3", "4"]) == 4
    assert made.ends("failed") == ["1"]
    assert made.begun.count("1") == 4
    (letter,) = letters(one)
    assert letter.reason == "it ends its process: 3 processes ended while it ran, 2 of them with nothing beside it"
    await one.idle()
    await clock.advance(1.0)
    assert one.metrics.value(Metric.SUSPECTS) == 0
    assert guarded(one) == ["owner"]
    assert await one.stop() == 0
    assert one.log.committed[0] == 4


async def test_a_proper_handover_does_not_make_the_next_owner_careless(service, clock):
    """The careful owner hands on before the deadly run has its turn there: whoever has it next marks it as well, for an
    hour.
    """
    made = Deadly(service, clock, "1")
    one = made.one
    await one.log.append([post(1, "a", clock=clock)])
    assert not await made.life(lambda: False)
    one.log.most = 0
    one.start()
    await clock.advance(1.0)
    assert await one.stop() == 0
    one.log.most = 500
    one.start()
    await one.wait(made.dying.is_set, advance=5.0)
    assert guarded(one) == ["owner", "run"]
    await made.die()


async def test_a_mark_goes_although_the_end_could_not_be_saved_at_first(service, clock):
    """The state cannot be read when a parked run ends; when it ends again, nobody would mark it any more."""

    async def before(event, ctx):
        if event.post_id == "2" and made.begun.count("2") == 1:
            raise Retry("not yet", after=1.0)

    made = Deadly(service, clock, "1", seconds=40.0, before=before, run_timeout=100.0)
    one = made.one
    await one.log.append([post(1, "a", clock=clock)])
    assert not await made.life(lambda: False)
    made.deadly.clear()
    one.start()
    await clock.advance(1.0)
    await one.log.append([post(2, "b", clock=clock)])
    await one.wait(lambda: made.begun.count("2") == 2, advance=20.0)
    assert guarded(one) == ["owner", "run", "run"]
    parking = one.worker._parts.parking
    leave, parking.leave = parking.leave, _refuse
    await clock.advance(45.0)
    parking.leave = leave
    await one.idle(advance=60.0)
    assert made.ends("done") == ["1", "2"]
    assert guarded(one) == ["owner"]
    assert await one.stop() == 0


def _refuse(*_arguments):
    raise StateUnavailable("disk I/O error")


async def test_others_are_handled_while_a_suspect_waits(service, clock):
    """From the third life on: what comes in is done at once, while the deadly one waits and is counted."""
    made = Deadly(service, clock, "1")
    one = made.one
    await one.log.append([post(1, "a", clock=clock)])
    assert not await made.life(lambda: False)
    assert not await made.life(lambda: False)
    noted = [entry for entry in one.disk.entries.values() if entry.table is Table.GUARD]
    await one.log.append([post(2, "b", clock=clock)])
    assert await made.life(lambda: ("2", "done") in one.outcomes(), advance=1.0)
    assert suspected(noted) == {}
    noted = one.store.scan(0, Table.GUARD)
    assert suspected(noted) == {("post/1/added", "probe", "on_post"): "1 processes ended while it ran"}
    assert one.ends[0].reason.startswith("1 processes ended while it ran: others go first")
    await clock.advance(1.0)
    assert one.metrics.value(Metric.SUSPECTS) == 1
    await one.kill()


async def test_neighbours_of_a_deadly_run_are_never_given_up(service, clock):
    """Many that were under way each time it struck, more than can be tried alone: every one is done."""
    made = Deadly(service, clock, "5", seconds=1.0, process_deaths=2)
    one = made.one
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(30)])
    assert await made.deaths(lambda: len(made.ends("done")) == 29) <= 6
    assert await made.deaths(lambda: made.ends("failed") == ["5"]) <= 6
    assert [letter.saved.event.post_id for letter in letters(one)] == ["5"]
    assert await one.stop() == 0


async def test_the_end_of_a_process_from_outside_makes_nobody_a_dead_letter(service, clock):
    """A kill -9 every four seconds, ten times, while a run takes five; and the run is done when that is over."""
    made = Deadly(service, clock, seconds=5.0)
    one = made.one
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    for _ in range(10):
        one.start()
        await clock.advance(4.0)
        await made.die()
    assert await made.life(lambda: len(made.ends("done")) == 2)
    assert letters(one) == []
    assert await one.stop() == 0


async def test_power_that_fails_makes_nobody_a_dead_letter(service, clock, monkeypatch):
    """A machine that restarts under a run every time says nothing about the run: it begins at once each time."""
    made = Deadly(service, clock, "1")
    one = made.one
    await one.log.append([post(1, clock=clock)])
    for number in range(8):
        monkeypatch.setattr(assembly, "boot_id", lambda number=number: f"boot {number}")
        assert not await made.life(lambda: False, advance=1.0)
    assert made.begun == ["1"] * 8
    made.deadly.clear()
    assert await made.life(lambda: ("1", "done") in one.outcomes(), advance=1.0)
    assert await one.stop() == 0


async def test_a_kill_during_a_stop_speaks_against_nobody(service, clock):
    """A container engine that does not wait for long enough: what was under way begins at once, every time."""
    made = Deadly(service, clock, seconds=20.0)
    one = made.one
    await one.log.append([post(1, clock=clock)])
    for _ in range(6):
        one.start()
        await one.wait(lambda: made.under_way, advance=1.0)
        one.stopping.set()
        await clock.advance(5.0)
        await made.die()
    assert made.begun == ["1"] * 6
    assert await made.life(lambda: ("1", "done") in one.outcomes(), advance=21.0)
    assert await one.stop() == 0


async def test_while_all_is_well_no_run_is_noted(service, clock):
    """The owner alone is, until the worker has stopped; after a death the runs it may have met are, until they end."""
    made = Deadly(service, clock, seconds=40.0, run_timeout=100.0)
    one = made.one
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: made.under_way, advance=1.0)
    assert guarded(one) == ["owner"]
    await made.die()
    one.start()
    await one.wait(lambda: made.under_way, advance=1.0)
    assert guarded(one) == ["owner", "run"]
    await clock.advance(31.0)
    await one.log.append([post(2, "b", clock=clock)])
    await one.wait(lambda: len(made.under_way) == 2, advance=0.5)
    assert guarded(one) == ["owner", "run"], "what came in since was not under way before"
    await one.idle(advance=50.0)
    assert guarded(one) == ["owner"]
    assert await one.stop() == 0
    noted = {entry.key for entry in one.disk.entries.values() if entry.table is Table.GUARD}
    assert noted == {"death"}, "which is forgotten after an hour"


async def test_a_suspect_has_the_worker_to_itself_for_a_while(service, clock):
    """Nothing begins beside it, and it waits for what has begun; once it has lived for long the others go on."""
    made = Deadly(service, clock, "1", seconds=3.0)
    one = made.one
    await one.log.append([post(1, "a", clock=clock)])
    assert not await made.life(lambda: False)
    assert not await made.life(lambda: False)
    made.deadly.clear()
    made.seconds = 30.0
    one.start()
    await clock.advance(1.9)
    made.seconds = 3.0
    await one.log.append([post(2, "b", clock=clock)])
    await clock.advance(1.0)
    assert made.under_way == {"2"}, "it waits for what has begun"
    made.seconds = 8.0
    await one.wait(lambda: made.under_way == {"1"}, advance=5.0)
    made.beside.clear()
    await one.log.append([post(3, "c", clock=clock), post(4, "a", clock=clock)])
    await clock.advance(4.5)
    assert made.under_way == {"1"}
    await clock.advance(1.0)
    assert made.under_way == {"1", "3"}, "it has lived for longer than it took before"
    await one.wait(lambda: len(made.ends("done")) == 4, advance=30.0)
    assert await one.stop() == 0


async def test_who_never_finds_the_worker_quiet_waits_and_delays_nobody_for_long(service, clock):
    """A suspect that could not be alone after five seconds comes back later, and then has more patience."""
    made = Deadly(service, clock, "1", run_timeout=60.0)
    one = made.one
    await one.log.append([post(1, "a", clock=clock)])
    assert not await made.life(lambda: False)
    assert not await made.life(lambda: False)
    made.deadly.clear()
    made.seconds = 19.0
    await one.log.append([post(2, "b", clock=clock)])
    one.start()
    await clock.advance(3.0)
    await one.log.append([post(3, "c", clock=clock)])
    await clock.advance(1.0)
    assert made.under_way == {"2"}
    await clock.advance(4.0)
    assert made.under_way == {"2", "3"}
    await one.wait(lambda: len(made.ends("done")) == 3, advance=90.0)
    assert "waits until nothing runs beside it" in " ".join(end.reason for end in one.ends)
    assert await one.stop() == 0


async def test_a_write_in_doubt_of_a_deadly_run_is_not_passed_over(service, clock):
    """A run that ends its process after a write was sent, and before its answer came, is unknown, not failed."""

    async def write(event, ctx):
        made.one.platform.hold = asyncio.Event()
        made.dying.set()
        await ctx.chats.post(event.chat_id, "hello")

    made = Deadly(service, clock, before=write)
    one = made.one
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    assert not await made.life(lambda: False)
    one.platform.hold = None

    async def die(event, ctx):
        made.dying.set()
        await asyncio.Event().wait()

    made.before = die
    assert await made.deaths(lambda: letters(one) != []) == 3
    (letter,) = letters(one)
    assert letter.outcome == "unknown"
    assert "test_guard.py" in letter.reason
    assert "it ends its process" in letter.reason
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_dead_letter_that_ended_processes_can_be_tried_again(service, clock):
    """By hand, once its handler is mended; if it is not, it is found out anew."""
    made = Deadly(service, clock, "1", process_deaths=2)
    one = made.one
    await one.log.append([post(1, clock=clock)])
    assert await made.deaths(lambda: letters(one) != []) == 4
    await one.log.append([commands.command(letters(one)[0], commands.RETRY, clock.now().timestamp())])
    assert not await made.life(lambda: False, advance=1.0)
    assert await made.deaths(lambda: letters(one) != []) == 2
    made.deadly.clear()
    await one.log.append([commands.command(letters(one)[0], commands.RETRY, clock.now().timestamp())])
    await one.wait(lambda: ("1", "done") in one.outcomes(), advance=1.0)
    assert letters(one) == []
    assert await one.stop() == 0


async def test_a_suspect_that_is_parked_for_a_reason_of_its_own_has_come_through(service, clock):
    """Whatever its handler asked for: it did not end the process."""

    async def ask(event, ctx):
        if made.begun.count("1") == 3:
            raise Retry("not yet", after=50.0)

    made = Deadly(service, clock, "1", before=ask)
    one = made.one
    await one.log.append([post(1, clock=clock)])
    assert not await made.life(lambda: False)
    assert not await made.life(lambda: False)
    made.deadly.clear()
    one.start()
    await one.wait(lambda: made.begun.count("1") == 3, advance=10.0)
    await clock.advance(1.0)
    assert guarded(one) == ["owner"]
    await one.wait(lambda: ("1", "done") in one.outcomes(), advance=60.0)
    assert await one.stop() == 0


async def test_a_suspect_whose_handler_is_taken_out_is_forgotten(service, clock):
    """That is what one does about a handler that kills: the alarm is over."""
    made = Deadly(service, clock, "1")
    one = made.one
    await one.log.append([post(1, clock=clock)])
    assert not await made.life(lambda: False)
    assert not await made.life(lambda: False)
    one.registry = enable()
    one.start()
    await one.idle()
    await clock.advance(1.0)
    assert one.metrics.value(Metric.SUSPECTS) == 0
    assert guarded(one) == ["owner"]
    assert await one.stop() == 0


@pytest.mark.parametrize("code", [0, 1])
async def test_a_stop_says_goodbye_also_if_it_must_break_runs_off(service, clock, code):
    """The next worker has no reason to be careful."""
    made = Deadly(service, clock, seconds=100.0 * code, run_timeout=600.0)
    one = made.one
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: made.begun, advance=1.0)
    assert await one.stop() == code
    one.start()
    await one.wait(lambda: one.worker._assignment is not None, advance=1.0)
    assert one.worker._assignment.shards[0].guard is None
    await one.stop()
