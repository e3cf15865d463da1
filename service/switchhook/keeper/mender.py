"""Works the gaps of one identity off: tells of each, fetches what can be had back, writes down what cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from switchhook.clock import Clock
from switchhook.errors import ApiStatusError, SwitchhookError
from switchhook.keeper.backfill import Backfill
from switchhook.keeper.gaps import Gap, Stage
from switchhook.keeper.look import Look
from switchhook.keeper.standing import Owner
from switchhook.keeper.watch import Watch

_LOOK = 30.0
_MOST = 600.0


class Mender:
    """`last_look` gives the keeper's last look (None while the account is another worker's); `backfill` makes what
    fetches for an owner; `refresh` has the scopes resolved anew.
    """

    def __init__(
        self,
        watch: Watch,
        backfill: Callable[[Owner], Backfill],
        *,
        last_look: Callable[[], Look | None],
        refresh: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._watch = watch
        self._backfill = backfill
        self._last_look = last_look
        self._refresh = refresh
        self._clock = clock
        self._wake = asyncio.Event()
        self._log = structlog.get_logger("switchhook.keeper").bind(identity=watch.identity)

    def wake(self) -> None:
        """A gap was closed: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Mend until cancelled."""
        failures = 0
        while True:
            self._wake.clear()
            delay = _LOOK
            try:
                await self.mend()
                failures = 0
            except SwitchhookError as error:
                failures += 1
                wait = (error.retry_after or 0.0) if isinstance(error, ApiStatusError) else 0.0
                delay = max(min(_LOOK * 2.0 ** min(failures, 10), _MOST), wait)
                self._log.warning("a gap cannot be fetched now; it is tried again", reason=str(error))
            except Exception:  # noqa: BLE001 - an answer nobody foresaw must not end it
                failures += 1
                delay = min(_LOOK * 2.0 ** min(failures, 10), _MOST)
                self._log.exception("a gap cannot be fetched now; it is tried again")
            timer = self._clock.call_later(delay, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                timer.cancel()

    async def mend(self) -> None:
        """Fetch every gap that is over, oldest first. Raises ApiError, LogUnavailable, StateUnavailable."""
        look = self._last_look()
        if look is None or look.owner is None or not self._watch.may_have_closed:
            return
        self._watch.may_have_closed = False
        try:
            for each in self._watch.gaps.of(look.owner.account_id, self._watch.identity, Stage.CLOSED):
                await self._mend(each, look.owner)
        except BaseException:
            self._watch.may_have_closed = True
            raise

    async def _mend(self, each: Gap, owner: Owner) -> None:
        told = await self._watch.tell_found(each)
        self._refresh()
        recovered = await self._backfill(owner).fetch(told)
        failures = tuple(f"{kind}: {why}" for kind, why in sorted(recovered.failures.items()))
        done = replace(
            told,
            stage=Stage.PARTLY if failures else Stage.FETCHED,
            fetched=dict(recovered.fetched),
            lost=recovered.lost,
            failures=failures,
        )
        await self._watch.mended(done)
        log = self._log.warning if failures else self._log.info
        log("gap fetched", gap=each.id, fetched=dict(recovered.fetched), lost=list(done.lost), failures=list(failures))
