"""Asks the platform whether a write in doubt happened (`doubts` says how, and what the answers mean)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from switchhook.errors import ApiError, OutcomeUnknown
from switchhook.state import StateStore, Table
from switchhook.worker import doubts
from switchhook.worker.journal import Line

Read = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Makes a read for the run, within its budget."""


async def inquire(
    read: Read, line: Line, parameters: Mapping[str, Any], *, store: StateStore, partition: int, key: str, now: float
) -> doubts.Conclusion:
    """Look whether the write of `line`, which stands under `key`, happened. `now`: seconds since 1970."""
    lookup = doubts.lookup_for(line.operation)
    if lookup is None:
        return doubts.Unknown("no read can tell")
    answers: list[Any] = []
    for need in lookup.needs(parameters, datetime.fromtimestamp(line.at, UTC)):
        try:
            answers.append(await read(need.operation, dict(need.parameters)))
        except ApiError as error:
            answers.append(error)

    def taken(thing: str) -> bool:
        """Whether it is what another write of ours made."""
        return any(
            entry.key != key and thing.encode() in entry.value and Line.restore(entry.value).made(thing)
            for entry in store.scan(partition, Table.EFFECTS)
        )

    return doubts.conclude(lookup, parameters, answers, at=line.at, now=now, taken=taken)


def in_doubt(line: Line) -> OutcomeUnknown:
    """The error for a write of which nothing is known but that it was to be sent."""
    message = f"was about to be sent at {line.place} when the run was interrupted; it may have happened"
    return OutcomeUnknown(message, operation=line.operation)


def still_in_doubt(error: OutcomeUnknown, concluded: doubts.Conclusion) -> OutcomeUnknown:
    """The error with what a look at the platform has shown, or when to look again."""
    if isinstance(concluded, doubts.Unknown):
        error.args = (f"{error} ({concluded.why})",)
    else:
        error.args = (f"{error} (it is looked up)",)
        error.look_again = concluded.after if isinstance(concluded, doubts.LookAgain) else doubts.SOON
    return error
