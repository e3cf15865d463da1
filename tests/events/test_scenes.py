"""The fold on calls of every kind: queues, transfers, park, voicemail, conferences, RingOut, supervision, flip."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.errors import Forbidden, PlatformError
from switchhook.events.types import CallAnswered, CallEnded, CallMissed, CallParked, CallRinging, PartyChanged
from tests.events import scenes
from tests.events.scenes import SCENES
from tests.events.streams import GONE, PEOPLE, Folder, calls_inside, in_order, once, outside_calls_in, parts_of, told
from tests.events.test_shuffles import check_shuffled

Told = TypeVar("Told")
Scene = Callable[[], list[bytes]]
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)


@every_scene
def test_in_order(scene: Scene) -> None:
    """Each scene tells its facts, nothing more, and ends with its last notification."""
    folder, notifications = Folder(), scene()
    events = folder(*notifications)
    assert told(events) == SCENES[scene]
    assert folder.review_in is None
    assert folder.reads == 0
    assert not any(event.overtaken for event in events if isinstance(event, CallEnded | CallMissed))
    ends = [index for index, raw in enumerate(notifications) if any(isinstance(e, CallEnded) for e in folder(raw))]
    assert ends == [len(notifications) - 1]


@every_scene
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_shuffled_and_doubled(scene: Scene, data: st.DataObject) -> None:
    """Whatever the order of arrival and however often each comes, each transition comes once."""
    notifications = scene()
    repeats = data.draw(st.lists(st.sampled_from(notifications), max_size=4))
    check_shuffled(data.draw(st.permutations([*notifications, *repeats])), in_order(notifications))


@every_scene
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_one_lost(scene: Scene, data: st.DataObject) -> None:
    """With one notification lost the call still ends, once, after a read; nothing is told twice or invented."""
    notifications = scene()
    lost = data.draw(st.integers(0, len(notifications) - 1))
    kept = [raw for index, raw in enumerate(notifications) if index != lost]
    seed = data.draw(st.integers(0, 99))
    random.Random(seed).shuffle(kept)
    folder = Folder()
    folder(*kept)
    if folder.review_in is not None:
        folder.silence()
    assert folder.review_in is None
    ends = [event for event in folder.events if isinstance(event, CallEnded)]
    assert len(ends) == 1
    whole = once(in_order(notifications))
    invented = [each for each in once(folder.events) if each not in whole and "/missed/" not in each]
    # A hold or resume that was not seen at its first notification is known from its next.
    assert not [each for each in invented if not each.rpartition("/")[0].endswith(("held", "resumed", "parked"))]


def of_kind(kind: type[Told], scene: Scene) -> list[Told]:
    """The events of a kind that a scene tells in order."""
    return [event for event in in_order(scene()) if isinstance(event, kind)]


def test_a_queue_call() -> None:
    """Agents know that it is a queue call and which; somebody else answering is not a miss."""
    rings = of_kind(CallRinging, scenes.queue)
    assert [(each.queue_call, each.queue_name) for each in rings] == [(True, "Sales")] * 2
    [answer] = of_kind(CallAnswered, scenes.queue)
    assert answer.extension_id == PEOPLE["102"]
    assert of_kind(CallMissed, scenes.queue) == []


def test_a_queue_call_as_the_losing_agent_sees_it() -> None:
    """At extension level the reason alone says that another agent has it: no miss."""
    folder = Folder()
    folder(*[raw for raw in scenes.queue() if parts_of(raw)[0].party.get("extensionId") == PEOPLE["101"]])
    assert told(folder.silence()) == ["101 CallEnded"]
    ended = folder.events[-1]
    assert isinstance(ended, CallEnded)
    assert ended.answered


def test_nobody_in_the_queue() -> None:
    """Agents that rang missed it, and so did the queue, with its voicemail."""
    assert [(each.extension_id, each.voicemail) for each in of_kind(CallMissed, scenes.queue_voicemail)] == [
        (PEOPLE["101"], False),
        (PEOPLE["queue"], True),
    ]


@pytest.mark.parametrize("spelling", ["Voicemail", "VoiceMail", "VOICEMAIL"])
def test_voicemail_in_every_spelling(spelling: str) -> None:
    """One word for the state, whatever the platform writes."""
    events = in_order(scenes.voicemail(spelling))
    [missed] = [each for each in events if isinstance(each, CallMissed)]
    [ended] = [each for each in events if isinstance(each, CallEnded)]
    assert missed.voicemail
    assert ended.voicemail
    assert not ended.answered
    assert "Voicemail" in {each.status for each in events if isinstance(each, PartyChanged)}


@pytest.mark.parametrize("spelling", ["VMScreening", "VoiceMailScreening"])
def test_screening_in_both_spellings(spelling: str) -> None:
    """As for voicemail."""
    assert "VoicemailScreening" in {
        each.status for each in in_order(scenes.voicemail(spelling)) if isinstance(each, PartyChanged)
    }


def test_a_warm_transfer_names_the_session_it_went_to() -> None:
    """The session is over, the call goes on elsewhere."""
    [ended] = of_kind(CallEnded, scenes.warm_transfer)
    assert ended.moved_to == scenes.MOVED_TO
    gone = [each for each in of_kind(PartyChanged, scenes.warm_transfer) if each.status == "Gone"]
    assert [(each.reason, each.peer_session_id) for each in gone] == [("AttendedTransfer", scenes.MOVED_TO)]


def test_park() -> None:
    """It is told of the caller's leg, and concerns the extension that had the call."""
    [parked] = of_kind(CallParked, scenes.park_and_pickup)
    assert (parked.park_id, parked.party_id[-2:], parked.direction) == ("*801", "-1", "Inbound")


def test_two_conferences_are_two() -> None:
    """The legacy number of both is "0"; nothing is told apart by it."""
    first, second = in_order(scenes.conference()), in_order(scenes.conference("s-00000000000000000000000000000010"))
    assert told(first) == told(second)
    assert not {each.id for each in first} & {each.id for each in second}
    assert {each.log_session_id for each in first if isinstance(each, CallEnded)} == {"0"}


def test_strange_words_pass_through() -> None:
    """States and reasons that we do not know are told as they came."""
    changes = of_kind(PartyChanged, scenes.strange_words)
    assert {"Tds", "Levitating"} <= {each.status for each in changes}
    [ended] = of_kind(CallEnded, scenes.strange_words)
    assert ended.reason == "Whim"


def test_recordings_of_a_call() -> None:
    """Their ids are known from the legs that were recorded."""
    notifications = [
        raw.replace(b'"muted": false', b'"recordings": [{"id": "7", "active": true}]') for raw in calls_inside()
    ]
    [ended] = [each for each in in_order(notifications) if isinstance(each, CallEnded)]
    assert ended.recording_ids == ("7",)


def test_the_last_notification_is_lost() -> None:
    """After an hour without news a read finds that the call is over."""
    folder = Folder()
    folder(*outside_calls_in()[:-1])
    assert folder.review_in == 3600.0
    assert told(folder.silence()) == ["101 CallEnded"]


def test_a_call_that_goes_on_for_hours() -> None:
    """It is looked at every hour, for a day, and then left alone."""
    notifications = outside_calls_in()
    live = {"parties": [parts_of(notifications[index])[0].party for index in (2, 3, 5)]}
    folder = Folder(live)
    folder(*notifications[:6])
    for _ in range(5):
        assert folder.silence() == []
    folder(notifications[6])  # news: the count begins again
    folder.answer = {"parties": [parts_of(notifications[index])[0].party for index in (2, 3, 6)]}
    for _ in range(24):
        assert folder.review_in == 3600.0
        assert folder.silence() == []
    assert folder.review_in is None
    assert told(folder(*notifications[7:])) == ["101 CallHeld", "101 CallResumed", "101 CallEnded"]


def test_a_missing_ring_is_healed_by_one_read() -> None:
    """The ring itself was lost: something is missing, and after some silence a read tells it."""
    notifications = outside_calls_in()
    live = {"parties": [parts_of(notifications[index])[0].party for index in (2, 3, 5)]}
    folder = Folder(live)
    del notifications[3]  # the menu's leaving is lost, too
    folder(*notifications[:4])
    assert folder.review_in == 3.0
    assert told(folder.silence()) == ["101 CallRinging"]
    assert told(folder(*notifications[5:])) == ["101 CallAnswered", "101 CallHeld", "101 CallResumed"]
    folder.answer = GONE
    assert told(folder.silence()) == ["101 CallEnded"]


def test_a_session_that_cannot_be_read() -> None:
    """Errors that pass are borne three times; then, and without permission at once, what is known decides."""
    own = [raw for raw in scenes.missed() if parts_of(raw)[0].party.get("extensionId") == PEOPLE["101"]]
    folder = Folder(PlatformError("away", status=503))
    folder(*own)
    waited = []
    while folder.review_in is not None:
        waited.append(folder.review_in)
        folder.silence()
    assert waited == [3.0, 30.0, 60.0, 90.0]
    assert told(folder.events)[-2:] == ["101 CallEnded", "101 CallMissed"]
    refused = Folder(Forbidden("not yours", status=403))
    refused(*own)
    assert told(refused.silence()) == ["101 CallEnded", "101 CallMissed"]
