"""Verbs on team chats. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.plugin.context import Port


class Chats:
    """`ctx.chats`. All raise ApiError."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity

    async def post(self, chat: str, text: str) -> Any:
        """CreateGlipPost in the chat with this id; the answer holds the post's `id`. At most 10,000 characters."""
        raise NotImplementedError
