"""What people do with dead letters and stored notifications."""

from __future__ import annotations

from switchhook.errors import OutcomeUnknown
from switchhook.events.types import PostAdded
from switchhook.log import NewRecord
from switchhook.worker import commands
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.explain import explain
from tests.worker.model import ACCOUNT, enable, handler_for, post


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
    explained = explain(_record(one), registry, lambda session: None)
    verdicts = {(rule.handler, type(rule.event).__name__): (rule.matched, rule.reason) for rule in explained.rules}
    assert verdicts["all", "PostAdded"][0]
    assert verdicts["some", "PostAdded"] == (False, "chat_id is 'a', wanted 'x'")
    odd = explain(_record(NewRecord(ACCOUNT, None, b"odd", 0.0)), registry, lambda session: None)
    assert "no notification" in odd.problem


def _record(new):
    from switchhook.log import Record

    return Record(0, 0, new.account, new.key, new.value, new.received_at, new.headers)
