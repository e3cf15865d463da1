"""Verbs on calls. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from switchhook.errors import NotFound, WrongUse
from switchhook.events.types import CallEvent
from switchhook.plugin.port import Verbs

if TYPE_CHECKING:
    from switchhook.api import shapes


class Calls(Verbs):
    """`ctx.calls`. All raise ApiError; NotFound and Conflict mean that the call has moved on.

    The states in which the platform accepts a command are those of its call control guide.
    """

    # -- while it rings

    async def answer(self, call: CallEvent, *, device: str) -> shapes.CallParty:
        """`answerCallParty` on the device with this id, which must be online."""
        return await self._api.answerCallParty(**_party(call), body={"deviceId": device})

    async def forward(self, call: CallEvent, *, to: str) -> shapes.CallParty:
        """`forwardCallParty` to a number ("+1…") or an extension number ("102"), while it rings. Raises ValueError."""
        return await self._api.forwardCallParty(**_party(call), body=target(to))

    async def to_voicemail(self, call: CallEvent, *, extension_id: str | None = None) -> shapes.CallParty:
        """`forwardCallParty` to a voicemail box, while it rings: the called extension's own by default."""
        return await self._api.forwardCallParty(**_party(call), body={"voicemail": extension_id or call.extension_id})

    async def reject(self, call: CallEvent) -> None:
        """rejectParty: stops ringing here; the call goes on to the next target, then voicemail."""
        await self._api.rejectParty(**_party(call))

    async def ignore(self, call: CallEvent, *, device: str) -> None:
        """ignoreCallInQueue: the queue goes on looking for another agent."""
        await self._api.ignoreCallInQueue(**_party(call), body={"deviceId": device})

    async def reply(self, call: CallEvent, *, text: str) -> shapes.ReplyParty:
        """replyParty: a voice speaks the text to the caller, and the call is over."""
        return await self._api.replyParty(**_party(call), body={"replyWithText": text})

    # -- while people talk

    async def hold(self, call: CallEvent) -> shapes.CallParty:
        """`holdCallParty`. Independent of hold pressed on a telephone: both must be undone."""
        return await self._api.holdCallParty(**_party(call))

    async def unhold(self, call: CallEvent) -> shapes.CallParty:
        """`unholdCallParty`."""
        return await self._api.unholdCallParty(**_party(call))

    async def mute(self, call: CallEvent, *, muted: bool = True) -> shapes.CallParty:
        """`updateCallParty`. Independent of mute pressed on a telephone: both must be undone."""
        body: Any = {"muted": muted}  # as the guide and every client have it; the schema wraps it once more
        return await self._api.updateCallParty(**_party(call), body=body)

    async def transfer(self, call: CallEvent, *, to: str) -> shapes.CallParty:
        """`transferCallParty` to a number or an extension number, without asking there first. Raises ValueError."""
        return await self._api.transferCallParty(**_party(call), body=target(to))

    async def warm_transfer(self, call: CallEvent, *, to: CallEvent) -> shapes.NowCallParty:
        """bridgeCallParty: joins the other side of `call` with that of `to`, our own second call; we leave both."""
        return await self._api.bridgeCallParty(**_party(call), body={**_party(to)})

    async def park(self, call: CallEvent) -> shapes.CallParty:
        """callParkParty, own incoming calls only; the answer holds `park.id`, the location to dial ("*801")."""
        return await self._api.callParkParty(**_party(call))

    async def pick_up(self, call: CallEvent, *, device: str) -> shapes.CallParty:
        """pickupCallParty: takes a parked call on the device with this id, which must be online."""
        return await self._api.pickupCallParty(**_party(call), body={"deviceId": device})

    async def flip(self, call: CallEvent, *, to: str) -> shapes.CallParty:
        """`callFlipParty` to the flip number ("1" to "9") of another of the person's telephones; dialled as "*1"."""
        return await self._api.callFlipParty(**_party(call), body={"callFlipId": f"*{to.removeprefix('*')}"})

    async def supervise(self, call: CallEvent, *, device: str) -> shapes.SuperviseCallSession:
        """superviseCallSession: the device with this id listens to the called extension's talk, unheard."""
        body: shapes.SuperviseCallSessionRequest = {
            "mode": "Listen", "supervisorDeviceId": device, "agentExtensionId": call.extension_id
        }  # fmt: skip
        return await self._api.superviseCallSession(telephonySessionId=call.session_id, body=body)

    async def record(self, call: CallEvent) -> shapes.CallRecording:
        """startCallRecording; the answer holds the recording's `id`. Not for conferences."""
        return await self._api.startCallRecording(**_party(call))

    async def pause_recording(self, call: CallEvent, recording_id: str, *, paused: bool = True) -> shapes.CallRecording:
        """`pauseResumeCallRecording`. The platform may refuse it for automatic recordings (Forbidden)."""
        return await self._api.pauseResumeCallRecording(
            **_party(call), body={"active": not paused}, recordingId=recording_id
        )

    async def drop(self, call: CallEvent) -> None:
        """deleteCallSession: hangs up for everybody; a call that is over already is success."""
        try:
            await self._api.deleteCallSession(telephonySessionId=call.session_id)
        except NotFound:
            return

    # -- at any time

    async def read(self, call: CallEvent) -> shapes.CallSessionObject:
        """readCallSessionStatus: the session with its parties as it is now."""
        return await self._api.readCallSessionStatus(telephonySessionId=call.session_id)

    async def call_out(self, *, device: str, to: str) -> shapes.CallSession:
        """`createCallOutCallSession`: the device with this id calls a number or an extension number. Or ValueError."""
        return await self._api.createCallOutCallSession(body={"from": {"deviceId": device}, "to": target(to)})

    async def ring_out(self, *, sender: str, to: str, prompt: bool = False) -> shapes.GetRingOutStatusResponse:
        """createRingOutCall: rings the number `sender`, then `to`. `prompt`: the first must press 1 before."""
        body: shapes.MakeRingOutRequest = {
            "from": {"phoneNumber": sender}, "to": {"phoneNumber": to}, "playPrompt": prompt
        }  # fmt: skip
        return await self._api.createRingOutCall(body=body)


class _Party(TypedDict):
    telephonySessionId: str
    partyId: str


def _party(call: CallEvent) -> _Party:
    return {"telephonySessionId": call.session_id, "partyId": call.party_id}


def target(to: str) -> Any:
    """A number as the platform's bodies want it. Raises WrongUse for what is neither kind of number."""
    if to.startswith("+"):
        return {"phoneNumber": to}
    if to.isdigit():
        return {"extensionNumber": to}
    raise WrongUse("the destination is neither a telephone number with + nor an extension number")
