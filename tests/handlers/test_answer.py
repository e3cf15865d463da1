"""answer: on which device."""

from datetime import timedelta

import pytest

from switchhook import CallRinging, Later, rehearse
from switchhook_handlers.answer import handler
from tests.plugin.events import AT, made

DEVICES = {
    "records": [
        {"id": "70", "name": "Desk phone", "type": "HardPhone", "status": "Online"},
        {"id": "71", "name": "Old laptop", "type": "SoftPhone", "status": "Offline"},
        {"id": 72, "name": "Laptop", "type": "SoftPhone", "status": "Online"},
    ]
}


def devices(parameters):
    """The devices of the called extension, and of no other."""
    assert parameters == {"extensionId": "1001"}, "the devices of the called extension"
    return DEVICES


@pytest.mark.parametrize(
    ("settings", "device"),
    [({}, "72"), ({"device": "70"}, "70"), ({"device": "Desk phone"}, "70"), ({"callers": ["+16505550100"]}, "72")],
)
async def test_answers_on_the_device(settings, device):
    """The first softphone that is online, or the one chosen by id or name."""
    (call,) = await rehearse(handler, made(CallRinging), settings, answers={"listExtensionDevices": devices})
    assert (call.operation, call.body) == ("answerCallParty", {"deviceId": device})


@pytest.mark.parametrize("settings", [{"device": "Old laptop"}, {"device": "Car"}, {"callers": ["101"]}])
async def test_rings_on_when_the_device_is_offline_or_the_caller_another(settings):
    """Nothing is written."""
    assert await rehearse(handler, made(CallRinging), settings, answers={"listExtensionDevices": devices}) == []


async def test_it_rings_before_it_is_answered():
    """Until `after` is over; the device is looked up then, not before."""
    with pytest.raises(Later) as later:
        await rehearse(handler, made(CallRinging), {"after": "5s"})
    assert later.value.at == AT + timedelta(seconds=5)
    calls = await rehearse(
        handler,
        made(CallRinging),
        {"after": "5s"},
        answers={"listExtensionDevices": devices},
        now=AT + timedelta(seconds=5),
    )
    assert len(calls) == 1


async def test_ring_that_is_history_is_left_alone():
    """Learnt of after the answer: there is nothing to answer any more."""
    assert await rehearse(handler, made(CallRinging, overtaken=True)) == []
