"""The state store on SQLite: durable, atomic, ordered, with few fsyncs."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.clock import ManualClock
from switchhook.errors import StateCorrupt, StateUnavailable
from switchhook.state import Delete, Put, Table
from switchhook.state.sqlite import SqliteState


@pytest.fixture
def clock():
    """Time that stands still."""
    return ManualClock()


@pytest.fixture
async def state(tmp_path, clock):
    """A store that owns partition 0."""
    store = SqliteState(tmp_path / "state.db", clock)
    await store.load(0, lambda: True)
    yield store
    await store.close()


def put(key, value=b"v", **options):
    """An entry of memory in partition 0."""
    return Put(0, Table.MEMORY, key, value, **options)


def keys(store, prefix=""):
    """The keys of memory in partition 0."""
    return [entry.key for entry in store.scan(0, Table.MEMORY, prefix)]


async def test_what_was_applied_is_read(state):
    """A put is read back with its version, a second one raises the version, a delete removes it."""
    await state.apply([put("a", b"1", due=5.0)])
    entry = state.get(0, Table.MEMORY, "a")
    assert (entry.value, entry.version, entry.due, entry.expires) == (b"1", 1, 5.0, None)
    await state.apply([put("a", b"2")])
    entry = state.get(0, Table.MEMORY, "a")
    assert (entry.value, entry.version, entry.due) == (b"2", 2, None)
    await state.apply([Delete(0, Table.MEMORY, "a")])
    assert state.get(0, Table.MEMORY, "a") is None


async def test_it_survives_closing(tmp_path, clock):
    """What was durable is there for the next process."""
    store = SqliteState(tmp_path / "state.db", clock)
    await store.load(0, lambda: True)
    await store.apply([put("a")])
    await store.close()
    again = SqliteState(tmp_path / "state.db", clock)
    assert again.get(0, Table.MEMORY, "a").value == b"v"
    await again.close()


async def test_partitions_and_tables_are_apart(state):
    """One key in two partitions or tables is two entries."""
    await state.load(1, lambda: True)
    await state.apply([put("a", b"0"), Put(1, Table.MEMORY, "a", b"1"), Put(0, Table.CALLS, "a", b"2")])
    assert state.get(0, Table.MEMORY, "a").value == b"0"
    assert state.get(1, Table.MEMORY, "a").value == b"1"
    assert state.get(0, Table.CALLS, "a").value == b"2"


async def test_a_partition_that_was_released_refuses_writes(state):
    """After release nothing more is written for a partition, whatever else is in the batch."""
    await state.load(1, lambda: True)
    await state.release(0)
    with pytest.raises(StateUnavailable, match="not this worker's"):
        await state.apply([Put(1, Table.MEMORY, "a", b"1"), put("a")])
    assert state.get(1, Table.MEMORY, "a") is None


async def test_expired_entries_are_gone_at_once_and_swept_later(state, clock):
    """An entry past its end is never read; sweeping removes it from the file."""
    now = clock.now().timestamp()
    await state.apply([put("short", expires=now + 10), put("long", expires=now + 100), put("ever")])
    await clock.advance(10)
    assert state.get(0, Table.MEMORY, "short") is None
    assert keys(state) == ["ever", "long"]
    assert state.present(0, Table.MEMORY, ["short", "long", "none"]) == {"long"}
    assert await state.sweep(clock.now().timestamp()) == 1
    assert await state.sweep(clock.now().timestamp()) == 0


async def test_due_entries_come_earliest_first(state):
    """`due` gives what has come due, `next_due` the earliest of all."""
    assert state.next_due(0, Table.PARKED) is None
    await state.apply([Put(0, Table.PARKED, str(due), b"", due=float(due)) for due in (30, 10, 20, 40)])
    await state.apply([Put(0, Table.PARKED, "follower", b"")])
    assert [entry.due for entry in state.due(0, Table.PARKED, 30.0)] == [10, 20, 30]
    assert [entry.due for entry in state.due(0, Table.PARKED, 30.0, limit=1)] == [10]
    assert state.due(0, Table.PARKED, 9.9) == []
    assert state.next_due(0, Table.PARKED) == 10
    assert state.next_due(0, Table.PARKED, after=10.0) == 20
    assert state.next_due(0, Table.PARKED, after=40.0) is None
    assert state.count(0, Table.PARKED) == 5


async def test_scan_goes_on_over_many_pages(state):
    """A scan of more entries than one read holds gives each once, in order, and keeps to its prefix."""
    await state.apply([put(f"a/{number:05}") for number in range(1_200)] + [put("b/1")])
    assert keys(state, "a/") == [f"a/{number:05}" for number in range(1_200)]
    assert keys(state, "b/") == ["b/1"]
    assert keys(state, "c/") == []


async def test_many_small_batches_share_few_fsyncs(state):
    """Batches that come while a transaction is being synced are written together."""
    commits = []
    submit = state._commits.submit
    state._commits.submit = lambda job: commits.append(job) or submit(job)
    await asyncio.gather(*(state.apply([put(str(number))]) for number in range(1_000)))
    assert len(keys(state)) == 1_000
    assert len(commits) <= 3


async def test_a_cancelled_caller_disturbs_no_other(state):
    """Giving up on one `apply` neither undoes it nor fails those that share its transaction."""
    first = asyncio.create_task(state.apply([put("a")]))
    second = asyncio.create_task(state.apply([put("b")]))
    await asyncio.sleep(0)
    first.cancel()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert keys(state) == ["a", "b"]


async def test_a_second_worker_is_refused(tmp_path, clock, state):
    """The file has one owner; the error names it."""
    with pytest.raises(StateUnavailable, match="process"):
        SqliteState(tmp_path / "state.db", clock)


async def test_a_damaged_file_is_corrupt_not_unavailable(tmp_path, clock):
    """A file that is no database needs a person; it does not heal by waiting."""
    path = tmp_path / "bad.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StateCorrupt, match="damaged"):
        SqliteState(path, clock)


async def test_store_full_is_unavailable_and_heals(state):
    """A disk that is full fails the batch as a whole; when there is room again, writing goes on."""
    await state._commits.submit(lambda connection: connection.execute("PRAGMA max_page_count=12"))
    with pytest.raises(StateUnavailable, match="full"):
        await state.apply([put("a"), put("big", b"x" * 100_000)])
    assert keys(state) == []
    await state._commits.submit(lambda connection: connection.execute("PRAGMA max_page_count=100000"))
    await state.apply([put("a"), put("big", b"x" * 100_000)])
    assert keys(state) == ["a", "big"]


changes = st.lists(
    st.one_of(
        st.builds(lambda key, value: Put(0, Table.MEMORY, key, value), st.sampled_from("abcd"), st.binary(max_size=3)),
        st.builds(lambda key: Delete(0, Table.MEMORY, key), st.sampled_from("abcd")),
    ),
    max_size=40,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(changes, max_size=4))
async def test_the_last_change_of_a_key_wins(tmp_path_factory, batches):
    """Whatever is put and deleted in whatever order, the store equals a dictionary."""
    store = SqliteState(tmp_path_factory.mktemp("state") / "state.db", ManualClock())
    await store.load(0, lambda: True)
    try:
        await asyncio.gather(*(store.apply(batch) for batch in batches))
        expected = {}
        for change in (change for batch in batches for change in batch):
            if isinstance(change, Put):
                expected[change.key] = change.value
            else:
                expected.pop(change.key, None)
        assert {entry.key: entry.value for entry in store.scan(0, Table.MEMORY)} == expected
    finally:
        await store.close()


async def test_how_long_a_writing_took_is_told(tmp_path):
    """Once for each, however many changes it holds."""
    clock = ManualClock()
    store = SqliteState(tmp_path / "state.db", clock)
    told = []
    store.wrote = told.append
    await store.load(0)
    await store.apply([Put(0, Table.SEEN, "a", b""), Put(0, Table.SEEN, "b", b"")])
    assert told == [0.0]
    await store.close()


async def test_closing_waits_for_what_was_asked_to_be_written(tmp_path):
    """Also for what waits behind a write that is under way: nobody is told that it failed, and it is there."""
    store = SqliteState(tmp_path / "state.db", ManualClock())
    await store.load(0)
    writing = []
    for number in range(3):
        writing.append(asyncio.create_task(store.apply([Put(0, Table.MEMORY, str(number), b"x")])))
        await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*writing)
    again = SqliteState(tmp_path / "state.db", ManualClock())
    assert again.count(0, Table.MEMORY) == 3
    await again.close()
