"""The message store: texts in and out of each mailbox. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish

LONGEST_TEXT = 1000


class Messages:
    """All mailboxes. A message is kept as the API shows it, but for its addresses."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish) -> None:
        self.mailboxes: dict[str, dict[str, dict[str, Any]]] = {each: {} for each in account.extensions}
        """Extension id → message id → message, oldest first."""
        self._clock = clock
        self._identifiers = identifiers
        self._account = account
        self._publish = publish
        self._conversations: dict[tuple[str, ...], str] = {}

    def receive_text(self, to: Extension, from_: str, text: str) -> dict[str, Any]:
        """A text comes in from outside."""
        target = {"phoneNumber": to.phone_numbers[0], "name": to.name, "target": True}
        message = self._add(to, {"phoneNumber": from_}, [target], text, direction="Inbound", status="Received")
        body = {
            **message,
            "id": str(message["id"]),
            "attachments": [{**each, "id": str(each["id"])} for each in message["attachments"]],
            "eventType": "Create",
            "owner": {"extensionId": to.id, "extensionType": to.type, "name": to.name},
        }
        self._publish(
            Occurrence("instant", f"{self._uri(to)}/message-store/instant", body, (to.id,), {"type": ("SMS",)})
        )
        return message

    def send_text(self, sender: Extension, from_: str, to: Sequence[str], text: str) -> dict[str, Any]:
        """A person of the company sends a text. Raises Refused (CMN-101, MSG-304, MSG-246)."""
        if not text or len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT:
            raise invalid("text")
        if not to:
            raise invalid("to")
        if from_ not in sender.phone_numbers:
            raise Refused(400, "MSG-304", "Phone number doesn't belong to extension", parameter="from")
        if not all(each.startswith("+") and each[1:].isdigit() for each in to):
            raise invalid("to")
        receivers = [{"phoneNumber": each} for each in to]
        sender_view = {"phoneNumber": from_, "name": sender.name}
        message = self._add(sender, sender_view, receivers, text, direction="Outbound", status="Sent")
        for number in to:
            colleague = self._account.by_phone_number(number)
            if colleague is not None and colleague.is_user:
                self.receive_text(colleague, from_, text)
        return message

    def _add(
        self,
        owner: Extension,
        from_: dict[str, Any],
        to: list[dict[str, Any]],
        text: str,
        *,
        direction: str,
        status: str,
    ) -> dict[str, Any]:
        now = stamp(self._clock.now())
        message_id = int(self._identifiers.entity())
        parties = tuple(sorted({from_["phoneNumber"], *(each["phoneNumber"] for each in to)}))
        conversation = self._conversations.setdefault(parties, self._identifiers.notification())
        message = {
            "id": message_id,
            "to": to,
            "from": from_,
            "type": "SMS",
            "creationTime": now,
            "lastModifiedTime": now,
            "readStatus": "Unread",
            "priority": "Normal",
            "attachments": [{"id": message_id, "type": "Text", "contentType": "text/plain"}],
            "direction": direction,
            "availability": "Alive",
            "subject": text,
            "messageStatus": status,
            "conversation": {"id": conversation},
            "conversationId": int(conversation),
        }
        self.mailboxes[owner.id][str(message_id)] = message
        self._publish(
            Occurrence(
                "message-store",
                f"{self._uri(owner)}/message-store",
                {
                    "accountId": int(self._account.id),
                    "extensionId": int(owner.id),
                    "lastUpdated": now,
                    "changes": [{"type": "SMS", "newCount": 1, "updatedCount": 0, "newMessageIds": [message_id]}],
                },
                (owner.id,),
                {"type": ("SMS",), "direction": (direction,)},
            )
        )
        return message

    def _uri(self, owner: Extension) -> str:
        return f"/restapi/v1.0/account/{self._account.id}/extension/{owner.id}"
