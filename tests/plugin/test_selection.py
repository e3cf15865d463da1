"""What a handler's settings switch off, and what its subscriptions follow from."""

import pytest

from switchhook import CallEvent, CallMissed, CallRinging, Event, EventName, Handler, Settings, TextReceived, rehearse
from switchhook.errors import HandlerInvalid
from switchhook.plugin.rehearse import rehearse_rules
from switchhook.plugin.selection import event_types, selected, switched_off
from switchhook.registry import Enabled as Enabling
from switchhook.registry import Registry, check_settings
from tests.plugin.events import made


class Chosen(Settings):
    """A switch and a choice."""

    texts: bool = False
    word: str = ""
    events: frozenset[EventName] = frozenset({EventName("CallMissed")})


handler = Handler("mine", Chosen)


@handler.on(TextReceived, when="texts")
async def text(event, ctx):
    """Switched on by a setting."""
    await ctx.chats.post("55", "text")


@handler.on(CallEvent, when="events")
async def call(event, ctx):
    """For the chosen ones of a family."""
    await ctx.chats.post("55", type(event).__name__)


TEXT = made(TextReceived, message_id="1", text="hi")


def test_event_names_are_those_that_can_come():
    """Families are asked for, but never come."""
    assert event_types()["CallMissed"] is CallMissed
    assert not {"Event", "CallEvent", "MessageEvent", "PostEvent"} & set(event_types())
    with pytest.raises(ValueError, match="'CallMised' is no event; did you mean CallMissed"):
        EventName("CallMised")
    with pytest.raises(ValueError, match="there is CallAnswered, "):
        EventName("xyz")


def test_rule_asks_for_what_the_settings_leave():
    """Subscriptions follow from this."""
    of_text, of_call = handler.rules
    assert selected(of_text, Chosen()) == frozenset()
    assert selected(of_text, Chosen(texts=True)) == {TextReceived}
    assert selected(of_call, Chosen()) == {CallMissed}
    names = frozenset({EventName("TextReceived"), EventName("CallRinging")})
    assert selected(of_call, Chosen(events=names)) == {CallRinging}


def test_reason_names_the_setting():
    """So that a person finds the switch."""
    of_text, of_call = handler.rules
    assert switched_off(of_text, Chosen(), TextReceived) == "switched off by its setting texts"
    assert switched_off(of_text, Chosen(texts=True), TextReceived) is None
    assert switched_off(of_call, Chosen(), CallRinging) == "CallRinging is not among its setting events"
    assert switched_off(of_call, Chosen(), CallMissed) is None


async def test_rehearsal_and_registry_heed_it():
    """Both say why, and neither runs the rule."""
    assert await rehearse(handler, TEXT) == []
    assert len(await rehearse(handler, TEXT, {"texts": True})) == 1
    assert (await rehearse_rules(handler, TEXT))[0].reason == "switched off by its setting texts"
    settings = check_settings(handler, {"events": ["CallMissed"]})
    registry = Registry([Enabling("mine", handler, settings, "main", ())])
    assert registry.event_types("mine") == {CallMissed}
    reasons = [match.reason for match in registry.matches(made(CallRinging))]
    assert reasons == ["is for TextReceived, not CallRinging", "CallRinging is not among its setting events"]


def test_unknown_setting_is_refused_at_import():
    """Naming the real ones."""
    with pytest.raises(HandlerInvalid, match="when='text': no such setting; did you mean texts"):
        Handler("mine", Chosen).on(Event, when="text")(call)
    with pytest.raises(HandlerInvalid, match=r"when='zz': no such setting\. There is texts, word, events"):
        Handler("mine", Chosen).on(Event, when="zz")(call)
    with pytest.raises(HandlerInvalid, match="when='word': this setting is str; it must be bool"):
        Handler("mine", Chosen).on(Event, when="word")(call)
