"""Resolves the words of a scope ("101", "group:Sales", "*") to extension ids, through the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiError, NotFound
from switchhook.keeper.client import Client

EVERY = "*"
GROUP = "group:"
_PEOPLE = frozenset({"User", "DigitalUser", "VirtualUser", "FlexibleUser", "Limited"})


_Asked = tuple[str, tuple[tuple[str, Any], ...]]
"""An operation and its parameters."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A scope as ids (None: every extension), with the words that mean nothing at the platform."""

    extension_ids: frozenset[str] | None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Extensions:
    """The enabled extensions: ids of all, ids by number, ids of those that belong to a person."""

    all: frozenset[str]
    by_number: Mapping[str, frozenset[str]]
    people: frozenset[str]


class Directory:
    """The extensions and groups of an account as one identity sees them, fetched anew after `refresh` seconds.

    While the platform refuses, what it said last is still good.
    """

    def __init__(self, client: Client, clock: Clock, *, refresh: float = 600.0) -> None:
        self._client = client
        self._clock = clock
        self._refresh = refresh
        self._since = clock.monotonic()
        self._lists: dict[_Asked, Sequence[Mapping[str, Any]]] = {}
        self._last: dict[_Asked, Sequence[Mapping[str, Any]]] = {}
        self._read: Sequence[Mapping[str, Any]] = ()
        self._extensions: _Extensions | None = None
        self._resolved: dict[tuple[str, ...], Resolved] = {}
        self._numbered: dict[tuple[str, ...], tuple[_Extensions, Resolved]] = {}

    def forget(self) -> None:
        """Fetch anew at the next question: somebody was added or removed."""
        self._since = self._clock.monotonic()
        self._last |= self._lists
        self._lists = {}
        self._resolved = {}

    async def edition(self) -> object:
        """The same object as long as all answers are the same; fetches anew what is old. Raises ApiError."""
        if self._clock.monotonic() - self._since >= self._refresh:
            lists, resolved = self._lists, self._resolved
            self.forget()
            for operation, parameters in lists:
                with suppress(NotFound):  # a group that is no more
                    await self._list(operation, **dict(parameters))
            if self._lists == lists:
                self._resolved = resolved
        return self._resolved

    async def resolve(self, words: Sequence[str], own_id: str) -> Resolved:
        """The extensions that `words` mean; without any word the identity's own. Raises ApiError."""
        if not words:
            return Resolved(frozenset({own_id}))
        if EVERY in words:
            return Resolved(None)
        self._age()
        key = tuple(words)
        if key not in self._resolved:
            self._resolved[key] = await self._resolve(words)
        return self._resolved[key]

    async def people(self) -> frozenset[str]:
        """Ids of all enabled extensions that belong to a person. Raises ApiError."""
        self._age()
        return (await self._enabled()).people

    async def _resolve(self, words: Sequence[str]) -> Resolved:
        enabled = await self._enabled()
        before = self._numbered.get(tuple(words))
        if before is not None and before[0] is enabled:
            return before[1]
        ids: set[str] = set()
        unknown: list[str] = []
        for word in words:
            if word.startswith(GROUP):
                members = await self._members(word.removeprefix(GROUP))
                found = None if members is None else members & enabled.all
            else:
                found = enabled.by_number.get(word)
            if found is None:
                unknown.append(word)
            else:
                ids |= found
        resolved = Resolved(frozenset(ids), tuple(unknown))
        if not any(word.startswith(GROUP) for word in words):
            self._numbered[tuple(words)] = enabled, resolved
        return resolved

    async def _members(self, name: str) -> frozenset[str] | None:
        """Members of a call queue of that name, or else of a call monitoring group; None if there is neither."""
        for groups, members in (
            ("listCallQueues", "listCallQueueMembers"),
            ("listCallMonitoringGroups", "listCallMonitoringGroupMembers"),
        ):
            for group in await self._list(groups):
                if str(group.get("name", "")).casefold() == name.casefold():
                    return frozenset(str(each["id"]) for each in await self._list(members, groupId=str(group["id"])))
        return None

    async def _enabled(self) -> _Extensions:
        every = await self._list("listExtensions", perPage=1000)
        if self._extensions is None or self._read != every:
            self._read = every
            enabled = [each for each in every if each.get("status", "Enabled") == "Enabled"]
            by_number: dict[str, frozenset[str]] = {}
            for each in enabled:
                number = str(each.get("extensionNumber", ""))
                by_number[number] = by_number.get(number, frozenset()) | {str(each["id"])}
            people = frozenset(str(each["id"]) for each in enabled if each.get("type", "User") in _PEOPLE)
            self._extensions = _Extensions(frozenset(str(each["id"]) for each in enabled), by_number, people)
        return self._extensions

    async def _list(self, operation: str, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """A whole list; the last good one, if there is one and the platform refuses for now."""
        key = operation, tuple(parameters.items())
        if key not in self._lists:
            try:
                pages = self._client.pages(operation, parameters, priority=Priority.KEEPER)
                self._lists[key] = [each async for each in pages]
            except ApiError as error:
                if isinstance(error, NotFound) and parameters.get("groupId"):
                    self._last.pop(key, None)
                if key not in self._last:
                    raise
                self._lists[key] = self._last[key]
        return self._lists[key]

    def _age(self) -> None:
        if self._clock.monotonic() - self._since >= self._refresh:
            self.forget()
