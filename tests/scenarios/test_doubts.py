"""Answers that are lost: the platform did it, or did not, and a read tells which. Nothing is ever done twice."""

from __future__ import annotations

import pytest

from switchhook import CallRinging, Handler, TextReceived
from switchhook.testing.service import Switchhook

CALLER = "+16505550100"


@pytest.fixture
async def service(tmp_path):
    """The service, not started yet."""
    async with Switchhook(tmp_path) as made:
        yield made


COMMANDS = {
    "forwardCallParty": lambda ctx, call: ctx.calls.forward(call, to="102"),
    "rejectParty": lambda ctx, call: ctx.calls.reject(call),
}


@pytest.mark.parametrize("operation", COMMANDS)
@pytest.mark.parametrize("fault", ["reset_after", "status_500_after", "reset_before", "status_500"])
async def test_a_command_on_a_ringing_call(service, operation, fault):
    """Whether it was done or not, the run ends as done, and the command had its effect once."""
    handler = Handler("commander")

    @handler.on(CallRinging)
    async def command(call: CallRinging, ctx):
        await COMMANDS[operation](ctx, call)

    service.enable(handler)
    await service.start()
    service.platform.fault(fault, times=1, operation=operation)
    await service.platform.ring("101", CALLER)
    await service.until(lambda: service.outcomes("commander")["done"])
    assert len(service.written(operation)) == 1


@pytest.mark.parametrize("operation", ["createGlipPost", "createSMSMessage"])
@pytest.mark.parametrize(("fault", "outcome", "effects"), [("reset_after", "done", 1), ("reset_before", "unknown", 0)])
async def test_what_was_written_is_found(service, operation, fault, outcome, effects):
    """A post or a text that is there was written; one that is not there is for a person to look at."""
    handler = Handler("writer")
    chat = service.chat

    @handler.on(TextReceived)
    async def write(text: TextReceived, ctx):
        if operation == "createGlipPost":
            await ctx.chats.post(chat, f"a text came: {text.text}")
        else:
            (sender, *_) = await ctx.extensions.phone_numbers(feature="SmsSender")
            await ctx.messages.text(sender=sender, to=CALLER, text="thank you")

    service.enable(handler)
    await service.start()
    service.platform.fault(fault, times=1, operation=operation)
    await service.platform.text("101", CALLER, "hello")
    await service.until(lambda: service.outcomes("writer")[outcome])
    assert len(service.written(operation)) == effects
    await service.pass_by(120)
    assert len(service.written(operation)) == effects
