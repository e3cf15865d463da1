"""Something happened at the platform: what a subscription may ask to be told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One change, before it is known who hears of it.

    `kind` names an entry of `filters.KINDS`. `uri` is the address of the thing that changed. `extensions`: whose change
    it is; a filter of one extension hears of its own only. `facts`: what the query of a filter selects on, all values
    that match. `body`: fixed, or made for the query of a filter. `hint`: most filters tell nothing of it.
    """

    kind: str
    uri: str
    body: Body | Callable[[Mapping[str, str]], Body | None]
    extensions: tuple[str, ...] = ()
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Publish = Callable[[Occurrence], None]
