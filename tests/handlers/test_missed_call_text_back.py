"""missed_call_text_back: who is texted, from which number."""

import pytest

from switchhook import CallMissed, TextReceived, rehearse
from switchhook_handlers.missed_call_text_back import handler
from tests.plugin.events import made

NUMBERS = {"listExtensionPhoneNumbers": {"records": [
    {"phoneNumber": "+16505550102", "features": ["CallerId"]},
    {"phoneNumber": "+16505550103", "features": ["CallerId", "SmsSender"]},
]}}  # fmt: skip


@pytest.mark.parametrize(("settings", "sender"), [({}, "+16505550103"), ({"sender": "+16505550109"}, "+16505550109")])
async def test_caller_is_texted(settings, sender):
    """From the chosen number, or the first that can text."""
    (call,) = await rehearse(handler, made(CallMissed), {"text": "Sorry", **settings}, answers=NUMBERS)
    assert call.operation == "createSMSMessage"
    assert call.body == {"from": {"phoneNumber": sender}, "to": [{"phoneNumber": "+16505550100"}], "text": "Sorry"}


@pytest.mark.parametrize("caller", ["", "102", "anonymous"])
async def test_who_has_no_number_is_not_texted(caller):
    """Colleagues and hidden numbers."""
    assert await rehearse(handler, made(CallMissed, caller=caller), answers=NUMBERS) == []


async def test_without_a_number_that_can_text_nothing_happens():
    """Said as a reason, not as an error."""
    assert await rehearse(handler, made(CallMissed), answers={"listExtensionPhoneNumbers": {"records": []}}) == []


async def test_who_said_stop_is_left_alone():
    """The memory is the handler's own; START ends it."""
    memory: dict[str, object] = {}

    def said(words):
        return made(TextReceived, message_id="1", sender="+16505550100", text=words)

    async def texted():
        return len(await rehearse(handler, made(CallMissed), answers=NUMBERS, memory=memory))

    assert await texted() == 1
    await rehearse(handler, said("Stop"), memory=memory)
    assert await texted() == 0
    await rehearse(handler, said("start"), memory=memory)
    assert await texted() == 1


def test_each_caller_once_a_day():
    """However often he calls."""
    rule = handler.rules[0]
    assert (rule.once_value(made(CallMissed)), rule.every.days) == ("+16505550100", 1)
