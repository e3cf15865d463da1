"""The fold on real streams: what it tells in order, and that no order of arrival changes it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from switchhook.events.calls import Call, fold
from switchhook.events.types import (
    CallAnswered,
    CallEnded,
    CallEvent,
    CallHeld,
    CallMissed,
    CallRinging,
    PartyChanged,
)
from tests.events import streams
from tests.events.streams import (
    CALLER,
    PEOPLE,
    REAL,
    START,
    Folder,
    calls_inside,
    calls_out,
    in_order,
    leg,
    outside_calls_in,
    parts_of,
    person,
    source,
    told,
)

every_stream = pytest.mark.parametrize("stream", REAL.values(), ids=REAL.keys())
Stream = Callable[[], list[bytes]]


def test_a_call_from_outside_through_the_menu() -> None:
    """The user's telephone rings once, is answered, holds, resumes, and the call ends with the caller's leg."""
    events = in_order(outside_calls_in())
    assert told(events) == [
        "101 CallRinging",
        "101 CallAnswered",
        "101 CallHeld",
        "101 CallResumed",
        "101 CallEnded",
    ]
    ring = next(each for each in events if isinstance(each, CallRinging))
    assert (ring.caller, ring.caller_name, ring.callee) == ("+14083388064", "Joe Caller", "+18003151571")
    assert (ring.direction, ring.party_id[-2:], ring.overtaken) == ("Inbound", "-3", False)
    assert (ring.origin, ring.log_session_id, ring.key) == ("Call", "429180487016", "key")
    assert ring.raw["parties"][0]["status"]["code"] == "Proceeding"
    ended = events[-1]
    assert isinstance(ended, CallEnded)
    assert ended.answered
    assert ended.complete
    assert ended.extension_ids == (PEOPLE["ivr"], PEOPLE["101"])
    assert ended.duration == pytest.approx(31.044, abs=0.1)


def test_a_call_to_the_outside() -> None:
    """The far end of an outgoing call does not ring here; its answer is told of our own party, once that is up."""
    events = in_order(calls_out())
    assert told(events) == ["101 CallAnswered", "101 CallHeld", "101 CallResumed", "101 CallEnded"]
    answer = next(each for each in events if isinstance(each, CallAnswered))
    assert (answer.direction, answer.party_id[-2:], answer.callee) == ("Outbound", "-1", "+16579991394")


def test_a_call_to_a_colleague() -> None:
    """The callee rings and answers; the caller's own Answered, which comes before, is nobody's answer."""
    events = in_order(calls_inside())
    assert told(events) == ["102 CallRinging", "102 CallAnswered", "101 CallHeld", "101 CallResumed", "102 CallEnded"]
    answer = next(each for each in events if isinstance(each, CallAnswered))
    assert answer.at > START + timedelta(seconds=4)


@every_stream
def test_the_end_comes_with_the_last_leg(stream: Stream) -> None:
    """The end is told by the last notification and by no other, and nothing is left to wait for."""
    folder, notifications = Folder(), stream()
    assert not any(isinstance(each, CallEnded) for each in folder(*notifications[:-1]))
    assert [type(each) for each in folder(notifications[-1])] == [PartyChanged, CallEnded]
    assert folder.review_in is None
    assert folder.reads == 0


@every_stream
def test_every_party_change_is_told(stream: Stream) -> None:
    """Below the facts each notification is one change of one party."""
    changes = [each for each in in_order(stream()) if isinstance(each, PartyChanged)]
    assert [each.sequence for each in changes] == list(range(2, 2 + len(stream())))
    assert [each.overtaken for each in changes] == [False] * len(changes)


@every_stream
def test_folding_a_part_again_yields_the_same(stream: Stream) -> None:
    """A part folded before yields equal events again, whatever was folded since, and leaves the call as it was."""
    shuffled = stream()
    random.Random(3).shuffle(shuffled)
    folder = Folder()
    first = [folder(raw) for raw in shuffled]
    stored = folder.stored
    assert [folder(raw) for raw in reversed(shuffled)] == list(reversed(first))
    assert folder.stored == stored


def test_a_replay_that_may_repeat_effects_has_new_ids() -> None:
    """With a nonce the identity of the part and the ids of its events are new; the call does not change."""
    folder, notifications = Folder(), outside_calls_in()
    folder(*notifications)
    assert folder.stored
    call = Call.restore(folder.stored)
    for raw in notifications:
        [plain], [again] = parts_of(raw), parts_of(raw, source(again="n1"))
        assert again.identity == f"{plain.identity}~n1"
        assert [each.id for each in fold(call, again).events] == [f"{each.id}~n1" for each in fold(call, plain).events]


def test_a_ring_learnt_of_after_the_answer_is_overtaken() -> None:
    """It comes, once, with its own time, and says that it is history."""
    notifications = outside_calls_in()
    folder = Folder()
    assert "101 CallAnswered" not in told(folder(*notifications[:5], notifications[6]))
    late = folder(notifications[5])
    assert told(late) == ["101 CallRinging", "101 CallAnswered"]
    ring, answer = late[1:]
    assert isinstance(ring, CallRinging)
    assert isinstance(answer, CallAnswered)
    assert ring.overtaken
    assert not answer.overtaken
    assert ring.at < answer.at
    assert isinstance(late[0], PartyChanged)
    assert late[0].overtaken


@pytest.mark.parametrize("who", ["101", "102"])
def test_the_stream_of_one_extension(who: str) -> None:
    """At extension level only the extension's own party arrives; the end is found by a read after some silence."""
    own = [raw for raw in calls_inside() if PEOPLE[who] in str(parts_of(raw)[0].party.get("extensionId"))]
    folder = Folder()
    events = folder(*own)
    assert not any(isinstance(each, CallEnded) for each in events)
    assert folder.review_in == 3.0
    [ended] = folder.silence()
    assert isinstance(ended, CallEnded)
    assert not ended.complete
    assert ended.answered == (who == "102")
    assert folder.reads == 1
    assert folder.review_in is None
    expected = {"101": ["101 CallHeld", "101 CallResumed"], "102": ["102 CallRinging", "102 CallAnswered"]}
    assert told(events) == expected[who]


def test_the_menu_leaves_before_anybody_else_is_known() -> None:
    """The IVR's leg ends while the call goes on: alone, it does not end the call, not even after some silence."""
    notifications = outside_calls_in()
    folder = Folder()
    assert told(folder(notifications[3])) == []
    assert folder.review_in == 3.0
    live = {"parties": [{"id": parts_of(notifications[0])[0].party["id"], "status": {"code": "Answered"}}]}
    assert folder.silence(live) == []
    assert folder.review_in == 3600.0
    assert told(folder(*notifications[4:])) == told(in_order(notifications))


def test_first_seen_in_the_middle() -> None:
    """A call under way is adopted by one read; what the read tells is folded too."""
    notifications = outside_calls_in()
    parties = [parts_of(notifications[index])[0].party for index in (2, 3, 7)]
    folder = Folder({"id": "s-1", "origin": {"type": "Call"}, "parties": parties})
    events = folder(notifications[7])
    assert folder.reads == 1
    assert told(events) == ["101 CallHeld", "101 CallAnswered"]
    assert [each.overtaken for each in events if isinstance(each, CallAnswered)] == [True]
    assert told(folder(*notifications[8:])) == ["101 CallResumed", "101 CallEnded"]
    ended = folder.events[-1]
    assert isinstance(ended, CallEnded)
    assert not ended.complete
    assert folder.reads == 1


def test_adoption_that_finds_a_ring() -> None:
    """A read tells of a telephone that rings; the notification that comes after it does not tell it again."""
    notifications = outside_calls_in()
    parties = [parts_of(notifications[index])[0].party for index in (2, 3, 5)]
    folder = Folder({"parties": parties})
    assert told(folder(notifications[2])) == ["101 CallRinging"]
    assert told(folder(*notifications[5:7])) == ["101 CallAnswered"]
    again = Folder({"parties": parties})
    again.stored = folder.stored
    assert told(again(notifications[2])) == ["101 CallRinging"]
    assert again.reads == 0


def test_a_crash_before_the_adoption_was_stored() -> None:
    """The part is folded again and asks again."""
    [part] = parts_of(outside_calls_in()[7])
    first = fold(None, part)
    assert first.adopt
    again = fold(Call.restore(first.call.dump()), part)
    assert again.adopt == first.adopt
    assert again.events == first.events


def test_a_session_first_seen_at_its_end() -> None:
    """A single Disconnected asks for no adoption; after some silence the end is told."""
    folder = Folder()
    assert told(folder(outside_calls_in()[-1])) == []
    assert folder.reads == 0
    [ended] = folder.silence()
    assert isinstance(ended, CallEnded)
    assert (ended.complete, ended.answered) == (False, False)


def test_no_answer_lost_no_answer_invented() -> None:
    """An answer that is still on its way is no miss: nothing is concluded while a sequence is missing."""
    notifications = outside_calls_in()
    folder = Folder()
    early = folder(*notifications[:6], *notifications[9:])
    assert not any(isinstance(each, CallEnded | CallMissed) for each in early)
    assert told(folder(*notifications[6:9]))[-1] == "101 CallEnded"
    assert not any(isinstance(each, CallMissed) for each in folder.events)


def test_a_call_that_never_stops_changing() -> None:
    """State stays bounded; what was forgotten and comes again is known to have been seen, and says nothing new."""
    stream = streams.Stream()
    tell = leg(stream, 3, "101", "Inbound", (CALLER, person("101")))
    notifications = [tell(code) for code in ["Proceeding", "Answered", *["Hold", "Answered"] * 300]]
    folder = Folder()
    events = folder(*notifications)
    assert folder.stored
    assert len(folder.stored) < 80_000
    assert len([each for each in events if isinstance(each, CallHeld)]) == 300
    assert [type(each) for each in folder(notifications[40])] == [PartyChanged]
    assert told(folder(notifications[-1])) == ["101 CallResumed"]
    assert told(folder(tell("Disconnected"))) == ["101 CallEnded"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1,2]", b'["1","s",{}]', b'["1","s",{"parties":{"p":{"seen":[[1]]}}}]'])
def test_a_call_that_cannot_be_restored(data: bytes) -> None:
    """Bytes that are no call are a ValueError, nothing else."""
    with pytest.raises(ValueError, match="not a stored call"):
        Call.restore(data)


def test_a_second_delivery_tells_what_the_first_told() -> None:
    """Received later, under another uuid: the events are equal to the first ones, moment of receipt included."""
    for raw in outside_calls_in()[5:6]:
        [first], [second] = parts_of(raw), parts_of(raw, source(START + timedelta(seconds=9)))
        told_first = fold(None, first)
        assert fold(told_first.call, second).events == told_first.events
        assert len(told_first.events) == 2


def test_a_late_part_does_not_bring_back_old_names() -> None:
    """The newest part decides who is who; an older one fills in only what is unknown."""
    stream = streams.Stream()
    tell = leg(stream, 3, "101", "Inbound", (CALLER, person("101")))
    old = tell("Setup", queueCall=True, **{"from": {"phoneNumber": "+1", "name": "Old"}})
    new = tell("Proceeding")
    folder = Folder()
    folder(new, old)
    [ended, _] = folder.silence()
    assert isinstance(ended, CallEvent)
    assert (ended.caller_name, ended.queue_call) == ("Joe Caller", True)


def test_the_same_state_again_overtakes_nothing() -> None:
    """A change of mute after the answer leaves it the state to act on, though it was told late."""
    stream = streams.Stream()
    tell = leg(stream, 3, "101", "Inbound", (CALLER, person("101")))
    setup, ring, answer, muted = tell("Setup"), tell("Proceeding"), tell("Answered"), tell("Answered", muted=True)
    late = Folder()(setup, muted, answer, ring)
    assert [each.overtaken for each in late if isinstance(each, CallAnswered)] == [False]
    assert [each.overtaken for each in late if isinstance(each, CallRinging)] == [True]


def test_a_ring_of_a_call_that_is_over_is_overtaken() -> None:
    """The read says that the session is gone; then a ring of it comes in late."""
    notifications = outside_calls_in()
    folder = Folder()
    folder(notifications[2])
    assert folder.reads == 1
    rings = [each for each in folder(notifications[5]) if isinstance(each, CallRinging)]
    assert [each.overtaken for each in rings] == [True]
    assert folder.review_in == 3.0


def test_who_hands_a_call_on_does_not_end_it() -> None:
    """Everybody that is known has left, the last by a transfer: somebody is still to come."""
    stream = streams.Stream()
    ann = leg(stream, 1, "101", "Outbound", (person("101"), streams.OUTSIDE))
    far = leg(stream, 2, None, "Inbound", (person("101"), streams.OUTSIDE))
    bob = leg(stream, 3, "102", "Inbound", (person("101"), person("102")))
    folder = Folder()
    folder(ann("Setup"), far("Proceeding"), ann("Proceeding"), far("Answered"), ann("Answered"))
    events = folder(far("Disconnected"), ann("Disconnected", "BlindTransfer"))
    assert told(events) == []
    assert folder.review_in == 3.0
    assert told(folder(bob("Setup"), bob("Proceeding"), bob("Disconnected"))) == [
        "102 CallRinging",
        "101 CallEnded",
    ]


def test_what_a_read_tells_does_not_make_a_stream_whole() -> None:
    """One extension's stream, adopted in the middle: its further gaps are those of others, no reason to look."""
    own = [raw for raw in calls_inside() if parts_of(raw)[0].party["extensionId"] == PEOPLE["102"]]
    caller = {"id": "p-x-1", "direction": "Outbound", "status": {"code": "Answered"}}
    folder = Folder({"parties": [caller]})
    folder(own[2])
    assert folder.reads == 1
    tell = streams.Stream(session="s-279e175539444bdc96d16c1e2fe4dbe9", sequence=8)
    folder(leg(tell, 2, "102", "Inbound", (person("101"), person("102")))("Hold"))
    assert folder.review_in == 3600.0


def test_a_supervisors_telephone_rings_for_no_call() -> None:
    """Listening in is no incoming call."""
    stream = streams.Stream()
    tell = leg(stream, 4, "103", "Inbound", (CALLER, person("103")))
    assert told(Folder()(tell("Proceeding", "Supervising"), tell("Answered", "Supervising"))) == []
