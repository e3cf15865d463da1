"""Call control: what an application may tell a call to do, and in which state. Raises Refused (TAS-…, CMN-…)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from switchhook.simulator.account import Device, Extension
from switchhook.simulator.errors import Refused, invalid, not_found, operation_not_allowed, wrong_state
from switchhook.simulator.telephony.exchange import Exchange
from switchhook.simulator.telephony.scenes import is_phone_number
from switchhook.simulator.telephony.session import RINGING, TALKING, Party, Recording, Session


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is sent on to: an extension, a number outside, or an extension's voicemail."""

    extension: Extension | None
    number: str
    voicemail: bool = False


def answer(exchange: Exchange, session: Session, party: Party, device_id: object) -> None:
    """One device of the extension picks up, a moment after the command is answered."""
    device = own_device(exchange, party, device_id)
    if party.code not in RINGING or party.answering or party.direction != "Inbound":
        raise wrong_state()
    party.answering = True
    party.to = replace(party.to, device_id=device.id)

    def pick_up() -> None:
        if party.code in RINGING:
            exchange.picked_up(session, party, device.id)

    exchange.later(exchange.times.pick_up, pick_up)


def reject(exchange: Exchange, session: Session, party: Party) -> None:
    """It stops ringing here; voicemail takes the call."""
    _ringing(party)
    exchange.to_voicemail(session, party)


def ignore(exchange: Exchange, session: Session, party: Party, device_id: object) -> None:
    """One device stops ringing; when none rings any more, it is as rejected."""
    _ringing(party)
    if not isinstance(device_id, str):
        raise invalid("deviceId")
    if device_id not in party.ringing_devices:
        raise not_found("deviceId")
    party.ringing_devices.discard(device_id)
    if not party.ringing_devices:
        exchange.to_voicemail(session, party)


def forward(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """A ringing call goes to somebody else."""
    target = read_target(exchange, body)
    _ringing(party)
    _send_on(exchange, session, party, target)


def transfer(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """A call that was answered goes to somebody else, unannounced."""
    target = read_target(exchange, body)
    _talking(party)
    _send_on(exchange, session, party, target)


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
    exchange.leave(session, party)
    if session.voice_call_token is None and len(session.alive_parties()) < 2:
        exchange.end(session)


def change(exchange: Exchange, session: Session, party: Party, body: Mapping[str, Any]) -> None:
    """`muted` and `standAlone`, on top level or within `party`."""
    inner = body.get("party", body)
    if not isinstance(inner, Mapping):
        raise invalid("party")
    for name in ("muted", "standAlone"):
        if not isinstance(inner.get(name, False), bool):
            raise invalid(name)
    _talking(party)
    party.muted = inner.get("muted", party.muted)
    party.stand_alone = inner.get("standAlone", party.stand_alone)
    exchange.tell(session, party)


def start_recording(exchange: Exchange, session: Session, party: Party) -> Recording:
    """Raises Refused (TAS-101) unless people talk."""
    if party.code != "Answered" or session.origin == "Conference":
        raise Refused(403, "TAS-101", "Incorrect State [WrongState]")
    active = next((each for each in party.recordings if each.active), None)
    if active is not None:
        return active
    recording = Recording(exchange.identifiers.entity())
    party.recordings.append(recording)
    exchange.tell(session, party)
    return recording


def pause_recording(
    exchange: Exchange, session: Session, party: Party, recording_id: str, body: Mapping[str, Any]
) -> Recording:
    """Pause or go on, by `active`."""
    recording = next((each for each in party.recordings if each.id == recording_id), None)
    if recording is None:
        raise not_found("recordingId")
    if not isinstance(body.get("active"), bool):
        raise invalid("active")
    if party.code not in TALKING:
        raise Refused(403, "TAS-101", "Incorrect State [WrongState]")
    recording.active = body["active"]
    exchange.tell(session, party)
    return recording


def own_device(exchange: Exchange, party: Party, device_id: object) -> Device:
    """A device that the party's extension has and that is online. Raises Refused (CMN-101, 102, TAS-106)."""
    if not isinstance(device_id, str) or not device_id:
        raise invalid("deviceId")
    found = exchange.account.device(device_id)
    if found is None:
        raise not_found("deviceId")
    owner, device = found
    if owner is not party.extension or not device.online:
        raise operation_not_allowed()
    return device


def read_target(exchange: Exchange, body: Mapping[str, Any]) -> Target:
    """Exactly one of phoneNumber, extensionNumber, extensionId, voicemail."""
    given = [key for key in ("phoneNumber", "extensionNumber", "extensionId", "voicemail") if body.get(key)]
    if len(given) != 1:
        raise invalid(given[1] if given else "phoneNumber")
    key, value = given[0], str(body[given[0]])
    account = exchange.account
    if key == "phoneNumber":
        extension = account.by_phone_number(value) or account.by_number(value)
        if extension is None and not is_phone_number(value):
            raise invalid("phoneNumber")
        return Target(extension, value)
    extension = account.by_number(value) if key == "extensionNumber" else account.extensions.get(value)
    if extension is None:
        raise not_found(key)
    return Target(extension, extension.number, voicemail=key == "voicemail")


def _send_on(exchange: Exchange, session: Session, party: Party, target: Target) -> None:
    """The leg ends as transferred; the rest of the call goes on with a new one."""
    others = [each for each in session.alive_parties() if each is not party]
    remaining = others[0] if others else party
    from_ = remaining.from_ if remaining.direction == "Outbound" else remaining.to
    exchange.move(session, party, "Disconnected", "BlindTransfer")
    if target.extension is None:
        new = exchange.ring_outside(session, target.number, from_)
        exchange.end_later(exchange.times.ring, session, new, "Proceeding")
        return
    new = exchange.reach(session, target.extension, from_, target.number)
    if target.voicemail:
        exchange.to_voicemail(session, new)
    else:
        exchange.ring(session, new)


def _ringing(party: Party) -> None:
    if party.code not in RINGING or party.direction != "Inbound" or party.answering:
        raise wrong_state()


def _talking(party: Party) -> None:
    if party.code not in TALKING:
        raise wrong_state()
