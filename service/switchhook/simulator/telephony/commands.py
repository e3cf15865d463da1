"""Call control: what an application may tell a leg to do, and in which state. Raises Refused (TAS-…, CMN-…)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from switchhook.simulator.account import Device, Extension
from switchhook.simulator.errors import Refused, invalid, not_found, operation_not_allowed, wrong_state
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.session import TALKING, Party, Recording, Session

PATTERNS = (
    "WillCallYouBack", "CallMeBack", "OnMyWay", "OnTheOtherLine", "WillCallYouBackLater", "CallMeBackLater",
    "InAMeeting", "OnTheOtherLineNoCall",
)  # fmt: skip
TIMED = ("WillCallYouBack", "CallMeBack", "OnMyWay")
UNITS = ("Minute", "Hour", "Day")


def answer(exchange: Exchange, session: Session, party: Party, device_id: object) -> None:
    """One device of the extension picks up, a moment after the command is answered."""
    device = online_device(exchange, device_id, party.extension)
    if not party.rings:
        raise wrong_state()
    party.answering = True
    party.to = replace(party.to, device_id=device.id)

    def pick_up() -> None:
        if party.answering and party.alive:
            exchange.picked_up(session, party, device.id)

    exchange.later(exchange.times.pick_up, pick_up)


def reject(exchange: Exchange, session: Session, party: Party) -> None:
    """It stops ringing here: the queue looks on, or voicemail takes the call."""
    if not party.rings:
        raise wrong_state()
    exchange.refuse(session, party, "Rejected")


def ignore(exchange: Exchange, session: Session, party: Party, device_id: object) -> None:
    """One device stops ringing; when none rings any more, it is as rejected."""
    if not isinstance(device_id, str) or not device_id:
        raise invalid("deviceId")
    if not party.rings:
        raise wrong_state()
    if device_id not in party.ringing_devices:
        raise not_found("deviceId")
    party.ringing_devices.discard(device_id)
    if not party.ringing_devices:
        exchange.refuse(session, party, None)


def reply(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """The platform speaks a text to the caller, and the call ends."""
    text, pattern = body.get("replyWithText"), body.get("replyWithPattern")
    if pattern is not None:
        if not isinstance(pattern, Mapping) or pattern.get("pattern") not in PATTERNS:
            raise invalid("replyWithPattern.pattern")
        if pattern["pattern"] in TIMED:
            if not isinstance(pattern.get("time", 1), int):
                raise invalid("replyWithPattern.time")
            if pattern.get("timeUnit", "Minute") not in UNITS:
                raise invalid("replyWithPattern.timeUnit")
    elif not isinstance(text, str) or not text:
        raise invalid("replyWithText")
    if not party.rings:
        raise wrong_state()
    exchange.leave(session, party, "CallReplied")
    exchange.later(0, lambda: exchange.hang_up_lonely(session))


def hold(exchange: Exchange, session: Session, party: Party) -> None:
    """The others hear music."""
    if party.code != "Answered":
        raise wrong_state()
    exchange.move(session, party, "Hold")


def unhold(exchange: Exchange, session: Session, party: Party) -> None:
    """They talk again."""
    if party.code != "Hold":
        raise wrong_state()
    exchange.move(session, party, "Answered")


def drop(exchange: Exchange, session: Session, party: Party) -> None:
    """One leg is ended; whoever would be left alone is hung up too."""
    if party.rings and party.ringer is not None:
        party.ringer.refused(party, None)
    else:
        exchange.leave(session, party)
    exchange.hang_up_lonely(session)


def delete(exchange: Exchange, session: Session, party: Party) -> None:
    """An application drops a leg. Raises Refused (TAS-106), see `times.drops_any`."""
    special = session.is_conference or party.supervises or party.code == "Parked"
    if not exchange.times.drops_any and not special:
        raise operation_not_allowed()
    drop(exchange, session, party)


def change(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """`muted` and `standAlone`, on top level or within `party`."""
    inner = body.get("party", body)
    if not isinstance(inner, Mapping):
        raise invalid("party")
    for name in ("muted", "standAlone"):
        if not isinstance(inner.get(name, False), bool):
            raise invalid(name)
    if party.code not in TALKING:
        raise wrong_state()
    party.muted = inner.get("muted", party.muted)
    party.stand_alone = inner.get("standAlone", party.stand_alone)
    exchange.tell(session, party)


def start_recording(exchange: Exchange, session: Session, party: Party, *, automatic: bool = False) -> Recording:
    """Raises Refused (TAS-101) unless people talk; conferences are not recorded."""
    if party.code != "Answered" or session.is_conference:
        raise Refused(403, "TAS-101", "Incorrect State [WrongState]")
    active = next((each for each in party.recordings if each.active), None)
    if active is not None:
        return active
    recording = Recording(exchange.identifiers.entity(), exchange.clock.now(), automatic=automatic)
    party.recordings.append(recording)
    exchange.tell(session, party)
    return recording


def pause_recording(
    exchange: Exchange, session: Session, party: Party, recording_id: str, body: Mapping[str, Any]
) -> Recording:
    """Pause or go on, by `active`. Raises Refused (TAS-115) for what the platform records by itself."""
    recording = next((each for each in party.recordings if each.id == recording_id), None)
    if recording is None:
        raise not_found("recordingId")
    if not isinstance(body.get("active"), bool):
        raise invalid("active")
    if party.code not in TALKING:
        raise Refused(403, "TAS-101", "Incorrect State [WrongState]")
    if recording.automatic:
        raise Refused(403, "TAS-115", "ACR mute is not supported for this call")
    recording.active = body["active"]
    exchange.tell(session, party)
    return recording


def online_device(exchange: Exchange, device_id: object, extension: Extension | None = None) -> Device:
    """A device that is online, of `extension` if given. Raises Refused (CMN-101, CMN-102, TAS-106)."""
    return device_and_owner(exchange, device_id, extension)[1]


def device_and_owner(
    exchange: Exchange, device_id: object, extension: Extension | None = None, parameter: str = "deviceId"
) -> tuple[Extension, Device]:
    """A device that is online and whose it is. Raises Refused (CMN-101, CMN-102, TAS-106)."""
    if not isinstance(device_id, str) or not device_id:
        raise invalid(parameter)
    found = exchange.account.device(device_id)
    if found is None:
        raise not_found(parameter)
    owner, device = found
    if not device.online or extension not in (None, owner):
        raise operation_not_allowed()
    return owner, device
