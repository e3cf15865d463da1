"""Verbs on a Glip incoming webhook that the settings declare: each is one effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchhook.errors import WrongUse
from switchhook.plugin.port import Port, Verbs


class Webhook(Verbs):
    """`ctx.chats.webhook("alerts")`. The post appears under the name and icon given, not under an identity's.

    All raise ApiError: NotFound if somebody removed or suspended the webhook (the keeper mends that), BadRequest for a
    card that the platform does not take.
    """

    def __init__(self, port: Port, identity: str | None, name: str) -> None:
        super().__init__(port, identity)
        self._name = name

    async def post(
        self,
        text: str = "",
        *,
        title: str | None = None,
        activity: str | None = None,
        icon_uri: str | None = None,
        icon_emoji: str | None = None,
        attachments: Sequence[Mapping[str, Any]] = (),
    ) -> Any:
        """Post a text (mini-markdown), a title, or attachments.

        `activity` is who speaks, `icon_uri` or `icon_emoji` the picture beside it. `attachments`: adaptive cards, or
        the older form (`{"type": "Card", "title", "text", "fields": [{"title", "value", "style"}]}`). Raises
        ValueError if there is nothing to post.
        """
        body = {
            "text": text or None,
            "title": title,
            "activity": activity,
            "iconUri": icon_uri,
            "iconEmoji": icon_emoji,
            "attachments": [dict(each) for each in attachments] or None,
        }
        body = {key: value for key, value in body.items() if value is not None}
        if not body.keys() & {"text", "title", "attachments"}:
            raise WrongUse("a post needs a text, a title or an attachment")
        parameters = {"webhook": self._name, "body": body}
        return await self._port.call("postToChatWebhook", parameters, identity=self._identity)

    async def card(self, *elements: Mapping[str, Any], fallback: str, actions: Sequence[Mapping[str, Any]] = ()) -> Any:
        """Post one adaptive card of these elements; `fallback` is shown where cards are not."""
        return await self.post(attachments=[adaptive_card(elements, fallback, actions)])


def adaptive_card(
    elements: Sequence[Mapping[str, Any]], fallback: str, actions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """A card in the version that RingCentral shows."""
    card: dict[str, Any] = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.3",
        "body": [dict(each) for each in elements],
        "fallbackText": fallback,
    }
    return {**card, "actions": [dict(each) for each in actions]} if actions else card
