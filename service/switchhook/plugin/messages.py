"""Verbs on messages. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from switchhook.errors import WrongUse
from switchhook.plugin.port import Verbs

if TYPE_CHECKING:
    from switchhook.api import shapes
    from switchhook.api.uploading import Progress

LONGEST_TEXT = 1_000
LONGEST_PAGER = 1_024


class Messages(Verbs):
    """`ctx.messages`. All raise ApiError. They act on the identity's own extension and its message store."""

    async def text(
        self, *, sender: str, to: str | Sequence[str], text: str, media: Sequence[Any] = ()
    ) -> shapes.GetMessageInfoResponse:
        """`createSMSMessage` from one of our numbers with the feature SmsSender; with `media` `createMMS`.

        `media`: at most 10 files of 1.5 MB in all, each bytes, a path or (name, content). Several recipients make a
        group text with all of them (at most 10). Raises ValueError over 1,000 UTF-16 characters.
        """
        length = len(text.encode("utf-16-le")) // 2
        if length > LONGEST_TEXT:
            raise WrongUse(f"a text may have {LONGEST_TEXT} UTF-16 characters; this one has {length}")
        recipients = [to] if isinstance(to, str) else list(to)
        body: shapes.CreateSMSMessage = {
            "from": {"phoneNumber": sender}, "to": [{"phoneNumber": number} for number in recipients], "text": text
        }  # fmt: skip
        if media:
            return await self._api.createMMS(body=body, attachments=list(media))
        return await self._api.createSMSMessage(body=body)

    async def pager(self, *, to: Sequence[str], text: str) -> shapes.GetMessageInfoResponse:
        """`createInternalTextMessage` to the extensions with these ids. Raises ValueError over 1,024 characters."""
        if len(text) > LONGEST_PAGER:
            raise WrongUse(f"an internal text may have {LONGEST_PAGER} characters; this one has {len(text)}")
        recipients: list[shapes.PagerCallerInfoRequest] = [{"extensionId": extension} for extension in to]
        return await self._api.createInternalTextMessage(body={"to": recipients, "text": text})

    async def fax(self, *, to: str, document: Any, cover: str | None = None) -> shapes.FaxResponse:
        """`createFaxMessage` of one document (bytes, a path or (name, content)), with a cover text if wanted."""
        if cover is None:
            return await self._api.createFaxMessage(to=to, attachment=document)
        return await self._api.createFaxMessage(to=to, attachment=document, coverPageText=cover)

    async def read(self, message_id: str) -> shapes.GetMessageInfoResponse:
        """readMessage: the message as it is in the store now."""
        return await self._api.readMessage(messageId=message_id)

    async def attachment(self, message_id: str, attachment_id: str) -> bytes | str:
        """readMessageContent: bytes of a file, or the text of a transcript."""
        return await self._api.readMessageContent(messageId=message_id, attachmentId=attachment_id)

    async def save(
        self, message_id: str, attachment_id: str, to: Path | BinaryIO, *, progress: Progress | None = None
    ) -> int:
        """`readMessageContent` into a file or an object; returns the size in bytes. As `recordings.save`."""
        place = {"messageId": message_id, "attachmentId": attachment_id}
        return await self._download("readMessageContent", to, progress, **place)

    async def mark_read(self, message_id: str, *, read: bool = True) -> shapes.GetMessageInfoResponse:
        """`updateMessage`."""
        status = "Read" if read else "Unread"
        return await self._api.updateMessage(messageId=message_id, body={"readStatus": status})

    async def delete(self, message_id: str) -> None:
        """deleteMessage: one message, into the deleted ones. There is no verb for whole conversations, on purpose."""
        if not message_id:
            raise WrongUse("which message? Without an id the platform would clear the whole box")
        await self._api.deleteMessage(messageId=message_id)

    async def sync(self, token: str | None = None) -> shapes.GetMessageSyncResponse:
        """syncMessages: what changed since the `syncInfo.syncToken` of the last answer; without one, everything."""
        if token is None:
            return await self._api.syncMessages(syncType="FSync")
        return await self._api.syncMessages(syncType="ISync", syncToken=token)
