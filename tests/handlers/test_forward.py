"""forward: whose calls go where, and when."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from switchhook import CallRinging, Later, rehearse
from switchhook_handlers.forward import handler
from tests.plugin.events import AT, made

CALL = made(CallRinging)


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({"to": "102"}, {"extensionNumber": "102"}),
        ({"to": "+1 650 555 0199"}, {"phoneNumber": "+16505550199"}),
        ({"to": "102", "callers": ["+1 (650) 555-0100"]}, {"extensionNumber": "102"}),
        ({"to": "102", "except_callers": ["+16505550199"]}, {"extensionNumber": "102"}),
        ({"voicemail": True}, {"voicemail": "1001"}),
    ],
)
async def test_call_of_a_wanted_caller_is_forwarded(settings, body):
    """To a telephone, an extension or the called one's voicemail; with no callers chosen, everybody's."""
    (call,) = await rehearse(handler, CALL, settings)
    assert (call.operation, call.body) == ("forwardCallParty", body)


@pytest.mark.parametrize("settings", [{"callers": ["+16505550199"]}, {"except_callers": ["+16505550100"]}])
async def test_call_of_somebody_else_rings_on(settings):
    """Nothing is written."""
    assert await rehearse(handler, CALL, {"to": "102", **settings}) == []


async def test_it_rings_here_first():
    """Until `after` is over the run is put off to exactly then; a minute later it is too late to forward."""
    settings = {"to": "102", "after": "10s"}
    with pytest.raises(Later) as later:
        await rehearse(handler, CALL, settings)
    assert later.value.at == AT + timedelta(seconds=10)
    assert len(await rehearse(handler, CALL, settings, now=AT + timedelta(seconds=10))) == 1
    assert await rehearse(handler, CALL, settings, now=AT + timedelta(seconds=61)) == []


@pytest.mark.parametrize("settings", [{}, {"to": "102", "voicemail": True}])
async def test_exactly_one_target(settings):
    """Neither or both is a mistake of the settings."""
    with pytest.raises(ValidationError, match="say where calls go"):
        await rehearse(handler, CALL, settings)


async def test_ring_that_is_history_is_left_alone():
    """Learnt of after the answer: there is nothing to forward any more."""
    assert await rehearse(handler, made(CallRinging, overtaken=True), {"to": "102"}) == []
