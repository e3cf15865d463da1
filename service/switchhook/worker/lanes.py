"""Lanes: for one (handler, key) one thing at a time, in order; nothing is kept for an idle one. Pure.

A *server* is whoever executes a lane's items (in the worker: a task). `add` says when a lane needs one; `done` says
which lane a server goes on with. A handler has at most `limit` servers, so a slow handler delays itself alone; its
lanes take turns when there are more of them than servers.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(Generic[T]):
    """The items of one (handler, key), the one being executed first."""

    __slots__ = ("handler", "items", "key")

    def __init__(self, handler: str, key: str | None) -> None:
        self.handler = handler
        self.key = key
        self.items: deque[T] = deque()


class _Servers(Generic[T]):
    """One handler: how many servers it has, and the lanes that wait for one."""

    __slots__ = ("busy", "waiting")

    def __init__(self) -> None:
        self.busy = 0
        self.waiting: deque[Lane[T]] = deque()


class Lanes(Generic[T]):
    """All lanes that hold something. `limit`: servers per handler."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lanes: dict[tuple[str, str], Lane[T]] = {}
        self._servers: dict[str, _Servers[T]] = {}
        self.active = 0
        """Lanes that hold something, those without a key included."""

    def add(self, handler: str, key: str | None, item: T) -> Lane[T] | None:
        """Queue an item; returns the lane if a new server must begin with it. A null key is a lane of its own."""
        lane: Lane[T] | None = None
        if key is not None:
            lane = self._lanes.get((handler, key))
            if lane is not None:
                lane.items.append(item)
                return None
            lane = self._lanes[handler, key] = Lane(handler, key)
        else:
            lane = Lane(handler, None)
        lane.items.append(item)
        self.active += 1
        servers = self._servers.get(handler)
        if servers is None:
            servers = self._servers[handler] = _Servers()
        if servers.busy >= self._limit:
            servers.waiting.append(lane)
            return None
        servers.busy += 1
        return lane

    def done(self, lane: Lane[T]) -> Lane[T] | None:
        """The first item is finished; returns the lane to go on with, None if the server is not needed any more."""
        items = lane.items
        items.popleft()
        servers = self._servers[lane.handler]
        waiting = servers.waiting
        if items:
            if not waiting:
                return lane
            waiting.append(lane)
        else:
            self.active -= 1
            if lane.key is not None:
                del self._lanes[lane.handler, lane.key]
        if waiting:
            return waiting.popleft()
        servers.busy -= 1
        if not servers.busy:
            del self._servers[lane.handler]
        return None

    def busy(self, *, but: str) -> int:
        """How many servers there are, `but` those of one handler."""
        return sum(servers.busy for handler, servers in self._servers.items() if handler != but)

    def holds(self, handler: str, key: str) -> bool:
        """Whether anything is queued or executed for this (handler, key)."""
        return (handler, key) in self._lanes
