"""Which run ends its process: no deadly one for ever, and no innocent one given up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.worker.suspicion import Mark, Owner, Verdict, found, judge

LIMIT = 3
FEW = 4
HERE = Owner("p1", "host", "boot 1")


def test_an_owner_that_left_its_note_has_died():
    """A process that is another one, on the same machine that has not restarted, or on another machine."""
    assert HERE.died(replace(HERE, process="p2"))
    assert HERE.died(Owner("p2", "elsewhere", "boot 7"))


def test_power_loss_and_a_new_assignment_are_no_deaths():
    """A machine that has restarted ended everything that ran on it; a process that finds its own note lives."""
    assert not HERE.died(replace(HERE, process="p2", boot="boot 2"))
    assert not HERE.died(HERE)
    assert Owner.restore(HERE.dump()) == HERE


def test_a_mark_that_stands_where_a_process_died_speaks_against_its_run():
    """Each such death counts, those alone count apart, and the patience grows with the time that it took."""
    first = found(Mark(100.0), 101.5, died=True)
    assert first == Mark(100.0, running=False, deaths=1, patience=3.0)
    second = found(first.begins(200.0, alone=True), 200.1, died=True)
    assert (second.deaths, second.clear, second.patience) == (2, 1, 3.0)
    assert Mark.restore(second.dump()) == second
    assert second.describe() == "2 processes ended while it ran, 1 of them with nothing beside it"


def test_what_was_told_to_stop_or_had_not_begun_speaks_against_nobody():
    """A mark is forgotten then, and what spoke against the run before stays as it was."""
    suspect = Mark(100.0, running=False, deaths=2, clear=1, patience=4.0)
    assert found(Mark(100.0), 200.0, died=False) is None
    assert found(suspect, 200.0, died=True) == suspect
    assert found(suspect.begins(150.0, alone=True), 200.0, died=False) == replace(suspect, begun=150.0)


def test_a_clock_that_was_set_makes_no_patience_that_is_none():
    """However long it seems to have taken: two seconds at the least, ten minutes at the most."""
    assert found(Mark(100.0), 50.0, died=True).patience == 2.0
    assert found(Mark(100.0), 1e9, died=True).patience == 600.0


def test_a_run_is_given_up_only_after_two_deaths_with_nothing_beside_it():
    """However often it was under way when processes died."""
    assert judge(Mark(0.0, deaths=50, clear=1), 1e9, limit=3, few=True) is Verdict.ALONE
    assert judge(Mark(0.0, deaths=2, clear=2), 1e9, limit=3, few=True) is Verdict.ALONE
    assert judge(Mark(0.0, deaths=3, clear=2), 0.0, limit=3, few=True) is Verdict.GIVE_UP


def test_many_suspects_begin_beside_the_others_the_first_time():
    """A suspect waits; then it begins, alone if there are few of them or it is one for the second time."""
    mark = Mark(0.0, deaths=1, patience=2.0)
    assert judge(mark, 1.9, limit=3, few=True) is Verdict.WAIT
    assert judge(mark, 2.0, limit=3, few=True) is Verdict.ALONE
    assert judge(mark, 2.0, limit=3, few=False) is Verdict.BEGIN
    assert judge(replace(mark, deaths=2), 2.0, limit=3, few=False) is Verdict.ALONE


@dataclass
class Run:
    """One run. `kills`: seconds after its beginning at which it ends its process."""

    seconds: float
    kills: float | None = None
    mark: Mark | None = None
    over: str = ""
    hit: int = 0
    begun: float = field(default=math.inf)


class World:
    """Lives of one worker: `kills` are the seconds after the beginning of each at which it is ended from outside."""

    def __init__(self, runs, kills=()):
        self.runs = runs
        self.kills = list(kills)
        self.now = 1_000.0
        self.careful = False
        self.deaths = 0

    def live(self):
        """One life. Whether it died."""
        start = self.now
        end = start + (self.kills.pop(0) if self.kills else math.inf)
        suspects = sorted((run for run in self.runs if run.mark is not None), key=lambda run: run.mark.deaths)
        free = start
        for run in self.runs:
            run.begun = math.inf
        for run in [one for one in self.runs if not one.over and one.mark is None]:
            free = max(free, self.begin(run, start, alone=False, careful=self.careful))
        for number, run in enumerate(suspects):
            verdict = judge(run.mark, 0.0, limit=LIMIT, few=len(suspects) <= FEW)
            if verdict is Verdict.GIVE_UP:
                run.over, run.mark = "given up", None
                continue
            at = start + run.mark.patience + number * 0.1
            verdict = judge(run.mark, run.mark.patience, limit=LIMIT, few=len(suspects) <= FEW)
            if verdict is Verdict.ALONE:
                free = self.begin(run, max(at, free), alone=True)
            else:
                free = max(free, self.begin(run, at, alone=False))
        died = min([end, *(run.begun + run.kills for run in self.runs if run.kills is not None and not run.over)])
        return self.die(died, outside=died == end)

    def begin(self, run, at, *, alone, careful=True):
        """It begins; returns when it ends."""
        run.begun = at
        if careful:
            run.mark = (run.mark or Mark(at)).begins(at, alone=alone)
        return at + (run.seconds if run.kills is None else run.kills)

    def die(self, died, *, outside):
        for run in self.runs:
            if run.over:
                continue
            if run.begun + run.seconds <= died and run.kills is None:
                run.over, run.mark = "done", None
            elif run.mark is not None and (run.begun > died or (run.begun == died and run.kills is None)):
                run.mark = replace(run.mark, running=False) if run.mark.deaths else None
            elif run.mark is not None and run.mark.alone:
                run.hit += outside
        if died == math.inf:
            return False
        self.deaths += 1
        self.now = died + 1.0
        for run in self.runs:
            if run.mark is not None:
                run.mark = found(run.mark, self.now, died=True)
        self.careful = True
        return True

    def play(self):
        """Until nobody dies any more."""
        for _ in range(1_000):
            if not self.live():
                return
        raise AssertionError("it never ends")


SPANS = st.floats(0.001, 90.0)
INNOCENT = st.builds(Run, SPANS)
DEADLY = st.builds(Run, SPANS, kills=st.floats(0.0, 60.0))


@given(st.lists(INNOCENT | DEADLY, max_size=12))
@settings(max_examples=300)
def test_every_deadly_run_is_given_up_and_no_other(runs):
    """Whatever else is under way: after five deaths each at the most, and one that nobody had marked."""
    world = World(runs)
    world.play()
    assert [run.over for run in runs] == ["done" if run.kills is None else "given up" for run in runs]
    assert world.deaths <= 1 + 5 * sum(run.kills is not None for run in runs)


@given(st.lists(INNOCENT, max_size=12), st.lists(st.floats(0.0, 60.0), max_size=3))
def test_three_kills_from_outside_make_nobody_a_dead_letter(runs, kills):
    """Whenever they come."""
    World(runs, kills).play()
    assert all(run.over == "done" for run in runs)


@given(st.lists(INNOCENT, max_size=6), st.floats(0.5, 60.0), st.integers(4, 40))
def test_what_ends_every_process_after_the_same_time_makes_nobody_a_dead_letter(runs, every, times):
    """A limit of memory that is too low, or a check that kills: a suspect is not even begun again before it strikes."""
    World(runs, [every] * times).play()
    assert all(run.over == "done" for run in runs)


@given(st.lists(INNOCENT | DEADLY, max_size=12), st.lists(st.floats(0.0, 60.0), max_size=10))
def test_an_innocent_run_is_given_up_only_if_it_was_killed_alone_twice_from_outside(runs, kills):
    """Deadly neighbours and kills at any time together: the one thing that looks like guilt is that."""
    World(runs, kills).play()
    for run in runs:
        if run.kills is None:
            assert run.over == "done" or run.hit >= 2
