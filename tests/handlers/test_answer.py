"""answer: on which device."""

import pytest

from switchhook import CallRinging, rehearse
from switchhook_handlers.answer import handler
from tests.plugin.events import made

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
