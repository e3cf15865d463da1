"""Finds handlers, checks their settings, and says which rules an event is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from switchhook.events.types import Event
from switchhook.plugin.handler import Handler, Rule, Settings
from switchhook.settings import HandlerSettings


@dataclass(frozen=True, slots=True)
class Enabled:
    """A handler as the settings enable it: under a name of its own, with settings, identity and scope.

    `extensions` are the scope's words as written ("101", "group:Sales"); empty means the identity's own extension.
    """

    name: str
    handler: Handler[Any]
    settings: Settings
    identity: str
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Whether one rule is for an event, and why (not)."""

    enabled: Enabled
    rule: Rule
    matched: bool
    reason: str


def discover(folder: Path | None = None) -> Mapping[str, str]:
    """Names of all handlers that can be used → where they come from (entry points, files of the mounted folder)."""
    raise NotImplementedError


def load(use: str, folder: Path | None = None) -> Handler[Any]:
    """The handler for a `use` word: entry point name, `module:name`, or a file. Raises HandlerError."""
    raise NotImplementedError


class Registry:
    """The enabled handlers of this deployment."""

    def __init__(self, enabled: Sequence[Enabled]) -> None:
        raise NotImplementedError

    @classmethod
    def from_settings(
        cls, handlers: Sequence[HandlerSettings], *, identities: Sequence[str], folder: Path | None
    ) -> Registry:
        """Load and check all. Raises SettingsError with every problem at once, places as `handlers[2].settings.to`."""
        raise NotImplementedError

    enabled: tuple[Enabled, ...]

    def scope(self, name: str, extension_ids: frozenset[str] | None) -> None:
        """Tell the resolved scope of an enabled handler (None: every extension). Called by the keeper, live."""
        raise NotImplementedError

    def matches(self, event: Event) -> Iterator[Match]:
        """Every rule of every enabled handler with whether and why it is (not) for this event."""
        raise NotImplementedError

    def event_types(self, name: str) -> frozenset[type[Event]]:
        """The event types an enabled handler asks for."""
        raise NotImplementedError
