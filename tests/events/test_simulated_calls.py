"""The simulated platform's own calls, over real HTTP: what they tell in order, shuffled, and as one extension."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from switchhook.events import types
from switchhook.events.types import CallEnded, Event
from switchhook.simulator.platform import Platform
from tests.events.streams import PEOPLE, Folder
from tests.events.test_shuffles import check_shuffled
from tests.simulator.calling import answered, device, path
from tests.simulator.conftest import Client, Receiver

Call = dict[str, Any]


def streams_of(receiver: Receiver) -> list[list[bytes]]:
    """The telephony notifications by session, each in order."""
    sessions: dict[str, list[tuple[int, bytes]]] = {}
    for _, content in receiver.requests:
        body = orjson.loads(content)["body"]
        sessions.setdefault(body["telephonySessionId"], []).append((body["sequence"], content))
    return [[raw for _, raw in sorted(each)] for each in sessions.values()]


def told_by(platform: Platform, events: list[Event]) -> list[str]:
    """Who, what."""
    names = {each.id: each.number for each in platform.world.account.extensions.values()}
    facts = [each for each in events if isinstance(each, types.CallEvent) and not isinstance(each, types.PartyChanged)]
    return [f"{names.get(each.extension_id, 'outside')} {type(each).__name__}" for each in facts]


async def menu(client: Client, platform: Platform) -> None:
    """A call from outside, held, taken back, ended."""
    call = await platform.ring("101")
    await platform.answer(call["telephonySessionId"])
    await platform.hold(call["telephonySessionId"])
    await platform.unhold(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def outside(client: Client, platform: Platform) -> None:
    """A call to the outside."""
    call = await platform.dial("101")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def inside(client: Client, platform: Platform) -> None:
    """A call to a colleague."""
    call = await platform.dial("101", "102")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def missed(client: Client, platform: Platform) -> None:
    """The caller gives up."""
    call = await platform.ring("101")
    await platform.hang_up(call["telephonySessionId"])


async def rejected(client: Client, platform: Platform) -> None:
    """The called person does not want it; the caller hangs up in voicemail."""
    call = await platform.ring("101")
    await platform.reject(call["telephonySessionId"])
    await platform.advance(20)


async def queue(client: Client, platform: Platform) -> None:
    """Three agents ring, one takes it."""
    call = await platform.ring("200")
    await platform.answer(call["telephonySessionId"], by="102")
    await platform.hang_up(call["telephonySessionId"])


async def queue_in_vain(client: Client, platform: Platform) -> None:
    """Nobody takes it, the caller gives up."""
    call = await platform.ring("200")
    await platform.hang_up(call["telephonySessionId"])


async def forwarded(client: Client, platform: Platform) -> None:
    """A ringing call goes to a colleague, who takes it."""
    call = await platform.ring("101")
    await client.call("POST", path(call, call["parties"][-1], "forward"), {"extensionNumber": "102"})
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def transferred(client: Client, platform: Platform) -> None:
    """Unannounced, to the outside."""
    call, _ = await answered(client)
    await platform.transfer(call["telephonySessionId"], "+14155550123")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def bridged(client: Client, platform: Platform) -> None:
    """A warm transfer: the first call goes on with the colleague, the second session ends."""
    call, _ = await answered(client)
    await platform.hold(call["telephonySessionId"])
    second = await platform.dial("101", "102")
    second = await platform.answer(second["telephonySessionId"])
    await platform.bridge(call["telephonySessionId"], second["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def parked(client: Client, platform: Platform) -> None:
    """And fetched by a colleague."""
    call, _ = await answered(client)
    location = (await platform.park(call["telephonySessionId"]))["location"]
    await platform.pick_up(location, by="102")
    await platform.hang_up(call["telephonySessionId"])


async def flipped(client: Client, platform: Platform) -> None:
    """To another telephone of the same person."""
    call, party = await answered(client)
    await client.call("POST", path(call, party, "flip"), {"callFlipId": "*2"})
    await platform.hang_up(call["telephonySessionId"])


async def supervised(client: Client, platform: Platform) -> None:
    """Ann listens to Bob's call."""
    call, _ = await answered(client, "102")
    bob = platform.world.account.extension("102").id
    body = {"mode": "Listen", "supervisorDeviceId": device(platform, "101"), "agentExtensionId": bob}
    assert (await client.call("POST", path(call, None, "supervise"), body)).status == 201
    await platform.hang_up(call["telephonySessionId"])


async def conference(client: Client, platform: Platform) -> None:
    """A caller is brought into a conference."""
    call, _ = await answered(client)
    body = {"telephonySessionId": call["telephonySessionId"], "partyId": call["parties"][0]["id"]}
    session = (await client.call("POST", "/telephony/conference")).body["session"]
    room = await platform.join_conference(session["id"])
    assert (await client.call("POST", f"{path(room)}/parties/bring-in", body)).status == 201
    await platform.hang_up(room["telephonySessionId"])


async def ring_out(client: Client, platform: Platform) -> None:
    """Two sessions: the person's own telephone, then the one called."""
    ann = platform.world.account.extension("101")
    body = {"from": {"phoneNumber": ann.phone_numbers[0]}, "to": {"phoneNumber": "+14155550123"}}
    assert (await client.call("POST", "/extension/~/ring-out", body)).status == 200
    await platform.delivered()
    first, second = platform.state()["sessions"].values()
    own = first if any(each["direction"] == "Inbound" for each in first["parties"]) else second
    await platform.answer(own["id"])
    target = second if own is first else first
    await platform.answer(target["id"])
    await platform.hang_up(target["id"])


Scene = Callable[[Client, Platform], Awaitable[None]]
RINGS, TAKEN, ENDS, MISSED = "CallRinging", "CallAnswered", "CallEnded", "CallMissed"
AGENTS = ("101", "102", "103")
SCENES: dict[Scene, list[list[str]]] = {
    menu: [[f"101 {RINGS}", f"101 {TAKEN}", "101 CallHeld", "101 CallResumed", f"101 {ENDS}"]],
    outside: [[f"101 {TAKEN}", f"101 {ENDS}"]],
    inside: [[f"102 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"]],
    missed: [[f"101 {RINGS}", f"101 {ENDS}", f"101 {MISSED}"]],
    rejected: [[f"101 {RINGS}", f"101 {ENDS}", f"101 {MISSED}"]],
    queue: [[f"101 {RINGS}", f"102 {RINGS}", f"103 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"]],
    queue_in_vain: [
        [
            f"101 {RINGS}",
            f"102 {RINGS}",
            f"103 {RINGS}",
            f"103 {ENDS}",
            f"101 {MISSED}",
            f"102 {MISSED}",
            f"103 {MISSED}",
        ]
    ],
    forwarded: [[f"101 {RINGS}", f"102 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"]],
    transferred: [[f"101 {RINGS}", f"101 {TAKEN}", f"outside {TAKEN}", f"101 {ENDS}"]],
    bridged: [
        [f"101 {RINGS}", f"101 {TAKEN}", "101 CallHeld", f"102 {TAKEN}", f"101 {ENDS}"],
        [f"102 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"],
    ],
    parked: [[f"101 {RINGS}", f"101 {TAKEN}", "101 CallParked", "101 CallResumed", f"102 {TAKEN}", f"101 {ENDS}"]],
    flipped: [[f"101 {RINGS}", f"101 {TAKEN}", f"101 {TAKEN}", f"101 {ENDS}"]],
    supervised: [[f"102 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"]],
    conference: [[f"101 {RINGS}", f"101 {TAKEN}", f"101 {ENDS}"], [f"101 {ENDS}"]],
    ring_out: [[f"101 {TAKEN}", f"101 {ENDS}"], [f"101 {ENDS}"]],
}
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)


@every_scene
async def test_calls(scene: Scene, client: Client, watched: Receiver, platform: Platform) -> None:
    """Each session tells its facts in order, and the same ones, each once, when shuffled and doubled."""
    await scene(client, platform)
    await platform.delivered()
    expected = SCENES[scene]
    streams = streams_of(watched)
    found = []
    for stream in streams:
        folder = Folder()
        events = folder(*stream)
        found.append(told_by(platform, events))
        assert folder.review_in is None
        assert folder.reads == 0
        for seed in range(20):
            arrivals = [*stream, *stream[:3]]
            random.Random(seed).shuffle(arrivals)
            check_shuffled(arrivals, events)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("scene", [bridged, conference])
async def test_a_session_that_moved_says_where(
    scene: Scene, client: Client, watched: Receiver, platform: Platform
) -> None:
    """The session that ended so names the one in which its people talk on; that one ends where it is."""
    await scene(client, platform)
    await platform.delivered()
    events = [each for stream in streams_of(watched) for each in Folder()(*stream)]
    ended = {each.session_id: each.moved_to for each in events if isinstance(each, CallEnded)}
    [(moved, to)] = [(session, to) for session, to in ended.items() if to]
    assert to in ended.keys() - {moved}


@pytest.mark.parametrize("who", ["101", "102"])
async def test_one_extension(client: Client, receiver: Receiver, platform: Platform, who: str) -> None:
    """A subscription for one extension: its own party alone; one read at the end finds that the call is over."""
    extension = platform.world.account.extension(who).id
    await client.subscribe(f"A/extension/{extension}/telephony/sessions", address=receiver.url)
    receiver.clear()
    await transferred_inside(client, platform)
    await platform.delivered()
    [stream] = streams_of(receiver)
    folder = Folder()
    events = [*folder(*stream), *folder.silence()]
    assert folder.review_in is None
    assert (
        told_by(platform, events)
        == {
            "101": [f"101 {RINGS}", f"101 {TAKEN}", f"101 {ENDS}"],
            "102": [f"102 {RINGS}", f"102 {TAKEN}", f"102 {ENDS}"],
        }[who]
    )


async def transferred_inside(client: Client, platform: Platform) -> None:
    """Unannounced, to a colleague."""
    call, _ = await answered(client)
    await platform.transfer(call["telephonySessionId"], "102")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])


async def test_adoption_and_review_read_the_platform(client: Client, watched: Receiver, platform: Platform) -> None:
    """Answers of the simulated API heal what was missed: the end's read is a 404, the middle's the whole session."""
    call, _ = await answered(client)
    await platform.delivered()
    missed_so_far = list(watched.requests)
    await platform.hold(call["telephonySessionId"])
    await platform.delivered()
    session = (await client.call("GET", path(call))).body
    folder = Folder(session)
    [raw] = [content for headers, content in watched.requests if (headers, content) not in missed_so_far]
    events = folder(raw)
    assert folder.reads == 1
    assert told_by(platform, events) == ["101 CallHeld", f"101 {TAKEN}"]
    watched.clear()
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    [stream] = streams_of(watched)
    assert told_by(platform, folder(*stream)) == [f"101 {ENDS}"]
    assert folder.review_in is None


def test_the_people_of_the_made_up_streams_are_none_of_the_platforms() -> None:
    """So that no test passes by a coincidence of ids."""
    assert not set(PEOPLE.values()) & set(Platform(seed=7).world.account.extensions)
