"""When a member last proved to be one: by an answer without an error, as of the moment of the question."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from switchhook.clock import ManualClock
from switchhook.log.kafka.membership import Membership


@dataclass
class HeartbeatResponse:
    """What a broker says to "I am still here"."""

    error_code: int = 0


@dataclass
class JoinGroupResponse(HeartbeatResponse):
    """To "let me in"."""


@dataclass
class SyncGroupResponse(HeartbeatResponse):
    """To "what is mine"."""


@dataclass
class LeaveGroupResponse(HeartbeatResponse):
    """To "goodbye"."""


@dataclass
class OffsetCommitResponse:
    """To a commit."""

    topics: list[tuple[str, list[tuple[int, int]]]] = field(default_factory=list)


async def proved(answer: Any) -> float:
    """What counts as proved after that answer took a minute (or the process was frozen for one)."""
    clock = ManualClock()
    asked = clock.monotonic()

    async def send(_request: object) -> object:
        await clock.advance(60.0)
        return answer

    coordinator = SimpleNamespace(_send_req=send)
    membership = Membership(clock)
    membership.watch(SimpleNamespace(_coordinator=coordinator))
    assert await coordinator._send_req(object()) is answer
    assert membership.last_proved in (0.0, asked)
    return membership.last_proved


@pytest.mark.parametrize(
    "answer",
    [
        HeartbeatResponse(),
        HeartbeatResponse(27),
        JoinGroupResponse(),
        SyncGroupResponse(),
        OffsetCommitResponse([("t", [(0, 0), (1, 0)])]),
    ],
)
async def test_an_answer_without_error_proves_as_of_the_question(answer: object) -> None:
    """The broker's clock for this member began no earlier than it was asked, and no later than it answered."""
    assert await proved(answer) > 0


@pytest.mark.parametrize(
    "answer",
    [
        HeartbeatResponse(25),
        HeartbeatResponse(22),
        JoinGroupResponse(79),
        LeaveGroupResponse(),
        OffsetCommitResponse([("t", [(0, 0), (1, 25)])]),
        SimpleNamespace(error_code=0),
    ],
)
async def test_an_error_or_another_answer_proves_nothing(answer: object) -> None:
    """Unknown member, old generation, a goodbye, a fetch."""
    assert await proved(answer) == 0
