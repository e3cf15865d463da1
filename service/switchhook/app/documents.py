"""What the worker's admin API shows beside its status."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from switchhook.admin.app import Document
from switchhook.keeper.opening import Keeping
from switchhook.registry import Registry
from switchhook.state import Entry, StateStore, Table
from switchhook.worker.dead_letters import DeadLetter, DeadLetters
from switchhook.worker.recent import Recent
from switchhook.worker.saved import Saved, SavedRun, restore


def documents(
    registry: Registry, keeping: Keeping, store: StateStore, owned: Callable[[], frozenset[int]], recent: Recent
) -> Mapping[str, Document]:
    """By path below /api/v1/. `owned`: the partitions whose state is at hand."""

    def runs(query: Mapping[str, str]) -> Any:
        since, limit = float(query.get("since", "0")), int(query.get("limit", "100"))
        return [asdict(each) for each in reversed(recent.last(limit)) if each.started_at >= since]

    def handlers(_query: Mapping[str, str]) -> Any:
        return [
            {
                "name": each.name,
                "handler": each.handler.name,
                "summary": each.handler.summary,
                "identity": each.identity,
                "extensions": list(each.extensions),
                "scope": registry.scope_of(each.name),
                "rules": [{"name": rule.name, "event": rule.event.__name__} for rule in each.handler.rules],
            }
            for each in registry.enabled
        ]

    return {
        "runs": runs,
        "parked": lambda query: parked(store, owned(), int(query.get("limit", "20"))),
        "handlers": handlers,
        "subscriptions": lambda _query: keeping.subscriptions(),
        "chat-webhooks": lambda _query: keeping.chat_webhooks(),
        "gaps": lambda _query: keeping.gaps(),
        "dead": lambda _query: [
            _letter(each) for partition in sorted(owned()) for each in DeadLetters(store, partition).all()
        ],
    }


def parked(store: StateStore, partitions: frozenset[int], limit: int) -> list[dict[str, Any]]:
    """The first of each lane that waits for its time, earliest first; what is behind it in its lane waits for it.

    Raises ValueError for a limit that is none.
    """
    if not 0 < limit <= 1_000:
        raise ValueError("say limit=1 to limit=1000")
    first = (entry for each in partitions for entry in store.due(each, Table.PARKED, math.inf, limit))
    return [_waiting(entry) for entry in sorted(first, key=lambda entry: entry.due or 0.0)[:limit]]


def _waiting(entry: Entry) -> dict[str, Any]:
    saved = restore(entry.value)
    return {"due": entry.due, "rounds": saved.rounds, "reason": saved.reason, **_what(saved)}


def _letter(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter without the message or call that it holds."""
    return {
        "id": letter.id,
        "at": letter.at,
        "outcome": letter.outcome,
        "reason": letter.reason,
        **_what(letter.saved),
        "trail": list(letter.trail),
        "effects": list(letter.effects),
    }


def _what(saved: Saved) -> dict[str, Any]:
    """What something that was kept is about."""
    return {
        "handler": saved.handler,
        "rule": saved.rule,
        "event_id": saved.event.id if isinstance(saved, SavedRun) else None,
        "place": f"{saved.partition}:{saved.offset}",
    }
