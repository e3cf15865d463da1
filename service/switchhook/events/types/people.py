"""Facts about people and the account."""

from __future__ import annotations

from dataclasses import dataclass

from switchhook.events.types.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """An extension's presence. `sequence` rises per extension; an older one is dropped."""

    presence: str = ""
    telephony: str = ""
    user: str = ""
    meeting: str = ""
    do_not_disturb: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChanged(Event):
    """An extension was created, updated or deleted (`change`), with the platform's hints of what."""

    change: str
    hints: tuple[str, ...] = ()
