"""Notes, tasks, events and files of chats. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.team.chat import Chat
from switchhook.simulator.team.chats import Chats

Thing = dict[str, Any]
LONGEST_TITLE = 250
LARGEST_NOTE = 1_048_576
PREVIEW = 150


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was uploaded to a chat."""

    id: str
    name: str
    content_type: str
    content: bytes


class Things:
    """What chats have besides posts, by id."""

    def __init__(self, identifiers: Identifiers, chats: Chats) -> None:
        self.notes: dict[str, Thing] = {}
        self.tasks: dict[str, Thing] = {}
        self.events: dict[str, Thing] = {}
        self.files: dict[str, StoredFile] = {}
        self._identifiers = identifiers
        self._chats = chats

    def find(self, things: Mapping[str, Thing], id_: str, person: Extension, parameter: str) -> Thing:
        """A thing in a chat of the person, or of the person alone. Raises Refused (CMN-102)."""
        thing = things.get(id_)
        if thing is None or not self._sees(thing, person):
            raise not_found(parameter)
        return thing

    def _sees(self, thing: Thing, person: Extension) -> bool:
        if person.id in (thing.get("creatorId"), thing.get("creator", {}).get("id")):
            return True
        chats = [self._chats.all[one] for one in thing.get("chatIds", ()) if one in self._chats.all]
        return any(person.id in chat.members for chat in chats)

    def of(self, things: Mapping[str, Thing], chat: Chat) -> list[Thing]:
        """The things of a chat, newest first."""
        return [one for one in reversed(list(things.values())) if chat.id in one.get("chatIds", ())]

    def _new(self, chat: Chat | None, person: Extension, body: Mapping[str, Any]) -> Thing:
        now = self._chats.now()
        made: Thing = {key: value for key, value in body.items() if value is not None}
        made |= {"id": self._identifiers.entity(), "creationTime": now, "lastModifiedTime": now,
                 "creator": {"id": person.id}}  # fmt: skip
        return made | ({"chatIds": [chat.id]} if chat is not None else {})

    def add_note(self, chat: Chat, person: Extension, body: Mapping[str, Any]) -> Thing:
        """A draft."""
        _check_note(body)
        note = self._new(chat, person, body) | {"type": "Note", "status": "Draft", "lastModifiedBy": {"id": person.id}}
        note["preview"] = str(note.get("body", ""))[:PREVIEW]
        self.notes[note["id"]] = note
        return note

    def change_note(self, note: Thing, person: Extension, body: Mapping[str, Any]) -> None:
        """Change title and text. Raises Refused (CMN-101; 409 while somebody else has locked it)."""
        _check_note({"title": note["title"], **body})
        self._free(note, person)
        note |= {key: body[key] for key in ("title", "body") if body.get(key) is not None}
        note["preview"] = str(note.get("body", ""))[:PREVIEW]
        self.touch(note, person)

    def touch(self, thing: Thing, person: Extension) -> None:
        """Somebody changed it now."""
        thing["lastModifiedTime"] = self._chats.now()
        if thing.get("type") == "Note":
            thing["lastModifiedBy"] = {"id": person.id}

    def _free(self, note: Thing, person: Extension) -> None:
        if note.get("lockedBy", {}).get("id") not in (None, person.id):
            raise Refused(409, "CMN-204", "The note is locked by another user")

    def lock_note(self, note: Thing, person: Extension, *, locked: bool) -> None:
        """Keep others from changing it, or no more. Raises Refused (409)."""
        self._free(note, person)
        if locked:
            note["lockedBy"] = {"id": person.id}
        else:
            note.pop("lockedBy", None)

    def publish_note(self, note: Thing, person: Extension) -> None:
        """A draft becomes a note that all see, and is posted."""
        note["status"] = "Active"
        self.touch(note, person)
        card = self._chats.card({"id": note["id"], "type": "Note", "title": note["title"], "creatorId": person.id})
        for one in note["chatIds"]:
            if one in self._chats.all:
                self._chats.post(self._chats.all[one], person, None, [card])

    def add_task(self, chat: Chat, person: Extension, body: Mapping[str, Any]) -> Thing:
        """A task. Raises Refused (CMN-101) for an assignee who is not in the chat."""
        task: Thing = {"completenessCondition": "Simple", "color": "Black", **self._new(chat, person, body)}
        task |= {"type": "Task", "status": "Pending", "completenessPercentage": 0,
                 "assignees": self._assignees(chat, body.get("assignees") or [])}  # fmt: skip
        self.tasks[task["id"]] = task
        return task

    def change_task(self, task: Thing, person: Extension, body: Mapping[str, Any]) -> None:
        """Change what is to be done, when, and by whom."""
        change = {key: value for key, value in body.items() if value is not None and key not in ("id", "status")}
        if "assignees" in change:
            change["assignees"] = self._assignees(self._chats.all[task["chatIds"][0]], change["assignees"])
        task |= change
        self.touch(task, person)

    def _assignees(self, chat: Chat, asked: Sequence[Any]) -> list[Thing]:
        people = self._chats.people(list(asked), "assignees")
        for at, one in enumerate(people):
            if one not in chat.members:
                raise invalid(f"assignees[{at}].id")
        return [{"id": one, "status": "Pending"} for one in people]

    def complete_task(self, task: Thing, person: Extension, body: Mapping[str, Any]) -> None:
        """Say how far a task is, by its own condition of completeness."""
        condition = task["completenessCondition"]
        done = body.get("status") == "Complete"
        if condition == "Percentage":
            share = body.get("completenessPercentage", 100 if done else 0)
            if not isinstance(share, int) or not 0 <= share <= 100:
                raise invalid("completenessPercentage")
            task["completenessPercentage"] = share
            done = share == 100
        named = {str(one.get("id")) for one in body.get("assignees") or ()} or (
            {person.id} if condition == "AllAssignees" else {one["id"] for one in task["assignees"]})  # fmt: skip
        for one in task["assignees"]:
            if one["id"] in named:
                one["status"] = "Completed" if done else "Pending"
        if condition == "AllAssignees":
            done = all(one["status"] == "Completed" for one in task["assignees"])
        begun = any(one["status"] == "Completed" for one in task["assignees"]) or task["completenessPercentage"] > 0
        task["status"] = "Completed" if done else "InProgress" if begun else "Pending"
        if condition != "Percentage":
            task["completenessPercentage"] = 100 if done else 0
        self.touch(task, person)

    def add_event(self, chat: Chat | None, person: Extension, body: Mapping[str, Any]) -> Thing:
        """An event of a person's calendar, or of a chat. Raises Refused (CMN-101) if it ends before it begins."""
        _check_event(body)
        event: Thing = {"allDay": False, "recurrence": "None", "color": "Black", **self._new(chat, person, body)}
        event["creatorId"] = person.id
        self.events[event["id"]] = event
        return event

    def change_event(self, event: Thing, person: Extension, body: Mapping[str, Any]) -> None:
        """Replace what is said of an event."""
        _check_event({**event, **body})
        event |= {key: value for key, value in body.items() if value is not None and key not in ("id", "creatorId")}
        self.touch(event, person)

    def add_file(self, name: str, content_type: str, content: bytes) -> StoredFile:
        """A file, which posts can attach from now on."""
        file = StoredFile(self._identifiers.entity(), name, content_type, content)
        self.files[file.id] = file
        return file


def _check_note(body: Mapping[str, Any]) -> None:
    title, text = body.get("title"), body.get("body")
    if not isinstance(title, str) or not title or len(title) > LONGEST_TITLE:
        raise invalid("title")
    if text is not None and (not isinstance(text, str) or len(text.encode()) > LARGEST_NOTE):
        raise invalid("body")


def _check_event(body: Mapping[str, Any]) -> None:
    if str(body.get("startTime")) > str(body.get("endTime")):
        raise invalid("endTime")
