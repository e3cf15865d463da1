"""Which filters the platform does not take, so that one bad extension does not silence the others.

Where its message names the filters, they are left out. Where it does not, the suspects are halved from round to
round until the bad ones stand alone. What was refused is asked for again after ten minutes, then ever more seldom.

A user or bot that was just made is refused everything for up to a minute (SUB-406, as authors of bots have met it):
that is waited for, before anything is concluded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from switchhook.clock import Clock

_FIRST = 600.0
_LONGEST = 3_600.0
_JUST_MADE = "SUB-406"
_ITS_WAITS = (10.0, 20.0, 40.0)
"""Seconds; all filters of a user that was just made wait so long, one time after the other."""


class Refusals:
    """Memory of one identity."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._good: set[str] = set()
        self._held: set[str] = set()
        self._all: tuple[Collection[str], frozenset[str]] | None = None
        self._bad: dict[str, tuple[float, str]] = {}
        self._waits: dict[str, float] = {}
        self._waited = 0

    @property
    def bad(self) -> Mapping[str, str]:
        """Filter → why it is not taken, until it is asked for again."""
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

    @property
    def again(self) -> float:
        """Seconds until something refused is asked for again; 0.0 if nothing is."""
        return max(min((until for until, _ in self._bad.values()), default=0.0) - self._clock.monotonic(), 0.0)

    def forget(self) -> None:
        """Somebody may have mended it: ask for everything at the next look."""
        self._bad.clear()
        self._waits.clear()
        self._held.clear()
        self._waited = 0

    def standing(self, filters: Collection[str]) -> None:
        """These are part of a subscription now: whatever else is refused, it is not for them."""
        self._good.update(filters)

    def accepted(self, filters: Collection[str]) -> None:
        """These were taken: what was held back meanwhile may be tried."""
        self._good.update(filters)
        self._held.clear()
        for each in filters:
            self._waits.pop(each, None)

    def refused(self, filters: Collection[str], message: str, why: str, *, code: str = "") -> None:
        """These were asked for and not taken."""
        if code == _JUST_MADE and not self._good and self._waited < len(_ITS_WAITS):
            self._put_off(filters, _ITS_WAITS[self._waited], why)
            self._waited += 1
            return
        suspects = sorted(each for each in filters if each in message)
        if not suspects:
            suspects = sorted(set(filters) - self._good) or sorted(filters)
            half = len(suspects) // 2
            if half:
                self._held.update(suspects[half:])
                return
        for each in suspects:
            self._waits[each] = min(self._waits.get(each, _FIRST / 2) * 2, _LONGEST)
            self._put_off([each], self._waits[each], why)
            self._good.discard(each)
        self._held.clear()

    def _put_off(self, filters: Collection[str], seconds: float, why: str) -> None:
        until = self._clock.monotonic() + seconds
        self._bad |= dict.fromkeys(filters, (until, why))
