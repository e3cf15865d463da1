"""Faults: what the platform does wrong on purpose, by name, seeded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from switchhook.simulator.errors import Refused

_BEFORE: Mapping[str, tuple[int, str, str]] = {
    "status_401": (401, "OAU-128", "Access token expired"),
    "status_404": (404, "CMN-102", "Resource is not found"),
    "status_409": (409, "TAS-102", "Incorrect State"),
    "status_429": (429, "CMN-301", "Request rate exceeded"),
    "status_500": (500, "CMN-203", "Internal Server Error"),
    "status_503": (503, "CMN-201", "Service Temporary Unavailable"),
}
"""Answered instead of doing anything."""

_AFTER: Mapping[str, tuple[int, str, str]] = {
    "status_500_after": (500, "CMN-203", "Internal Server Error"),
    "status_503_after": (503, "CMN-203", "Internal Server Error"),
}
"""Answered although it was done. CMN-201 is never among them: with that code the platform says that nothing was."""

DEVICE_OPERATIONS = frozenset({"answerCallParty", "pickupCallParty", "superviseCallSession", "superviseCallParty"})
"""Those that need a device to be online."""

FAULTS: Mapping[str, str] = {
    "status_401": "the access token is refused, nothing is done",
    "status_404": "answers that what is named does not exist (any more), nothing is done",
    "status_409": "answers that the call is in another state, nothing is done",
    "status_429": "the rate limit is said to be exceeded, nothing is done",
    "status_500": "answers 500, nothing is done",
    "status_503": "answers 503, nothing is done",
    "status_500_after": "answers 500 although it was done",
    "status_503_after": "answers 503 without saying that nothing was done, and it was",
    "reset_before": "the connection breaks, nothing is done",
    "reset_after": "the connection breaks although it was done",
    "expire": "the access token ends in the middle of its life, nothing is done",
    "revoke": "the whole session ends, refresh token included, nothing is done",
    "device_offline": "the phone that should answer is off line, nothing is done",
    "truncate": "the answer breaks off in the middle of its body",
    "slow": "the answer comes 5 s late",
    "duplicate": "a notification is delivered twice, with the same uuid",
    "reorder": "a notification is overtaken by the next one",
    "delay": "a notification comes 5 s late",
    "drop": "a notification is never delivered",
}
"""Every fault there is, with what it does."""

SLOW = 5.0
"""Seconds of `slow` and `delay`."""


@dataclass(slots=True)
class Fault:
    """One that is switched on. `times`: how often more, None for ever. `operation`: only this one (an id)."""

    name: str
    rate: float
    times: int | None
    operation: str | None


class Faults:
    """The faults that are switched on, and the dice."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"faults {seed}")  # noqa: S311 - repeatable on purpose
        self._on: dict[tuple[str, str | None], Fault] = {}

    def switch(self, name: str, rate: float = 1.0, times: int | None = None, operation: str | None = None) -> None:
        """Switch on; off with rate 0. Raises ValueError naming the faults there are."""
        if name not in FAULTS:
            raise ValueError(f"no fault {name!r}; there are {', '.join(FAULTS)}")
        if not 0 <= rate <= 1:
            raise ValueError(f"the rate of a fault is between 0 and 1, not {rate}")
        if rate == 0:
            for key in [key for key in self._on if key[0] == name and operation in (None, key[1])]:
                del self._on[key]
        else:
            self._on[name, operation] = Fault(name, rate, times, operation)

    def strikes(self, name: str, operation: str | None = None) -> bool:
        """Whether a fault happens now; counts it if it does."""
        for key in ((name, operation), (name, None)):
            fault = self._on.get(key)
            if fault is None or self._random.random() >= fault.rate:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._on[key]
            return True
        return False

    def before(self, operation: str) -> Refused | None:
        """What is answered instead of carrying out an operation, if anything."""
        if operation in DEVICE_OPERATIONS and self.strikes("device_offline", operation):
            return Refused(403, "TAS-106", "Operation is not allowed")
        return self._first(_BEFORE, operation)

    def after(self, operation: str) -> Refused | None:
        """What is answered although an operation was carried out, if anything."""
        return self._first(_AFTER, operation)

    def _first(self, refusals: Mapping[str, tuple[int, str, str]], operation: str) -> Refused | None:
        for name, (status, code, message) in refusals.items() if self._on else ():
            if self.strikes(name, operation):
                return Refused(status, code, message, headers={"Retry-After": "60"} if status == 429 else None)
        return None

    def view(self) -> list[dict[str, Any]]:
        """Those switched on, as JSON values."""
        return [
            {"name": each.name, "rate": each.rate, "times": each.times, "operation": each.operation}
            for each in self._on.values()
        ]
