"""Which messages a list or a sync shows. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.mail.message import Message
from switchhook.simulator.mail.store import Store
from switchhook.simulator.resources.paging import last, number
from switchhook.simulator.resources.selection import moment

Query = Mapping[str, list[str]]
DAY = timedelta(hours=24)
MOST_SYNCED = 250


def listed(store: Store, owner: Extension, query: Query, now: datetime) -> list[Message]:
    """Newest first: of the last 24 hours, unless the query says otherwise."""
    until = moment(last(query, "dateTo"), "dateTo") if query.get("dateTo") else None
    since = moment(last(query, "dateFrom"), "dateFrom") if query.get("dateFrom") else (until or now) - DAY
    found = list(_chosen(store.newest(owner), query, since, until))
    return _distinct(found) if last(query, "distinctConversations").lower() == "true" else found


def _chosen(messages: Iterable[Message], query: Query, since: datetime, until: datetime | None) -> Iterator[Message]:
    availability = query.get("availability") or ["Alive"]
    # moments in one form compare as texts do
    first, last_one = stamp(since.astimezone(UTC)), stamp(until.astimezone(UTC)) if until is not None else "~"
    fits = _tests(query)
    for message in messages:
        if message.created < first:
            return
        if message.created <= last_one and message.availability in availability and all(test(message) for test in fits):
            yield message


def _tests(query: Query) -> list[Callable[[Message], bool]]:
    """What the filters of a query ask of a message; nothing for those that are not given."""
    numbers = [one.replace(" ", "+") for one in query.get("phoneNumber", ())]
    found: dict[str, Callable[[Message], bool]] = {
        "messageType": lambda message: message.kind in query["messageType"],
        "direction": lambda message: message.direction in query["direction"],
        "readStatus": lambda message: ("Read" if message.read else "Unread") in query["readStatus"],
        "conversationId": lambda message: message.conversation in query["conversationId"],
        "phoneNumber": lambda message: any(message.concerns(one) for one in numbers),
    }
    return [test for name, test in found.items() if query.get(name)]


def _distinct(messages: Iterable[Message]) -> list[Message]:
    """The latest message of each conversation."""
    latest: dict[str, Message] = {}
    for message in messages:
        latest.setdefault(message.conversation or message.id, message)
    return list(latest.values())


def synced(store: Store, owner: Extension, query: Query, now: datetime) -> tuple[list[Message], dict[str, Any]]:
    """Full: the latest messages; incremental: what changed after the token, the removed ones too. With `syncInfo`.

    Raises Refused (MSG-333) for a token that is none of this mailbox's.
    """
    kind = last(query, "syncType", "ISync" if query.get("syncToken") else "FSync")
    most = number(query, "recordCount", MOST_SYNCED, MOST_SYNCED)
    older = False
    if kind == "ISync":
        fits = _tests(query)
        position = _position(last(query, "syncToken"), owner, store)
        found = [one for one in store.since(owner, position) if all(test(one) for test in fits)]
    else:
        every = {**query, "availability": query.get("availability") or ["Alive"]}
        since = {} if query.get("dateFrom") else {"dateFrom": [(now - 30 * DAY).isoformat()]}
        found = listed(store, owner, {**every, **since}, now)
        older, found = len(found) > most, found[:most]
    token = base64.urlsafe_b64encode(f"{owner.id} {store.changes}".encode()).decode().rstrip("=")
    info: dict[str, Any] = {"syncType": kind, "syncToken": token, "syncTime": store.now()}
    return found, info | ({"olderRecordsExist": older} if kind == "FSync" else {})


def _position(token: str, owner: Extension, store: Store) -> int:
    if not token:
        raise invalid("syncToken")
    try:
        name, at = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(" ")
        position = int(at)
    except (binascii.Error, ValueError):
        name, position = "", 0
    if name != owner.id or position > store.changes:
        raise Refused(400, "MSG-333", "Parameter [syncToken] is invalid or expired", parameter="syncToken")
    return position
