"""What the platform refuses is asked for again: soon at first, then ever more seldom, and at once if a person asks."""

import pytest

from switchhook.clock import ManualClock
from switchhook.keeper.refusals import Refusals

ALL = frozenset({"/a", "/b", "/c"})


@pytest.fixture
def clock():
    """Time that stands still."""
    return ManualClock()


@pytest.fixture
def refusals(clock):
    """Nothing refused yet."""
    return Refusals(clock)


async def test_a_named_filter_is_left_out_ten_minutes_then_twenty(clock, refusals):
    """The others are asked for meanwhile; it never takes more than an hour."""
    for minutes in (10, 20, 40, 60, 60):
        refusals.refused(ALL, "not allowed: [/b]", "SUB-403: ask them")
        assert refusals.sift(ALL) == {"/a", "/c"}
        assert refusals.bad == {"/b": "SUB-403: ask them"}
        assert refusals.again == minutes * 60
        await clock.advance(minutes * 60 - 1)
        assert refusals.sift(ALL) == {"/a", "/c"}
        await clock.advance(1)
        assert refusals.sift(ALL) == ALL
        assert refusals.again == 0.0


async def test_what_was_taken_starts_anew(clock, refusals):
    """A filter that worked in between is not punished for what was long ago."""
    refusals.refused(ALL, "[/b]", "why")
    await clock.advance(600)
    refusals.accepted(ALL)
    refusals.refused(ALL, "[/b]", "why")
    assert refusals.again == 600


async def test_a_bot_that_was_just_made_is_waited_for(clock, refusals):
    """Everything is refused: nothing is concluded about single filters for the first minute or so."""
    for seconds in (10, 20, 40):
        refusals.refused(ALL, "other account", "SUB-406: wait", code="SUB-406")
        assert refusals.sift(ALL) == frozenset()
        assert refusals.again == seconds
        assert not refusals.searching
        await clock.advance(seconds)
        assert refusals.sift(ALL) == ALL
    refusals.refused(ALL, "other account", "SUB-406: wait", code="SUB-406")
    assert refusals.searching


def test_one_extension_of_another_account_does_not_make_the_others_wait(refusals):
    """Where something stands already, the identity was not just made."""
    refusals.standing({"/a"})
    refusals.refused(ALL, "not allowed: [/c]", "SUB-406: wait", code="SUB-406")
    assert refusals.sift(ALL) == {"/a", "/b"}


def test_a_person_need_not_wait(refusals):
    """`subscriptions sync` after mending a permission asks for everything."""
    refusals.refused(ALL, "[/b]", "why")
    refusals.forget()
    assert refusals.sift(ALL) == ALL
