"""Builds what a worker is made of, each part with those it needs. The loop joins them with the log."""

from __future__ import annotations

import platform
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.clock import Clock, boot_id
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import StateStore
from switchhook.telemetry import Metrics
from switchhook.worker.assignment import Assignment
from switchhook.worker.commands import Commands
from switchhook.worker.completion import Completion
from switchhook.worker.counts import Counts
from switchhook.worker.deadlines import Deadlines
from switchhook.worker.dispatch import Dispatch
from switchhook.worker.effects import Means
from switchhook.worker.endings import Endings
from switchhook.worker.execution import Execution
from switchhook.worker.fence import Fence
from switchhook.worker.following import Following
from switchhook.worker.guard import Guards
from switchhook.worker.intake import Intake
from switchhook.worker.lanes import Lane
from switchhook.worker.once import Once
from switchhook.worker.parking import Parking
from switchhook.worker.readers import Readers
from switchhook.worker.recent import Recent
from switchhook.worker.retry import Limits
from switchhook.worker.reviewing import Reviewing
from switchhook.worker.runs import ApiClient, Arrival, Ear, Run, Work
from switchhook.worker.suspicion import Owner
from switchhook.worker.telling import Telling
from switchhook.worker.upkeep import Upkeep
from switchhook.worker.waking import Waking


@dataclass(frozen=True, slots=True)
class Parts:
    """What the loop drives. `resources`: by name of the handler, filled before the first run."""

    counts: Counts
    fence: Fence
    completion: Completion
    parking: Parking
    dispatch: Dispatch
    waking: Waking
    reviewing: Reviewing
    following: Following
    upkeep: Upkeep
    guards: Guards
    resources: dict[str, Any]


def assemble(
    store: StateStore,
    registry: Registry,
    *,
    clients: Mapping[str, ApiClient],
    clock: Clock,
    settings: AppSettings,
    metrics: Metrics,
    recent: Recent,
    ear: Ear | None,
    completed: Callable[[Work], None],
) -> Parts:
    """`completed` is told of each record that is finished, once what it leaves behind is durable."""
    chosen, keep = settings.worker, settings.retention
    limits = Limits(chosen.retry_in_lane, chosen.retry_attempts, chosen.retry_age)
    counts, fence = Counts(metrics), Fence(clock, settings.log.session_timeout)
    completion = Completion(store, clock, keep.seen, completed)
    parking = Parking(store, clock, completion, boot_id())
    once = Once(store, clock, keep.effects)
    readers = Readers(clients, settings.identities, registry)

    def start(assignment: Assignment, lane: Lane[Run | Arrival]) -> None:
        execution.start(assignment, lane)

    def woken() -> None:
        waking.nudge()

    endings = Endings(
        clock,
        completion=completion,
        parking=parking,
        once=once,
        registry=registry,
        counts=counts,
        recent=recent,
        keep_dead=keep.dead_letters,
        woken=woken,
    )
    dispatch = Dispatch(
        store,
        registry,
        parking,
        counts,
        start=start,
        complete=endings.complete,
        skip=completed,
        ear=ear,
    )
    intake = Intake(
        clock,
        readers,
        dispatch=dispatch,
        parking=parking,
        endings=endings,
        counts=counts,
        limits=limits,
        commands=Commands(store, parking, completion),
        woken=woken,
        ear=ear,
    )
    means = Means(store, clock, completion, Deadlines(clock), fence, clients, keep.effects, chosen.dry_run)
    resources: dict[str, Any] = {}
    owner = Owner(str(uuid.uuid4()), platform.node(), boot_id())
    execution = Execution(
        means, parking, endings, intake, once, limits=limits, run_timeout=chosen.run_timeout, resources=resources
    )
    waking = Waking(clock, parking=parking, dispatch=dispatch, registry=registry, endings=endings)
    telling = Telling(store, registry, parking=parking, completion=completion, counts=counts, woken=woken)
    return Parts(
        counts,
        fence,
        completion,
        parking,
        dispatch,
        waking,
        Reviewing(store, clock, readers, telling),
        Following(store, clock, readers, telling, counts),
        Upkeep(store, clock, metrics, counts),
        Guards(store, clock, completion, registry, limit=chosen.process_deaths, owner=owner),
        resources,
    )
