"""What people do with dead letters and stored notifications."""

from __future__ import annotations

import orjson

from switchhook.errors import ApiUnreachable, NotFound, OutcomeUnknown
from switchhook.events.types import PostAdded, TextReceived
from switchhook.log import NewRecord
from switchhook.worker import commands
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.explain import explain, reading
from switchhook.worker.readers import Readers
from tests.worker.model import ACCOUNT, ModelPlatform, enable, handler_for, post


def dead(service):
    """The dead letters of partition 0."""
    return list(DeadLetters(service.store, 0).all())


async def test_a_dead_letter_is_tried_again_or_dropped(service, clock):
    """A retried letter runs again without repeating its writes; a dropped one is forgotten."""
    broken = [True]

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, f"re {event.post_id}")
        if broken[0]:
            raise ValueError

    one = service(enable(handler_for(PostAdded, on_post)))
    await one.log.append([post(1, clock=clock), post(2, "other", clock=clock)])
    one.start()
    await one.idle()
    first, second = sorted(dead(one), key=lambda letter: letter.saved.offset)
    broken[0] = False
    now = clock.now().timestamp()
    await one.log.append([commands.command(first, commands.RETRY, now), commands.command(second, commands.DROP, now)])
    await one.wait(lambda: dead(one) == [] and ("1", "done") in one.outcomes())
    assert ("2", "done") not in one.outcomes()
    assert len(one.platform.writes) == 2
    await one.log.append([commands.command(first, commands.RETRY, now)])
    await one.idle()
    assert await one.stop() == 0
    assert one.log.committed[0] == 5


async def test_a_write_in_doubt_is_sent_again_only_if_a_person_says_so(service, clock):
    """Retrying a letter of unknown outcome stays unknown, until somebody says that nothing happened, or that it did."""

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, "hi")

    one = service(enable(handler_for(PostAdded, on_post)))
    one.platform.after.extend([OutcomeUnknown("reset"), OutcomeUnknown("reset")])
    one.platform.shows_posts = False
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    one.start()
    await one.wait(lambda: len(dead(one)) == 2, advance=30)
    first, second = sorted(dead(one), key=lambda letter: letter.saved.offset)
    now = clock.now().timestamp()
    await one.log.append([commands.command(first, commands.RETRY, now)])
    await one.wait(lambda: one.outcomes().count(("1", "unknown")) == 2)
    assert len(one.platform.writes) == 2
    await one.log.append(
        [
            commands.command(first, commands.RETRY_NOTHING, now),
            commands.command(second, commands.RETRY_HAPPENED, now),
        ]
    )
    await one.wait(lambda: {("1", "done"), ("2", "done")} <= set(one.outcomes()))
    assert len(one.platform.writes) == 3
    assert dead(one) == []
    assert await one.stop() == 0


async def test_explain_says_for_every_rule_why(clock):
    """Interpretation and matching are done again on the stored bytes."""

    async def on_post(event: PostAdded, ctx):
        pass

    registry = enable(
        handler_for(PostAdded, on_post, name="all"), handler_for(PostAdded, on_post, name="some", chat_id="x")
    )
    one = post(1, "a", clock=clock)
    explained = await explain(_record(one), registry, lambda session: None)
    verdicts = {(rule.handler, type(rule.event).__name__): (rule.matched, rule.reason) for rule in explained.rules}
    assert verdicts["all", "PostAdded"][0]
    assert verdicts["some", "PostAdded"] == (False, "chat_id is 'a', wanted 'x'")
    odd = await explain(_record(NewRecord(ACCOUNT, None, b"odd", 0.0)), registry, lambda session: None)
    assert "no notification" in odd.problem


def _change_of_the_message_store(clock, *, account="8001"):
    """A notification that names a new message by its id alone."""
    body = {"extensionId": "101", "lastUpdated": clock.now().isoformat()}
    body["changes"] = [{"type": "SMS", "newCount": 1, "updatedCount": 0, "newMessageIds": [77]}]
    told = {"uuid": "u", "event": "/restapi/v1.0/account/1/extension/101/message-store", "body": body}
    told |= {"timestamp": clock.now().isoformat(), "subscriptionId": "s", "ownerId": "101"}
    return _record(NewRecord(account, "101", orjson.dumps(told), clock.now().timestamp(), {}))


async def test_explain_asks_for_what_a_record_names_by_ids_alone(clock):
    """With somebody who may read, it is read; without, it is said which read is missing."""
    registry, record = enable(handler_for(TextReceived, _nothing)), _change_of_the_message_store(clock)
    unread = await explain(record, registry, lambda session: None)
    assert unread.events == ()
    assert "known only after a read: readMessage extensionId=101 messageId=77." in unread.problem
    client = ModelPlatform(clock)
    client.answers["readMessage"] = {
        "id": 77,
        "type": "SMS",
        "direction": "Inbound",
        "subject": "hello",
        "from": {"phoneNumber": "+16505550100"},
        "to": [{"phoneNumber": "+16505550101"}],
        "creationTime": clock.now().isoformat(),
    }
    told = await explain(
        record, registry, lambda session: None, reading(Readers({"main": client}, (), registry), record)
    )
    assert told.problem == ""
    assert [type(rule.event).__name__ for rule in told.rules if rule.matched] == ["TextReceived"]
    assert told.describe()["reads"] == [{"operation": "readMessage", "parameters": "extensionId=101 messageId=77"}]
    assert "hello" not in str(told.describe())


async def test_explain_says_what_it_could_not_read(clock):
    """A platform that is away is a reason that is told, no failure; a message that is gone is no event."""
    registry, record = enable(handler_for(TextReceived, _nothing)), _change_of_the_message_store(clock)
    client = ModelPlatform(clock)
    ask = reading(Readers({"main": client}, (), registry), record)
    client.answers["readMessage"] = ApiUnreachable("no address")
    assert "cannot be read now" in (await explain(record, registry, lambda session: None, ask)).problem
    client.answers["readMessage"] = NotFound("gone", status=404)
    gone = await explain(record, registry, lambda session: None, ask)
    assert (gone.problem, [type(event).__name__ for event in gone.events]) == ("", ["Notification"])


async def _nothing(event, ctx):
    pass


def _record(new):
    from switchhook.log import Record

    return Record(0, 0, new.account, new.key, new.value, new.received_at, new.headers)
