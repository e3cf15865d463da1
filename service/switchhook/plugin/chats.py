"""Verbs on team chats. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.plugin.context import Port

LONGEST_POST = 10_000


class Chats:
    """`ctx.chats`. All raise ApiError."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity

    async def post(self, chat: str, text: str) -> Any:
        """CreateGlipPost in the chat with this id; the answer holds the post's `id`.

        Raises ValueError over 10,000 characters, the platform's limit.
        """
        if len(text) > LONGEST_POST:
            raise ValueError(f"a post may have {LONGEST_POST} characters; this one has {len(text)}")
        return await self._port.call(
            "createGlipPost", {"chatId": chat, "body": {"text": text}}, identity=self._identity
        )
