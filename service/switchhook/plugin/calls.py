"""Verbs on calls. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from switchhook.events.types import CallEvent

if TYPE_CHECKING:
    from switchhook.plugin.context import Port


class Calls:
    """`ctx.calls`. All raise ApiError; NotFound and Conflict mean that the call has moved on."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity

    async def answer(self, call: CallEvent, *, device: str) -> Any:
        """AnswerCallParty on the device with this id, which must be online."""
        raise NotImplementedError

    async def forward(self, call: CallEvent, *, to: str) -> Any:
        """ForwardCallParty to a number ("+1…") or an extension number ("102")."""
        raise NotImplementedError

    async def to_voicemail(self, call: CallEvent, *, extension_id: str | None = None) -> Any:
        """ForwardCallParty to a voicemail box: the called extension's own by default."""
        raise NotImplementedError

    async def reject(self, call: CallEvent) -> None:
        """rejectParty: stops ringing here; the call goes on to the next target, then voicemail."""
        raise NotImplementedError

    async def hold(self, call: CallEvent) -> Any:
        """HoldCallParty."""
        raise NotImplementedError

    async def unhold(self, call: CallEvent) -> Any:
        """UnholdCallParty."""
        raise NotImplementedError

    async def drop(self, call: CallEvent) -> None:
        """deleteCallSession: hangs up for everybody; a call that is over already is success."""
        raise NotImplementedError

    async def record(self, call: CallEvent) -> Any:
        """startCallRecording; the answer holds the recording's `id`."""
        raise NotImplementedError
