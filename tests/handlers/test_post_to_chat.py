"""post_to_chat: what is posted, in which words."""

import pytest

from switchhook import CallEnded, CallMissed, RecordingReady, TextReceived, TranscriptReady, VoicemailReceived, rehearse
from switchhook_handlers.post_to_chat import handler
from tests.plugin.events import made

MISSED = made(CallMissed, voicemail=True)
FROM = {"message_id": "1", "sender": "+16505550100", "sender_name": "Joe"}
TEXT = made(TextReceived, **FROM, text="On my way")
EVERYTHING = ["CallMissed", "TextReceived", "VoicemailReceived", "TranscriptReady", "RecordingReady"]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (MISSED, "**Missed call** from Joe (+16505550100), who left a voicemail"),
        (made(CallMissed, caller_name=""), "**Missed call** from +16505550100"),
        (made(CallMissed, caller="", caller_name=""), "**Missed call** from somebody unknown"),
        (TEXT, "**Text** from Joe (+16505550100): On my way"),
        (made(VoicemailReceived, **FROM, duration=12.0), "**Voicemail** from Joe (+16505550100), 12 seconds"),
        (made(TranscriptReady, **FROM, text="Call me"), "**Voicemail** from Joe (+16505550100) says: Call me"),
        (made(RecordingReady, session_id="s-1", recording_id="8", duration=61.0), "**Recording** of 61 seconds: 8"),
    ],
)
async def test_posts_a_line(event, text):
    """Into the chosen chat, also when the caller is withheld."""
    (call,) = await rehearse(handler, event, {"chat": "55", "events": EVERYTHING})
    assert (call.operation, call.parameters) == ("createGlipPost", {"chatId": "55", "body": {"text": text}})


async def test_posts_only_what_is_chosen():
    """Missed calls and texts, unless told otherwise."""
    assert len(await rehearse(handler, MISSED, {"chat": "55"})) == 1
    assert len(await rehearse(handler, TEXT, {"chat": "55"})) == 1
    assert await rehearse(handler, TEXT, {"chat": "55", "events": ["CallMissed"]}) == []
    assert await rehearse(handler, made(VoicemailReceived, **FROM), {"chat": "55"}) == []
    assert await rehearse(handler, made(CallEnded), {"chat": "55", "events": EVERYTHING}) == []


async def test_what_is_too_long_is_cut():
    """To what the platform takes."""
    (call,) = await rehearse(handler, made(TextReceived, **FROM, text="x" * 20_000), {"chat": "55"})
    assert len(call.body["text"]) == 10_000


async def test_posts_a_card_if_wanted():
    """With the same words where cards are not shown."""
    (call,) = await rehearse(handler, TEXT, {"chat": "55", "card": True})
    words = "**Text** from Joe (+16505550100): On my way"
    assert (call.operation, call.parameters["chatId"]) == ("createGlipAdaptiveCardNew", "55")
    assert call.body["fallbackText"] == call.body["body"][0]["text"] == words


@pytest.mark.parametrize("card", [False, True])
async def test_posts_through_a_webhook(card):
    """Under its name instead of a chat's id, in both forms."""
    (call,) = await rehearse(handler, TEXT, {"chat": "alerts", "card": card})
    words = "**Text** from Joe (+16505550100): On my way"
    assert (call.operation, call.parameters["webhook"]) == ("postToChatWebhook", "alerts")
    if card:
        (attachment,) = call.body["attachments"]
        assert attachment["fallbackText"] == attachment["body"][0]["text"] == words
    else:
        assert call.body == {"text": words}
