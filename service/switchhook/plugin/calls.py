"""Verbs on calls. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from switchhook.errors import NotFound
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
        return await self._on_party("answerCallParty", call, {"deviceId": device})

    async def forward(self, call: CallEvent, *, to: str) -> Any:
        """ForwardCallParty to a number ("+1…") or an extension number ("102"), while it rings. Raises ValueError."""
        return await self._on_party("forwardCallParty", call, _target(to))

    async def to_voicemail(self, call: CallEvent, *, extension_id: str | None = None) -> Any:
        """ForwardCallParty to a voicemail box, while it rings: the called extension's own by default."""
        return await self._on_party("forwardCallParty", call, {"voicemail": extension_id or call.extension_id})

    async def reject(self, call: CallEvent) -> None:
        """rejectParty: stops ringing here; the call goes on to the next target, then voicemail."""
        await self._on_party("rejectParty", call)

    async def hold(self, call: CallEvent) -> Any:
        """HoldCallParty. Independent of hold pressed on a telephone: both must be undone."""
        return await self._on_party("holdCallParty", call)

    async def unhold(self, call: CallEvent) -> Any:
        """UnholdCallParty."""
        return await self._on_party("unholdCallParty", call)

    async def drop(self, call: CallEvent) -> None:
        """deleteCallSession: hangs up for everybody; a call that is over already is success."""
        try:
            await self._port.call("deleteCallSession", {"telephonySessionId": call.session_id}, identity=self._identity)
        except NotFound:
            return

    async def record(self, call: CallEvent) -> Any:
        """startCallRecording; the answer holds the recording's `id`. Not for conferences (RingCentral guide)."""
        return await self._on_party("startCallRecording", call)

    async def _on_party(self, operation: str, call: CallEvent, body: dict[str, Any] | None = None) -> Any:
        parameters: dict[str, Any] = {"telephonySessionId": call.session_id, "partyId": call.party_id}
        if body is not None:
            parameters["body"] = body
        return await self._port.call(operation, parameters, identity=self._identity)


def _target(to: str) -> dict[str, Any]:
    if to.startswith("+"):
        return {"phoneNumber": to}
    if to.isdigit():
        return {"extensionNumber": to}
    raise ValueError(f"{to!r} is neither a telephone number with + nor an extension number")
