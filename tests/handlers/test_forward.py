"""forward: whose calls go where."""

import pytest

from switchhook import CallRinging, rehearse
from switchhook_handlers.forward import handler
from tests.plugin.events import made


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({"to": "102"}, {"extensionNumber": "102"}),
        ({"to": "+1 650 555 0199"}, {"phoneNumber": "+16505550199"}),
        ({"to": "102", "callers": ["+1 (650) 555-0100"]}, {"extensionNumber": "102"}),
    ],
)
async def test_call_of_a_wanted_caller_is_forwarded(settings, body):
    """To a telephone or an extension; with no callers chosen, everybody's."""
    (call,) = await rehearse(handler, made(CallRinging), settings)
    assert (call.operation, call.body) == ("forwardCallParty", body)


async def test_call_of_somebody_else_rings_on():
    """Nothing is written."""
    assert await rehearse(handler, made(CallRinging), {"to": "102", "callers": ["+16505550199"]}) == []
