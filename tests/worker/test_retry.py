"""Policy: every way a run can end, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.errors import (
    ApiError,
    ApiUnreachable,
    BadRequest,
    Conflict,
    Forbidden,
    Later,
    LogUnavailable,
    NotDeterministic,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Retry,
    Skip,
    StateUnavailable,
    TimedOut,
    Unauthorized,
)
from switchhook.telemetry import Outcome
from switchhook.worker.retry import FIRST_IN_LANE, LONGEST_PARKING, Again, Attempt, End, Limits, Park, decide

CALL = "/restapi/v1.0/account/~/telephony/sessions/s-1/parties/p-1/answer"
CHAT = "/team-messaging/v1/chats/9/posts"
LIMITS = Limits()
ABOUT_CALL = Attempt(subjects=frozenset({"s-1", ""}))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.DONE),
        (Skip("not mine"), Outcome.SKIPPED),
        (NotFound("gone", status=404, path=CALL), Outcome.OVERTAKEN),
        (Conflict("moved", status=409, path=CALL), Outcome.OVERTAKEN),
        (NotFound("no such chat", status=404, path=CHAT), Outcome.FAILED),
        (Conflict("moved", status=409, path=CHAT), Outcome.FAILED),
        (OutcomeUnknown("no answer", path=CALL), Outcome.UNKNOWN),
        (BadRequest("wrong", status=400, path=CALL), Outcome.FAILED),
        (Forbidden("may not", status=403, path=CALL), Outcome.FAILED),
        (Unauthorized("who", status=401, path=CALL), Outcome.FAILED),
        (ApiError("odd"), Outcome.FAILED),
        (NotDeterministic("step 1"), Outcome.FAILED),
        (TimedOut("30 s"), Outcome.FAILED),
        (ValueError("bug"), Outcome.FAILED),
        (SystemExit(3), Outcome.FAILED),
        (KeyboardInterrupt(), Outcome.FAILED),
        (Later(at="tomorrow"), Outcome.FAILED),
        (Later(at=datetime(2026, 1, 1)), Outcome.FAILED),  # noqa: DTZ001 - the mistake under test
    ],
)
def test_ends(error, outcome):
    """Signals, refusals and mistakes end a run at the first attempt."""
    decision = decide(error, ABOUT_CALL, LIMITS)
    assert isinstance(decision, End)
    assert decision.outcome is outcome


def test_expected_4xx_do_not_fill_the_dead_letters():
    """404 and 409 on the call that the event is about are races, not faults."""
    for error in (NotFound("gone", status=404, path=CALL), Conflict("moved", status=409, path=CALL)):
        assert decide(error, ABOUT_CALL, LIMITS).outcome not in {Outcome.FAILED, Outcome.UNKNOWN}


@pytest.mark.parametrize(
    "error",
    [
        ApiUnreachable("no connection"),
        PlatformError("busy", status=503),
        RateLimited("slow down", status=429),
        LogUnavailable("broker away"),
        StateUnavailable("disk full"),
    ],
)
def test_a_passing_failure_is_tried_again_in_the_lane_and_then_parked(error):
    """Quick retries double their wait, stay within the lane's seconds, and end in the state store."""
    waits, attempt = [], Attempt()
    while isinstance(decision := decide(error, attempt, LIMITS), Again):
        waits.append(decision.after)
        attempt = Attempt(quick=attempt.quick + 1, waited=attempt.waited + decision.after)
    assert waits == [0.1, 0.2, 0.4, 0.8]
    assert sum(waits) <= LIMITS.in_lane
    assert isinstance(decision, Park)
    assert (decision.after, decision.failed) == (5.0, True)


def test_retry_after_is_honoured():
    """What the platform asks for is waited in the lane if it fits, else parked for exactly so long."""
    short = decide(RateLimited("", status=429, retry_after=1.5), Attempt(), LIMITS)
    assert short.after == 1.5
    assert isinstance(short, Again)
    long = decide(RateLimited("", status=429, retry_after=60), Attempt(), LIMITS)
    assert long.after == 60
    assert isinstance(long, Park)


def test_the_lane_is_held_up_for_as_long_as_is_allowed_and_no_longer():
    """What just fits is waited in the lane, what does not is parked."""
    busy = RateLimited("", status=429, retry_after=1.5)
    assert isinstance(decide(busy, Attempt(waited=LIMITS.in_lane - 1.5), LIMITS), Again)
    assert isinstance(decide(busy, Attempt(waited=LIMITS.in_lane - 1.4), LIMITS), Park)


def test_a_platform_that_asks_for_no_wait_at_all_is_not_stormed():
    """Retry-After: 0 is waited for as long as the first try by policy; a wait that is less than nothing is none."""
    asked = [decide(RateLimited("", status=429, retry_after=after), Attempt(), LIMITS) for after in (0.0, -3.0)]
    assert [each.after for each in asked] == [FIRST_IN_LANE, FIRST_IN_LANE]
    assert decide(RateLimited("", status=429, retry_after=-3.0), Attempt(waited=2.0), LIMITS).after == 0.0


def test_a_write_that_is_to_be_looked_up_later_waits_for_that_and_has_not_failed():
    """The platform may show a write late: looking again counts towards no limit."""
    error = OutcomeUnknown("no answer", path=CALL)
    error.look_again = 20.0
    decision = decide(error, Attempt(rounds=7, age=1e9), LIMITS)
    assert (decision.after, decision.failed) == (20.0, False)


def test_retry_signal_parks_for_as_long_as_it_says():
    """Retry(after=) is exact and counts; without `after` policy decides."""
    assert decide(Retry("not yet", after=7), Attempt(), LIMITS) == Park("not yet", after=7.0)
    assert decide(Retry("not yet"), Attempt(rounds=2), LIMITS) == Park("not yet", after=80.0)


def test_later_parks_until_a_moment_and_does_not_count():
    """Later(at=) is no failure, however often it comes."""
    moment = datetime(2026, 5, 1, 9, tzinfo=UTC)
    decision = decide(Later(at=moment), Attempt(rounds=7, age=1e9), LIMITS)
    assert decision == Park("later", until=moment, failed=False)


def test_poison_record_bounded():
    """A run that always fails ends as a dead letter after the limit of attempts, or of age."""
    error = PlatformError("busy", status=503)
    for rounds in range(7):
        assert isinstance(decide(error, Attempt(rounds=rounds, waited=2.0), LIMITS), Park)
    last = decide(error, Attempt(rounds=7, waited=2.0), LIMITS)
    assert isinstance(last, End)
    assert "8 attempts" in last.reason
    old = decide(error, Attempt(waited=2.0, age=86_400), LIMITS)
    assert isinstance(old, End)
    assert "1 day" in old.reason


def test_the_reason_shows_no_foreign_text():
    """The message of an error that is not ours may hold anything, so only its type is named."""
    assert decide(ValueError("secret 123"), Attempt(), LIMITS).reason == "ValueError"


def test_one_error_in_a_group_counts_as_itself():
    """A TaskGroup in a handler does not hide what happened."""
    group = BaseExceptionGroup("tasks", [ExceptionGroup("inner", [Skip("no")])])
    assert decide(group, Attempt(), LIMITS) == End(Outcome.SKIPPED, "no")
    two = ExceptionGroup("tasks", [ValueError(), Skip("no")])
    assert decide(two, Attempt(), LIMITS).outcome is Outcome.FAILED


@given(
    st.sampled_from([PlatformError("busy", status=503), RateLimited("", status=429, retry_after=9), Retry("again")]),
    st.builds(
        Attempt,
        rounds=st.integers(0, 20),
        quick=st.integers(0, 40),
        waited=st.floats(0, 10),
        age=st.floats(0, 1e6),
    ),
    st.builds(Limits, in_lane=st.floats(0, 10), attempts=st.integers(1, 20), age=st.floats(1, 1e6)),
)
def test_no_failure_goes_on_for_ever(error, attempt, limits):
    """Whatever the history, a decision keeps within the limits of lane, attempts and age."""
    decision = decide(error, attempt, limits)
    if isinstance(decision, Again):
        assert attempt.waited + decision.after <= limits.in_lane
    elif isinstance(decision, Park):
        assert attempt.rounds + 1 < limits.attempts
        assert attempt.age < limits.age
        assert 0 <= decision.after <= LONGEST_PARKING
    else:
        assert decision.outcome is Outcome.FAILED
