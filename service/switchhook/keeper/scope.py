"""Resolves the words of a scope ("101", "group:Sales", "*") to extension ids, through the API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiError

EVERY = "*"
GROUP = "group:"
_PEOPLE = frozenset({"User", "DigitalUser", "VirtualUser", "FlexibleUser", "Limited"})


class Pager(Protocol):
    """The part of `api.client.Client` that this needs."""

    def pages(
        self, operation: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = Priority.KEEPER
    ) -> AsyncIterator[Any]:
        """As there."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A scope as ids (None: every extension), with the words that mean nothing at the platform."""

    extension_ids: frozenset[str] | None
    unknown: tuple[str, ...] = ()


class Directory:
    """The extensions and groups of an account as one identity sees them, fetched at most every `refresh` seconds."""

    def __init__(self, client: Pager, clock: Clock, *, refresh: float = 600.0) -> None:
        self._client = client
        self._clock = clock
        self._refresh = refresh
        self._fetched: dict[str, tuple[float, Any]] = {}

    def forget(self) -> None:
        """Fetch anew at the next question: somebody was added or removed."""
        self._fetched.clear()

    async def resolve(self, words: Sequence[str], own_id: str) -> Resolved:
        """The extensions that `words` mean; without any word the identity's own. Raises ApiError."""
        if not words:
            return Resolved(frozenset({own_id}))
        if EVERY in words:
            return Resolved(None)
        ids: set[str] = set()
        unknown: list[str] = []
        for word in words:
            found = await (self._group(word.removeprefix(GROUP)) if word.startswith(GROUP) else self._number(word))
            if found is None:
                unknown.append(word)
            else:
                ids |= found
        return Resolved(frozenset(ids), tuple(unknown))

    async def people(self) -> frozenset[str]:
        """Ids of all enabled extensions that belong to a person. Raises ApiError."""
        return frozenset(str(each["id"]) for each in await self._extensions() if each.get("type", "User") in _PEOPLE)

    async def _number(self, number: str) -> frozenset[str] | None:
        found = frozenset(str(each["id"]) for each in await self._extensions() if each.get("extensionNumber") == number)
        return found or None

    async def _group(self, name: str) -> frozenset[str] | None:
        """Members of a call queue of that name, or else of a call monitoring group."""
        for groups, members in (
            ("listCallQueues", "listCallQueueMembers"),
            ("listCallMonitoringGroups", "listCallMonitoringGroupMembers"),
        ):
            for group in await self._list(groups):
                if str(group.get("name", "")).casefold() == name.casefold():
                    enabled = {str(each["id"]) for each in await self._extensions()}
                    found = await self._list(members, groupId=str(group["id"]))
                    return frozenset(str(each["id"]) for each in found) & enabled
        return None

    async def _extensions(self) -> Sequence[Mapping[str, Any]]:
        every = await self._list("listExtensions", perPage=1000)
        return [each for each in every if each.get("status", "Enabled") == "Enabled"]

    async def _list(self, operation: str, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """A whole list; the last good one, if there is one and the platform refuses for now."""
        key = operation + repr(sorted(parameters.items()))
        known = self._fetched.get(key)
        if known is not None and self._clock.monotonic() - known[0] < self._refresh:
            records: Sequence[Mapping[str, Any]] = known[1]
            return records
        try:
            records = [each async for each in self._client.pages(operation, parameters, priority=Priority.KEEPER)]
        except ApiError:
            if known is None:
                raise
            records = known[1]
        self._fetched[key] = (self._clock.monotonic(), records)
        return records
