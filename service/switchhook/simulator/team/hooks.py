"""Incoming webhooks: addresses of their own to which anybody who knows them can post. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.team.chats import Chats

NOT_GENERATED = "Your request was accepted, however a post was not generated"
PATH = "/webhook/v2/"


@dataclass(slots=True)
class Hook:
    """A webhook of one chat. Its id is the secret in its address."""

    id: str
    creator: str
    chat: str
    created: str
    modified: str
    status: str = "Active"

    def view(self, base: str) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.id,
            "creatorId": self.creator,
            "groupIds": [self.chat],
            "creationTime": self.created,
            "lastModifiedTime": self.modified,
            "uri": f"{base}{PATH}{self.id}",
            "status": self.status,
        }


@dataclass(slots=True)
class Manners:
    """How the host of webhooks answers; a knob."""

    errors_are_2xx: bool = True
    """A bad card is answered 200 with a body that says error, as the wording of the guide suggests; else 400."""


class Hooks:
    """All incoming webhooks."""

    def __init__(self, identifiers: Identifiers, chats: Chats, publish: Publish) -> None:
        self.all: dict[str, Hook] = {}
        self.manners = Manners()
        self._identifiers = identifiers
        self._chats = chats
        self._publish = publish

    def create(self, chat_id: str, person: Extension, base: str) -> Hook:
        """A new webhook, active."""
        now = self._chats.now()
        hook = Hook(self._identifiers.unique(), person.id, chat_id, now, now)
        self.all[hook.id] = hook
        self._tell(person.id, {**hook.view(base), "eventType": "WebhookCreated"})
        return hook

    def find(self, hook_id: str, person: Extension) -> Hook:
        """A webhook that a person made. Raises Refused (404)."""
        hook = self.all.get(hook_id)
        if hook is None or hook.creator != person.id:
            raise Refused(404, "CMN-102", "Webhook not found", parameter="webhookId")
        return hook

    def switch(self, hook: Hook, status: str, base: str) -> None:
        """Activate or suspend."""
        before = hook.view(base)
        hook.status = status
        hook.modified = self._chats.now()
        self._tell(hook.creator, {"before": before, "after": hook.view(base), "eventType": "WebhookUpdated"})

    def delete(self, hook: Hook, base: str) -> None:
        """It is gone, and its address answers 404."""
        del self.all[hook.id]
        hook.status = "Deleted"
        self._tell(hook.creator, {**hook.view(base), "eventType": "WebhookDeleted"})

    def post(self, hook_id: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Somebody posts to the address: status and body of the answer."""
        hook = self.all.get(hook_id)
        chat = self._chats.all.get(hook.chat) if hook is not None else None
        if hook is None or chat is None or hook.status != "Active":
            return 404, {"status": "error", "message": "Webhook not found"}
        problems = _problems(body)
        if problems:
            error = {"status": "error", "message": NOT_GENERATED, "error": problems[0], "validation": problems[1:]}
            return (200 if self.manners.errors_are_2xx else 400), error
        attachments = [self._chats.card(one) for one in body.get("attachments") or ()]
        said = {name: body.get(name) for name in ("text", "activity", "iconUri", "iconEmoji", "title")}
        said["text"] = said["text"] or body.get("body")
        self._chats.post_as(chat, hook.creator, **said, attachments=attachments or None)
        return 200, {"status": "OK"}

    def _tell(self, person: str, body: Mapping[str, Any]) -> None:
        self._publish(Occurrence("chat-webhook", "/restapi/v1.0/glip/webhooks", body, (person,)))


def _problems(body: Any) -> list[str]:
    """The error and what is wrong in detail; nothing if it can be posted."""
    if not isinstance(body, dict):
        return ["Invalid payload", "payload is not an object"]
    attachments = body.get("attachments") or []
    if not isinstance(attachments, list):
        return ["Invalid payload", "payload.attachments is not a list"]
    if not attachments and not any(
        isinstance(body.get(name), str) and body[name] for name in ("text", "body", "title")
    ):
        return ["Invalid payload", "payload has neither text nor attachments"]
    wrong = [f"payload.attachments[{at}] does not match any schema" for at, one in enumerate(attachments)
             if not _is_card(one)]  # fmt: skip
    return ["Invalid AdaptiveCard payload", *wrong] if wrong else []


def _is_card(card: Any) -> bool:
    if not isinstance(card, dict):
        return False
    if card.get("type") == "AdaptiveCard":
        return is_adaptive(card)
    return any(isinstance(card.get(name), str) for name in ("title", "text", "fallback", "body", "intro"))


def is_adaptive(card: Any) -> bool:
    """Whether something is an adaptive card as far as its outer form goes."""
    return (
        isinstance(card, dict)
        and card.get("type") == "AdaptiveCard"
        and isinstance(card.get("version"), str)
        and isinstance(card.get("body"), list)
        and all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in card["body"])
    )
