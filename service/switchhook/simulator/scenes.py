"""Whole scenes by name: what happens in a company from the first ring to the last word, and what it left behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchhook.simulator.platform import Platform

Told = dict[str, Any]
Scene = Callable[["Platform"], Awaitable[Told]]
OUTSIDE = "+16505550100"
FRIEND = "+14155550123"


async def _inbound(platform: Platform) -> Told:
    """Somebody calls in through the menu, Ann answers, they talk, the caller hangs up."""
    call = await platform.ring("101")
    await platform.answer(_id(call))
    await platform.pass_time(5)
    return {"calls": [await platform.hang_up(_id(call))]}


async def _queue(platform: Platform) -> Told:
    """Three agents ring for the Sales queue, Bob takes the call."""
    call = await platform.ring("200")
    await platform.answer(_id(call), by="102")
    await platform.pass_time(5)
    return {"calls": [await platform.hang_up(_id(call))]}


async def _internal(platform: Platform) -> Told:
    """Ann calls Bob."""
    call = await platform.dial("101", "102")
    await platform.answer(_id(call))
    return {"calls": [await platform.hang_up(_id(call))]}


async def _blind_transfer(platform: Platform) -> Told:
    """Ann sends a caller on to Bob without a word."""
    call = await platform.ring("101")
    await platform.answer(_id(call))
    await platform.transfer(_id(call), "102")
    await platform.answer(_id(call))
    return {"calls": [await platform.hang_up(_id(call))]}


async def _warm_transfer(platform: Platform) -> Told:
    """Ann holds a caller, asks Bob, and puts the two together."""
    call = await platform.ring("101")
    await platform.answer(_id(call))
    await platform.hold(_id(call))
    second = await platform.dial("101", "102")
    await platform.answer(_id(second))
    await platform.bridge(_id(call), _id(second))
    return {"calls": [await platform.hang_up(_id(call))]}


async def _park(platform: Platform) -> Told:
    """Ann parks a caller, Cid picks the call up."""
    call = await platform.ring("101")
    await platform.answer(_id(call))
    location = (await platform.park(_id(call)))["location"]
    await platform.pick_up(location, by="103")
    return {"calls": [await platform.hang_up(_id(call))], "location": location}


async def _voicemail(platform: Platform) -> Told:
    """Ann does not want the call, the caller speaks to her voicemail, which is written down."""
    call = await platform.ring("101")
    await platform.reject(_id(call))
    times = platform.world.exchange.times
    await platform.pass_time(times.voicemail + platform.world.messages.pace.transcribed + 0.1)
    messages = platform.world.messages.store.overview()[platform.world.account.extension("101").id]
    return {"calls": [_id(call)], "messages": [messages[-1]]}


async def _conference(platform: Platform) -> Told:
    """Ann opens a conference and brings two callers in."""
    room = await platform.open_conference("101")
    await platform.join_conference(_id(room))
    for number in (OUTSIDE, FRIEND):
        call = await platform.ring("101", number)
        await platform.answer(_id(call))
        await platform.bring_in(_id(room), _id(call))
    return {"calls": [await platform.hang_up(_id(room))]}


async def _ring_out(platform: Platform) -> Told:
    """The platform calls Ann, then whom she wants to speak to."""
    request = await platform.ring_out("101", FRIEND)
    await platform.answer(request["first"])
    await platform.answer(request["second"])
    return {"calls": [await platform.hang_up(request["second"])]}


async def _missed(platform: Platform) -> Told:
    """The caller gives up before anybody answers."""
    call = await platform.ring("101")
    await platform.pass_time(5)
    return {"calls": [await platform.hang_up(_id(call))]}


async def _text(platform: Platform) -> Told:
    """A text comes in for Ann."""
    return {"messages": [await platform.text("101", OUTSIDE, "Are you open on Saturday?")]}


async def _mms(platform: Platform) -> Told:
    """A picture comes in for Ann."""
    return {"messages": [await platform.text("101", OUTSIDE, "This is the part", pictures=1)]}


async def _group_text(platform: Platform) -> Told:
    """A text comes in that somebody else got too."""
    return {"messages": [await platform.text("101", OUTSIDE, "Lunch?", others=(FRIEND,))]}


async def _fax(platform: Platform) -> Told:
    """A fax of two pages comes in for Ann."""
    return {"messages": [await platform.fax("101", OUTSIDE, pages=2)]}


async def _chat(platform: Platform) -> Told:
    """Bob and Cid talk in the team chat."""
    said = (("102", "Who takes the call at ten?"), ("103", "I do."), ("102", "Thanks"))
    return {"posts": [await platform.post("Front desk", text, by) for by, text in said]}


SCENES: dict[str, Scene] = {
    "inbound": _inbound,
    "queue": _queue,
    "internal": _internal,
    "blind-transfer": _blind_transfer,
    "warm-transfer": _warm_transfer,
    "park": _park,
    "voicemail": _voicemail,
    "conference": _conference,
    "ring-out": _ring_out,
    "missed": _missed,
    "text": _text,
    "mms": _mms,
    "group-text": _group_text,
    "fax": _fax,
    "chat": _chat,
}
"""Every scene; its docstring says what happens."""


def _id(call: Told) -> str:
    return str(call["telephonySessionId"])
