"""reply_to_text: out of office, keywords, and who gets no answer."""

import pytest

from switchhook import TextReceived, rehearse
from switchhook_handlers.reply_to_text import handler
from tests.plugin.events import made

SETTINGS = {"reply": "We are closed.", "office_hours": "Mon-Fri 09:00-17:00 UTC", "keywords": {"Hours": "9 to 5"}}
OPEN = {**SETTINGS, "office_hours": "Mon-Fri 08:00-17:00 UTC"}
CLOSED = {**SETTINGS, "office_hours": "Mon-Fri 10:00-17:00 UTC"}


def text(words="Hello", **fields):
    """A text that came in at 9 on a Monday."""
    known = {"message_id": "1", "sender": "+16505550100", "to": "+16505550101", "recipients": ("+16505550101",)}
    return made(TextReceived, text=words, **known | fields)


async def answers(event, settings, memory=None):
    """What is texted back, to whom, from where."""
    calls = await rehearse(handler, event, settings, memory=memory)
    assert all(call.operation == "createSMSMessage" for call in calls)
    return [(call.body["text"], call.body["to"][0]["phoneNumber"], call.body["from"]["phoneNumber"]) for call in calls]


@pytest.mark.parametrize(
    ("words", "settings", "answer"),
    [
        ("Hello", CLOSED, "We are closed."),
        ("Hello", {"reply": "Always"}, "Always"),
        ("hours ", CLOSED, "9 to 5"),
        ("HOURS", OPEN, "9 to 5"),
    ],
)
async def test_answers_from_the_number_that_was_texted(words, settings, answer):
    """A keyword at any hour, the reply while the office is closed, and never both."""
    assert await answers(text(words), settings) == [(answer, "+16505550100", "+16505550101")]


@pytest.mark.parametrize(
    ("event", "settings"),
    [
        (text(), OPEN),
        (text(), {}),
        (text("STOP"), CLOSED),
        (text(sender="72345"), CLOSED),
        (text(sender="102"), CLOSED),
        (text(to=""), CLOSED),
        (text(recipients=("+16505550101", "+16505550102")), CLOSED),
        (text(kind="Pager"), CLOSED),
    ],
)
async def test_no_answer(event, settings):
    """People are there, nothing is set, STOP, machines, groups, internal texts."""
    assert await answers(event, settings) == []


def test_each_sender_once():
    """A day for the reply, an hour for the same word."""
    keyword, out_of_office = handler.rules
    assert (out_of_office.once_value(text()), out_of_office.every.days) == ("+16505550100", 1)
    assert keyword.once_value(text("Hours")) == keyword.once_value(text("hours "))
    assert keyword.once_value(text("Hours")) != keyword.once_value(text("Menu"))


async def test_who_said_stop_gets_no_answer_until_start():
    """Neither the reply nor a keyword."""
    memory: dict[str, object] = {}
    assert await answers(text("Stop"), CLOSED, memory) == []
    assert await answers(text("Hello"), CLOSED, memory) == []
    assert await answers(text("hours"), CLOSED, memory) == []
    assert await answers(text("start"), CLOSED, memory) == []
    assert len(await answers(text("Hello"), CLOSED, memory)) == 1
