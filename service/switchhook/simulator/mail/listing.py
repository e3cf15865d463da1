"""Which messages a list or a sync shows. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from switchhook.simulator.account import Extension
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
    for message in messages:
        created = datetime.fromisoformat(message.created)
        if created < since:
            return
        if (until is None or created <= until) and message.availability in availability and _fits(message, query):
            yield message


def _fits(message: Message, query: Query) -> bool:
    conversation = query.get("conversationId")
    wanted = (
        (query.get("messageType"), message.kind),
        (query.get("direction"), message.direction),
        (query.get("readStatus"), "Read" if message.read else "Unread"),
        (conversation, message.conversation),
    )
    if any(values and value not in values for values, value in wanted):
        return False
    numbers = query.get("phoneNumber")
    return not numbers or any(message.concerns(one.replace(" ", "+")) for one in numbers)


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
        found = [
            one for one in store.since(owner, _position(last(query, "syncToken"), owner, store)) if _fits(one, query)
        ]
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
