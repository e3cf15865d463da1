"""Which filter goes into which subscription: what stands stays where it is, what is new goes where room is. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of an identity's filters: one subscription."""

    part: int
    filters: frozenset[str]


def pack(wanted: frozenset[str], standing: Sequence[Slot], *, each: int, most: int) -> list[Slot]:
    """Distribute `wanted` over parts with at most `each` filters, or more where more than `most` parts were needed.

    `standing` is what the parts hold now, in the order of their numbers. A filter never moves from one part to
    another while both are needed, so that adding one extension changes one subscription. Empty parts are left out.
    """
    left = set(wanted)
    held: dict[int, set[str]] = {}
    for slot in standing:
        keep = slot.filters & left
        if keep:
            held[slot.part] = set(keep)
            left -= keep
    size = max(each, -(-len(wanted) // most))
    numbers = (part for part in itertools.count(1) if part not in held)
    rooms = [*sorted(held), *itertools.islice(numbers, len(left) // size + 1)]
    waiting = sorted(left)
    for part in rooms:
        room = max(size - len(held.get(part, ())), 0)
        if waiting[:room]:
            held.setdefault(part, set()).update(waiting[:room])
            waiting = waiting[room:]
    return [Slot(part, frozenset(held[part])) for part in sorted(held)]
