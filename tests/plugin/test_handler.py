"""Declaring handlers: what is accepted, and what each refusal says."""

from datetime import timedelta

import pytest

from switchhook import (
    CallEnded,
    CallEvent,
    CallRinging,
    Context,
    Event,
    Handler,
    PostAdded,
    Settings,
    TextReceived,
)
from switchhook.errors import HandlerInvalid
from tests.plugin.events import made


class Chosen(Settings):
    """Settings of the handlers here."""

    to: str = "102"


class Other(Settings):
    """Of no handler here."""


def test_rules_are_named_and_kept_in_order():
    """A rule has its function's name, its limits and where it stands."""
    handler = Handler("mine", Chosen)

    @handler.on(CallRinging, within="20s", timeout=5, queue_call=False)
    async def first(call: CallRinging, ctx: Context[Chosen]) -> None: ...

    @handler.on(CallEvent, once_per="caller", every="1d", own=True)
    async def second(call: CallEvent, ctx: Context[Chosen]) -> None: ...

    one, two = handler.rules
    assert (one.name, two.name) == ("first", "second")
    assert one.within == timedelta(seconds=20)
    assert one.timeout == timedelta(seconds=5)
    assert one.match == {"queue_call": False}
    assert one.where.startswith("tests/plugin/test_handler.py:")
    assert two.own
    assert two.every == timedelta(days=1)
    assert handler.summary == "Declaring handlers: what is accepted, and what each refusal says."


def test_handler_without_settings_has_the_empty_ones():
    """`Handler("mine")` is enough."""
    handler = Handler("mine")

    @handler.on(PostAdded)
    async def rule(post: PostAdded, ctx: Context) -> None: ...

    assert handler.settings is Settings
    assert handler.rules[0].name == "rule"


def test_once_value_is_a_field_or_a_function_of_the_event():
    """Both forms of once_per give the text that is remembered."""
    handler = Handler("mine")

    @handler.on(TextReceived, once_per="sender", every="1d")
    async def by_field(text: TextReceived, ctx: Context) -> None: ...

    @handler.on(TextReceived, once_per=lambda text: text.sender[-4:], every="1d")
    async def by_function(text: TextReceived, ctx: Context) -> None: ...

    @handler.on(TextReceived)
    async def always(text: TextReceived, ctx: Context) -> None: ...

    text = made(TextReceived, message_id="1", sender="+16505550100", text="hi")
    assert [rule.once_value(text) for rule in handler.rules] == ["+16505550100", "0100", None]


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("two words", Chosen, "must be an identifier, such as 'two_words'"),
        (7, Chosen, "must be an identifier"),
        ("mine", dict, "must be a subclass of switchhook.Settings, not dict"),
        ("mine", Chosen(), "must be a subclass of switchhook.Settings"),
    ],
)
def test_handler_refuses_wrong_name_or_settings(name, settings, said):
    """The refusal names file and line."""
    with pytest.raises(HandlerInvalid, match=rf"^tests/plugin/test_handler\.py:\d+: .*{said}"):
        Handler(name, settings)


async def accepted(call, ctx):
    """A rule as it should be."""


def not_async(call, ctx):
    """Without async."""


async def one_parameter(call):
    """Without a context."""


async def three_parameters(call, ctx, more):
    """With one too many."""


async def keyword_only(call, *, ctx):
    """With a context that must be named."""


async def other_event(call: TextReceived, ctx: Context[Chosen]) -> None:
    """Of another event."""


async def other_settings(call: CallRinging, ctx: Context[Other]) -> None:
    """Of other settings."""


@pytest.mark.parametrize(
    ("function", "options", "said"),
    [
        (not_async, {}, "write async def"),
        (one_parameter, {}, "takes two parameters"),
        (three_parameters, {}, "takes two parameters"),
        (keyword_only, {}, "takes two parameters"),
        (other_event, {}, "registered for CallRinging, but its first parameter is TextReceived"),
        (other_settings, {}, r"its context is Context\[Other\], but the handler's settings are Chosen"),
        (accepted, {"quue_call": True}, "no field 'quue_call'; did you mean queue_call.*It has account_id, at"),
        (accepted, {"queue_call": "no"}, "queue_call='no' can never match: CallRinging.queue_call is bool"),
        (accepted, {"queue_call": 1}, "can never match"),
        (accepted, {"caller": {"+1", 2}}, "caller=2 can never match"),
        (accepted, {"raw": {}}, "raw is not one plain value"),
        (accepted, {"once_per": "callr", "every": "1d"}, "no field 'callr'; did you mean caller"),
        (accepted, {"once_per": "caller"}, "once_per and every go together"),
        (accepted, {"every": "1d"}, "once_per and every go together"),
        (accepted, {"within": "soon"}, "'soon' is no span of time"),
        (lambda call, ctx: None, {}, "write async def"),
        (len, {}, "write async def"),
    ],
)
def test_rule_refused_at_import_with_file_and_line(function, options, said):
    """Whatever cannot work is refused where it is declared, naming what there is instead."""
    handler = Handler("mine", Chosen)
    with pytest.raises(HandlerInvalid, match=rf"^tests/plugin/test_handler\.py:\d+: .*{said}"):
        handler.on(CallRinging, **options)(function)
    assert handler.rules == ()


@pytest.mark.parametrize(
    ("event", "said"),
    [(dict, r"on\(dict\): not an event type"), ("CallRinging", "not an event type"), (accepted, "stands bare")],
)
def test_wrong_event_type_refused(event, said):
    """Also when the decorator is written without its parentheses."""
    with pytest.raises(HandlerInvalid, match=said):
        Handler("mine").on(event)


def test_same_rule_name_twice_refused():
    """Effects are kept by rule name: two of one name would share them."""
    handler = Handler("mine")
    handler.on(CallRinging)(accepted)
    with pytest.raises(HandlerInvalid, match="accepted: the handler has a rule of that name already"):
        handler.on(CallEnded)(accepted)


def test_annotations_that_accept_more_are_accepted():
    """A function may take a wider event or context than it is given, and a union."""
    handler = Handler("mine", Chosen)

    @handler.on(CallRinging)
    async def wider(call: Event, ctx: Context) -> None: ...

    @handler.on(CallRinging)
    async def union(call: CallRinging | CallEnded, ctx: Context[Settings]) -> None: ...

    assert [rule.name for rule in handler.rules] == ["wider", "union"]


async def test_resource_is_what_the_lifespan_yields():
    """Both a generator function and a context manager bracket the resource; without one it is None."""
    happened = []

    async def lifespan(settings: Chosen):
        happened.append("open")
        yield settings.to
        happened.append("closed")

    async with Handler("mine", Chosen, lifespan=lifespan).resource(Chosen()) as resource:
        assert resource == "102"
        assert happened == ["open"]
    assert happened == ["open", "closed"]
    async with Handler("mine", Chosen).resource(Chosen()) as nothing:
        assert nothing is None
