"""Verbs on messages. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.plugin.context import Port

LONGEST_TEXT = 1_000


class Messages:
    """`ctx.messages`. All raise ApiError."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity

    async def text(self, *, sender: str, to: str, text: str) -> Any:
        """CreateSMSMessage from one of our numbers with the feature SmsSender.

        Raises ValueError over 1,000 UTF-16 characters, the platform's limit.
        """
        length = len(text.encode("utf-16-le")) // 2
        if length > LONGEST_TEXT:
            raise ValueError(f"a text may have {LONGEST_TEXT} UTF-16 characters; this one has {length}")
        body = {"from": {"phoneNumber": sender}, "to": [{"phoneNumber": to}], "text": text}
        return await self._port.call("createSMSMessage", {"body": body}, identity=self._identity)
