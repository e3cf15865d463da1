"""Facts about team messaging."""

from __future__ import annotations

from dataclasses import dataclass

from switchhook.events.types.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEvent(Event):
    """A fact about one post of a chat. Our own posts are left out unless the handler asks for them (`own`)."""

    post_id: str
    chat_id: str = ""
    creator_id: str = ""
    text: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAdded(PostEvent):
    """Somebody posted. `mentions` are the ids of mentioned persons and teams. `kind` is the platform's type
    ("TextMessage", "PersonJoined", "Card", …).
    """

    mentions: tuple[str, ...] = ()
    kind: str = "TextMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChanged(PostEvent):
    """A post was edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRemoved(PostEvent):
    """A post was deleted. The platform names the post only: no chat, no order promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChanged(Event):
    """A chat was joined, left, renamed or changed (`change`: "GroupJoined", "GroupLeft", "GroupRenamed",
    "GroupChanged"). Joined and left are told to the person concerned only. `kind` is "Group", "Team", …; `members` are
    the ids of its people.
    """

    chat_id: str
    change: str
    name: str = ""
    kind: str = ""
    members: tuple[str, ...] = ()
