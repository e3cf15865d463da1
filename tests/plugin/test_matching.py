"""Whether a rule is for an event, and what the reason says."""

import pytest

from switchhook import CallAnswered, CallEnded, CallEvent, CallRinging, GapFound, Handler, PostAdded
from switchhook.plugin.matching import judge
from tests.plugin.events import AT, made

RINGING = made(CallRinging)
ENDED = made(CallEnded, extension_ids=("1001", "1002"))
OWN_POST = made(PostAdded, extension_id="", post_id="1", own=True)
GAP = made(GapFound, extension_id="", identity="main", cause="blacklisted", since=AT, until=AT)


def rule(event, **options):
    """A rule of a handler."""
    handler = Handler("mine")

    @handler.on(event, **options)
    async def act(event, ctx): ...

    return handler.rules[0]


@pytest.mark.parametrize(
    ("wanted", "event", "scope", "matched", "reason"),
    [
        (rule(CallRinging), RINGING, None, True, "matched"),
        (rule(CallEvent), RINGING, None, True, "matched"),
        (rule(CallAnswered), RINGING, None, False, "is for CallAnswered, not CallRinging"),
        (rule(CallRinging), RINGING, frozenset({"1001"}), True, "matched"),
        (rule(CallRinging), RINGING, frozenset({"1002"}), False, "extension 1001 is outside its scope"),
        (rule(CallRinging), RINGING, frozenset(), False, "extension 1001 is outside its scope"),
        (rule(CallEnded), ENDED, frozenset({"1002"}), True, "matched"),
        (rule(CallEnded), ENDED, frozenset({"1003"}), False, "extension 1001 or 1002 is outside its scope"),
        (rule(GapFound), GAP, frozenset({"1002"}), True, "matched"),
        (rule(CallRinging, queue_call=True), RINGING, None, False, "queue_call is False, wanted True"),
        (rule(CallRinging, queue_call=False), RINGING, None, True, "matched"),
        (rule(CallRinging, caller={"+16505550100", "102"}), RINGING, None, True, "matched"),
        (rule(CallRinging, caller=("102", "1")), RINGING, None, False, "caller is '+16505550100', wanted '1' or '102'"),
        (rule(CallRinging, caller=["1", "2", "3", "4", "5"]), RINGING, None, False, "any of '1', '2', '3' and 2 more"),
        (rule(PostAdded), OWN_POST, None, False, "our own doing"),
        (rule(PostAdded, own=True), OWN_POST, None, True, "matched"),
    ],
)  # fmt: skip
def test_judgement_and_its_reason(wanted, event, scope, matched, reason):
    """Event type, own doing, scope and fields, each with words of its own."""
    verdict = judge(wanted, event, scope)
    assert verdict.matched is matched
    assert reason in verdict.reason
