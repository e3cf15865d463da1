"""post_to_chat: what is posted, in which words."""

import pytest

from switchhook import CallMissed, TextReceived, rehearse
from switchhook_handlers.post_to_chat import handler
from tests.plugin.events import made

MISSED = made(CallMissed, voicemail=True)
TEXT = made(TextReceived, message_id="1", sender="+16505550100", text="On my way")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (MISSED, "**Missed call** from Joe (+16505550100), who left a voicemail"),
        (made(CallMissed, caller_name=""), "**Missed call** from +16505550100"),
        (made(CallMissed, caller="", caller_name=""), "**Missed call** from somebody unknown"),
        (TEXT, "**Text** from +16505550100: On my way"),
    ],
)
async def test_posts_a_line(event, text):
    """Into the chosen chat, also when the caller is withheld."""
    (call,) = await rehearse(handler, event, {"chat": "55"})
    assert (call.operation, call.parameters) == ("createGlipPost", {"chatId": "55", "body": {"text": text}})


async def test_posts_only_what_is_wanted():
    """Each kind can be switched off."""
    assert await rehearse(handler, MISSED, {"chat": "55", "missed_calls": False}) == []
    assert await rehearse(handler, TEXT, {"chat": "55", "texts": False}) == []
