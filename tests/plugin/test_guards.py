"""Guard rails around the rules of any handler."""

from datetime import UTC, datetime, timedelta

import pytest

from switchhook import CallRinging, Handler, Hours, MessageStatusChanged, PostAdded, PresenceChanged, Skip, TextReceived
from switchhook.plugin.guards import GuardRails, counterparty
from tests.plugin.events import made

DAY = timedelta(days=1)
TEXT = made(TextReceived, message_id="1", sender="+16505550100", recipients=("+16505550101",), text="hi")


class Clock:
    """As much of a context as quiet hours need."""

    def __init__(self, hour: int) -> None:
        self.now = datetime(2026, 1, 5, hour, tzinfo=UTC)


def rule(**options):
    """A rule on calls that notes its event."""
    handler = Handler("mine")

    @handler.on(CallRinging, **options)
    async def act(event, ctx):
        ctx.acted = event

    return handler.rules[0]


async def test_nothing_runs_in_quiet_hours():
    """By the clock at the rule's turn; the reason names the hours."""
    guarded = GuardRails(quiet_hours=Hours.parse("20:00-08:00 UTC")).around(rule())
    call, day, night = made(CallRinging), Clock(12), Clock(22)
    await guarded.function(call, day)
    assert day.acted is call
    with pytest.raises(Skip, match=r"quiet hours \(20:00-08:00 UTC\)"):
        await guarded.function(call, night)
    assert not hasattr(night, "acted")


async def test_nothing_runs_outside_of_its_hours():
    """The contrary, for handlers of office hours."""
    guarded = GuardRails(hours=Hours.parse("Mon-Fri 09:00-17:00 UTC")).around(rule())
    await guarded.function(made(CallRinging), Clock(12))
    with pytest.raises(Skip, match=r"outside of its hours \(Mon-Fri 09:00-17:00 UTC\)"):
        await guarded.function(made(CallRinging), Clock(8))


def test_once_per_counterparty_becomes_the_rules_own():
    """Where the rule has a longer span of its own, that one stays."""
    rails = GuardRails(once_per_counterparty=DAY)
    call = made(CallRinging, callee="101")
    assert rails.around(rule()).once_value(call) == "+16505550100"
    assert rails.around(rule()).every == DAY
    assert rails.around(rule(once_per="callee", every="1h")).once_value(call) == "+16505550100"
    longer = rule(once_per="callee", every="2d")
    assert rails.around(longer) is longer


def test_no_guard_rails_leave_the_rule_alone():
    """Nothing is wrapped for nothing."""
    plain = rule()
    assert GuardRails().around(plain) is plain


@pytest.mark.parametrize(
    ("event", "who"),
    [
        (made(CallRinging), "+16505550100"),
        (made(CallRinging, direction="Outbound"), "101"),
        (TEXT, "+16505550100"),
        (made(MessageStatusChanged, message_id="1", sender="+1", recipients=("+2", "+3"), kind="SMS",
              direction="Outbound", status="Sent"), "+2"),
        (made(MessageStatusChanged, message_id="1", kind="SMS", direction="Outbound", status="Sent"), ""),
        (made(PostAdded, post_id="1", creator_id="77"), "77"),
        (made(PresenceChanged), ""),
    ],
)  # fmt: skip
def test_counterparty(event, who):
    """Whoever is at the other end."""
    assert counterparty(event) == who


def test_hidden_callers_are_not_one_caller():
    """Without a number nobody is held back."""
    assert GuardRails(once_per_counterparty=DAY).around(rule()).once_value(made(CallRinging, caller="")) is None
