"""Verbs on team chats. Each names the operation it calls; each is one effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from switchhook.errors import WrongUse
from switchhook.events.types import PostEvent
from switchhook.plugin.port import Verbs
from switchhook.plugin.webhooks import Webhook, adaptive_card

if TYPE_CHECKING:
    from switchhook.api import shapes

LONGEST_POST = 10_000


class Chats(Verbs):
    """`ctx.chats`. All raise ApiError. A chat is a team, a conversation or a direct one; all have ids of one kind."""

    async def post(
        self, chat: str, text: str, *, attachments: Sequence[shapes.NowTMAttachmentInfo] = ()
    ) -> shapes.NowTMPostInfo:
        """`createGlipPost` in the chat with this id; the answer holds the post's `id`.

        `attachments`: at most 25 of `{"id", "type": "File" | "Note" | "Event" | "Card"}`. Raises ValueError over
        10,000 characters, the platform's limit.
        """
        body: shapes.NowTMCreatePostRequest = {"text": _checked(text)}
        if attachments:
            body["attachments"] = list(attachments)
        return await self._api.createGlipPost(chatId=chat, body=body)

    def webhook(self, name: str) -> Webhook:
        """A Glip incoming webhook that the settings declare under `[[chat_webhooks]]`."""
        return Webhook(self._port, self._identity, name)

    async def reply(self, post: PostEvent, text: str) -> shapes.NowTMPostInfo:
        """`createGlipPost` in the thread below a post. Raises ValueError over 10,000 characters."""
        body: shapes.NowTMCreatePostRequest = {"text": _checked(text), "parentPostId": post.post_id}
        return await self._api.createGlipPost(chatId=post.chat_id, body=body)

    async def edit(self, chat: str, post_id: str, text: str) -> shapes.NowTMPostInfo:
        """patchGlipPost: our own posts only. Raises ValueError over 10,000 characters."""
        return await self._api.patchGlipPost(chatId=chat, postId=post_id, body={"text": _checked(text)})

    async def remove(self, chat: str, post_id: str) -> None:
        """deleteGlipPost: our own posts only."""
        await self._api.deleteGlipPost(chatId=chat, postId=post_id)

    async def read(self, chat: str) -> shapes.NowTMChatInfo:
        """readGlipChat: the chat with its name, type and members."""
        return await self._api.readGlipChat(chatId=chat)

    async def card(
        self, chat: str, *elements: Mapping[str, Any], fallback: str, actions: Sequence[Mapping[str, Any]] = ()
    ) -> shapes.NowAdaptiveCardShortInfo:
        """createGlipAdaptiveCardNew: posts one card of these elements; `fallback` is shown where cards are not."""
        body: Any = adaptive_card(elements, fallback, actions)  # elements of any kind: the schema knows a few of them
        return await self._api.createGlipAdaptiveCardNew(chatId=chat, body=body)

    async def file(self, chat: str, content: Any, *, name: str = "") -> shapes.NowTMAddFileResponse:
        """createGlipFileNew: puts a file (bytes, a path or (name, content)) into a chat; the answer holds its `id`."""
        named = {"name": name} if name else {}
        return await self._api.createGlipFileNew(groupId=chat, body=content, **named)

    async def webhooks(self, chat: str) -> list[shapes.NowTMWebhookInfo]:
        """listGlipGroupWebhooks: the incoming webhooks of a chat, each with `id`, `uri` and `status`."""
        return await self._all("listGlipGroupWebhooks", groupId=chat)

    async def new_webhook(self, chat: str) -> shapes.NowTMWebhookInfo:
        """createGlipGroupWebhook; whoever knows the `uri` of the answer can post. Better declared in the settings."""
        return await self._api.createGlipGroupWebhook(groupId=chat)

    async def suspend_webhook(self, webhook_id: str) -> None:
        """`suspendGlipWebhook`."""
        await self._api.suspendGlipWebhook(webhookId=webhook_id)

    async def activate_webhook(self, webhook_id: str) -> None:
        """`activateGlipWebhook`."""
        await self._api.activateGlipWebhook(webhookId=webhook_id)

    async def remove_webhook(self, webhook_id: str) -> None:
        """`deleteGlipWebhook`."""
        await self._api.deleteGlipWebhook(webhookId=webhook_id)

    async def note(self, chat: str, title: str, body: str = "") -> shapes.NowTMNoteInfo:
        """createChatNote: a draft until `publish_note` with its `id`. A title has at most 250 characters."""
        return await self._api.createChatNote(chatId=chat, body={"title": title, "body": body})

    async def publish_note(self, note_id: str) -> shapes.NowTMNoteInfo:
        """`publishNote`."""
        return await self._api.publishNote(noteId=note_id)

    async def task(self, chat: str, subject: str, *, assignees: Sequence[str], **fields: Any) -> shapes.NowTMTaskInfo:
        """`createTask` for the persons with these ids; more `fields` as the platform names them (`dueDate`, …)."""
        people = [{"id": assignee} for assignee in assignees]
        body: Any = {"subject": subject, "assignees": people, **fields}
        return await self._api.createTask(chatId=chat, body=body)

    async def complete_task(self, task_id: str) -> None:
        """`completeTask`."""
        await self._api.completeTask(taskId=task_id, body={"status": "Complete"})

    async def event(self, chat: str, title: str, **fields: Any) -> shapes.NowTMEventInfo:
        """`createEventbyGroupId`: an entry of the calendar; `fields` as the platform names them (`startTime`, …)."""
        body: Any = {"title": title, **fields}
        return await self._api.createEventbyGroupId(groupId=chat, body=body)

    async def conversation(self, members: Sequence[str]) -> shapes.NowTMConversationInfo:
        """`createGlipConversation` with the persons with these ids (at most 14 beside us), or the one that is there."""
        return await self._api.createGlipConversation(body={"members": [{"id": member} for member in members]})

    async def team(self, name: str, members: Sequence[str] = (), *, public: bool = False) -> shapes.NowTMTeamInfo:
        """`createGlipTeam`."""
        people = [{"id": member} for member in members]
        return await self._api.createGlipTeam(body={"name": name, "public": public, "members": people})


def _checked(text: str) -> str:
    if len(text) > LONGEST_POST:
        raise WrongUse(f"a post may have {LONGEST_POST} characters; this one has {len(text)}")
    return text
