"""Which filters the platform does not take, so that one bad extension does not silence the others.

Where its message names the filters, they are left out. Where it does not, the suspects are halved from round to
round until the bad ones stand alone. What was refused is asked for once more after an hour.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from switchhook.clock import Clock

_AGAIN = 3_600.0


class Refusals:
    """Memory of one identity."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._good: set[str] = set()
        self._held: set[str] = set()
        self._all: tuple[Collection[str], frozenset[str]] | None = None
        self._bad: dict[str, tuple[float, str]] = {}

    @property
    def bad(self) -> Mapping[str, str]:
        """Filter → why it is not taken, for the last hour."""
        if not self._bad:
            return {}
        now = self._clock.monotonic()
        self._bad = {each: (until, why) for each, (until, why) in self._bad.items() if until > now}
        return {each: why for each, (_, why) in self._bad.items()}

    def sift(self, filters: Collection[str]) -> frozenset[str]:
        """Those to ask for now."""
        if not self._bad and not self._held:
            if self._all is None or self._all[0] is not filters:
                self._all = filters, frozenset(filters)
            return self._all[1]
        return frozenset(filters) - self.bad.keys() - (self._held - self._good)

    @property
    def searching(self) -> bool:
        """Whether filters are held back only until the bad ones are found."""
        return bool(self._held)

    def standing(self, filters: Collection[str]) -> None:
        """These are part of a subscription now: whatever else is refused, it is not for them."""
        self._good.update(filters)

    def accepted(self, filters: Collection[str]) -> None:
        """These were taken: what was held back meanwhile may be tried."""
        self._good.update(filters)
        self._held.clear()

    def refused(self, filters: Collection[str], message: str, why: str) -> None:
        """These were asked for and not taken."""
        suspects = sorted(each for each in filters if each in message)
        if not suspects:
            suspects = sorted(set(filters) - self._good) or sorted(filters)
            half = len(suspects) // 2
            if half:
                self._held.update(suspects[half:])
                return
        until = self._clock.monotonic() + _AGAIN
        for each in suspects:
            self._bad[each] = (until, why)
            self._good.discard(each)
        self._held.clear()
