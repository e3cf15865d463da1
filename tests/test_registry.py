"""The registry: settings checked all at once, scope, and which rules an event is for."""

import asyncio
from datetime import timedelta

import pytest

from switchhook import CallAnswered, CallMissed, CallRinging, GapFound, TextReceived
from switchhook.errors import SettingsError, SettingsInvalid
from switchhook.registry import Registry, check_settings, load
from switchhook.settings import HandlerSettings
from tests.plugin.events import AT, made


def registry(*handlers: HandlerSettings) -> Registry:
    """A registry of these, with two identities."""
    return Registry.from_settings(handlers, identities=["main", "bot"], folder=None)


FORWARD = HandlerSettings(use="forward", settings={"to": "102"})
RECORD = HandlerSettings(use="record", name="record_sales", identity="bot", extensions=("group:Sales",))


def test_enabled_handlers_have_name_identity_and_scope():
    """Their own where the settings say so, else the handler's name and the first identity."""
    forward, record = registry(FORWARD, RECORD).enabled
    assert (forward.name, forward.identity, forward.extensions) == ("forward", "main", ())
    assert (record.name, record.identity, record.extensions) == ("record_sales", "bot", ("group:Sales",))
    assert forward.settings.model_dump()["to"] == "102"


def test_every_problem_is_reported_at_once_by_its_place():
    """A person mends all of them in one go."""
    with pytest.raises(SettingsError) as caught:
        registry(
            HandlerSettings(use="forwrd"),
            HandlerSettings(use="forward", settings={"to": "Bob", "callers": ["+1 650 555 0100", "x"], "tp": 1}),
            HandlerSettings(use="post_to_chat", name="forward"),
            HandlerSettings(use="record", identity="nobody", name="bad name"),
            RECORD,
            HandlerSettings(use="answer", name="record_sales"),
        )
    problems = {problem.place: problem.message for problem in caught.value.problems}
    assert list(problems) == [
        "handlers[0].use",
        "handlers[1].settings.to",
        "handlers[1].settings.callers[1]",
        "handlers[1].settings.tp",
        "handlers[2].settings.chat",
        "handlers[2].name",
        "handlers[3].identity",
        "handlers[3].name",
        "handlers[5].name",
    ]
    assert "did you mean forward" in problems["handlers[0].use"]
    assert problems["handlers[1].settings.to"].startswith("'Bob' is neither")
    assert (
        problems["handlers[1].settings.tp"] == "no such setting; there is to, voicemail, callers, except_callers, after"
    )
    assert problems["handlers[2].settings.chat"] == "is missing"
    assert problems["handlers[2].name"].startswith("'forward' is handlers[1]")
    assert problems["handlers[3].identity"] == "no identity 'nobody'; there is main, bot"


def test_check_settings_of_one_handler():
    """The same problems as one error, for trying a handler out."""
    assert check_settings(load("forward"), {"to": "102"}).model_dump()["to"] == "102"
    with pytest.raises(
        SettingsInvalid, match=r"handler 'post_to_chat': settings\.chat: is missing; settings\.x: no such"
    ):
        check_settings(load("post_to_chat"), {"x": 1})


def test_matches_tells_of_every_rule_why():
    """Rules of other events too, as `events explain` shows them all."""
    matches = list(registry(FORWARD, RECORD).matches(made(CallRinging)))
    assert [(match.enabled.name, match.matched, match.reason) for match in matches] == [
        ("forward", True, "matched"),
        ("record_sales", False, "is for CallAnswered, not CallRinging"),
        ("record_sales", False, "is for RecordingReady, not CallRinging"),
    ]


def test_scope_limits_by_extension_and_account():
    """Live: what the keeper tells holds from then on."""
    there = registry(FORWARD)
    ringing = made(CallRinging)

    def told(*scope, **account):
        there.scope("forward", *scope, **account)
        (match,) = there.matches(ringing)
        return match.matched, match.reason

    assert told(frozenset({"1001"})) == (True, "matched")
    assert told(frozenset({"1002"})) == (False, "extension 1001 is outside its scope")
    assert told(None) == (True, "matched")
    assert told(None, account_id="900") == (True, "matched")
    assert told(None, account_id="901") == (False, "account 900 is not that of identity main")
    assert there.rules_for(ringing) == []
    there.scope("forward", None)
    assert [(enabled.name, rule.name) for enabled, rule in there.rules_for(ringing)] == [("forward", "forward")]
    assert registry(FORWARD, RECORD).rules_for(made(CallAnswered)) == [
        (match.enabled, match.rule) for match in registry(FORWARD, RECORD).matches(made(CallAnswered)) if match.matched
    ]
    with pytest.raises(LookupError, match="no handler 'forwrd' is enabled; there is forward"):
        there.scope("forwrd", None)


def test_event_types_are_what_the_rules_ask_for():
    """Subscriptions follow from them."""
    there = registry(HandlerSettings(use="post_to_chat", settings={"chat": "55"}), RECORD)
    assert there.event_types("post_to_chat") == {CallMissed, TextReceived}
    assert there.event_types("record_sales") == {CallAnswered}
    gap = made(GapFound, extension_id="", identity="main", cause="down", since=AT, until=AT)
    assert not any(match.matched for match in there.matches(gap))


def test_guard_rails_come_from_the_settings_of_any_handler():
    """They are around the rules that matches() hands out."""
    there = registry(
        FORWARD.model_copy(update={"quiet_hours": "20:00-08:00 UTC", "once_per_counterparty": "1d", "trial": ("101",)})
    )
    assert there.enabled[0].trial == ("101",)
    (match,) = there.matches(made(CallRinging))
    assert match.rule.every == timedelta(days=1)
    assert match.rule.function is not load("forward").rules[0].function


def test_trial_narrows_the_scope():
    """With a reason of its own, so that a person sees why the others get nothing yet."""
    there = registry(FORWARD)
    there.scope("forward", None, trial=frozenset({"1002"}))
    assert [match.reason for match in there.matches(made(CallRinging))] == ["extension 1001 is not on trial"]
    there.scope("forward", None, trial=frozenset({"1001"}))
    assert [match.matched for match in there.matches(made(CallRinging))] == [True]


def test_wrong_guard_rails_are_problems_of_their_place():
    """Like every other setting."""
    with pytest.raises(SettingsError) as caught:
        registry(
            FORWARD.model_copy(update={"hours": "9-5", "quiet_hours": "at night", "once_per_counterparty": "daily"})
        )
    assert [problem.place for problem in caught.value.problems] == [
        "handlers[0].hours",
        "handlers[0].quiet_hours",
        "handlers[0].once_per_counterparty",
    ]


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({"extensions": ("101",)}, {"extensions": ("101", "102")}, True),
        ({"extensions": ("101",)}, {"extensions": ("102",)}, False),
        ({"extensions": ("*",)}, {"extensions": ("102",)}, True),
        ({"extensions": ("group:Sales",)}, {"extensions": ("102",)}, True),
        ({"extensions": ("*",), "trial": ("101",)}, {"extensions": ("102",)}, False),
        ({}, {}, True),
        ({}, {"identity": "bot"}, False),
        ({}, {"extensions": ("102",)}, True),
    ],
)
def test_handlers_that_may_decide_the_same_call_are_found(one, other, meet):
    """By their scopes; the first of the settings comes first, and who decides nothing is none."""
    there = registry(
        HandlerSettings(use="answer", **one),
        HandlerSettings(use="record", **one),
        FORWARD.model_copy(update=other),
    )
    assert [(first.name, second.name) for first, second in there.rivals()] == [("answer", "forward")] * meet


async def test_scoped_waits_until_every_handler_was_told():
    """Nothing may be matched before each handler knows whose events it is for."""
    registry = Registry.from_settings(
        [HandlerSettings(use="forward", settings={"to": "102"}), HandlerSettings(use="answer")],
        identities=["main"],
        folder=None,
    )
    waiting = asyncio.ensure_future(registry.scoped(["forward", "answer"]))
    registry.scope("forward", frozenset({"1"}))
    await asyncio.sleep(0)
    assert not waiting.done()
    registry.scope("answer", None)
    await waiting
