"""The message store: every mailbox, what changes in it, and who is told. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import takewhile
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.mail.message import Attachment, Message, Person
from switchhook.simulator.occurrences import Occurrence, Publish


class Store:
    """All mailboxes of the account. Every change gets the next number, which is what sync goes by."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish) -> None:
        self.mailboxes: defaultdict[str, dict[str, Message]] = defaultdict(dict)
        """Extension id → message id → message, oldest first; purged ones stay, for sync alone."""
        self.changes = 0
        self.retention_days = 90
        self._clock = clock
        self._identifiers = identifiers
        self._account = account
        self._publish = publish
        self._conversations: dict[tuple[str, ...], str] = {}
        self._changed: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """Extension id → message id → the number of its last change, in the order of these numbers."""

    def path(self, owner: Extension) -> str:
        """Where an extension is."""
        return f"/restapi/v1.0/account/{self._account.id}/extension/{owner.id}"

    def now(self) -> str:
        """The time as the platform writes it."""
        return stamp(self._clock.now())

    def conversation(self, people: Iterable[str]) -> str:
        """The id of the conversation of these numbers."""
        return self._conversations.setdefault(tuple(sorted(set(people))), self._identifiers.notification())

    def add(
        self,
        owner: Extension,
        kind: str,
        direction: str,
        from_: Person,
        to: Iterable[Person],
        *,
        subject: str = "",
        status: str,
        attachments: Iterable[Attachment] = (),
        conversation: str | None = None,
        more: dict[str, Any] | None = None,
    ) -> Message:
        """A message comes into a mailbox. A text has its own words as its first attachment."""
        now = self.now()
        id_ = self._identifiers.entity()
        parts = tuple(attachments)
        if kind in ("SMS", "Pager"):
            parts = (Attachment(id_, "Text", "text/plain"), *parts)
        message = Message(id_, owner.id, kind, direction, from_, tuple(to), subject, now, now, status, parts,
                          conversation, read=direction == "Outbound", more=more)  # fmt: skip
        self.mailboxes[owner.id][id_] = message
        self._touch(message)
        self._tell(owner, message, new=True)
        return message

    def new_attachment(self, kind: str, content_type: str, content: bytes | None, **more: Any) -> Attachment:
        """An attachment with an id of its own."""
        return Attachment(self._identifiers.entity(), kind, content_type, content, **more)

    def find(self, owner: Extension, message_id: str) -> Message | None:
        """A message that is not purged."""
        message = self.mailboxes[owner.id].get(message_id)
        return message if message is not None and message.availability != "Purged" else None

    def update(self, message: Message) -> None:
        """A message has changed: note it, and tell."""
        message.modified = self.now()
        message.answered = None
        self._touch(message)
        owner = self._account.extensions.get(message.owner)
        if owner is not None:
            self._tell(owner, message, new=False)

    def mark(self, message: Message, *, read: bool) -> None:
        """Somebody read it, or says that nobody did."""
        if message.read != read:
            message.read = read
            self.update(message)

    def delete(self, message: Message, *, purge: bool = False) -> None:
        """The first time it becomes Deleted, the second time (or with `purge`) it is gone."""
        message.availability = "Purged" if purge or message.availability == "Deleted" else "Deleted"
        if message.availability == "Purged":
            message.attachments = ()
            message.subject = ""
        self.update(message)

    def newest(self, owner: Extension) -> Iterator[Message]:
        """The messages of a mailbox, newest first."""
        return iter(reversed(self.mailboxes[owner.id].values()))

    def since(self, owner: Extension, number: int) -> list[Message]:
        """What has changed after a change, the latest first."""
        latest = reversed(self._changed[owner.id].items())
        return [self.mailboxes[owner.id][id_] for id_, at in takewhile(lambda one: one[1] > number, latest)]

    def overview(self) -> dict[str, list[dict[str, Any]]]:
        """Every mailbox as JSON values, by extension id."""
        everybody = self._account.extensions
        return {id_: [one.view(self.path(everybody[id_])) for one in self.mailboxes[id_].values()] for id_ in everybody}

    def _touch(self, message: Message) -> None:
        self.changes += 1
        order = self._changed[message.owner]
        order.pop(message.id, None)
        order[message.id] = self.changes

    def _tell(self, owner: Extension, message: Message, *, new: bool) -> None:
        change: dict[str, Any] = {"type": message.kind, "newCount": int(new), "updatedCount": int(not new)}
        if new:
            change["newMessageIds"] = [int(message.id)]
        body = {"accountId": int(self._account.id), "extensionId": int(owner.id), "lastUpdated": message.modified,
                "changes": [change]}  # fmt: skip
        facts = {"type": (message.kind,), "direction": (message.direction,)}
        self._publish(Occurrence("message-store", f"{self.path(owner)}/message-store", body, (owner.id,), facts))
        if new and message.direction == "Inbound":
            uri = f"{self.path(owner)}/inbound-messages"
            self._publish(Occurrence("inbound-message", uri, partial(self._badge, owner, message), (owner.id,)))

    def _badge(self, owner: Extension, message: Message, query: Mapping[str, str]) -> dict[str, Any]:
        """What an app on a mobile phone shows of a message; `badge`: and how many there are to be read."""
        ends = {"from": message.from_, "to": message.to[0] if message.to else {}}
        body: dict[str, Any] = {
            "messageId": message.id,
            "conversationId": message.conversation,
            "ownerId": owner.id,
            **{name: end.get("phoneNumber") or end.get("extensionNumber", "") for name, end in ends.items()},
        }
        if query.get("badge") == "true":
            body["badge"] = sum(
                not one.read and one.availability == "Alive" and one.direction == "Inbound"
                for one in self.mailboxes[owner.id].values()
            )
        return body

    def publish(self, kind: str, owner: Extension, message: Message, facts: dict[str, tuple[str, ...]]) -> None:
        """Tell of a whole message, as the filters of its own kind do."""
        path = self.path(owner)
        place = {"instant": "message-store/instant"}.get(kind, kind)
        self._publish(Occurrence(kind, f"{path}/{place}", told(message, owner, path), (owner.id,), facts))


def told(message: Message, owner: Extension, path: str) -> dict[str, Any]:
    """A message as a notification carries it: ids as strings."""
    view = message.view(path)
    del view["uri"]
    view.pop("conversationId", None)
    view |= {"id": message.id, "attachments": [{**one, "id": str(one["id"])} for one in view["attachments"]]}
    if message.text:
        view |= {"eventType": "Create",
                 "owner": {"extensionId": owner.id, "extensionType": owner.type, "name": owner.name}}  # fmt: skip
    return view


def missing() -> Refused:
    """404 for a message that is not there."""
    return Refused(404, "CMN-102", "Resource for parameter [messageId] is not found", parameter="messageId")
