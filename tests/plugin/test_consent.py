"""Who asked not to be texted."""

import pytest

from switchhook import Context, Settings, TextReceived
from tests.plugin.events import made
from tests.plugin.ports import Port


def text(words: str) -> TextReceived:
    """A text with these words."""
    return made(TextReceived, message_id="1", sender="+16505550100", text=words)


@pytest.mark.parametrize("words", ["STOP", " stop ", "Stop.", "unsubscribe", "STOP ALL", "quit!"])
def test_stop_is_heard_and_kept(words):
    """In whatever case, as long as it is the whole text; START takes it back."""
    ctx = Context(Port(), Settings())
    assert not ctx.consent.withdrawn("+16505550100")
    assert ctx.consent.heard(text(words))
    assert ctx.consent.withdrawn("+16505550100")
    assert not ctx.consent.withdrawn("+16505550101")
    assert ctx.consent.heard(text("Start"))
    assert not ctx.consent.withdrawn("+16505550100")


@pytest.mark.parametrize("words", ["When does it end?", "please stop calling at night", ""])
def test_other_texts_are_for_people(words):
    """The word in a sentence is no withdrawal."""
    ctx = Context(Port(), Settings())
    assert not ctx.consent.heard(text(words))
    assert not ctx.consent.withdrawn("+16505550100")
