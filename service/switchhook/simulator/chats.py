"""Team messaging: chats and the posts in them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish

LONGEST_TEXT = 10_000


@dataclass(slots=True)
class Chat:
    """A team, group or conversation. `posts`: by id, oldest first."""

    id: str
    type: str
    name: str
    members: list[str]
    created: str
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "description": "",
            "public": False,
            "status": "Active",
            "creationTime": self.created,
            "lastModifiedTime": self.created,
            "members": [{"id": each} for each in self.members],
        }


class Chats:
    """All chats of the account."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._publish = publish
        members = [each.id for each in account.users()]
        team = Chat(identifiers.entity(), "Team", "Front desk", members, stamp(clock.now()))
        self.all: dict[str, Chat] = {team.id: team}

    def chat(self, which: str, member: Extension | None = None) -> Chat:
        """By id or name, if `member` may see it. Raises Refused (CMN-102)."""
        chat = self.all.get(which) or next((each for each in self.all.values() if each.name == which), None)
        if chat is None or (member is not None and member.id not in chat.members):
            raise not_found("chatId")
        return chat

    def post(self, chat: Chat, author: Extension, text: str, attachments: Any = None) -> dict[str, Any]:
        """Somebody posts. Raises Refused (CMN-101; 403 for who is no member)."""
        if author.id not in chat.members:
            raise Refused(403, "CMN-408", "User is not a member of the chat")
        if not text or len(text) > LONGEST_TEXT:
            raise invalid("text")
        now = stamp(self._clock.now())
        post: dict[str, Any] = {
            "id": self._identifiers.entity(),
            "groupId": chat.id,
            "type": "TextMessage",
            "text": text,
            "creatorId": author.id,
            "addedPersonIds": None,
            "creationTime": now,
            "lastModifiedTime": now,
            "attachments": attachments or None,
            "activity": None,
            "title": None,
            "iconUri": None,
            "iconEmoji": None,
            "mentions": None,
        }
        chat.posts[post["id"]] = post
        self._publish(
            Occurrence("post", "/team-messaging/v1/posts", {**post, "eventType": "PostAdded"}, tuple(chat.members))
        )
        return post
