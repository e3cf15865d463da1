"""One chat and the posts in it, and how the API shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Post = dict[str, Any]

GROUP_TYPES = {"Direct": "PrivateChat", "Personal": "PersonalChat", "Everyone": "Team"}
"""What the older resource `groups` calls the types of chats."""

MENTION = re.compile(r"!\[:(Person|Team)\]\(([^)]+)\)")


@dataclass(slots=True)
class Chat:
    """A team, group, conversation, or the chat of everyone. `posts`: by id, oldest first."""

    id: str
    type: str
    members: list[str]
    created: str
    modified: str
    name: str | None = None
    description: str = ""
    public: bool = False
    archived: bool = False
    posts: dict[str, Post] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        """As `chats` shows it; the more special resources declare fewer properties."""
        view: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "creationTime": self.created,
            "lastModifiedTime": self.modified,
            "members": [{"id": one} for one in self.members],
        }
        if self.type in ("Team", "Everyone"):
            view |= {"name": self.name, "description": self.description, "public": self.public,
                     "status": "Archived" if self.archived else "Active"}  # fmt: skip
        return view

    def group(self) -> dict[str, Any]:
        """As the older resource `groups` shows it: members are ids."""
        return {
            "id": self.id,
            "type": GROUP_TYPES.get(self.type, self.type),
            "isPublic": self.public,
            "name": self.name or "",
            "description": self.description,
            "members": list(self.members),
            "creationTime": self.created,
            "lastModifiedTime": self.modified,
        }

    def told(self, event: str) -> dict[str, Any]:
        """As a notification shows it."""
        return {
            **self.group(),
            "type": self.type,
            "status": "Archived" if self.archived else "Active",
            "eventType": event,
        }


def post(id_: str, chat: Chat, creator: str, now: str, **more: Any) -> Post:
    """A post with every property that one has; those that are not said are null."""
    made: Post = {
        "id": id_,
        "groupId": chat.id,
        "type": "TextMessage",
        "text": None,
        "creatorId": creator,
        "addedPersonIds": None,
        "creationTime": now,
        "lastModifiedTime": now,
        "attachments": None,
        "activity": None,
        "title": None,
        "iconUri": None,
        "iconEmoji": None,
        "mentions": None,
    }
    return made | more


def mentions(text: str, names: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Who is mentioned by `![:Person](id)` or `![:Team](id)`; null without."""
    found = [{"id": id_, "type": kind, "name": names[id_]} for kind, id_ in MENTION.findall(text) if id_ in names]
    return found or None
