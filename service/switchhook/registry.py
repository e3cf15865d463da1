"""Finds handlers, checks their settings, and says which rules an event is for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from switchhook.errors import HandlerError, Problem, SettingsError, SettingsInvalid
from switchhook.events.types import Event
from switchhook.plugin.finding import discover, load
from switchhook.plugin.guards import GuardRails
from switchhook.plugin.handler import Handler, Rule, Settings
from switchhook.plugin.hours import Hours
from switchhook.plugin.matching import Verdict, extensions_of, judge, within
from switchhook.plugin.selection import selected, switched_off
from switchhook.plugin.values import span
from switchhook.settings import HandlerSettings

__all__ = ["Enabled", "Match", "Registry", "check_settings", "discover", "load"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Enabled:
    """A handler as the settings enable it: under a name of its own, with settings, identity and scope.

    `extensions` are the scope's words as written ("101", "group:Sales"); empty means the identity's own extension.
    `trial` limits the scope further, in the same words; empty means that the handler is not on trial.
    """

    name: str
    handler: Handler[Any]
    settings: Settings
    identity: str
    extensions: tuple[str, ...]
    trial: tuple[str, ...] = ()
    guards: GuardRails = field(default_factory=GuardRails)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The handler's rules with the guard rails around them."""
        return tuple(self.guards.around(rule) for rule in self.handler.rules)


@dataclass(frozen=True, slots=True)
class Match:
    """Whether one rule is for an event, and why (not)."""

    enabled: Enabled
    rule: Rule
    matched: bool
    reason: str


@dataclass(frozen=True, slots=True)
class _Scope:
    extension_ids: frozenset[str] | None = None
    trial: frozenset[str] | None = None
    account_id: str = ""

    def verdict(self, enabled: Enabled, rule: Rule, event: Event) -> Verdict:
        if self.account_id and event.account_id and self.account_id != event.account_id:
            return Verdict(False, f"account {event.account_id} is not that of identity {enabled.identity}")
        verdict = judge(rule, event, self.extension_ids)
        if verdict.matched and self.trial is not None and not within(event, self.trial):
            return Verdict(False, f"extension {' or '.join(extensions_of(event))} is not on trial")
        return verdict


_EVERYWHERE = _Scope()


def check_settings(handler: Handler[Any], values: Mapping[str, Any]) -> Settings:
    """The handler's settings from plain values. Raises SettingsInvalid with every problem, one a line."""
    settings, problems = _read_settings(handler, values, "settings")
    if settings is None:
        raise SettingsInvalid(f"handler {handler.name!r}: " + "; ".join(str(problem) for problem in problems))
    return settings


class Registry:
    """The enabled handlers of this deployment."""

    enabled: tuple[Enabled, ...]

    def __init__(self, enabled: Sequence[Enabled]) -> None:
        self.enabled = tuple(enabled)
        self._scopes: dict[str, _Scope] = {}
        self._told = {one.name: asyncio.Event() for one in self.enabled}
        self._own: dict[str, str] = {}
        self.own_ids: frozenset[str] = frozenset()
        """The extensions of our identities: what they post is our own."""
        self._by_type: dict[type[Event], tuple[Match | tuple[Enabled, Rule], ...]] = {}
        self._candidates: dict[type[Event], list[tuple[Enabled, Rule]]] = {}

    @classmethod
    def from_settings(
        cls,
        handlers: Sequence[HandlerSettings],
        *,
        identities: Sequence[str],
        folder: Path | None,
        known: Mapping[str, Handler[Any]] | None = None,
    ) -> Registry:
        """Load and check all; `known` handlers need not be found. Raises SettingsError with every problem at once,
        places as `handlers[2].settings.to`.
        """
        problems: list[Problem] = []
        enabled: list[Enabled] = []
        taken: dict[str, int] = {}
        for number, wanted in enumerate(handlers):
            place = f"handlers[{number}]"
            identity = wanted.identity or (identities[0] if identities else "")
            if wanted.identity and wanted.identity not in identities:
                there = ", ".join(identities) or "none"
                problems.append(Problem(f"{place}.identity", f"no identity {wanted.identity!r}; there is {there}"))
            try:
                handler = (known or {}).get(wanted.use) or load(wanted.use, folder)
            except HandlerError as error:
                problems.append(Problem(f"{place}.use", str(error)))
                continue
            settings, wrong = _read_settings(handler, wanted.settings, f"{place}.settings")
            guards, also_wrong = _read_guards(wanted, place)
            problems.extend(wrong + also_wrong)
            name = wanted.name or handler.name
            if not _NAME.fullmatch(name):
                problems.append(
                    Problem(f"{place}.name", f"{name!r}: use letters, digits, '_', '.' and '-', at most 64 of them")
                )
            elif name in taken:
                problems.append(
                    Problem(f"{place}.name", f"{name!r} is handlers[{taken[name]}]; give this one a name of its own")
                )
            taken.setdefault(name, number)
            if settings is not None:
                enabled.append(Enabled(name, handler, settings, identity, wanted.extensions, wanted.trial, guards))
        if problems:
            raise SettingsError(problems)
        return cls(enabled)

    def wants(self, kind: type[Event]) -> bool:
        """Whether any rule is for events of this kind, as its settings choose: what nobody chose is not looked for."""
        return any(issubclass(kind, asked) for enabled in self.enabled for asked in self.event_types(enabled.name))

    def scope(
        self,
        name: str,
        extension_ids: frozenset[str] | None,
        *,
        trial: frozenset[str] | None = None,
        account_id: str = "",
    ) -> None:
        """Tell the resolved scope of an enabled handler. Called by the keeper, live.

        `extension_ids` None: every extension. `trial`: the extensions of its trial (None: not on trial). `account_id`:
        the account of the handler's identity; events of another one are not for it ("": not known, any). Raises
        LookupError for a name that is not enabled.
        """
        self._named(name)
        self._scopes[name] = _Scope(extension_ids, trial, account_id)
        self._told[name].set()

    def acts_as(self, identity: str, extension_id: str) -> None:
        """Tell whose extension an identity is. Called by the keeper, live."""
        self._own[identity] = extension_id
        self.own_ids = frozenset(self._own.values())

    def scope_of(self, name: str) -> dict[str, Any] | None:
        """The arguments of `scope` by which an enabled handler was told its scope, as JSON; None before that."""
        scope = self._scopes.get(name)
        if scope is None:
            return None
        ids = None if scope.extension_ids is None else sorted(scope.extension_ids)
        trial = None if scope.trial is None else sorted(scope.trial)
        return {"extension_ids": ids, "trial": trial, "account_id": scope.account_id}

    async def scoped(self, names: Iterable[str]) -> None:
        """Return once these handlers were told their scope: before that, an event of a stranger would match."""
        for name in names:
            await self._told[name].wait()

    def matches(self, event: Event) -> Iterator[Match]:
        """Every rule of every enabled handler with whether and why it is (not) for this event."""
        for candidate in self._by_type.get(type(event)) or self._sort(event):
            if isinstance(candidate, Match):
                yield candidate
                continue
            enabled, rule = candidate
            verdict = self._scopes.get(enabled.name, _EVERYWHERE).verdict(enabled, rule, event)
            yield Match(enabled, rule, verdict.matched, verdict.reason)

    def rules_for(self, event: Event) -> list[tuple[Enabled, Rule]]:
        """The rules that an event is for, in the order of `matches`, at a fifth of its cost: without the reasons."""
        kind, scopes = type(event), self._scopes
        if kind not in self._candidates:
            self._candidates[kind] = [one for one in self._sort(event) if not isinstance(one, Match)]
        return [
            (enabled, rule)
            for enabled, rule in self._candidates[kind]
            if scopes.get(enabled.name, _EVERYWHERE).verdict(enabled, rule, event).matched
        ]

    def rivals(self) -> list[tuple[Enabled, Enabled]]:
        """Handlers that may both decide what becomes of the same call; the one that has the first turn comes first.

        By the words of their scopes: a group counts as having anybody in it.
        """
        deciding = [
            enabled
            for enabled in self.enabled
            if any(rule.decides and selected(rule, enabled.settings) for rule in enabled.handler.rules)
        ]
        return [pair for pair in combinations(deciding, 2) if _may_meet(*pair)]

    def event_types(self, name: str) -> frozenset[type[Event]]:
        """The event types an enabled handler asks for under its settings, families not unfolded.

        Raises LookupError for a name that is not enabled.
        """
        enabled = self._named(name)
        return frozenset(kind for rule in enabled.handler.rules for kind in selected(rule, enabled.settings))

    def _named(self, name: str) -> Enabled:
        for enabled in self.enabled:
            if enabled.name == name:
                return enabled
        raise LookupError(f"no handler {name!r} is enabled; there is {', '.join(one.name for one in self.enabled)}")

    def _sort(self, event: Event) -> tuple[Match | tuple[Enabled, Rule], ...]:
        """Rules of another type, or switched off, get their verdict once: an event costs only what it concerns."""
        kind = type(event)
        found: list[Match | tuple[Enabled, Rule]] = []
        for enabled in self.enabled:
            for rule in enabled.rules:
                if not issubclass(kind, rule.event):
                    found.append(Match(enabled, rule, False, judge(rule, event).reason))
                elif off := switched_off(rule, enabled.settings, kind):
                    found.append(Match(enabled, rule, False, off))
                else:
                    found.append((enabled, rule))
        self._by_type[kind] = tuple(found)
        return self._by_type[kind]


def _may_meet(one: Enabled, other: Enabled) -> bool:
    mine, theirs = (enabled.trial or enabled.extensions for enabled in (one, other))
    if not mine and not theirs:
        return one.identity == other.identity
    if any(word == "*" or word.startswith("group:") for word in (*mine, *theirs)):
        return True
    return not mine or not theirs or not set(mine).isdisjoint(theirs)


def _read_settings(
    handler: Handler[Any], values: Mapping[str, Any], place: str
) -> tuple[Settings | None, list[Problem]]:
    try:
        settings: Settings = handler.settings.model_validate(dict(values))
    except ValidationError as error:
        known = handler.settings.model_fields
        return None, [_problem(detail["type"], detail["loc"], detail["msg"], place, known) for detail in error.errors()]
    return settings, []


def _read_guards(wanted: HandlerSettings, place: str) -> tuple[GuardRails, list[Problem]]:
    readers = {"hours": Hours.parse, "quiet_hours": Hours.parse, "once_per_counterparty": span}
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, reader in readers.items():
        text = getattr(wanted, name)
        try:
            read[name] = reader(text) if text else None
        except ValueError as error:
            problems.append(Problem(f"{place}.{name}", str(error)))
    return GuardRails(**read), problems


def _problem(
    kind: str, location: tuple[int | str, ...], message: str, place: str, known: Mapping[str, object]
) -> Problem:
    if kind == "extra_forbidden":
        message = "no such setting; there is " + (", ".join(known) or "none")
    elif kind == "missing":
        message = "is missing"
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return Problem(place + path, message.removeprefix("Value error, "))
