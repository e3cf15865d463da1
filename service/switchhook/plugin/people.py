"""Verbs on presence, extensions and recordings. Each names the operation it calls; each write is one effect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from switchhook.errors import NotFound
from switchhook.plugin.port import Verbs

if TYPE_CHECKING:
    from switchhook.api import shapes
    from switchhook.api.uploading import Progress


class Presence(Verbs):
    """`ctx.presence`. All raise ApiError. `extension_id`: the identity's own by default."""

    async def read(self, extension_id: str = "~") -> shapes.GetPresenceInfo:
        """`readUserPresenceStatus`."""
        return await self._api.readUserPresenceStatus(extensionId=extension_id)

    async def set(self, extension_id: str = "~", **fields: Any) -> shapes.PresenceInfoResponse:
        """updateUserPresenceStatus; `fields` as the platform names them (`userStatus`, `message`, `dndStatus`, …)."""
        body: Any = fields
        return await self._api.updateUserPresenceStatus(extensionId=extension_id, body=body)


class Extensions(Verbs):
    """`ctx.extensions`. All raise ApiError."""

    async def find(self, number: str) -> shapes.GetExtensionInfoResponse:
        """listExtensions: the extension with this number. Raises NotFound if there is none."""
        listed = await self._api.listExtensions(extensionNumber=number)
        for extension in listed["records"]:
            if str(extension.get("extensionNumber")) == number:
                return extension
        raise NotFound(f"no extension has the number {number}", status=404, operation="listExtensions")

    async def read(self, extension_id: str = "~") -> shapes.GetExtensionInfoResponse:
        """`readExtension`."""
        return await self._api.readExtension(extensionId=extension_id)

    async def devices(self, extension_id: str = "~", *, online: bool = True) -> list[shapes.ExtensionDeviceResponse]:
        """listExtensionDevices: those that are online, or all. They come and go: do not keep the answer."""
        listed = await self._all("listExtensionDevices", extensionId=extension_id)
        return [device for device in listed if device.get("status") == "Online" or not online]

    async def phone_numbers(self, extension_id: str = "~", *, feature: str = "") -> list[str]:
        """listExtensionPhoneNumbers: its numbers, with a feature such as "SmsSender" if asked for."""
        listed = await self._all("listExtensionPhoneNumbers", extensionId=extension_id)
        return [
            str(number["phoneNumber"]) for number in listed if not feature or feature in (number.get("features") or ())
        ]

    async def business_hours(self, extension_id: str = "~") -> shapes.GetUserBusinessHoursResponse:
        """`readUserBusinessHours`."""
        return await self._api.readUserBusinessHours(extensionId=extension_id)

    async def forwarding(self, extension_id: str = "~") -> list[shapes.ForwardingNumberInfo]:
        """listForwardingNumbers: where its calls may be forwarded or flipped to."""
        return await self._all("listForwardingNumbers", extensionId=extension_id)

    async def queues(self) -> list[shapes.CallQueueInfo]:
        """`listCallQueues`."""
        return await self._all("listCallQueues")

    async def queue_members(self, queue_id: str) -> list[str]:
        """listCallQueueMembers: their extension ids."""
        return [str(member["id"]) for member in await self._all("listCallQueueMembers", groupId=queue_id)]

    async def groups(self) -> list[shapes.CallMonitoringGroup]:
        """listCallMonitoringGroups: who may supervise whom."""
        return await self._all("listCallMonitoringGroups")

    async def group_members(self, group_id: str) -> list[shapes.CallMonitoringGroupMemberInfo]:
        """listCallMonitoringGroupMembers: each with its `permissions`, "Monitoring" or "Monitored"."""
        return await self._all("listCallMonitoringGroupMembers", groupId=group_id)

    async def blocked(self, extension_id: str = "~") -> list[shapes.BlockedAllowedPhoneNumberInfo]:
        """listBlockedAllowedNumbers: the blocked ones, each with the `id` that `unblock` wants."""
        return await self._all("listBlockedAllowedNumbers", extensionId=extension_id, status="Blocked")

    async def block(
        self, number: str, *, label: str = "", extension_id: str = "~"
    ) -> shapes.BlockedAllowedPhoneNumberInfo:
        """createBlockedAllowedNumber: calls and texts of this number do not come through any more."""
        body: shapes.AddBlockedAllowedPhoneNumber = {"phoneNumber": number, "label": label, "status": "Blocked"}
        return await self._api.createBlockedAllowedNumber(extensionId=extension_id, body=body)

    async def unblock(self, blocked_id: str, *, extension_id: str = "~") -> None:
        """deleteBlockedAllowedNumber: the entry of the blocked numbers with this id."""
        await self._api.deleteBlockedAllowedNumber(extensionId=extension_id, blockedNumberId=blocked_id)


class Recordings(Verbs):
    """`ctx.recordings`. All raise ApiError, and spend the budget's scarcest group: ten calls a minute."""

    async def read(self, recording_id: str) -> shapes.GetCallRecordingResponse:
        """readCallRecording: what is known of it, its `contentUri` too."""
        return await self._api.readCallRecording(recordingId=recording_id)

    async def content(self, recording_id: str) -> bytes:
        """listCallRecordingData: the sound, MP3 or WAV, in memory; `save` streams it."""
        sound: bytes = await self._api.listCallRecordingData(recordingId=recording_id)
        return sound

    async def save(self, recording_id: str, to: Path | BinaryIO, *, progress: Progress | None = None) -> int:
        """`listCallRecordingData` into a file or an object; returns the size in bytes.

        A file gets its name when it is whole, and a download that broke off is taken up, in a later run too.
        `progress` is called with bytes so far and bytes in all.
        """
        return await self._download("listCallRecordingData", to, progress, recordingId=recording_id)
