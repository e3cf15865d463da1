"""Verbs on presence, extensions and recordings. Each names the operation it calls; each write is one effect."""

from __future__ import annotations

from typing import Any

from switchhook.errors import NotFound
from switchhook.plugin.port import Verbs


class Presence(Verbs):
    """`ctx.presence`. All raise ApiError. `extension_id`: the identity's own by default."""

    async def read(self, extension_id: str = "~") -> Any:
        """`readUserPresenceStatus`."""
        return await self._call("readUserPresenceStatus", extensionId=extension_id)

    async def set(self, extension_id: str = "~", **fields: Any) -> Any:
        """updateUserPresenceStatus; `fields` as the platform names them (`userStatus`, `message`, `dndStatus`, …)."""
        return await self._call("updateUserPresenceStatus", extensionId=extension_id, body=fields)


class Extensions(Verbs):
    """`ctx.extensions`. All raise ApiError."""

    async def find(self, number: str) -> Any:
        """listExtensions: the extension with this number. Raises NotFound if there is none."""
        listed = await self._call("listExtensions", extensionNumber=number)
        for extension in listed["records"]:
            if str(extension.get("extensionNumber")) == number:
                return extension
        raise NotFound(f"no extension has the number {number}", status=404, operation="listExtensions")

    async def read(self, extension_id: str = "~") -> Any:
        """`readExtension`."""
        return await self._call("readExtension", extensionId=extension_id)

    async def devices(self, extension_id: str = "~", *, online: bool = True) -> list[Any]:
        """listExtensionDevices: those that are online, or all. They come and go: do not keep the answer."""
        listed = await self._call("listExtensionDevices", extensionId=extension_id)
        return [device for device in listed["records"] if device.get("status") == "Online" or not online]

    async def phone_numbers(self, extension_id: str = "~", *, feature: str = "") -> list[str]:
        """listExtensionPhoneNumbers: its numbers, with a feature such as "SmsSender" if asked for."""
        listed = await self._call("listExtensionPhoneNumbers", extensionId=extension_id)
        return [
            str(number["phoneNumber"])
            for number in listed["records"]
            if not feature or feature in (number.get("features") or ())
        ]

    async def business_hours(self, extension_id: str = "~") -> Any:
        """`readUserBusinessHours`."""
        return await self._call("readUserBusinessHours", extensionId=extension_id)

    async def queues(self) -> list[Any]:
        """listCallQueues: its first page, at most 100."""
        listed: dict[str, list[Any]] = await self._call("listCallQueues")
        return listed["records"]

    async def queue_members(self, queue_id: str) -> list[str]:
        """listCallQueueMembers: their extension ids, at most 100."""
        listed = await self._call("listCallQueueMembers", groupId=queue_id)
        return [str(member["id"]) for member in listed["records"]]

    async def block(self, number: str, *, label: str = "", extension_id: str = "~") -> Any:
        """createBlockedAllowedNumber: calls and texts of this number do not come through any more."""
        body = {"phoneNumber": number, "label": label, "status": "Blocked"}
        return await self._call("createBlockedAllowedNumber", extensionId=extension_id, body=body)


class Recordings(Verbs):
    """`ctx.recordings`. All raise ApiError, and spend the budget's scarcest group: ten calls a minute."""

    async def read(self, recording_id: str) -> Any:
        """readCallRecording: what is known of it, its `contentUri` too."""
        return await self._call("readCallRecording", recordingId=recording_id)

    async def content(self, recording_id: str) -> bytes:
        """listCallRecordingData: the sound, MP3 or WAV."""
        sound: bytes = await self._call("listCallRecordingData", recordingId=recording_id)
        return sound
