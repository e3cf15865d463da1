"""What came over a WebSocket goes into the log, in order, and only then is its place in the session kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import orjson
import structlog

from switchhook.clock import Clock
from switchhook.errors import LogUnavailable, StateUnavailable
from switchhook.ingress.frames import Frame
from switchhook.log import Header, Log, NewRecord
from switchhook.log.notes import GAP, note
from switchhook.notification import SubscriptionName, key_of_raw
from switchhook.telemetry import Metric, Metrics

SOURCE = "websocket"
CAUSE = "websocket"
_AGAIN = 1.0
_MOST = 500
_WAITING = 1_000
"""Frames that may wait for the log; beyond it nothing is read from the connection, and the platform keeps them."""

_log = structlog.get_logger("switchhook.websocket")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session was left: its token, the filters subscribed to, and when (seconds since 1970)."""

    token: str
    filters: tuple[str, ...]
    at: float

    def dump(self) -> bytes:
        """As bytes for the state store."""
        return orjson.dumps(asdict(self))

    @classmethod
    def restore(cls, data: bytes | None) -> Place | None:
        """From `dump`; None for nothing and for what is none."""
        try:
            values = orjson.loads(data or b"")
            return cls(str(values["token"]), tuple(values["filters"]), float(values["at"]))
        except (ValueError, KeyError, TypeError):
            return None


class Memory(Protocol):
    """Keeps a place over restarts."""

    def recall(self) -> bytes | None:
        """What was kept last."""

    async def keep(self, value: bytes) -> None:
        """Keep it. Raises StateUnavailable."""


class SocketStore:
    """One identity's. `put` is called for every frame that may carry a place, in the order of the connection."""

    def __init__(self, name: SubscriptionName, log: Log, memory: Memory, *, clock: Clock, metrics: Metrics) -> None:
        """`name` says whose notifications these are: account and identity."""
        self._account = name.account
        self._headers = {Header.NAME: str(name), Header.SOURCE: SOURCE}
        self._log = log
        self._memory = memory
        self._clock = clock
        self._metrics = metrics
        self._waiting: asyncio.Queue[tuple[Frame, tuple[str, ...]]] = asyncio.Queue(_WAITING)
        self.place = Place.restore(memory.recall())

    async def put(self, frame: Frame, filters: tuple[str, ...]) -> None:
        """Store this next; waits while too many wait. `filters` are those subscribed to at that moment."""
        await self._waiting.put((frame, filters))

    async def run(self) -> None:
        """Store until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _MOST and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._append([frame for frame, _ in batch if frame.kind == "ServerNotification"])
            await self._keep(batch)
            for _ in batch:
                self._waiting.task_done()

    async def stored(self) -> None:
        """Return when everything put so far is stored."""
        await self._waiting.join()

    async def _append(self, frames: Sequence[Frame]) -> None:
        now = self._clock.now().timestamp()
        records = [NewRecord(self._account, key_of_raw(one.body), one.body, now, self._headers) for one in frames]
        if not records:
            return
        await self._write(records)
        self._metrics.count(Metric.NOTIFICATIONS, len(records), result="accepted")

    async def _write(self, records: Sequence[NewRecord]) -> None:
        while True:
            try:
                return await self._log.append(records)
            except LogUnavailable as error:
                _log.error("notifications wait: the log cannot store them", waiting=len(records), reason=str(error))
                await self._clock.sleep(_AGAIN)

    async def _keep(self, batch: Sequence[tuple[Frame, tuple[str, ...]]]) -> None:
        places = [(frame.place, filters) for frame, filters in batch if frame.place is not None]
        if not places:
            return
        token, filters = places[-1]
        self.place = Place(str(token), filters, self._clock.now().timestamp())
        try:
            await self._memory.keep(self.place.dump())
        except StateUnavailable as error:
            _log.warning("the place in the session cannot be kept; a restart may get some twice", reason=str(error))

    async def lost(self, since: float) -> None:
        """The session could not be recovered: what came between `since` and now is a gap."""
        now = self._clock.now().timestamp()
        body = {"cause": CAUSE, "since": since, "until": now}
        uuid = f"{CAUSE}-{self._account}-{since}"
        _log.error("the session could not be recovered: notifications may be lost", since=since)
        await self._write([note(GAP, body, uuid=uuid, account=self._account, at=now, source=SOURCE)])
