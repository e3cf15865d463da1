"""Operations on notes, tasks, events and files of chats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from switchhook.simulator.errors import invalid, not_found
from switchhook.simulator.resources.selection import select
from switchhook.simulator.schemas import Schema
from switchhook.simulator.team.things import Thing, Things
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.ranges import served
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers
from switchhook.simulator.wire.teams import chat_of


def _note(request: Request) -> Thing:
    things = request.world.things
    return things.find(things.notes, request.parameters["noteId"], request.caller, "noteId")


def _task(request: Request) -> Thing:
    things = request.world.things
    return things.find(things.tasks, request.parameters["taskId"], request.caller, "taskId")


def _event(request: Request) -> Thing:
    things = request.world.things
    return things.find(things.events, request.parameters["eventId"], request.caller, "eventId")


def _chosen(request: Request, of: Callable[[Things], dict[str, Thing]]) -> dict[str, Any]:
    things = request.world.things
    asked = checked.query(request)
    declared: Schema = {"properties": {name: {} for name in ("status", "creator", "assignees", "creationTime")}}
    found = select(things.of(of(things), chat_of(request)), asked, declared)
    return checked.tokens(request, found)


@answers("createChatNote")
def create_note(request: Request) -> Response:
    """A draft."""
    return checked.answer(
        request, request.world.things.add_note(chat_of(request), request.caller, checked.body(request))
    )


@answers("listChatNotes")
def list_notes(request: Request) -> Response:
    """Notes of a chat, newest first."""
    return checked.answer(request, _chosen(request, lambda things: things.notes))


@answers("readUserNote")
def read_note(request: Request) -> Response:
    """A note with its text."""
    note = _note(request)
    return checked.answer(request, {"body": "", **note})


@answers("patchNote")
def patch_note(request: Request) -> Response:
    """Change a note."""
    note = _note(request)
    request.world.things.change_note(note, request.caller, checked.body(request))
    return checked.answer(request, note)


@answers("deleteNote")
def delete_note(request: Request) -> Response:
    """Take a note away."""
    del request.world.things.notes[_note(request)["id"]]
    return Response(204)


@answers("lockNote", "unlockNote")
def lock_note(request: Request) -> Response:
    """Keep others from changing it, or no more."""
    locked = request.path.rstrip("/").endswith("/lock")
    request.world.things.lock_note(_note(request), request.caller, locked=locked)
    return Response(204)


@answers("publishNote")
def publish_note(request: Request) -> Response:
    """No body in the specification of 2020; today the note."""
    note = _note(request)
    request.world.things.publish_note(note, request.caller)
    return checked.answer(request, note)


@answers("createTask")
def create_task(request: Request) -> Response:
    """A task of a chat."""
    return checked.answer(
        request, request.world.things.add_task(chat_of(request), request.caller, checked.body(request))
    )


@answers("listChatTasks")
def list_tasks(request: Request) -> Response:
    """Tasks of a chat, newest first."""
    return checked.answer(request, _chosen(request, lambda things: things.tasks))


@answers("readTask")
def read_task(request: Request) -> Response:
    """One task."""
    return checked.answer(request, _task(request))


@answers("patchTask")
def patch_task(request: Request) -> Response:
    """A list with the changed task in it."""
    task = _task(request)
    request.world.things.change_task(task, request.caller, checked.body(request))
    return checked.answer(request, {"records": [task]})


@answers("deleteTask")
def delete_task(request: Request) -> Response:
    """Take a task away."""
    del request.world.things.tasks[_task(request)["id"]]
    return Response(204)


@answers("completeTask")
def complete_task(request: Request) -> Response:
    """Say how far it is."""
    request.world.things.complete_task(_task(request), request.caller, checked.body(request))
    return Response(204)


def _calendar(request: Request) -> list[Thing]:
    return [one for one in request.world.things.events.values() if one["creatorId"] == request.caller.id]


def _shown(request: Request, event: Thing) -> Thing:
    """The recurrence is a word in the specification of 2020, an object today."""
    recurrence = event.get("recurrence")
    if request.today:
        return event if isinstance(recurrence, dict) else {**event, "recurrence": {"schedule": recurrence}}
    return {**event, "recurrence": recurrence.get("schedule", "None")} if isinstance(recurrence, dict) else event


@answers("readGlipEvents")
def list_events(request: Request) -> Response:
    """The caller's calendar."""
    events = [_shown(request, one) for one in _calendar(request)]
    return checked.answer(request, checked.tokens(request, events))


@answers("createEvent")
def create_event(request: Request) -> Response:
    """An event of the caller's calendar."""
    event = request.world.things.add_event(None, request.caller, checked.body(request))
    return checked.answer(request, _shown(request, event))


@answers("readEvent")
def read_event(request: Request) -> Response:
    """One event."""
    return checked.answer(request, _shown(request, _event(request)))


@answers("updateEvent")
def update_event(request: Request) -> Response:
    """Replace what is said of it."""
    event = _event(request)
    request.world.things.change_event(event, request.caller, checked.body(request))
    return checked.answer(request, _shown(request, event))


@answers("deleteEvent")
def delete_event(request: Request) -> Response:
    """200, not 204."""
    del request.world.things.events[_event(request)["id"]]
    return Response(200)


@answers("createEventbyGroupId")
def create_group_event(request: Request) -> Response:
    """An event of a chat."""
    event = request.world.things.add_event(chat_of(request, "groupId"), request.caller, checked.body(request))
    return checked.answer(request, _shown(request, event))


@answers("listGroupEvents")
def list_group_events(request: Request) -> Response:
    """Events of a chat."""
    things = request.world.things
    events = [_shown(request, one) for one in things.of(things.events, chat_of(request, "groupId"))]
    return checked.answer(request, {"records": events, "navigation": {}})


@answers("createGlipFileNew")
def upload_file(request: Request) -> Response:
    """A file for a chat; the answer is a list."""
    group = request.one("groupId")
    if group:
        request.world.chats.chat(group, request.caller, "groupId")
    if not request.files:
        raise invalid("body")
    file = request.files[-1]
    name = request.one("name") or file.filename or file.name or "file"
    stored = request.world.things.add_file(name, file.content_type, file.content)
    uri = f"{request.base_url}/team-messaging/v1/files/{stored.id}"
    request.world.chats.card({"id": stored.id, "type": "File", "name": name, "contentUri": uri})
    return Response(200, [{"id": stored.id, "name": name, "contentUri": uri}])


@answers("readGlipFile")
def read_file(request: Request) -> Response:
    """What was uploaded."""
    stored = request.world.things.files.get(request.parameters["fileId"])
    if stored is None:
        raise not_found("fileId")
    return served(request, stored.content, stored.content_type)
