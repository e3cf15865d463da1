"""do_not_disturb: presence follows meetings, and goes back to what it was."""

import pytest

from switchhook import PresenceChanged, rehearse
from switchhook_handlers.do_not_disturb import handler
from tests.plugin.events import made


def meeting(status, **raw):
    """A presence notification."""
    return made(PresenceChanged, meeting=status, raw={"dndStatus": "TakeAllCalls", **raw})


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, {"dndStatus": "DoNotAcceptAnyCalls"}),
        ({"calls": "queues"}, {"dndStatus": "DoNotAcceptDepartmentCalls"}),
        (
            {"new_call_handling": True},
            {"dndStatusPersonal": "DoNotAcceptAnyCalls", "acceptCallQueueCalls": False},
        ),
        ({"new_call_handling": True, "calls": "queues"}, {"acceptCallQueueCalls": False}),
    ],
)
async def test_meeting_keeps_calls_away_and_its_end_lets_them_in(settings, wanted):
    """What was set before is set again, once."""
    memory: dict[str, object] = {}
    before = {"dndStatus": "TakeDepartmentCallsOnly", "dndStatusPersonal": "TakeAllCalls", "acceptCallQueueCalls": True}
    (call,) = await rehearse(handler, meeting("Connected", **before), settings, memory=memory)
    assert (call.operation, call.parameters["extensionId"], call.body) == ("updateUserPresenceStatus", "1001", wanted)
    assert await rehearse(handler, meeting("Connected", **wanted), settings, memory=memory) == []
    (call,) = await rehearse(handler, meeting("Disconnected", **wanted), settings, memory=memory)
    assert call.body == {name: before[name] for name in wanted}
    assert await rehearse(handler, meeting("Disconnected", **before), settings, memory=memory) == []


async def test_what_the_person_set_stays():
    """Set before the meeting, or changed in it."""
    memory: dict[str, object] = {}
    assert await rehearse(handler, meeting("Connected", dndStatus="DoNotAcceptAnyCalls"), memory=memory) == []
    assert await rehearse(handler, meeting("Disconnected", dndStatus="DoNotAcceptAnyCalls"), memory=memory) == []
    await rehearse(handler, meeting("Connected"), memory=memory)
    assert await rehearse(handler, meeting("Disconnected", dndStatus="TakeDepartmentCallsOnly"), memory=memory) == []
    assert memory == {}
