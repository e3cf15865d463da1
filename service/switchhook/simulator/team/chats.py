"""All chats of the account: who is in them, what is posted, and who is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from switchhook.simulator.account import Account, Extension
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence, Publish
from switchhook.simulator.team.chat import Chat, Post, mentions, post

LONGEST_TEXT = 10_000
MOST_ATTACHMENTS = 25
MOST_IN_A_CONVERSATION = 16
POSTS_A_DAY = 2_500
"""Through the API, for each user; more are answered with 500 (RingCentral guide: posting messages)."""


class Chats:
    """Chats by id. `front_desk` is the team that is there from the beginning."""

    def __init__(self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish) -> None:
        self.all: dict[str, Chat] = {}
        self.cards: dict[str, dict[str, Any]] = {}
        """Cards and other things that posts have attached, by id."""
        self._favorites: defaultdict[str, list[str]] = defaultdict(list)
        self._unread: set[tuple[str, str]] = set()
        self._posted: Counter[tuple[str, str]] = Counter()
        self._clock = clock
        self._identifiers = identifiers
        self._account = account
        self._publish = publish
        people = [one.id for one in account.users()]
        self.front_desk = self._new("Team", people, name="Front desk")
        self.everyone = self._new("Everyone", people, name="Everyone", public=True)
        for one in people:
            self._new("Personal", [one])

    def now(self) -> str:
        """The time as the platform writes it."""
        return stamp(self._clock.now())

    def _new(self, type_: str, members: list[str], **more: Any) -> Chat:
        now = self.now()
        chat = Chat(self._identifiers.entity(), type_, members, now, now, **more)
        self.all[chat.id] = chat
        return chat

    def chat(self, which: str, member: Extension | None = None, parameter: str = "chatId") -> Chat:
        """By id or name, if `member` may see it. Raises Refused (CMN-102)."""
        chat = self.all.get(which) or next((one for one in self.all.values() if one.name == which), None)
        if chat is None or (member is not None and member.id not in chat.members and not chat.public):
            raise not_found(parameter)
        return chat

    def of(self, person: Extension, types: Sequence[str] = ()) -> list[Chat]:
        """The chats that a person is in."""
        return [one for one in self.all.values() if person.id in one.members and (not types or one.type in types)]

    def people(self, members: Any, parameter: str = "members") -> list[str]:
        """The ids of people who are named by id or by email address. Raises Refused (CMN-101) naming a wrong one."""
        if not isinstance(members, list):
            raise invalid(parameter)
        found = []
        for at, one in enumerate(members):
            asked = one if isinstance(one, dict) else {"id": one}
            email = str(asked.get("email", "")).lower()
            named = (each for each in self._account.users() if each.email == email)
            person = self._account.extensions.get(str(asked.get("id"))) or next(named, None)
            if person is None or not person.is_user:
                raise invalid(f"{parameter}[{at}]")
            found.append(person.id)
        return list(dict.fromkeys(found))

    def converse(self, person: Extension, members: Iterable[str]) -> tuple[Chat, bool]:
        """The conversation of these people, and whether it is new. Raises Refused (CMN-101)."""
        everybody = list(dict.fromkeys([person.id, *members]))
        if len(everybody) > MOST_IN_A_CONVERSATION:
            raise invalid("members")
        for one in self.all.values():
            if one.type in ("Personal", "Direct", "Group") and set(one.members) == set(everybody):
                return one, False
        type_ = {1: "Personal", 2: "Direct"}.get(len(everybody), "Group")
        chat = self._new(type_, everybody)
        self._tell(chat, "GroupJoined", everybody)
        return chat, True

    def team(self, person: Extension, name: str, members: Iterable[str], **more: Any) -> Chat:
        """A new team, with its founder. Raises Refused (CMN-101)."""
        if not name or len(name) > 250 or any(one.name == name for one in self.all.values()):
            raise invalid("name")
        chat = self._new("Team", list(dict.fromkeys([person.id, *members])), name=name, **more)
        self._tell(chat, "GroupJoined", chat.members)
        return chat

    def change(self, chat: Chat, change: dict[str, Any]) -> None:
        """A new name, description, visibility or state."""
        renamed = change.get("name") not in (None, chat.name)
        for name in ("name", "description", "public", "archived"):
            if change.get(name) is not None:
                setattr(chat, name, change[name])
        self._changed(chat, "GroupRenamed" if renamed else "GroupChanged")

    def _changed(self, chat: Chat, event: str) -> None:
        chat.modified = self.now()
        self._tell(chat, event, chat.members)

    def join(self, chat: Chat, people: Iterable[str], by: Extension) -> None:
        """People come in: they are told that they joined, the others that the chat changed."""
        added = [one for one in people if one not in chat.members]
        if added:
            chat.members += added
            self._tell(chat, "GroupJoined", added)
            self._changed(chat, "GroupChanged")
            self_joined = added == [by.id]
            self._add(chat, by.id, type="PersonJoined" if self_joined else "PersonsAdded",
                      addedPersonIds=None if self_joined else added)  # fmt: skip

    def leave(self, chat: Chat, people: Iterable[str]) -> None:
        """People go, or are sent away."""
        gone = [one for one in people if one in chat.members]
        if gone:
            chat.members[:] = [one for one in chat.members if one not in gone]
            self._tell(chat, "GroupLeft", gone)
            self._changed(chat, "GroupChanged")

    def delete(self, chat: Chat) -> None:
        """A team ends."""
        del self.all[chat.id]
        self._tell(chat, "GroupLeft", chat.members)

    def favorites(self, person: Extension) -> list[Chat]:
        """The chats a person marked."""
        return [self.all[one] for one in self._favorites[person.id] if one in self.all]

    def mark(self, chat: Chat, person: Extension, *, favorite: bool) -> None:
        """Mark a chat as favourite, or no more."""
        marked = self._favorites[person.id]
        if favorite and chat.id not in marked:
            marked.append(chat.id)
        elif not favorite and chat.id in marked:
            marked.remove(chat.id)

    def mark_read(self, chat: Chat, person: Extension, *, read: bool) -> None:
        """Mark a chat as read or unread."""
        (self._unread.discard if read else self._unread.add)((person.id, chat.id))

    def post(
        self,
        chat: Chat,
        author: Extension,
        text: Any,
        attachments: Any = None,
        *,
        counted: bool = False,
        **more: Any,
    ) -> Post:
        """Somebody posts. `counted`: through the API, of which there are so many a day.

        Raises Refused (CMN-101; 403 for who is no member; 500 for one too many).
        """
        if author.id not in chat.members:
            raise Refused(403, "CMN-408", "User is not a member of the chat")
        if not isinstance(text, str | None) or not (text or attachments) or len(text or "") > LONGEST_TEXT:
            raise invalid("text")
        if counted:
            today = (author.id, self.now()[:10])
            self._posted[today] += 1
            if self._posted[today] > POSTS_A_DAY:
                raise Refused(500, "CMN-203", "You have exceeded your limits for this action.")
        attached = self._attached(attachments)
        named = {each.id: each.name for each in self._account.extensions.values()}
        named |= {each.id: each.name for each in self.all.values() if each.name}
        return self._add(chat, author.id, text=text, attachments=attached, mentions=mentions(text or "", named), **more)

    def _attached(self, attachments: Any) -> list[dict[str, Any]] | None:
        if attachments is None:
            return None
        if not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS:
            raise invalid("attachments")
        found = []
        for at, one in enumerate(attachments):
            kind = one.get("type", one.get("attachmentType")) if isinstance(one, dict) else None
            if kind not in ("File", "Note", "Event", "Card", "AdaptiveCard", "Task"):
                raise invalid(f"attachments[{at}].type")
            if "id" not in one:
                found.append(self.card(one))
            elif str(one["id"]) in self.cards:
                found.append(self.cards[str(one["id"])])
            else:
                raise not_found(f"attachments[{at}].id")
        return found or None

    def card(self, content: dict[str, Any]) -> dict[str, Any]:
        """A card, note, event or file that posts may attach, with an id."""
        made = {**content, "id": str(content.get("id") or self._identifiers.entity())}
        self.cards[made["id"]] = made
        return made

    def _add(self, chat: Chat, creator: str, **more: Any) -> Post:
        made = post(self._identifiers.entity(), chat, creator, self.now(), **more)
        chat.posts[made["id"]] = made
        chat.modified = made["creationTime"]
        self.tell(chat, {**made, "eventType": "PostAdded"})
        return made

    def post_as(self, chat: Chat, creator: str, **more: Any) -> Post:
        """Something posts that is no member: a webhook."""
        return self._add(chat, creator, **more)

    def find_post(self, chat: Chat, post_id: str) -> Post:
        """A post of a chat. Raises Refused (CMN-102)."""
        found = chat.posts.get(post_id)
        if found is None:
            raise not_found("postId")
        return found

    def edit(self, chat: Chat, made: Post, person: Extension, text: Any) -> Post:
        """Change a post's text. Raises Refused (CMN-101; 403 for somebody else's)."""
        self._own(made, person)
        if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
            raise invalid("text")
        made |= {"text": text, "lastModifiedTime": self.now()}
        self.tell(chat, {**made, "eventType": "PostChanged"})
        return made

    def remove(self, chat: Chat, made: Post, person: Extension) -> None:
        """Take a post away. Raises Refused (403 for somebody else's)."""
        self._own(made, person)
        del chat.posts[made["id"]]
        self.tell(chat, {"id": made["id"], "eventType": "PostRemoved"})

    def _own(self, made: Post, person: Extension) -> None:
        if made["creatorId"] != person.id:
            raise Refused(403, "CMN-408", "Only the author may change a post")

    def tell(self, chat: Chat, body: dict[str, Any]) -> None:
        """Tell the members of a post."""
        self._publish(Occurrence("post", "/team-messaging/v1/posts", body, tuple(chat.members)))

    def _tell(self, chat: Chat, event: str, people: Iterable[str]) -> None:
        self._publish(Occurrence("chat", "/team-messaging/v1/chats", chat.told(event), tuple(people)))
