"""What the page shows: the latest of everything, small enough to be asked for every second. Pure."""

from __future__ import annotations

import inspect
from collections import defaultdict
from itertools import islice
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.clock import stamp
from switchhook.simulator.faults import FAULTS
from switchhook.simulator.mail.message import Message, Person
from switchhook.simulator.scenes import SCENES
from switchhook.simulator.telephony.session import RINGING, TALKING, Party, Session
from switchhook.simulator.world import World

SHOWN_MESSAGES, SHOWN_POSTS, SHOWN_DELIVERIES, SHOWN_CALLS = 30, 20, 5, 20


def overview(world: World, url: str) -> dict[str, Any]:
    """Everything the page shows, as JSON values."""
    return {
        "url": url,
        "seed": world.seed,
        "now": stamp(world.clock.now()),
        "extensions": [_extension(world, one) for one in world.account.extensions.values()],
        "calls": [_call(one) for one in world.exchange.sessions.values() if any(each.alive for each in one.parties)],
        "messages": _messages(world),
        "chats": _chats(world),
        "subscriptions": _subscriptions(world),
        "faults": _faults(world),
        "scenes": {name: inspect.getdoc(scene) or "" for name, scene in SCENES.items()},
        "requests": [
            {"at": one.at, "operation": one.operation, "method": one.method, "path": one.path, "status": one.status}
            for one in islice(reversed(world.api_calls), SHOWN_CALLS)
        ],
    }


def _extension(world: World, extension: Extension) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": extension.id,
        "number": extension.number,
        "name": extension.name,
        "type": extension.type,
        "phone": next(iter(extension.phone_numbers), None),
        "devices": [
            {"id": one.id, "name": one.name, "type": one.type, "online": one.online} for one in extension.devices
        ],
        "calls": [_leg(session, party) for session, party in world.exchange.calls_of(extension)],
    }
    if extension.is_user:
        plain = world.presence.plain(extension)
        shown["presence"] = {key: plain[key] for key in ("presenceStatus", "telephonyStatus", "dndStatus")}
    return shown


def _leg(session: Session, party: Party) -> dict[str, Any]:
    other = party.from_ if party.direction == "Inbound" else party.to
    return {
        "session": session.id,
        "party": party.id,
        "state": party.code,
        "with": other.name or other.phone_number,
        "ringing": party.code in RINGING and party.direction == "Inbound",
        "talking": party.code in TALKING,
        "held": party.code == "Hold",
    }


def _call(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": f"{session.origin}: {' and '.join(dict.fromkeys(map(_short, session.parties)))}",
        "since": stamp(session.created),
        "parties": [
            {"id": one.id, "who": _end(one), "state": one.code, "reason": one.reason} for one in session.parties
        ],
    }


def _short(party: Party) -> str:
    end = party.own_end
    return end.name or end.phone_number


def _end(party: Party) -> str:
    end = party.to if party.direction == "Inbound" else party.from_
    return f"{end.name} ({end.phone_number})" if end.name else end.phone_number


def _messages(world: World) -> list[dict[str, Any]]:
    store = world.messages.store
    latest = [
        (message, extension)
        for extension in world.account.extensions.values()
        for message in islice((one for one in store.newest(extension) if one.availability == "Alive"), SHOWN_MESSAGES)
    ]
    latest.sort(key=lambda one: (one[0].created, one[0].id), reverse=True)
    return [_message(message, extension) for message, extension in latest[:SHOWN_MESSAGES]]


def _message(message: Message, extension: Extension) -> dict[str, Any]:
    return {
        "id": message.id,
        "owner": f"{extension.number} {extension.name}",
        "kind": message.kind,
        "direction": message.direction,
        "from": _person(message.from_),
        "to": [_person(one) for one in message.to],
        "text": message.subject,
        "attachments": sum(one.kind != "Text" for one in message.attachments),
        "status": message.status,
        "at": message.created,
        "read": message.read,
    }


def _person(person: Person) -> str:
    return str(person.get("name") or person.get("phoneNumber") or person.get("extensionNumber") or "")


def _chats(world: World) -> list[dict[str, Any]]:
    names = {one.id: one.name for one in world.account.extensions.values()}
    return [
        {
            "id": chat.id,
            "name": chat.name or ", ".join(names.get(one, one) for one in chat.members),
            "type": chat.type,
            "members": [{"id": one, "name": names.get(one, one)} for one in chat.members],
            "posts": [
                {
                    "id": post["id"],
                    "by": names.get(post["creatorId"], post["creatorId"]),
                    "text": post["text"] or post["title"] or f"{len(post['attachments'] or ())} attachments",
                    "at": post["creationTime"],
                }
                for post in list(islice(reversed(chat.posts.values()), SHOWN_POSTS))[::-1]
            ],
        }
        for chat in world.chats.all.values()
        if chat.type != "Personal"
    ]


def _subscriptions(world: World) -> list[dict[str, Any]]:
    tried: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in islice(reversed(world.delivery.log), 1_000):
        attempts = tried[one.subscription_id]
        if len(attempts) < SHOWN_DELIVERIES:
            attempts.append(
                {"uuid": one.uuid, "at": one.at, "event": one.event, "status": one.status, "error": one.error}
            )
    return [
        {
            "id": one.id,
            "owner": f"{one.owner.number} {one.owner.name}",
            "status": "Active" if one.active else "Blacklisted",
            "reason": one.blacklist_reason,
            "filters": [each.text for each in one.filters],
            "transport": one.transport,
            "address": one.address,
            "expires": stamp(one.expires),
            "deliveries": tried[one.id],
        }
        for one in world.subscriptions.all.values()
    ]


def _faults(world: World) -> list[dict[str, Any]]:
    on = {one["name"]: one["rate"] for one in world.faults.view() if one["operation"] is None}
    return [{"name": name, "does": does, "rate": on.get(name, 0)} for name, does in FAULTS.items()]
