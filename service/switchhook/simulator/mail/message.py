"""One message of a mailbox, whatever its kind, and how the API shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Person = Mapping[str, Any]
"""A sender or receiver: any of phoneNumber, name, extensionId, extensionNumber, location, target."""

MEDIA = ("SMS", "Pager")


@dataclass(slots=True)
class Attachment:
    """A part of a message. `content` None: the text of the message itself, or something drawn when asked for."""

    id: str
    kind: str
    content_type: str
    content: bytes | None = None
    name: str | None = None
    seconds: int | None = None

    def view(self, uri: str) -> dict[str, Any]:
        """As the API shows it."""
        view: dict[str, Any] = {
            "id": int(self.id),
            "uri": f"{uri}/content/{self.id}",
            "type": self.kind,
            "contentType": self.content_type,
        }
        if self.content is not None:
            view["size"] = len(self.content)
        if self.name is not None:
            view["fileName"] = self.name
        if self.seconds is not None:
            view["vmDuration"] = self.seconds
        return view


@dataclass(slots=True)
class Message:
    """Kept small: a hundred thousand of them fit into memory.

    `more`: properties of its kind (fax resolution, transcription state, error code).
    """

    id: str
    owner: str
    kind: str
    direction: str
    from_: Person
    to: tuple[Person, ...]
    subject: str
    created: str
    modified: str
    status: str
    attachments: tuple[Attachment, ...]
    conversation: str | None = None
    read: bool = False
    availability: str = "Alive"
    more: dict[str, Any] | None = None
    answered: tuple[object, bytes] | None = field(default=None, compare=False)
    """The JSON in which it was last listed, and for what; None once it changed."""

    @property
    def text(self) -> bool:
        """Whether it is a text, so that it belongs to a conversation."""
        return self.kind in MEDIA

    def concerns(self, number: str) -> bool:
        """Whether a telephone or extension number is on it."""
        return any(number in (one.get("phoneNumber"), one.get("extensionNumber")) for one in (self.from_, *self.to))

    def view(self, path: str, content: str | None = None) -> dict[str, Any]:
        """As the API shows it. `path`: the address of the mailbox, or its path alone; `content`: on the media host."""
        uri = f"{path}/message-store/{self.id}"
        kept = uri if content is None else f"{content}/message-store/{self.id}"
        view: dict[str, Any] = {
            "uri": uri,
            "id": int(self.id),
            "to": [dict(one) for one in self.to],
            "from": dict(self.from_),
            "type": self.kind,
            "creationTime": self.created,
            "lastModifiedTime": self.modified,
            "readStatus": "Read" if self.read else "Unread",
            "priority": "Normal",
            "attachments": [one.view(kept) for one in self.attachments],
            "direction": self.direction,
            "availability": self.availability,
            "messageStatus": self.status,
        }
        if self.subject or self.text:
            view["subject"] = self.subject
        if self.conversation is not None:
            view |= {"conversationId": int(self.conversation), "conversation": {"id": self.conversation}}
        return view | (self.more or {})

    def attachment(self, attachment_id: str) -> Attachment | None:
        """By id."""
        return next((one for one in self.attachments if one.id == attachment_id), None)
