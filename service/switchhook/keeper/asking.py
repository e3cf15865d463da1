"""What one identity's enabled handlers ask for, their scopes resolved; the registry is told the scopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from switchhook.keeper.desired import Ask, desired, needs_people
from switchhook.keeper.filters import canonical
from switchhook.keeper.scope import Directory
from switchhook.keeper.scopes import Scope, words
from switchhook.keeper.standing import Owner
from switchhook.registry import Enabled, Registry


class Asking:
    """One identity. The filters are worked out anew only when something that they follow from has changed."""

    def __init__(self, identity: str, registry: Registry, directory: Directory) -> None:
        self._identity = identity
        self._registry = registry
        self._directory = directory
        self._sorted: tuple[Sequence[Enabled], Sequence[Enabled]] = (), ()
        self._asked: tuple[list[Ask], Mapping[str, frozenset[str]]] | None = None
        self.scopes: Mapping[str, Scope] = {}
        """The scope of each handler, as last told to the registry."""
        self._told: tuple[object, object, tuple[Mapping[str, frozenset[str]], tuple[str, ...]]] | None = None

    async def wanted(self, owner: Owner) -> tuple[Mapping[str, frozenset[str]], tuple[str, ...]]:
        """Canonical filter → handlers that need it, and what a person should know. Raises ApiError.

        Whose extension the identity is, the registry is told before any scope: who waits for these knows our own posts.
        """
        self._registry.acts_as(self._identity, owner.extension_id)
        mine, edition = self._mine(), await self._directory.edition()
        if self._told is not None and self._told[0] is mine and self._told[1] is edition:
            return self._told[2]
        asks: list[Ask] = []
        scopes: dict[str, Scope] = {}
        concerns: list[str] = []
        for enabled in mine:
            resolved = await self._directory.resolve(enabled.extensions, owner.extension_id)
            trial = await self._directory.resolve(enabled.trial, owner.extension_id) if enabled.trial else None
            unknown = (*resolved.unknown, *(trial.unknown if trial else ()))
            concerns += [f"handler {enabled.name}: the platform knows no {word!r}" for word in unknown]
            chosen = trial.extension_ids if trial else None
            scope = Scope(words(enabled), resolved.extension_ids, chosen, owner.account_id)
            scope.tell(self._registry, enabled.name)
            scopes[enabled.name] = scope
            events = self._registry.event_types(enabled.name)
            everyone = resolved.extension_ids is None and needs_people(events)
            people = await self._directory.people() if everyone else frozenset()
            asks.append(Ask(enabled.name, self._identity, events, resolved.extension_ids, people))
        answer = self._spell(asks, owner), tuple(concerns)
        self._told = mine, edition, answer
        if scopes != self.scopes:
            self.scopes = scopes
        return answer

    def _mine(self) -> Sequence[Enabled]:
        every = self._registry.enabled
        if every is not self._sorted[0]:
            self._sorted = every, tuple(each for each in every if each.identity == self._identity)
        return self._sorted[1]

    def _spell(self, asks: list[Ask], owner: Owner) -> Mapping[str, frozenset[str]]:
        if self._asked is None or self._asked[0] != asks:
            by_filter = desired(asks).get(self._identity, {})
            ids = {"account_id": owner.account_id, "extension_id": owner.extension_id}
            self._asked = asks, {canonical(each, **ids): handlers for each, handlers in by_filter.items()}
        return self._asked[1]
