"""Verbs on messages. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.plugin.context import Port


class Messages:
    """`ctx.messages`. All raise ApiError."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity

    async def text(self, *, sender: str, to: str, text: str) -> Any:
        """CreateSMSMessage from one of our numbers. Raises ValueError over 1,000 UTF-16 characters."""
        raise NotImplementedError
