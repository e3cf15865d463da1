"""Searches for what the platform announces nowhere, as entries of the state store: begun with what told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from switchhook.events.follow import PATIENCE, FollowUp, follow_up
from switchhook.events.types import CallEnded, Event, VoicemailReceived
from switchhook.state import Put, StateStore, Table

BEGINNINGS: frozenset[type[Event]] = frozenset({CallEnded, VoicemailReceived})
"""The kinds of events that may begin one."""
_LIFE = 2 * PATIENCE.total_seconds()


def searches(events: Iterable[Event], wanted: Callable[[type[Event]], bool], reader: str) -> tuple[FollowUp, ...]:
    """What these events begin, if anybody wants to know; `reader` is the identity that is to read."""
    found = [follow_up(event) for event in events if type(event) in BEGINNINGS]
    return tuple(FollowUp(each.origin, reader=reader) for each in found if each is not None and wanted(each.leads_to))


def begin(store: StateStore, partition: int, begun: Iterable[FollowUp]) -> Iterator[Put]:
    """The changes that begin them; one that goes on already (its fact was told again) is left as it is."""
    for follow in begun:
        if store.get(partition, Table.FOLLOW, follow.id) is None:
            yield going_on(partition, follow)


def going_on(partition: int, follow: FollowUp) -> Put:
    """The entry of a search: due when it wants to ask, gone by itself when nobody could have patience any more."""
    expires = follow.origin.at.timestamp() + _LIFE
    return Put(partition, Table.FOLLOW, follow.id, follow.dump(), follow.due.timestamp(), expires)
