"""The one place that turns how a run ended into policy. Pure.

A run that fails for a passing reason is tried again in its lane for a moment, then parked: the later records of its
lane wait behind it, all others go on. What no repetition can mend is a dead letter for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchhook.errors import (
    ApiStatusError,
    Conflict,
    Later,
    NotFound,
    OutcomeUnknown,
    Retry,
    Skip,
    SwitchhookError,
)
from switchhook.telemetry import Outcome

FIRST_IN_LANE = 0.1
"""Seconds to the first quick retry; each later one waits twice as long."""
FIRST_PARKING = 5.0
"""Seconds of the first parking by policy; each later one lasts four times as long, up to LONGEST_PARKING."""
LONGEST_PARKING = 3_600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of quick retries in the lane; failed rounds; seconds since the event, after which it is a dead letter."""

    in_lane: float = 2.0
    attempts: int = 8
    age: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came before: rounds that failed (a round is a first try and its quick retries), quick retries of this
    round, seconds that these have waited, seconds since the event, ids of the call, message or post it is about.
    """

    rounds: int = 0
    quick: int = 0
    waited: float = 0.0
    age: float = 0.0
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class End:
    """The run is over."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Run again in the lane after so many seconds."""

    after: float
    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """Keep it durably: for `after` seconds as they pass, or until the wall clock says `until`.

    `failed` tells whether this round counts towards the limits, `waits_for` which claim of another run it waits for.
    """

    reason: str
    after: float = 0.0
    until: datetime | None = None
    failed: bool = True
    waits_for: str = ""


Decision = End | Again | Park


def decide(error: BaseException | None, attempt: Attempt, limits: Limits) -> Decision:
    """What becomes of a run that ended with `error` (None: it returned)."""
    if error is None:
        return End(Outcome.DONE)
    error = _essence(error)
    if isinstance(error, Skip):
        return End(Outcome.SKIPPED, error.reason)
    if isinstance(error, Later):
        return _later(error)
    if isinstance(error, Retry):
        return _parked(error.reason, error.after, attempt, limits)
    if isinstance(error, OutcomeUnknown):
        if error.look_again is not None:
            return Park(describe(error), after=error.look_again, failed=False)
        return End(Outcome.UNKNOWN, describe(error))
    if isinstance(error, (NotFound, Conflict)) and _moved_on(error, attempt.subjects):
        return End(Outcome.OVERTAKEN, describe(error))
    if isinstance(error, SwitchhookError) and error.transient:
        return _transient(error, attempt, limits)
    return End(Outcome.FAILED, describe(error))


def describe(error: BaseException) -> str:
    """One line for people: messages of our own errors are fit to be shown, those of others may hold anything."""
    if isinstance(error, SwitchhookError):
        return str(error)
    return type(error).__name__


def _essence(error: BaseException) -> BaseException:
    """The one error inside of a group (a handler's TaskGroup wraps what happened in it)."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _later(signal: Later) -> Decision:
    if not isinstance(signal.at, datetime) or signal.at.tzinfo is None:
        return End(Outcome.FAILED, "Later(at=…) wants a datetime with a time zone")
    return Park(signal.reason, until=signal.at, failed=False)


def _moved_on(error: ApiStatusError, subjects: frozenset[str]) -> bool:
    """Whether the platform refused a call on the very thing that the event is about."""
    return any(subject in error.path for subject in subjects if subject)


def _transient(error: SwitchhookError, attempt: Attempt, limits: Limits) -> Decision:
    asked = error.retry_after if isinstance(error, ApiStatusError) else None
    delay = FIRST_IN_LANE * 2.0**attempt.quick if asked is None else max(asked, FIRST_IN_LANE)
    if attempt.waited + delay <= limits.in_lane:
        return Again(delay, describe(error))
    return _parked(describe(error), asked, attempt, limits)


def _parked(reason: str, asked: float | None, attempt: Attempt, limits: Limits) -> Decision:
    if attempt.rounds + 1 >= limits.attempts:
        return End(Outcome.FAILED, f"{reason}; given up after {attempt.rounds + 1} attempts")
    if attempt.age >= limits.age:
        return End(Outcome.FAILED, f"{reason}; given up {timedelta(seconds=round(attempt.age))} after the event")
    policy = min(FIRST_PARKING * 4.0**attempt.rounds, LONGEST_PARKING)
    return Park(reason, after=policy if asked is None else max(asked, 0.0))
