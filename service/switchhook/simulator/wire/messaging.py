"""Operations on texts, presence, chats and posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchhook.simulator.errors import invalid, not_found
from switchhook.simulator.wire.accounts import page
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers


@answers("createSMSMessage")
def send_text(request: Request) -> Response:
    body = _body(request)
    from_, to = body.get("from"), body.get("to")
    if not isinstance(from_, Mapping) or not isinstance(from_.get("phoneNumber"), str):
        raise invalid("from")
    if not isinstance(to, list) or not all(isinstance(each, Mapping) for each in to):
        raise invalid("to")
    numbers = [str(each.get("phoneNumber", "")) for each in to]
    text = body.get("text", "")
    if not isinstance(text, str):
        raise invalid("text")
    message = request.world.messages.send_text(request.extension, from_["phoneNumber"], numbers, text)
    return Response(body=_message(request, message))


@answers("listMessages")
def list_messages(request: Request) -> Response:
    mailbox = request.world.messages.mailboxes[request.extension.id]
    records = [_message(request, each) for each in reversed(mailbox.values())]
    for key, name in (("direction", "direction"), ("messageType", "type"), ("readStatus", "readStatus")):
        wanted = request.query.get(key)
        records = [each for each in records if not wanted or each[name] in wanted]
    return Response(body=page(request, records))


@answers("readMessage")
def read_message(request: Request) -> Response:
    message = request.world.messages.mailboxes[request.extension.id].get(request.parameters["messageId"])
    if message is None:
        raise not_found("messageId")
    return Response(body=_message(request, message))


@answers("readUserPresenceStatus")
def read_presence(request: Request) -> Response:
    extension = request.extension
    if not extension.is_user:
        raise not_found("extensionId")
    detailed, sip = (request.one(key) == "true" for key in ("detailedTelephonyState", "sipData"))
    return Response(body=request.world.presence.view(extension, request.base_url, detailed=detailed, sip=sip))


@answers("updateUserPresenceStatus")
def update_presence(request: Request) -> Response:
    extension = request.extension
    if not extension.is_user:
        raise not_found("extensionId")
    request.world.presence.change(extension, _body(request))
    return Response(body=request.world.presence.view(extension, request.base_url, detailed=False))


@answers("listGlipChats")
def list_chats(request: Request) -> Response:
    kinds = request.query.get("type")
    chats = [each for each in request.world.chats.all.values() if request.caller.id in each.members]
    records = [each.view() for each in chats if not kinds or each.type in kinds]
    return Response(body={"records": records, "navigation": {}})


@answers("readGlipChat")
def read_chat(request: Request) -> Response:
    return Response(body=request.world.chats.chat(request.parameters["chatId"], request.caller).view())


@answers("readGlipPosts")
def list_posts(request: Request) -> Response:
    chat = request.world.chats.chat(request.parameters["chatId"], request.caller)
    count = request.one("recordCount")
    limit = min(250, int(count)) if count is not None and count.isdigit() else 30
    return Response(body={"records": list(reversed(chat.posts.values()))[:limit], "navigation": {}})


@answers("createGlipPost")
def create_post(request: Request) -> Response:
    chat = request.world.chats.chat(request.parameters["chatId"], request.caller)
    body = _body(request)
    text = body.get("text", "")
    if not isinstance(text, str):
        raise invalid("text")
    post = request.world.chats.post(chat, request.caller, text, body.get("attachments"))
    return Response(201, post)


@answers("readGlipPost")
def read_post(request: Request) -> Response:
    chat = request.world.chats.chat(request.parameters["chatId"], request.caller)
    post = chat.posts.get(request.parameters["postId"])
    if post is None:
        raise not_found("postId")
    return Response(body=post)


def _message(request: Request, message: Mapping[str, Any]) -> dict[str, Any]:
    owner = f"{request.base_url}/restapi/v1.0/account/{request.world.account.id}/extension/{request.extension.id}"
    uri = f"{owner}/message-store/{message['id']}"
    attachments = [{**each, "uri": f"{uri}/content/{each['id']}"} for each in message["attachments"]]
    return {"uri": uri, **message, "attachments": attachments}


def _body(request: Request) -> Mapping[str, Any]:
    if not isinstance(request.body, Mapping):
        raise invalid("body")
    return request.body
