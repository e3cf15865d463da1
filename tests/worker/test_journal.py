"""The effect journal's decisions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.errors import Conflict, NotDeterministic
from switchhook.worker.journal import Line, Refuse, Replay, Send, Unknown, decide, digest

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
INTENT = Line("forwardCallParty", "d", "forward.py:20", 5.0)


def at(line, *, went_on=False):
    """What is decided at the step of `line` by the same write."""
    return decide(line, "forwardCallParty", "d", "forward.py:20", went_on=went_on)


def test_a_step_without_a_line_is_sent():
    """The first time a run comes to a step, it sends."""
    assert at(None) == Send()


def test_an_answer_is_replayed():
    """A step that was answered is never sent again, whatever the answer was."""
    assert at(INTENT.answered({"id": "7"})) == Replay({"id": "7"})
    assert at(INTENT.answered(None)) == Replay(None)


def test_an_intent_without_an_answer_is_unknown():
    """What was to be sent when the run was interrupted may have happened."""
    assert at(INTENT) == Unknown(INTENT)


def test_a_refusal_is_raised_again_if_the_run_went_on_from_it():
    """A refusal that was the last word is no reason not to send now; one that was handled is part of the run."""
    refused = INTENT.refused(Conflict("moved", status=409, code="TAS-102", operation="x", method="POST", path="/p"))
    assert at(refused) == Send()
    again = at(refused, went_on=True)
    assert isinstance(again, Refuse)
    assert (again.refusal["error"], again.refusal["status"], again.refusal["code"]) == ("Conflict", 409, "TAS-102")


@pytest.mark.parametrize("line", [INTENT, INTENT.answered({}), INTENT.refused(ValueError())])
def test_another_write_at_a_step_is_an_error_that_names_both_lines(line):
    """A handler that does something else when it is tried again is told where."""
    with pytest.raises(NotDeterministic, match=r"forward\.py:20.*other\.py:3"):
        decide(line, "rejectParty", "e", "other.py:3", went_on=False)


@given(json_values | st.binary(max_size=30))
def test_a_line_survives_being_kept(answer):
    """Whatever the platform answered, bytes and numbers of any size included, is the same after being kept."""
    line = INTENT.answered(answer)
    assert Line.restore(line.dump()) == line


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=5), st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_arguments(parameters, random):
    """The same arguments in another order are the same write."""
    shuffled = list(parameters.items())
    random.shuffle(shuffled)
    assert digest("op", parameters, "main") == digest("op", dict(shuffled), "main")


def test_the_digest_tells_writes_apart():
    """Another operation, identity, argument or file content is another write."""
    one = digest("op", {"a": 1, "file": b"x"}, "main")
    assert one != digest("other", {"a": 1, "file": b"x"}, "main")
    assert one != digest("op", {"a": 1, "file": b"x"}, "second")
    assert one != digest("op", {"a": 2, "file": b"x"}, "main")
    assert one != digest("op", {"a": 1, "file": b"y"}, "main")


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["before", "sent", "lost", "refused", "noted"])), max_size=9)
)
def test_no_write_is_sent_twice_unless_the_platform_refused_it(crashes):
    """A run of three writes is interrupted at any step, before or after its write was sent, refused or noted."""
    journal, done = {}, dict.fromkeys(range(3), 0)

    def attempt(dies_at, how):
        for step in range(3):
            decision = decide(journal.get(step), "op", f"d{step}", "here", went_on=step + 1 in journal)
            if isinstance(decision, Unknown):
                return
            if not isinstance(decision, Send):
                continue
            fate = how if step == dies_at else "noted"
            if fate == "before":
                return
            line = journal[step] = Line("op", f"d{step}", "here", 0.0)
            if fate == "refused":
                journal[step] = line.refused(Conflict("no", status=409))
                return
            done[step] += fate != "lost"
            if fate != "noted":
                return
            journal[step] = line.answered({})

    for dies_at, how in crashes:
        attempt(dies_at, how)
    attempt(None, "")
    assert all(count <= 1 for count in done.values())
    in_doubt = any(how in ("sent", "lost") for _, how in crashes)
    assert in_doubt or all(count == 1 for count in done.values())
