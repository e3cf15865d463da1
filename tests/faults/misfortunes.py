"""What goes wrong in a modelled world: each is a coroutine of the world, one of its workers, and seconds."""

from __future__ import annotations

SESSION = 10.0
"""Seconds after which the group gives a silent member up."""


async def kill(world, member, seconds):
    """SIGKILL; the group notices at once or after the session timeout."""
    world.members.remove(member)
    await member.kill()
    if member.reader is not None:
        await world.meanwhile(world.chance.choice((0.0, SESSION)))
        world.log.leave(member.reader)


async def freeze(world, member, seconds):
    """SIGSTOP and SIGCONT; if that takes too long, the group has given its partitions away meanwhile."""
    member.freeze()
    await _silent(world, member, seconds)
    member.thaw()


async def cut(world, member, seconds):
    """One worker reaches no broker; if that takes too long, the group has given its partitions away meanwhile."""
    member.cut = member.store.full = True
    await _silent(world, member, seconds)
    member.cut = member.store.full = False


async def _silent(world, member, seconds):
    reader = member.reader
    if reader is not None:  # its heartbeats stop
        reader.proved = world.clock.monotonic()
        reader.expelled = True
    await world.meanwhile(seconds)
    if reader is None or member.dead:
        return
    if seconds <= SESSION or reader not in world.log.members:
        reader.expelled = False
        return
    reader.lose()
    await world.meanwhile(world.chance.choice((0.0, 1.0, 10.0)))
    if member.dead:
        return
    if member.clock.frozen:
        member.thaw()
        await world.advance(world.chance.choice((0.0, 0.0, 0.3)))
    if not reader.gone:
        reader.rejoin()


async def rebalance(world, member, seconds):
    """A member came or left."""
    world.log.rebalance()


async def storm(world, member, seconds):
    """Rebalances follow one another."""
    for _ in range(world.chance.randint(2, 8)):
        world.log.rebalance()
        await world.meanwhile(world.chance.choice((0.0, 0.01, 0.3, 2.0)))


async def refuse(world, member, seconds):
    """Commits are refused."""
    world.log.refuse_commits = True
    await world.meanwhile(seconds)
    world.log.refuse_commits = False


async def away(world, member, seconds):
    """The brokers refuse every connection."""
    world.log.unavailable = True
    await world.meanwhile(seconds)
    world.log.unavailable = False


async def restart(world, member, seconds):
    """The brokers restart: they are away, what they answered last gets lost, and everybody joins anew."""
    world.lossy = True
    await world.meanwhile(0.5)
    world.lossy = False
    await away(world, member, seconds)
    world.log.rebalance()


async def slow(world, member, seconds):
    """The brokers take their time, or the disk does."""
    took = world.chance.choice((0.05, 0.7, 3.0))
    world.slow = world.chance.choice((0.0, took))
    for one in world.members:
        one.store.slow = took
    await world.meanwhile(seconds)
    world.slow = 0.0
    for one in world.members:
        one.store.slow = 0.0


async def full(world, member, seconds):
    """The state cannot be written: the disk is full."""
    await _every_store(world, "full", seconds)


async def unreadable(world, member, seconds):
    """The state can be written and not be read: with a full disk SQLite may fail so, too."""
    await _every_store(world, "unreadable", seconds)


async def unsure(world, member, seconds):
    """The state is written, and an error says that it is not."""
    await _every_store(world, "unsure", seconds)


async def _every_store(world, trouble, seconds):
    stores = [one.store for one in world.members]
    for store in stores:
        setattr(store, trouble, True)
    await world.meanwhile(seconds)
    for store in stores:
        setattr(store, trouble, False)


async def step(world, member, seconds):
    """The wall clock is set."""
    world.clock.step(world.chance.choice((-60, -5, 5, 60)))


async def outage(world, member, seconds):
    """The platform fails more often than not."""
    world.platform.worse = 5.0
    await world.meanwhile(seconds)
    world.platform.worse = 1.0


async def grow(world, member, seconds):
    """Another size of the fleet."""
    world.size = world.chance.randint(1, 3)


async def end_one(world, member, seconds):
    """SIGTERM."""
    world.members.remove(member)
    member.stop.set()
    for _ in range(200):
        if member.task.done():
            break
        await world.meanwhile(0.5)
    if not member.dead:
        world.history.stopped(member.task)


ALL = (kill, kill, freeze, freeze, cut, rebalance, storm, refuse, away, restart, slow, full, unreadable, unsure, step)
ALL += (outage, grow, end_one)
