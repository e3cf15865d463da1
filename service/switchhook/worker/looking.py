"""Looks at a shard once a second for what is due there, as long as an assignment lasts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from switchhook.clock import Clock, time_limit
from switchhook.errors import StateUnavailable
from switchhook.worker.assignment import Abandoned, Assignment, Shard

_EVERY = 1.0
_log = structlog.get_logger("switchhook.worker")


async def look_every_second(
    assignment: Assignment, clock: Clock, look: Callable[[Shard], Awaitable[None]], purpose: str
) -> None:
    """Call `look` for each shard until the assignment takes nothing new. `purpose`: what fails when it fails."""
    while assignment.open:
        try:
            for shard in assignment.shards.values():
                await look(shard)
        except StateUnavailable as error:
            _log.warning(f"{purpose}; it is tried again", reason=str(error))
        except Abandoned:
            return
        with suppress(TimeoutError):
            async with time_limit(clock, _EVERY):
                await assignment.closing.wait()
