"""What this ingress could not accept, told to the keeper: spans of being down or having to refuse, and wrong tokens.

The platform repeats nothing, so a span has to be known before it can be fetched. What cannot be written while it lasts
(the disk is full) is kept in memory and written when it is over; what happened while the process was away follows from
the moment at which it was last alive, which the journal keeps.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from switchhook.clock import Clock
from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log import NewRecord
from switchhook.log.journal import Journal
from switchhook.log.notes import GAP, WRONG_TOKEN, note
from switchhook.notification import SubscriptionName

DOWN = "ingress-down"
REFUSED = "ingress-refused"
JOURNAL_LOST = "journal-lost"
_SOURCE = "ingress"
_ALIVE_EVERY = 5.0
_TOKEN_EVERY = 60.0
"""Seconds between two notes about one subscription's token: the keeper needs one."""

_log = structlog.get_logger("switchhook.ingress")


class Interruptions:
    """Collects what is to be told, and tells it through the journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._accounts: set[str] = set()
        self._refused: dict[str, float] = {}
        self._wrong: set[SubscriptionName] = set()
        self._told: dict[SubscriptionName, float] = {}
        self._untold: list[NewRecord] = []
        self._alive_at = 0.0

    async def began(self, accounts: Iterable[str], *, journal_lost_since: float | None = None) -> None:
        """Find out what was missed before. `accounts` are those that the settings name; `journal_lost_since` is when
        the worker last read from another journal than this one. Raises LogUnavailable, LogCorrupt.
        """
        now = self._now()
        alive_at, known = await self._journal.remembered()
        if alive_at is not None:
            self._untold += [_gap(DOWN, account, alive_at, now) for account in sorted(known)]
        elif journal_lost_since is not None:
            named = sorted({*accounts}) or [""]
            self._untold += [_gap(JOURNAL_LOST, account, journal_lost_since, now) for account in named]
        self._accounts = set(known)
        await self.tell()

    def accepted(self, account: str) -> None:
        """A notification of that account was stored: its account is one to tell about from now on."""
        if account not in self._accounts:
            self._accounts.add(account)
            self._journal.remember_account(account)

    def refused(self, account: str) -> None:
        """A notification of that account was answered 503."""
        self._refused.setdefault(account, self._now())

    def quarantined(self, name: SubscriptionName) -> None:
        """A request with a wrong token was put in quarantine."""
        if self._now() - self._told.get(name, 0.0) >= _TOKEN_EVERY:
            self._wrong.add(name)

    async def tell(self) -> None:
        """Write what can be written; the rest waits for the next time. Once a second is often enough."""
        now = self._now()
        refused, wrong = dict(self._refused), set(self._wrong)
        records = [*self._untold, *(_gap(REFUSED, account, since, now) for account, since in refused.items())]
        records += [_wrong_token(name, now) for name in sorted(wrong, key=str)]
        try:
            if records:
                await self._journal.append(records)
            if now - self._alive_at >= _ALIVE_EVERY:
                await self._journal.remember_alive(now)
                self._alive_at = now
        except (LogUnavailable, LogCorrupt):
            return
        if records:
            self._untold.clear()
            self._wrong -= wrong
            self._told |= dict.fromkeys(wrong, now)
            for account in refused:
                del self._refused[account]
            _log.warning("notifications may be lost: told the keeper", spans=len(records) - len(wrong))

    async def ended(self) -> None:
        """The last thing before the journal is closed."""
        self._alive_at = 0.0
        await self.tell()

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _gap(cause: str, account: str, since: float, until: float) -> NewRecord:
    body = {"cause": cause, "since": since, "until": until}
    return note(GAP, body, uuid=f"{cause}-{account}-{since}", account=account, at=until, source=_SOURCE)


def _wrong_token(name: SubscriptionName, now: float) -> NewRecord:
    uuid = f"wrong-token-{name}-{now}"
    return note(WRONG_TOKEN, {"name": str(name)}, uuid=uuid, account=name.account, at=now, source=_SOURCE)
