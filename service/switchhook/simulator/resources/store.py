"""Documents by kind and owner, planted when first looked at. The only state of the generic engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Owner = tuple[str, ...]
Plant = Callable[[str, Owner], list[Document]]


class Store:
    """Every document has an `id`; what there is only one of has the id "". `plant` makes what is there at first."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._kinds: dict[tuple[str, Owner], dict[str, Document]] = {}

    def all(self, kind: str, owner: Owner) -> dict[str, Document]:
        """The documents of an owner by id, oldest first. Changing it changes the state."""
        key = (kind, owner)
        if key not in self._kinds:
            self._kinds[key] = {}
            for document in self._plant(kind, owner):
                self._kinds[key][str(document.get("id", ""))] = document
        return self._kinds[key]

    def put(self, kind: str, owner: Owner, document: Document) -> None:
        """Add a document, or replace the one with its id."""
        self.all(kind, owner)[str(document.get("id", ""))] = document

    def clear(self) -> None:
        """Forget everything: back to what is planted."""
        self._kinds.clear()


def merge(document: Document, change: Document) -> Document:
    """A document with a change: objects are merged, everything else is replaced, null removes."""
    merged = dict(document)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged
