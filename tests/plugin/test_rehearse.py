"""Rehearsals: the writes of one handler on one event, with nothing running."""

from datetime import timedelta
from io import BytesIO

import pytest
from pydantic import ValidationError

from switchhook import (
    CallRinging,
    Context,
    Handler,
    Later,
    NotFound,
    RecordedCall,
    Settings,
    Skip,
    TextReceived,
    rehearse,
)
from switchhook.plugin.rehearse import rehearse_rules
from tests.plugin.events import AT, made


class Chosen(Settings):
    """Settings of the handler here."""

    to: str = "102"


async def lifespan(settings: Chosen):
    """What the handler holds while it is there."""
    yield {"opened for": settings.to}


handler = Handler("mine", Chosen, lifespan=lifespan)


@handler.on(CallRinging, within="20s")
async def ring(call: CallRinging, ctx: Context[Chosen]) -> None:
    """Reads, writes, remembers."""
    if call.caller == "+1":
        raise Skip("not this one")
    if call.caller == "+2":
        raise Later(at=AT)
    who = await ctx.api.readExtension(extensionId=call.extension_id)
    answer = await ctx.calls.forward(call, to=ctx.settings.to)
    ctx.store.put("answer", answer)
    await ctx.acting_as("bot").chats.post("55", f"{who['name']} {ctx.store.get('answer')} {ctx.resource}")


@handler.on(CallRinging, queue_call=True)
async def queue(call: CallRinging, ctx: Context[Chosen]) -> None:
    """For queue calls alone."""
    await ctx.api.reject_party(telephonySessionId=call.session_id, partyId=call.party_id)


READS = {"readExtension": lambda parameters: {"name": f"Ann {parameters['extensionId']}"}}


async def test_writes_are_recorded_and_reads_answered():
    """What the handler would write comes back, in order, with the identity it acts as."""
    calls = await rehearse(handler, made(CallRinging), {"to": "103"}, answers=READS)
    forward = {"telephonySessionId": "s-1", "partyId": "p-1-3", "body": {"extensionNumber": "103"}}
    text = "Ann 1001 {} {'opened for': '103'}"
    assert calls == [
        RecordedCall("forwardCallParty", forward),
        RecordedCall("createGlipPost", {"chatId": "55", "body": {"text": text}}, "bot"),
    ]
    assert calls[0].body == {"extensionNumber": "103"}


async def test_every_matching_rule_runs():
    """The second rule runs too, under the operation's real id."""
    calls = await rehearse(handler, made(CallRinging, queue_call=True), answers=READS)
    assert [call.operation for call in calls] == ["forwardCallParty", "createGlipPost", "rejectParty"]


async def test_nothing_is_written_when_no_rule_matches_or_it_is_too_late():
    """Another event, a skip, or an event older than `within`."""
    assert await rehearse(handler, made(TextReceived, message_id="1", text="hi")) == []
    assert await rehearse(handler, made(CallRinging, caller="+1")) == []
    assert await rehearse(handler, made(CallRinging), now=AT + timedelta(seconds=21)) == []


async def test_what_the_handler_raises_is_raised():
    """A signal other than Skip, and an error that the platform is told to answer with."""
    with pytest.raises(Later):
        await rehearse(handler, made(CallRinging, caller="+2"))
    answers = READS | {"forwardCallParty": NotFound("over", status=404)}
    with pytest.raises(NotFound):
        await rehearse(handler, made(CallRinging), answers=answers)


async def test_a_read_without_an_answer_says_what_to_pass():
    """And so do settings that do not fit, and an operation that does not exist."""
    with pytest.raises(LookupError, match=r"reads readExtension.*answers=\{'readExtension'"):
        await rehearse(handler, made(CallRinging))
    with pytest.raises(ValidationError):
        await rehearse(handler, made(CallRinging), {"too": "103"})
    with pytest.raises(ValueError, match="did you mean"):
        await rehearse(handler, made(CallRinging), answers={"readExtensoin": {}})


async def test_every_rule_says_why():
    """The long form tells of each rule how it met the event."""
    ringing, queued = await rehearse_rules(handler, made(CallRinging, caller="+2"))
    assert (ringing.outcome, ringing.rule.name) == ("later", "ring")
    assert (queued.outcome, queued.reason) == ("not matched", "queue_call is False, wanted True")
    skipped, _ = await rehearse_rules(handler, made(CallRinging, caller="+1"))
    assert (skipped.outcome, skipped.reason) == ("skipped", "not this one")
    expired, _ = await rehearse_rules(handler, made(CallRinging), now=AT + timedelta(minutes=1))
    assert expired.outcome == "expired"


async def test_content_is_streamed_from_the_answers(tmp_path):
    """What a handler saves comes from the rehearsal's answers, into a file and into an object."""
    saving = Handler("saving")

    @saving.on(CallRinging)
    async def save(call: CallRinging, ctx: Context) -> None:
        told: list[tuple[int, int | None]] = []
        size = await ctx.recordings.save("88", tmp_path / "a.mp3", progress=lambda *figures: told.append(figures))
        assert (size, told) == (5, [(5, 5)])
        await ctx.messages.save("9", "1", buffer)

    buffer = BytesIO()
    answers = {"listCallRecordingData": b"sound", "readMessageContent": b"picture"}
    assert await rehearse(saving, made(CallRinging), answers=answers) == []
    assert ((tmp_path / "a.mp3").read_bytes(), buffer.getvalue()) == (b"sound", b"picture")


async def test_wrong_parameters_are_refused_as_in_earnest():
    """Nobody learns of a misspelt parameter from production."""
    careless = Handler("careless")

    @careless.on(CallRinging)
    async def act(call: CallRinging, ctx: Context) -> None:
        await ctx.api.createGlipPost(chat=55, body={"text": "hello"})

    with pytest.raises(ValueError, match="createGlipPost: chat is no parameter of it; did you mean chatId"):
        await rehearse(careless, made(CallRinging))
