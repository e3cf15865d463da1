"""Who asked not to be texted: kept in a handler's own memory, so that no automatic text goes there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchhook.events.types import TextReceived

if TYPE_CHECKING:
    from switchhook.plugin.context import Store

STOP = frozenset({"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit"})
START = frozenset({"start", "unstop", "subscribe"})


class Consent:
    """`ctx.consent`. What carriers take for a withdrawal when it is the whole text, and for its contrary."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def heard(self, text: TextReceived) -> bool:
        """Note STOP or START. Whether the text was one of them, and so wants no other answer: return, as Skip forgets.

        The carrier confirms a STOP itself.
        """
        word = text.text.strip().strip(".!").lower()
        if word in STOP:
            self._store.put(_key(text.sender), True)
        elif word in START:
            self._store.delete(_key(text.sender))
        return word in STOP | START

    def withdrawn(self, number: str) -> bool:
        """Whether this number said STOP last, as far as this handler heard."""
        return bool(self._store.get(_key(number)))


def _key(number: str) -> str:
    return f"stop:{number}"
