"""Team messaging notifications: posts and chats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.events.fields import inner, moment, objects, text
from switchhook.events.parts import Fact, Interpreted, Need, Source, nothing
from switchhook.events.types import ChatChanged, PostAdded, PostChanged, PostEvent, PostRemoved
from switchhook.notification import Envelope


def read_post(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """A post was added, changed or removed. Identity: id, time of last change, kind of event.

    Posts of the owner come back like anybody else's (RingCentral's own bots drop them): they are marked `own`.
    """
    del answers  # a post comes whole
    body = envelope.body if "eventType" in envelope.body else inner(envelope.body, "data") or envelope.body
    post_id, change, changed = text(body.get("id")), text(body.get("eventType")), text(body.get("lastModifiedTime"))
    creator = text(body.get("creatorId"))
    common: dict[str, Any] = {
        "received_at": source.received_at,
        "account_id": source.account,
        "key": source.key,
        "backfilled": source.backfilled,
        "raw": envelope.body,
        "post_id": post_id,
        "chat_id": text(body.get("groupId")),
        "creator_id": creator,
        "text": text(body.get("text")),
        "own": creator != "" and (creator == envelope.owner_id or creator in source.own_ids),
    }
    sent = envelope.timestamp or source.received_at
    event: PostEvent
    if not post_id:
        return nothing(envelope, source)
    if change == "PostAdded":
        event = PostAdded(
            id=source.named(f"post/{post_id}/added"),
            at=moment(body.get("creationTime"), otherwise=sent),
            mentions=tuple(text(each.get("id")) for each in objects(body, "mentions")),
            kind=text(body.get("type")) or "TextMessage",
            **common,
        )
    elif change == "PostChanged":
        at = moment(body.get("lastModifiedTime"), otherwise=sent)
        event = PostChanged(id=source.named(f"post/{post_id}/changed/{changed}"), at=at, **common)
    elif change == "PostRemoved":
        event = PostRemoved(id=source.named(f"post/{post_id}/removed"), at=sent, **common)
    else:
        return nothing(envelope, source)
    return Interpreted(source.named(f"post/{post_id}/{changed}/{change}"), (Fact(event),))


def read_chat(envelope: Envelope, source: Source, answers: Mapping[Need, Any]) -> Interpreted:
    """A chat changed, or somebody's place in it. Identity: chat, time of last change, kind of event."""
    del answers  # a chat comes whole
    body = envelope.body
    chat_id, change, changed = text(body.get("id")), text(body.get("eventType")), text(body.get("lastModifiedTime"))
    if not chat_id or not change:
        return nothing(envelope, source)
    whose = f"/{envelope.owner_id}" if change in {"GroupJoined", "GroupLeft"} else ""
    identity = source.named(f"chat/{chat_id}/{change}/{changed or envelope.uuid}{whose}")
    members = body.get("members")
    event = ChatChanged(
        id=identity,
        at=moment(body.get("lastModifiedTime"), otherwise=envelope.timestamp or source.received_at),
        received_at=source.received_at,
        account_id=source.account,
        key=source.key,
        backfilled=source.backfilled,
        raw=body,
        chat_id=chat_id,
        change=change,
        name=text(body.get("name")),
        kind=text(body.get("type")),
        members=tuple(_id_of(each) for each in members) if isinstance(members, list) else (),
    )
    return Interpreted(identity, (Fact(event),))


def _id_of(member: Any) -> str:
    """Members are ids in some places and objects in others."""
    return text(member.get("id")) if isinstance(member, Mapping) else text(member)
