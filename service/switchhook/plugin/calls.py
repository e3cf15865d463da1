"""Verbs on calls. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import Any

from switchhook.errors import NotFound
from switchhook.events.types import CallEvent
from switchhook.plugin.port import Verbs


class Calls(Verbs):
    """`ctx.calls`. All raise ApiError; NotFound and Conflict mean that the call has moved on.

    The states in which the platform accepts a command are those of its call control guide.
    """

    # -- while it rings

    async def answer(self, call: CallEvent, *, device: str) -> Any:
        """`answerCallParty` on the device with this id, which must be online."""
        return await self._on_party("answerCallParty", call, {"deviceId": device})

    async def forward(self, call: CallEvent, *, to: str) -> Any:
        """`forwardCallParty` to a number ("+1…") or an extension number ("102"), while it rings. Raises ValueError."""
        return await self._on_party("forwardCallParty", call, target(to))

    async def to_voicemail(self, call: CallEvent, *, extension_id: str | None = None) -> Any:
        """`forwardCallParty` to a voicemail box, while it rings: the called extension's own by default."""
        return await self._on_party("forwardCallParty", call, {"voicemail": extension_id or call.extension_id})

    async def reject(self, call: CallEvent) -> None:
        """rejectParty: stops ringing here; the call goes on to the next target, then voicemail."""
        await self._on_party("rejectParty", call)

    async def ignore(self, call: CallEvent, *, device: str) -> None:
        """ignoreCallInQueue: the queue goes on looking for another agent."""
        await self._on_party("ignoreCallInQueue", call, {"deviceId": device})

    async def reply(self, call: CallEvent, *, text: str) -> Any:
        """replyParty: a voice speaks the text to the caller, and the call is over."""
        return await self._on_party("replyParty", call, {"replyWithText": text})

    # -- while people talk

    async def hold(self, call: CallEvent) -> Any:
        """`holdCallParty`. Independent of hold pressed on a telephone: both must be undone."""
        return await self._on_party("holdCallParty", call)

    async def unhold(self, call: CallEvent) -> Any:
        """`unholdCallParty`."""
        return await self._on_party("unholdCallParty", call)

    async def mute(self, call: CallEvent, *, muted: bool = True) -> Any:
        """`updateCallParty`. Independent of mute pressed on a telephone: both must be undone."""
        return await self._on_party("updateCallParty", call, {"muted": muted})

    async def transfer(self, call: CallEvent, *, to: str) -> Any:
        """`transferCallParty` to a number or an extension number, without asking there first. Raises ValueError."""
        return await self._on_party("transferCallParty", call, target(to))

    async def warm_transfer(self, call: CallEvent, *, to: CallEvent) -> Any:
        """bridgeCallParty: joins the other side of `call` with that of `to`, our own second call; we leave both."""
        other = {"telephonySessionId": to.session_id, "partyId": to.party_id}
        return await self._on_party("bridgeCallParty", call, other)

    async def park(self, call: CallEvent) -> Any:
        """callParkParty, own incoming calls only; the answer holds `park.id`, the location to dial ("*801")."""
        return await self._on_party("callParkParty", call)

    async def pick_up(self, call: CallEvent, *, device: str) -> Any:
        """pickupCallParty: takes a parked call on the device with this id, which must be online."""
        return await self._on_party("pickupCallParty", call, {"deviceId": device})

    async def flip(self, call: CallEvent, *, to: str) -> Any:
        """`callFlipParty` to the flip number ("1" to "9") of another of the person's telephones."""
        return await self._on_party("callFlipParty", call, {"callFlipId": to})

    async def supervise(self, call: CallEvent, *, device: str) -> Any:
        """superviseCallSession: the device with this id listens to the called extension's talk, unheard."""
        body = {"mode": "Listen", "supervisorDeviceId": device, "agentExtensionId": call.extension_id}
        return await self._call("superviseCallSession", telephonySessionId=call.session_id, body=body)

    async def record(self, call: CallEvent) -> Any:
        """startCallRecording; the answer holds the recording's `id`. Not for conferences."""
        return await self._on_party("startCallRecording", call)

    async def pause_recording(self, call: CallEvent, recording_id: str, *, paused: bool = True) -> Any:
        """`pauseResumeCallRecording`. The platform may refuse it for automatic recordings (Forbidden)."""
        return await self._on_party("pauseResumeCallRecording", call, {"active": not paused}, recordingId=recording_id)

    async def drop(self, call: CallEvent) -> None:
        """deleteCallSession: hangs up for everybody; a call that is over already is success."""
        try:
            await self._call("deleteCallSession", telephonySessionId=call.session_id)
        except NotFound:
            return

    # -- at any time

    async def read(self, call: CallEvent) -> Any:
        """readCallSessionStatus: the session with its parties as it is now."""
        return await self._call("readCallSessionStatus", telephonySessionId=call.session_id)

    async def call_out(self, *, device: str, to: str) -> Any:
        """`createCallOutCallSession`: the device with this id calls a number or an extension number. Or ValueError."""
        body = {"from": {"deviceId": device}, "to": target(to)}
        return await self._call("createCallOutCallSession", body=body)

    async def ring_out(self, *, sender: str, to: str, prompt: bool = False) -> Any:
        """createRingOutCall: rings the number `sender`, then `to`. `prompt`: the first must press 1 before."""
        body = {"from": {"phoneNumber": sender}, "to": {"phoneNumber": to}, "playPrompt": prompt}
        return await self._call("createRingOutCall", body=body)

    async def _on_party(
        self, operation: str, call: CallEvent, body: dict[str, Any] | None = None, **parameters: Any
    ) -> Any:
        if body is not None:
            parameters["body"] = body
        return await self._call(operation, telephonySessionId=call.session_id, partyId=call.party_id, **parameters)


def target(to: str) -> dict[str, Any]:
    """A number as the platform's bodies want it. Raises ValueError for what is neither kind of number."""
    if to.startswith("+"):
        return {"phoneNumber": to}
    if to.isdigit():
        return {"extensionNumber": to}
    raise ValueError(f"{to!r} is neither a telephone number with + nor an extension number")
