"""Operations on chats, teams and conversations, and on the people in them."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.errors import Refused, invalid, not_found
from switchhook.simulator.team.chat import Chat
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

CONVERSATIONS = ("Personal", "Direct", "Group")
GROUPS = {
    "Group": ("Group", "Direct"),
    "Team": ("Team", "Everyone"),
    "PrivateChat": ("Direct",),
    "PersonalChat": ("Personal",),
}
"""Types of the older resource → types of chats."""


def chat_of(request: Request, parameter: str = "chatId") -> Chat:
    """The chat in the path, which the caller may see. Raises Refused (CMN-102)."""
    return request.world.chats.chat(request.parameters[parameter], request.caller, parameter)


def _team(request: Request) -> Chat:
    chat = chat_of(request)
    if chat.type != "Team":
        raise not_found("chatId")
    return chat


def _member(request: Request, chat: Chat) -> None:
    if request.caller.id not in chat.members:
        raise Refused(403, "CMN-408", "User is not a member of the team")


def _latest(chats: list[Chat]) -> list[Chat]:
    return sorted(chats, key=lambda one: one.modified, reverse=True)


@answers("listGlipChats")
def list_chats(request: Request) -> Response:
    """All chats of the caller."""
    chats = request.world.chats.of(request.caller, checked.query(request).get("type", ()))
    return checked.answer(request, checked.tokens(request, [one.view() for one in chats]))


@answers("readGlipChat")
def read_chat(request: Request) -> Response:
    """One chat of whatever type."""
    return checked.answer(request, chat_of(request).view())


@answers("listRecentChats")
def list_recent(request: Request) -> Response:
    """The chats with the latest posts."""
    chats = _latest(request.world.chats.of(request.caller, checked.query(request).get("type", ())))
    return checked.answer(request, checked.tokens(request, [one.view() for one in chats]))


@answers("listFavoriteChats")
def list_favorites(request: Request) -> Response:
    """The chats that the caller marked."""
    chats = request.world.chats.favorites(request.caller)
    return checked.answer(request, checked.tokens(request, [one.view() for one in chats]))


@answers("favoriteGlipChat", "unfavoriteGlipChat")
def mark_favorite(request: Request) -> Response:
    """Mark, or no more."""
    request.world.chats.mark(chat_of(request), request.caller, favorite=request.path.rstrip("/").endswith("/favorite"))
    return Response(204)


@answers("markChatRead", "markChatUnread")
def mark_read(request: Request) -> Response:
    """Mark as read or unread."""
    request.world.chats.mark_read(chat_of(request), request.caller, read=request.path.rstrip("/").endswith("/read"))
    return Response(204)


@answers("listGlipConversations")
def list_conversations(request: Request) -> Response:
    """Chats that are no teams."""
    chats = request.world.chats.of(request.caller, CONVERSATIONS)
    return checked.answer(request, checked.tokens(request, [one.view() for one in chats]))


@answers("createGlipConversation")
def create_conversation(request: Request) -> Response:
    """The conversation of these people: 201 if it is new, 200 if there was one."""
    members = request.world.chats.people(checked.body(request).get("members"))
    chat, new = request.world.chats.converse(request.caller, members)
    return checked.answer(request, chat.view(), 201 if new else 200)


@answers("readGlipConversation")
def read_conversation(request: Request) -> Response:
    """One conversation."""
    chat = chat_of(request)
    if chat.type not in CONVERSATIONS:
        raise not_found("chatId")
    return checked.answer(request, chat.view())


@answers("listGlipTeams")
def list_teams(request: Request) -> Response:
    """Teams of the caller."""
    chats = request.world.chats.of(request.caller, ("Team",))
    return checked.answer(request, checked.tokens(request, [one.view() for one in chats]))


@answers("createGlipTeam")
def create_team(request: Request) -> Response:
    """A team with the caller in it."""
    given = checked.body(request)
    members = request.world.chats.people(given.get("members") or [])
    more = {name: given[name] for name in ("public", "description") if given.get(name) is not None}
    chat = request.world.chats.team(request.caller, str(given["name"]), members, **more)
    return checked.answer(request, chat.view())


@answers("readGlipTeam")
def read_team(request: Request) -> Response:
    """One team."""
    return checked.answer(request, _team(request).view())


@answers("patchGlipTeam")
def patch_team(request: Request) -> Response:
    """Name, description, visibility."""
    chat = _team(request)
    _member(request, chat)
    request.world.chats.change(chat, checked.body(request))
    return checked.answer(request, chat.view())


@answers("deleteGlipTeam")
def delete_team(request: Request) -> Response:
    """The end of a team."""
    chat = _team(request)
    _member(request, chat)
    request.world.chats.delete(chat)
    return Response(204)


@answers("joinGlipTeam")
def join_team(request: Request) -> Response:
    """Come into a public team."""
    request.world.chats.join(_team(request), [request.caller.id], request.caller)
    return Response(204)


@answers("leaveGlipTeam")
def leave_team(request: Request) -> Response:
    """Go."""
    request.world.chats.leave(_team(request), [request.caller.id])
    return Response(204)


@answers("addGlipTeamMembers")
def add_members(request: Request) -> Response:
    """Bring people in."""
    chat = _team(request)
    _member(request, chat)
    people = request.world.chats.people(checked.body(request).get("members"))
    request.world.chats.join(chat, people, request.caller)
    return Response(204)


@answers("removeGlipTeamMembers")
def remove_members(request: Request) -> Response:
    """Send people away."""
    chat = _team(request)
    _member(request, chat)
    request.world.chats.leave(chat, request.world.chats.people(checked.body(request).get("members")))
    return Response(204)


@answers("archiveGlipTeam", "unarchiveGlipTeam")
def archive_team(request: Request) -> Response:
    """Archive, or take out of the archive."""
    chat = _team(request)
    _member(request, chat)
    request.world.chats.change(chat, {"archived": request.path.rstrip("/").endswith("/archive")})
    return Response(204)


@answers("readGlipEveryone")
def read_everyone(request: Request) -> Response:
    """The chat of the whole company."""
    return checked.answer(request, request.world.chats.everyone.view())


@answers("patchGlipEveryone")
def patch_everyone(request: Request) -> Response:
    """Its name and description."""
    given = request.body if isinstance(request.body, dict) else {}
    change = {name: str(given[name]) for name in ("name", "description") if given.get(name) is not None}
    request.world.chats.change(request.world.chats.everyone, change)
    return checked.answer(request, request.world.chats.everyone.view())


@answers("listGlipGroups")
def list_groups(request: Request) -> Response:
    """Chats as the older API lists them: members are ids."""
    types = [one for asked in checked.query(request).get("type", ()) for one in GROUPS.get(asked, (asked,))]
    groups = [one.group() for one in request.world.chats.of(request.caller, types)]
    return checked.answer(request, checked.tokens(request, groups))


@answers("createGlipGroup")
def create_group(request: Request) -> Response:
    """A team, or the conversation of two."""
    given = checked.body(request)
    chats = request.world.chats
    members = chats.people([one.get("id") if isinstance(one, dict) else one for one in given.get("members") or ()])
    if given["type"] == "PrivateChat":
        return checked.answer(request, chats.converse(request.caller, members)[0].group())
    more: dict[str, Any] = {"public": bool(given.get("isPublic")), "description": str(given.get("description") or "")}
    return checked.answer(request, chats.team(request.caller, str(given.get("name") or ""), members, **more).group())


@answers("readGlipGroup")
def read_group(request: Request) -> Response:
    """Any chat."""
    return checked.answer(request, chat_of(request, "groupId").group(), 200)


@answers("assignGlipGroupMembers")
def assign_members(request: Request) -> Response:
    """People in and out at once."""
    chat = chat_of(request, "groupId")
    given = checked.body(request)
    chats = request.world.chats
    emails = [{"email": one} for one in given.get("addedPersonEmails") or ()]
    added = [*(given.get("addedPersonIds") or ()), *emails]
    chats.join(chat, chats.people(added, "addedPersonIds"), request.caller)
    chats.leave(chat, chats.people(given.get("removedPersonIds") or [], "removedPersonIds"))
    return Response(204)


@answers("readGlipPerson")
def read_person(request: Request) -> Response:
    """Who somebody is."""
    id_ = request.parameters["personId"]
    person = request.caller if id_ == "~" else request.world.account.extensions.get(id_)
    if person is None or not person.is_user:
        raise not_found("personId")
    created = request.world.chats.everyone.created
    avatar = f"{request.base_url}/restapi/v1.0/account/{request.world.account.id}/extension/{person.id}/profile-image"
    return checked.answer(
        request,
        {"id": person.id, "firstName": person.first_name, "lastName": person.last_name, "email": person.email,
         "avatar": avatar, "companyId": request.world.account.id, "creationTime": created, "lastModifiedTime": created},
        200,
    )  # fmt: skip


@answers("readGlipCompany")
def read_company(request: Request) -> Response:
    """What the company is called."""
    account = request.world.account
    if request.parameters["companyId"] not in ("~", account.id):
        raise not_found("companyId")
    created = request.world.chats.everyone.created
    company = {"id": account.id, "name": "Example Supplies", "domain": "example.com", "creationTime": created,
               "lastModifiedTime": created}  # fmt: skip
    return checked.answer(request, company, 200)


def refuse_archived(chat: Chat) -> None:
    """Nobody posts in an archived team."""
    if chat.archived:
        raise invalid("chatId")
