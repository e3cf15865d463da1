"""Whether a rule is for an event, and why (not): event type, own doing, scope, fields. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from switchhook.events.types import Event
from switchhook.plugin.handler import Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether, and why in words that a person reads in `events explain`."""

    matched: bool
    reason: str


MATCHED = Verdict(True, "matched")


def judge(rule: Rule, event: Event, scope: frozenset[str] | None = None) -> Verdict:
    """Whether the rule is for this event. `scope`: extension ids it is limited to (None: every extension).

    An event that concerns no extension (a post, a gap) is in every scope; one that concerns several (the end of a
    call) is in the scope of each.
    """
    if not isinstance(event, rule.event):
        return Verdict(False, f"is for {rule.event.__name__}, not {type(event).__name__}")
    if not rule.own and getattr(event, "own", False):
        return Verdict(False, "our own doing (the rule does not say own=True)")
    if scope is not None and not within(event, scope):
        return Verdict(False, f"extension {' or '.join(extensions_of(event))} is outside its scope")
    for field, wanted in rule.match.items():
        value = getattr(event, field)
        if isinstance(wanted, frozenset):
            if value not in wanted:
                return Verdict(False, f"{field} is {value!r}, wanted {_any_of(wanted)}")
        elif value != wanted:
            return Verdict(False, f"{field} is {value!r}, wanted {wanted!r}")
    return MATCHED


def extensions_of(event: Event) -> tuple[str, ...]:
    """The extensions that an event concerns."""
    several: tuple[str, ...] = getattr(event, "extension_ids", ())
    return several or ((event.extension_id,) if event.extension_id else ())


def within(event: Event, scope: frozenset[str]) -> bool:
    """Whether an event concerns one of these extensions, or none at all."""
    concerned = extensions_of(event)
    return not concerned or not scope.isdisjoint(concerned)


def _any_of(wanted: frozenset[object]) -> str:
    shown = sorted(repr(value) for value in wanted)
    return " or ".join(shown) if len(shown) <= 3 else f"any of {', '.join(shown[:3])} and {len(shown) - 3} more"
