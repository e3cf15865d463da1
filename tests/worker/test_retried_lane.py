"""A retried dead letter in an occupied lane."""

from switchhook.errors import Retry
from switchhook.events.types import PostAdded
from switchhook.state import Table
from switchhook.worker import commands
from switchhook.worker.dead_letters import DeadLetters
from tests.worker.model import enable, handler_for, post


async def test_lane_goes_on(service, clock):
    """Both the retried one and the one that parked again are handled."""
    heard, bad = [], [ValueError("bug")]
    two = [Retry("x", after=10.0), Retry("x", after=10.0)]

    async def on_post(event, ctx):
        heard.append(event.post_id)
        acts = bad if event.post_id == "1" else two
        if acts:
            raise acts.pop(0)

    one = service(enable(handler_for(PostAdded, on_post)))
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    one.start()
    await one.wait(lambda: ("2", "parked") in one.outcomes())
    (letter,) = DeadLetters(one.store, 0).all()
    await one.log.append([commands.command(letter, commands.RETRY, clock.now().timestamp())])
    for _ in range(30):
        await clock.advance(15)
        await one.idle()
        if not one.store.count(0, Table.PARKED):
            break
    entries = [(e.key[-30:], e.due) for e in one.store.scan(0, Table.PARKED)]
    assert entries == []
    await one.stop()
