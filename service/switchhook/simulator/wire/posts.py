"""Operations on posts, cards and incoming webhooks."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.errors import invalid, not_found
from switchhook.simulator.team.chat import Chat, Post
from switchhook.simulator.team.hooks import Hook, is_adaptive
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers
from switchhook.simulator.wire.teams import chat_of, refuse_archived


@answers("readGlipPosts")
def list_posts(request: Request) -> Response:
    """The posts of a chat, newest first."""
    return checked.answer(request, _page(request, chat_of(request)))


@answers("listGlipGroupPosts")
def list_group_posts(request: Request) -> Response:
    """The same by the older path."""
    return checked.answer(request, _page(request, chat_of(request, "groupId")))


@answers("listGlipPosts")
def list_all_posts(request: Request) -> Response:
    """Posts of one chat, or of all that the caller is in."""
    wanted = request.one("groupId")
    chats = request.world.chats
    found = [chats.chat(wanted, request.caller, "groupId")] if wanted else chats.of(request.caller)
    posts = [post for chat in found for post in chat.posts.values()]
    posts.sort(key=lambda post: (post["creationTime"], post["id"]), reverse=True)
    return checked.answer(request, checked.tokens(request, posts))


def _page(request: Request, chat: Chat) -> dict[str, Any]:
    return checked.tokens(request, list(reversed(chat.posts.values())))


@answers("createGlipPost")
def create_post(request: Request) -> Response:
    """Post in a chat."""
    given = checked.body(request)
    if not given.get("text") and not given.get("attachments"):
        raise invalid("text")
    more = {name: str(given[name]) for name in ("parentPostId", "threadId") if given.get(name)}
    return _post(request, chat_of(request), given, more)


@answers("createGlipGroupPost")
def create_group_post(request: Request) -> Response:
    """The same by the older path, which has title and activity too."""
    given = checked.body(request)
    return _post(request, chat_of(request, "groupId"), given, _decoration(given))


@answers("createPost")
def create_any_post(request: Request) -> Response:
    """Post in the chat that the body names, or to people."""
    given = checked.body(request)
    chats = request.world.chats
    if given.get("groupId"):
        chat = chats.chat(str(given["groupId"]), request.caller, "groupId")
    elif given.get("personIds"):
        chat, _ = chats.converse(request.caller, chats.people(given["personIds"], "personIds"))
    else:
        raise invalid("groupId")
    return _post(request, chat, given, _decoration(given))


def _decoration(given: dict[str, Any]) -> dict[str, Any]:
    return {name: str(given[name]) for name in ("title", "activity") if given.get(name)}


def _post(request: Request, chat: Chat, given: dict[str, Any], more: dict[str, Any]) -> Response:
    refuse_archived(chat)
    attachments = given.get("attachments")
    for at, one in enumerate(attachments or ()):
        if isinstance(one, dict) and one.get("type") == "AdaptiveCard":
            raise invalid(f"attachments[{at}].type")
    made = request.world.chats.post(chat, request.caller, given.get("text"), attachments, counted=True, **more)
    return checked.answer(request, made)


def _find(request: Request, parameter: str = "chatId") -> tuple[Chat, Post]:
    chat = chat_of(request, parameter)
    return chat, request.world.chats.find_post(chat, request.parameters["postId"])


@answers("readGlipPost")
def read_post(request: Request) -> Response:
    """One post."""
    return checked.answer(request, _find(request)[1])


@answers("patchGlipPost")
def patch_post(request: Request) -> Response:
    """Change one's own post."""
    chat, post = _find(request)
    return checked.answer(
        request, request.world.chats.edit(chat, post, request.caller, checked.body(request).get("text"))
    )


@answers("updateGlipPostText")
def update_text(request: Request) -> Response:
    """The same by the older path: the text is the body."""
    chat, post = _find(request, "groupId")
    text = request.content.decode("utf-8", "replace")
    if isinstance(request.body, dict) and "text" in request.body:
        text = request.body["text"]
    elif isinstance(request.body, str):
        text = request.body
    return checked.answer(request, request.world.chats.edit(chat, post, request.caller, text)["text"])


@answers("deleteGlipPost")
def delete_post(request: Request) -> Response:
    """Take one's own post away."""
    chat, post = _find(request)
    request.world.chats.remove(chat, post, request.caller)
    return Response(204)


@answers("createGlipCard")
def create_card(request: Request) -> Response:
    """A card, posted in a chat."""
    chat = request.world.chats.chat(request.one("groupId") or "", request.caller, "groupId")
    card = request.world.chats.card({"type": "Card", **checked.body(request), "creatorId": request.caller.id})
    request.world.chats.post(chat, request.caller, None, [card], counted=True)
    return checked.answer(request, card)


def _card(request: Request) -> dict[str, Any]:
    card = request.world.chats.cards.get(request.parameters["cardId"])
    if card is None:
        raise not_found("cardId")
    return card


@answers("readGlipCard", "getGlipAdaptiveCardNew")
def read_card(request: Request) -> Response:
    """One card."""
    return Response(200, _card(request))


@answers("updateGlipCard", "updateGlipAdaptiveCardNew")
def update_card(request: Request) -> Response:
    """Replace what a card says."""
    card = _card(request)
    given = request.body if isinstance(request.body, dict) else {}
    if card.get("type") == "AdaptiveCard" and not is_adaptive(given):
        raise invalid("body")
    kept: dict[str, Any] = {name: card[name] for name in ("id", "type", "creatorId", "chatIds") if name in card}
    card.clear()
    card |= {**given, **kept}
    return Response(200, card if kept["type"] == "AdaptiveCard" else None)


@answers("deleteGlipCard", "deleteGlipAdaptiveCardNew")
def delete_card(request: Request) -> Response:
    """Take a card away."""
    del request.world.chats.cards[_card(request)["id"]]
    return Response(204)


@answers("createGlipAdaptiveCardNew")
def create_adaptive_card(request: Request) -> Response:
    """An adaptive card, posted in a chat."""
    chat = chat_of(request)
    if not is_adaptive(request.body):
        raise invalid("body")
    chats = request.world.chats
    card = chats.card({**request.body, "creatorId": request.caller.id, "chatIds": [chat.id]})
    chats.post(chat, request.caller, None, [card], counted=True)
    now = chats.now()
    return Response(201, {**card, "creationTime": now, "lastModifiedTime": now, "creator": {"id": request.caller.id}})


@answers("createGlipGroupWebhook")
def create_hook(request: Request) -> Response:
    """A webhook of a chat."""
    chat = chat_of(request, "groupId")
    hook = request.world.hooks.create(chat.id, request.caller, request.base_url)
    return checked.answer(request, hook.view(request.base_url))


def _hooks(request: Request, chat: Chat | None = None) -> dict[str, Any]:
    hooks = [one for one in request.world.hooks.all.values() if one.creator == request.caller.id]
    return {"records": [one.view(request.base_url) for one in hooks if chat is None or one.chat == chat.id]}


@answers("listGlipGroupWebhooks")
def list_group_hooks(request: Request) -> Response:
    """The caller's webhooks of a chat."""
    return checked.answer(request, _hooks(request, chat_of(request, "groupId")))


@answers("listGlipWebhooks")
def list_hooks(request: Request) -> Response:
    """The caller's webhooks."""
    return checked.answer(request, _hooks(request))


def _hook(request: Request) -> Hook:
    return request.world.hooks.find(request.parameters["webhookId"], request.caller)


@answers("readGlipWebhook")
def read_hook(request: Request) -> Response:
    """A list, even of one."""
    return checked.answer(request, {"records": [_hook(request).view(request.base_url)]})


@answers("deleteGlipWebhook")
def delete_hook(request: Request) -> Response:
    """200, not 204."""
    request.world.hooks.delete(_hook(request), request.base_url)
    return Response(200)


@answers("activateGlipWebhook", "suspendGlipWebhook")
def switch_hook(request: Request) -> Response:
    """Let it post, or not."""
    active = request.path.rstrip("/").endswith("/activate")
    request.world.hooks.switch(_hook(request), "Active" if active else "Suspended", request.base_url)
    return Response(200)


@answers("postToWebhook")
def post_to_hook(request: Request) -> Response:
    """Anybody who knows the address posts to it, so often a minute."""
    hook_id = request.parameters["webhookId"]
    headers = request.world.limits.take(hook_id, "Hooks")
    status, body = request.world.hooks.post(hook_id, request.body)
    return Response(status, body, headers=headers)
