"""Writes in doubt: what a read of the platform says about them, and what becomes of their runs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.api.catalogue import operation as catalogued
from switchhook.errors import ApiUnreachable, Forbidden, NotFound, OutcomeUnknown, RateLimited
from switchhook.events.types import PostAdded
from switchhook.worker import doubts
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.doubts import Happened, LookAgain, SendAgain, Unknown, conclude, lookup_for
from tests.worker.model import enable, handler_for, post

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STAMP = "2026-01-05T09:00:01Z"
PARTY = {"telephonySessionId": "s-1", "partyId": "p-1"}
OVER = NotFound("over", status=404)


def session(code, reason=None, **more):
    """A session in which our party is in that state."""
    other = {"id": "p-0", "status": {"code": "Answered"}}
    return {"id": "s-1", "parties": [other, {"id": "p-1", "status": {"code": code, "reason": reason}, **more}]}


def said(operation, parameters, *answers, age=60.0, taken=()):
    """What is concluded from these answers, so many seconds after the intent."""
    lookup = lookup_for(operation)
    at = AT.timestamp()
    return conclude(lookup, parameters, answers, at=at, now=at + age, taken=lambda one: one in taken)


@pytest.mark.parametrize(
    ("operation", "more", "answer", "concluded"),
    [
        ("answerCallParty", {}, session("Answered"), Happened),
        ("answerCallParty", {}, session("Proceeding"), SendAgain),
        ("answerCallParty", {}, session("Disconnected"), Unknown),
        ("answerCallParty", {}, OVER, Unknown),
        ("forwardCallParty", {}, session("Disconnected", "BlindTransfer"), Happened),
        ("forwardCallParty", {}, session("Disconnected"), Unknown),
        ("forwardCallParty", {}, session("Answered"), Unknown),
        ("forwardCallParty", {}, session("Setup"), SendAgain),
        ("rejectParty", {}, session("Voicemail"), Happened),
        ("rejectParty", {}, session("Proceeding"), SendAgain),
        ("ignoreCallInQueue", {}, session("Disconnected"), Happened),
        ("ignoreCallInQueue", {}, session("Answered"), SendAgain),
        ("replyParty", {}, session("Disconnected", "CallReplied"), Happened),
        ("replyParty", {}, session("Disconnected"), Unknown),
        ("transferCallParty", {}, session("Disconnected", "BlindTransfer"), Happened),
        ("transferCallParty", {}, session("Hold"), SendAgain),
        ("holdCallParty", {}, session("Hold"), Happened),
        ("holdCallParty", {}, session("Answered"), SendAgain),
        ("unholdCallParty", {}, session("Answered"), Happened),
        ("unholdCallParty", {}, session("Hold"), SendAgain),
        ("callParkParty", {}, session("Parked"), Happened),
        ("callParkParty", {}, session("Answered"), SendAgain),
        ("pickupCallParty", {}, session("Answered"), Happened),
        ("pickupCallParty", {}, session("Parked"), SendAgain),
        ("updateCallParty", {"body": {"muted": True}}, session("Answered", muted=True), Happened),
        ("updateCallParty", {"body": {"muted": False}}, session("Answered"), Happened),
        ("updateCallParty", {"body": {"muted": True}}, session("Answered"), SendAgain),
        ("updateCallParty", {"body": {"muted": True}}, session("Disconnected"), Unknown),
        ("startCallRecording", {}, session("Answered", recordings=[{"id": "r", "active": True}]), Happened),
        ("startCallRecording", {}, session("Answered", recordings=[{"id": "r", "active": False}]), SendAgain),
        ("startCallRecording", {}, session("Disconnected"), Unknown),
        (
            "pauseResumeCallRecording",
            {"recordingId": "r", "body": {"active": False}},
            session("Answered", recordings=[{"id": "r", "active": False}]),
            Happened,
        ),
        (
            "pauseResumeCallRecording",
            {"recordingId": "r", "body": {"active": False}},
            session("Answered", recordings=[{"id": "r", "active": True}]),
            SendAgain,
        ),
        ("pauseResumeCallRecording", {"recordingId": "r", "body": {"active": False}}, session("Answered"), Unknown),
        ("deleteCallSession", {}, OVER, Happened),
        ("deleteCallSession", {}, {"parties": [{"id": "p-1", "status": {"code": "Gone"}}]}, Happened),
        ("deleteCallSession", {}, session("Disconnected"), SendAgain),
    ],
)
def test_the_state_of_a_party_tells_what_became_of_a_command(operation, more, answer, concluded):
    """Row by row: what the command was to bring about is there, or the party is still as before, or nobody can say."""
    assert isinstance(said(operation, PARTY | more, answer), concluded)


def test_a_command_is_given_time_to_show():
    """A party that rings on in the first seconds proves nothing: the command may be on its way."""
    assert said("answerCallParty", PARTY, session("Proceeding"), age=1.0) == LookAgain(2.0)
    assert said("answerCallParty", PARTY, session("Answered"), age=0.0) == Happened(session("Answered")["parties"][1])


def test_another_party_says_nothing():
    """Only the party that the command was for counts."""
    assert isinstance(said("answerCallParty", PARTY | {"partyId": "p-9"}, session("Answered")), Unknown)


MINE = {"id": "9", "text": "hello", "creatorId": "77", "creationTime": STAMP}
POST = {"chatId": "c1", "body": {"text": "hello"}}


@pytest.mark.parametrize(
    ("found", "happened"),
    [
        (MINE, True),
        (MINE | {"creatorId": "78"}, False),
        (MINE | {"text": "hello!"}, False),
        (MINE | {"creationTime": "2026-01-05T08:58:00Z"}, False),
        (MINE | {"creationTime": "never"}, False),
        (MINE | {"id": "taken"}, False),
    ],
)
def test_a_post_is_ours_by_author_text_and_time(found, happened):
    """The same text of somebody else, of before, or of another write is not the one; what is not there is unknown."""
    concluded = said("createGlipPost", POST, {"id": "77"}, {"records": [found]}, taken={"taken"})
    assert concluded == Happened(found) if happened else isinstance(concluded, Unknown)


def test_two_posts_that_say_the_same_are_told_apart():
    """The oldest that no other write has is the one, so that each write in doubt gets its own."""
    records = [MINE | {"id": "second", "creationTime": "2026-01-05T09:00:03Z"}, MINE | {"id": "first"}]
    answers = {"id": "77"}, {"records": records}
    assert said("createGlipPost", POST, *answers).answer["id"] == "first"
    assert said("createGlipPost", POST, *answers, taken={"first"}).answer["id"] == "second"
    assert isinstance(said("createGlipPost", POST, *answers, taken={"first", "second"}), Unknown)


TEXT = {"from": {"phoneNumber": "+1650"}, "to": [{"phoneNumber": "+1651"}], "text": "hello"}


@pytest.mark.parametrize(
    ("subject", "to", "happened"),
    [("hello", "+1651", True), ("hello", "+1652", False), ("other", "+1651", False)],
)
def test_a_text_is_found_in_the_message_store(subject, to, happened):
    """By what it says and whom it is for."""
    message = {"id": "5", "subject": subject, "to": [{"phoneNumber": to, "name": "Bob"}], "creationTime": STAMP}
    concluded = said("createSMSMessage", {"body": TEXT}, {"records": [message]})
    assert concluded == Happened(message) if happened else isinstance(concluded, Unknown)


def test_the_message_store_is_asked_for_what_was_sent_since():
    """Texts and internal messages, of the extension that wrote, from a little before the intent on."""
    (sms,) = lookup_for("createSMSMessage").needs({"body": TEXT, "extensionId": "12"}, AT)
    asked = {"messageType": "SMS", "direction": "Outbound", "dateFrom": "2026-01-05T08:59:00Z", "extensionId": "12"}
    assert dict(sms.parameters) == asked
    body = {"from": {"extensionId": "~"}, "to": [{"extensionId": "12"}], "text": "hello"}
    (pager,) = lookup_for("createInternalTextMessage").needs({"body": body}, AT)
    assert dict(pager.parameters)["messageType"] == "Pager"


def test_a_read_that_fails_for_a_passing_reason_is_made_again_within_limits():
    """Not before the platform wants to be asked again, and not for ever; what is forbidden stays unknown."""
    limited = RateLimited("slow", status=429, retry_after=30.0)
    assert said("answerCallParty", PARTY, limited, age=1.0) == LookAgain(30.0)
    assert isinstance(said("answerCallParty", PARTY, ApiUnreachable("refused"), age=1.0), LookAgain)
    assert isinstance(said("answerCallParty", PARTY, limited, age=601.0), Unknown)
    assert isinstance(said("answerCallParty", PARTY, Forbidden("no", status=403), age=1.0), Unknown)


@given(
    st.sampled_from(sorted(doubts._LOOKUPS)),
    st.lists(st.sampled_from([session("Proceeding"), session("Answered"), {}, OVER, {"id": "77"}]), min_size=2),
    st.floats(-100, 10_000),
)
def test_every_lookup_reads_and_concludes(operation, answers, age):
    """Its reads are operations that change nothing, whatever is answered is concluded from, and waiting has an end."""
    parameters = PARTY | {"chatId": "c", "body": {"text": "hello", "from": {}, "to": []}}
    lookup = lookup_for(operation)
    needs = lookup.needs(parameters, AT)
    assert catalogued(operation).changes_something
    for need in needs:
        assert not catalogued(need.operation).changes_something
        assert {name for name, _ in need.parameters} <= set(catalogued(need.operation).accepts)
    concluded = said(operation, parameters, *answers[: len(needs)], age=age)
    if isinstance(concluded, LookAgain):
        assert 0 < concluded.after <= lookup.settles
        assert age < lookup.settles


# -- in the worker


def writing(then=()):
    """A handler that posts, and what it got for answers."""
    answers = []

    async def on_post(event: PostAdded, ctx):
        answers.append(await ctx.chats.post(event.chat_id, f"re {event.post_id}"))
        for act in then:
            await act(event, ctx)

    return handler_for(PostAdded, on_post), answers


async def test_a_lost_answer_is_found_again_at_once(service, clock):
    """The post is there: the run goes on with it as if its answer had come, and its journal has it."""
    handler, answers = writing()
    one = service(enable(handler))
    one.platform.after.append(OutcomeUnknown("connection reset"))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "done")]
    assert [answer["id"] for answer in answers] == ["1"]
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_what_a_killed_worker_was_writing_is_looked_up(service, clock):
    """Killed between the write and its answer: the next worker finds the post and goes on."""
    handler, answers = writing()
    one = service(enable(handler))
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: len(one.platform.writes) == 1)
    await one.kill()
    one.platform.hold = None
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "done")]
    assert len(one.platform.writes) == len(answers) == 1
    assert await one.stop() == 0


async def test_a_post_that_shows_later_is_waited_for(service, clock):
    """The run is parked until it must have shown, which counts as no failure."""
    handler, _ = writing()
    one = service(enable(handler), retry_attempts=1)
    one.platform.after.append(OutcomeUnknown("connection reset"))
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "parked")]
    one.platform.shows_posts = True
    await one.wait(lambda: ("1", "done") in one.outcomes(), advance=20)
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_post_that_never_shows_is_for_a_person(service, clock):
    """It may still be on its way: nothing is sent again, and the dead letter says what the look has shown."""
    handler, _ = writing()
    one = service(enable(handler))
    one.platform.after.append(OutcomeUnknown("connection reset"))
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: ("1", "unknown") in one.outcomes(), advance=30)
    assert len(one.platform.writes) == 1
    (letter,) = DeadLetters(one.store, 0).all()
    assert "it was not there 15 s later" in letter.reason
    assert await one.stop() == 0


async def test_what_another_write_made_proves_nothing(service, clock):
    """Two runs say the same in the same chat: the post of the first is not taken for that of the second."""

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post("c1", "thank you")

    one = service(enable(handler_for(PostAdded, on_post)))
    one.platform.before.extend([None, OutcomeUnknown("connection reset")])
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    await one.log.append([post(2, clock=clock)])
    await one.wait(lambda: ("2", "unknown") in one.outcomes(), advance=30)
    assert len(one.platform.writes) == 1
    assert await one.stop() == 0


async def test_a_run_that_went_on_in_doubt_does_not_learn_of_it_later(service, clock):
    """A handler that caught the doubt and did something else does the same when it is run again."""

    async def on_post(event: PostAdded, ctx):
        try:
            await ctx.chats.post(event.chat_id, "first")
        except OutcomeUnknown:
            await ctx.chats.post(event.chat_id, "instead")
        else:
            await ctx.chats.post(event.chat_id, "and then")
        raise ApiUnreachable("later")

    one = service(enable(handler_for(PostAdded, on_post)), retry_attempts=3)
    one.platform.after.append(OutcomeUnknown("connection reset"))
    one.platform.shows_posts = False
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle(advance=5.0)
    one.platform.shows_posts = True
    await one.wait(lambda: ("1", "failed") in one.outcomes(), advance=60)
    assert [written["body"]["text"] for _, written in one.platform.writes] == ["first", "instead"]
    (letter,) = DeadLetters(one.store, 0).all()
    assert "given up after 3 attempts" in letter.reason
    assert await one.stop() == 0


async def test_a_write_in_doubt_does_not_expire_in_silence(service, clock):
    """A worker that comes back too late for `within` still says that something may have happened."""
    handler = handler_for(PostAdded, writing()[0].rules[0].function, within="20s")
    one = service(enable(handler))
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: len(one.platform.writes) == 1)
    await one.kill()
    one.platform.hold = None
    await clock.advance(60)
    one.start()
    await one.idle()
    assert one.outcomes() == [("1", "unknown")]
    assert await one.stop() == 0
