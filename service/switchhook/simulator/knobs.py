"""Knobs: everything about the platform that sources disagree on or nobody documents, and how long things take."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.simulator.world import World


def _groups(world: World) -> dict[str, Any]:
    """What there is to turn, by the first half of its name."""
    return {
        "oauth": world.oauth.rules,
        "delivery": world.delivery.policy,
        "subscriptions": world.subscriptions.rules,
        "calls": world.exchange.times,
        "spelling": world.exchange.spelling,
        "sockets": world.sockets.limits,
        "messages": world.messages.pace,
        "hooks": world.hooks.manners,
        "media": world.media.hosting,
        "errors": world.wording,
        "limits": world.limits.limits,
        "clock": world.clock.error,
    }


def knobs(world: World) -> dict[str, Any]:
    """Every knob with where it stands, such as `subscriptions.most`."""
    return {
        f"{group}.{each.name}": getattr(holder, each.name)
        for group, holder in _groups(world).items()
        for each in fields(holder)
    }


def turn(world: World, name: str, value: Any) -> None:
    """Set a knob. Raises LookupError naming those there are, ValueError for a value of another kind."""
    there = knobs(world)
    if name not in there:
        raise LookupError(f"no knob {name!r}; there are {', '.join(there)}")
    kind = type(there[name])
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if kind is not type(None) and type(value) is not kind:
        raise ValueError(f"{name} is of the kind {kind.__name__}, not {type(value).__name__}")
    group, _, field = name.partition(".")
    setattr(_groups(world)[group], field, value)
