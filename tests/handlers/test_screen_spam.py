"""screen_spam: who is kept away, and how."""

import pytest

from switchhook import CallRinging, rehearse
from switchhook_handlers.screen_spam import handler
from tests.plugin.events import made


@pytest.mark.parametrize(
    ("settings", "caller"),
    [
        ({"blocked": ["+1 650 555 0100"]}, "+16505550100"),
        ({"patterns": ["+1650*"]}, "+16505550100"),
        ({"patterns": ["+1650555010?"]}, "+16505550100"),
        ({"hidden": True}, ""),
        ({"hidden": True}, "anonymous"),
    ],
)
@pytest.mark.parametrize(
    ("then", "operation", "body"),
    [
        ("voicemail", "forwardCallParty", {"voicemail": "1001"}),
        ("reject", "rejectParty", None),
        ("hang_up", "deleteCallSession", None),
    ],
)
async def test_unwanted_caller_is_kept_away(settings, caller, then, operation, body):
    """By number, pattern or hidden number; in the chosen way."""
    (call,) = await rehearse(handler, made(CallRinging, caller=caller), {**settings, "then": then})
    assert (call.operation, call.body) == (operation, body)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"blocked": ["+16505550199"]},
        {"patterns": ["+1900*", "1650*"]},
        {"hidden": True},
        {"patterns": ["*"], "allowed": ["+16505550100"]},
    ],
)
async def test_wanted_caller_rings(settings):
    """Who is allowed rings, whatever the rest says."""
    assert await rehearse(handler, made(CallRinging), settings) == []
