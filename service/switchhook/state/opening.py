"""The state store that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable

from switchhook.clock import Clock
from switchhook.settings import AppSettings
from switchhook.state import StateStore
from switchhook.state.sqlite import SqliteState


def open_state(
    settings: AppSettings, clock: Clock, *, wrote: Callable[[float], None] = lambda _seconds: None
) -> StateStore:
    """Open it. `wrote` is told how many seconds each writing took. Raises StateUnavailable, StateCorrupt.

    Embedded: the file is the truth, every change is fsynced. With Kafka: the topic is, and the file a cache of it.
    """
    if settings.log.kind == "sqlite":
        store = SqliteState(settings.state.path, clock)
        store.wrote = wrote
        return store
    from switchhook.log.kafka.compacted import KafkaCompactedTopic
    from switchhook.log.kafka.topics import DEAD_LETTERS, STATE
    from switchhook.state.cache import StateCache
    from switchhook.state.dead_topic import DeadTopic
    from switchhook.state.mirror import MirroredState

    cache = StateCache(settings.state.path, clock)
    dead = DeadTopic(KafkaCompactedTopic(settings.log, DEAD_LETTERS))
    mirrored = MirroredState(cache, KafkaCompactedTopic(settings.log, STATE), clock, dead)
    mirrored.wrote = wrote
    return mirrored
