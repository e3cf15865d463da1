"""The state store mirrored in a topic: the topic is the truth, and only an owner's writes count."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.clock import ManualClock
from switchhook.errors import StateUnavailable
from switchhook.state import Delete, Put, Table
from switchhook.state.cache import StateCache
from switchhook.state.dead_topic import DeadTopic
from switchhook.state.mirror import MirroredState
from tests.state.topic import ModelTopic


class Fleet:
    """Workers that share a topic, each with a cache of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.topic = ModelTopic()
        self.dead = ModelTopic()
        self.clock = ManualClock()
        self.stores = []

    def worker(self, cache=None):
        """Another one, or one that comes back to the cache of this number."""
        number = len(self.stores) if cache is None else cache
        cache = StateCache(self.folder / f"cache{number}.db", self.clock)
        self.stores.append(MirroredState(cache, self.topic, self.clock, DeadTopic(self.dead)))
        return self.stores[-1]


@pytest.fixture
async def fleet(tmp_path):
    """Workers that share a topic."""
    made = Fleet(tmp_path)
    yield made
    for store in made.stores:
        await store.close()


def put(key, value=b"v", **options):
    """An entry of memory in partition 0."""
    return Put(0, Table.MEMORY, key, value, **options)


def content(store):
    """Keys and values of memory in partition 0."""
    return {entry.key: entry.value for entry in store.scan(0, Table.MEMORY)}


async def owned_meanwhile(late, owner, topic):
    """One freezes between making sure that it is a member and its confirmation; it thaws when the partition has another
    owner, who has written "a".
    """
    sure = asyncio.Event()

    def member():
        if not sure.is_set():
            sure.set()
            topic.hold = asyncio.Event()
        return True

    loading = asyncio.create_task(late.load(0, member))
    await sure.wait()
    frozen, topic.hold = topic.hold, None
    await owner.load(0, lambda: True)
    await owner.apply([put("a", b"1")])
    frozen.set()
    await loading


async def test_a_new_owner_finds_everything_that_was_applied(fleet):
    """What one worker applied, puts and deletes, due times and ends of life, another restores."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a", due=5.0), put("b", expires=2e9), put("c")])
    await first.apply([put("a", b"new", due=7.0), Delete(0, Table.MEMORY, "c")])
    second = fleet.worker()
    await second.load(0, lambda: True)
    assert content(second) == {"a": b"new", "b": b"v"}
    assert second.get(0, Table.MEMORY, "a").due == 7.0
    assert second.get(0, Table.MEMORY, "b").expires == 2e9


async def test_how_long_a_writing_took_is_told(fleet):
    """Of what is applied, not of what is restored."""
    told, store = [], fleet.worker()
    store.wrote = told.append
    await store.load(0, lambda: True)
    assert told == []
    await store.apply([put("a"), put("b")])
    assert told == [0.0]


async def test_a_frozen_ex_owner_changes_nothing(fleet):
    """What an ex-owner writes behind the claim of the next one counts for nothing, also after compaction."""
    first, second, third = fleet.worker(), fleet.worker(), fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a", b"1")])
    await second.load(0, lambda: True)
    await second.apply([put("a", b"2")])
    await first.apply([put("a", b"stale"), put("b", b"stale"), Delete(0, Table.MEMORY, "a")])
    await second.apply([put("c", b"2")])
    await third.load(0, lambda: True)
    assert content(third) == {"a": b"2", "c": b"2"}


async def test_a_claim_of_somebody_who_is_no_member_any_more_takes_nothing(fleet):
    """A process that froze between its assignment and its claim does not get the partition when it thaws."""
    owner, stale, third = fleet.worker(), fleet.worker(), fleet.worker()
    await owner.load(0, lambda: True)
    with pytest.raises(StateUnavailable, match="another worker"):
        await stale.load(0, lambda: False)
    with pytest.raises(StateUnavailable):
        await stale.apply([put("a", b"stale")])
    await owner.apply([put("a", b"1")])
    await third.load(0, lambda: True)
    assert content(third) == {"a": b"1"}


async def test_a_confirmation_that_comes_late_takes_nothing(fleet):
    """A process that froze between making sure and its confirmation does not get the partition when it thaws."""
    stale, owner, third = fleet.worker(), fleet.worker(), fleet.worker()
    await owned_meanwhile(stale, owner, fleet.topic)
    await stale.apply([put("a", b"stale"), put("b", b"stale")])
    await third.load(0, lambda: True)
    assert content(third) == {"a": b"1"}
    await third.apply([put("c", b"3")])
    await fleet.clock.advance(604_801)
    fourth, fifth = fleet.worker(), fleet.worker()
    await fourth.load(0, lambda: True)
    fleet.topic.compact(0)
    await fifth.load(0, lambda: True)
    assert content(fifth) == {"a": b"1", "c": b"3"}, "also when the claims that say so are gone"


async def test_claims_are_kept_until_nobody_can_come_back(fleet):
    """Claims of a week ago leave the topic, and what was written under them stays valid."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a")])
    await fleet.clock.advance(604_801)
    second = fleet.worker()
    await second.load(0, lambda: True)
    fleet.topic.compact(0)
    third = fleet.worker()
    await third.load(0, lambda: True)
    assert content(third) == {"a": b"v"}
    claims = [record.key for record in fleet.topic.partitions[0] if record.key.startswith(("claim\t", "owns\t"))]
    assert len(claims) == 4


async def test_the_topic_comes_before_the_act(fleet):
    """`apply` returns only when the topic has it, and nothing is readable before."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    fleet.topic.hold = asyncio.Event()
    applying = asyncio.create_task(store.apply([put("a")]))
    await asyncio.sleep(0.01)
    assert not applying.done()
    assert content(store) == {}
    fleet.topic.hold.set()
    await applying
    assert content(store) == {"a": b"v"}


async def test_a_topic_that_is_away_is_unavailable_and_heals(fleet):
    """While the brokers are away nothing is applied; loading fails as a whole and can be repeated."""
    store = fleet.worker()
    fleet.topic.away = True
    with pytest.raises(StateUnavailable):
        await store.load(0, lambda: True)
    with pytest.raises(StateUnavailable):
        await store.apply([put("a")])
    fleet.topic.away = False
    await store.load(0, lambda: True)
    fleet.topic.away = True
    with pytest.raises(StateUnavailable, match="away"):
        await store.apply([put("a")])
    assert content(store) == {}
    fleet.topic.away = False
    await store.apply([put("a")])
    assert content(store) == {"a": b"v"}


async def test_a_surprise_of_the_client_lets_nobody_wait_for_ever(fleet):
    """Whatever writing raises, whoever waits for it is told that it did not succeed."""
    owner = fleet.worker()
    await owner.load(0, lambda: True)

    async def fail(_partition, _groups):
        raise ZeroDivisionError

    write, fleet.topic.write = fleet.topic.write, fail
    with pytest.raises(StateUnavailable, match="ZeroDivisionError"):
        await owner.apply([put("a")])
    fleet.topic.write = write
    await owner.apply([put("a")])


async def test_many_small_batches_share_writes(fleet):
    """Batches that come while the topic is being written are written together."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    before = fleet.topic.writes
    await asyncio.gather(*(store.apply([put(str(number))]) for number in range(500)))
    assert fleet.topic.writes - before <= 2
    assert len(content(store)) == 500


async def test_sweeping_empties_the_topic_too(fleet):
    """What has expired leaves the topic, so that it does not grow for ever."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    now = fleet.clock.now().timestamp()
    await store.apply([put("short", expires=now + 10), put("ever")])
    await fleet.clock.advance(11)
    assert await store.sweep(fleet.clock.now().timestamp()) == 1
    fleet.topic.compact(0)
    keys = [record.key for record in fleet.topic.partitions[0]]
    assert "memory\tshort" not in keys
    assert "memory\tever" in keys


async def test_a_released_partition_refuses_writes(fleet):
    """After release nothing is written under our claim."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    await store.release(0)
    with pytest.raises(StateUnavailable):
        await store.apply([put("a")])
    await store.load(0, lambda: True)
    await store.apply([put("a")])
    assert content(store) == {"a": b"v"}


async def test_a_cache_left_behind_is_no_truth(fleet):
    """A worker that comes back to a partition forgets what it knew of it and believes the topic."""
    first, second = fleet.worker(), fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a"), put("b")])
    await first.release(0)
    await second.load(0, lambda: True)
    await second.apply([Delete(0, Table.MEMORY, "a"), put("b", b"2")])
    await second.release(0)
    await first.load(0, lambda: True)
    assert content(first) == {"b": b"2"}


def letter(key, value=b"v", **options):
    """A dead letter in partition 0."""
    return Put(0, Table.DEAD, key, value, **options)


async def shown(fleet):
    """What whoever reads the topic of dead letters sees."""
    return {one.key: one.value for one in (await fleet.dead.contents([0]))[0]}


async def test_dead_letters_are_shown_in_a_topic_of_their_own(fleet):
    """Those that are there, and no others: dropped and expired ones leave it, other tables are never in it."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    soon = fleet.clock.now().timestamp() + 10
    await store.apply([letter("a"), letter("b"), letter("c", expires=soon), put("memory")])
    assert await shown(fleet) == {"a": b"v", "b": b"v", "c": b"v"}
    await store.apply([Delete(0, Table.DEAD, "a"), letter("b", b"again")])
    assert await shown(fleet) == {"b": b"again", "c": b"v"}
    await fleet.clock.advance(20)
    await store.sweep(fleet.clock.now().timestamp())
    assert await shown(fleet) == {"b": b"again"}


async def test_the_next_owner_sets_the_topic_of_dead_letters_right(fleet):
    """A topic that was away stops nothing; what it missed is in it once somebody owns the partition anew."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    await store.apply([letter("a"), letter("b")])
    fleet.dead.away = True
    await store.apply([Delete(0, Table.DEAD, "a"), letter("c")])
    assert store.get(0, Table.DEAD, "c") is not None
    other = fleet.worker()
    await other.load(0, lambda: True)
    fleet.dead.away = False
    assert await shown(fleet) == {"a": b"v", "b": b"v"}
    third = fleet.worker()
    await third.load(0, lambda: True)
    assert await shown(fleet) == {"b": b"v", "c": b"v"}


async def came_back(fleet, number=0):
    """A worker that comes back to a cache, and how many records it read."""
    before = fleet.topic.read_records
    store = fleet.worker(number)
    await store.load(0, lambda: True)
    return store, fleet.topic.read_records - before


async def killed(store):
    """Leave the cache as a kill would: nothing more is said to the topic."""
    await store._cache.close()


async def test_who_comes_back_to_its_cache_reads_what_is_new(fleet):
    """A thousand entries are not read again; what another worker did meanwhile is."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put(f"k{number}") for number in range(1_000)])
    await killed(first)
    again, read = await came_back(fleet)
    assert read == 2, "its own claim and confirmation"
    assert len(content(again)) == 1_000
    await again.apply([put("k1", b"mine")])
    await killed(again)
    other = fleet.worker()
    await other.load(0, lambda: True)
    await other.apply([Delete(0, Table.MEMORY, "k0"), put("k1", b"theirs")])
    third, read = await came_back(fleet)
    assert read <= 10
    assert content(third) == content(other)


async def test_what_was_written_by_who_may_be_no_member_is_read_again(fleet):
    """A frozen ex-owner's own writes stand in its cache and count for nothing: that cache is no beginning."""
    member = True
    stale, owner = fleet.worker(), fleet.worker()
    await stale.load(0, lambda: member)
    await stale.apply([put("a", b"1"), put("b", b"1")])
    await owner.load(0, lambda: True)
    await owner.apply([Delete(0, Table.MEMORY, "b")])
    member = False
    await stale.apply([put("a", b"stale"), put("b", b"stale")])
    await killed(stale)
    again, read = await came_back(fleet)
    assert read > 4, "from the beginning"
    assert content(again) == content(owner) == {"a": b"1"}


async def test_a_latecomer_does_not_take_its_own_writes_for_true_when_it_comes_back(fleet):
    """Its confirmation came after that of a newer claim: what it wrote does not count, in its own cache neither."""
    late, owner = fleet.worker(), fleet.worker()
    await owned_meanwhile(late, owner, fleet.topic)
    await late.apply([put("a", b"stale")])
    await killed(late)
    again, _ = await came_back(fleet)
    assert content(again) == {"a": b"1"}


async def test_a_write_that_failed_and_is_stored_all_the_same_is_not_left_out(fleet):
    """The cache missed it, so nobody may go on from behind it."""
    store = fleet.worker()
    await store.load(0, lambda: True)
    await store.apply([put("a")])
    fleet.topic.forgets_to_answer = True
    with pytest.raises(StateUnavailable):
        await store.apply([put("lost")])
    fleet.topic.forgets_to_answer = False
    await store.apply([put("b")])
    await killed(store)
    again, _ = await came_back(fleet)
    assert content(again) == {"a": b"v", "lost": b"v", "b": b"v"}


async def test_a_cache_of_another_topic_or_of_yesterday_is_not_gone_on_from(fleet):
    """The topic made anew has another confirmation at that offset; after a day it may have forgotten removals."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a"), put("b")])
    await killed(first)
    await fleet.clock.advance(43_201)
    again, read = await came_back(fleet)
    assert read == 6
    await killed(again)
    fleet.topic.partitions[0] = [one._replace(key="claim\tsomebody") for one in fleet.topic.partitions[0]]
    third, _ = await came_back(fleet)
    assert content(third) == {}


async def test_what_nobody_can_go_on_from_is_removed_at_the_start(fleet):
    """A partition that has gone to another worker for good does not stay in the file; one of an hour ago does."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a")])
    await first.release(0)
    await fleet.clock.advance(40_000)
    await first.load(1, lambda: True)
    await first.apply([put("b")._replace(partition=1)])
    await killed(first)
    await fleet.clock.advance(3_600)
    again = fleet.worker(0)
    assert [again.count(partition, Table.MEMORY) for partition in (0, 1)] == [0, 1]
    await again.load(0, lambda: True)
    assert content(again) == {"a": b"v"}


async def test_a_damaged_cache_is_begun_anew(fleet):
    """Its truth is in the topic."""
    first = fleet.worker()
    await first.load(0, lambda: True)
    await first.apply([put("a")])
    await killed(first)
    (fleet.folder / "cache0.db").write_bytes(b"no database at all" * 500)
    again, _ = await came_back(fleet)
    assert content(again) == {"a": b"v"}
