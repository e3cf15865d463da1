"""Operations on messages of every kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from switchhook.simulator.errors import Refused, invalid
from switchhook.simulator.mail import rules
from switchhook.simulator.mail.listing import listed, synced
from switchhook.simulator.mail.message import Attachment, Message
from switchhook.simulator.mail.post_office import Upload
from switchhook.simulator.mail.store import missing
from switchhook.simulator.resources.media import pdf, wav
from switchhook.simulator.resources.selection import moment
from switchhook.simulator.resources.shapes import project
from switchhook.simulator.wire import checked
from switchhook.simulator.wire.ranges import served
from switchhook.simulator.wire.request import File, Request, Response
from switchhook.simulator.wire.table import answers

FAX_FIELDS = ("faxResolution", "to", "sendTime", "isoCode", "coverIndex", "coverPageText", "originalMessageId")


def _show(request: Request, message: Message) -> dict[str, Any]:
    path = request.world.messages.store.path(request.extension)
    return message.view(request.base_url + path, request.content_url + path)


def _mine(request: Request, permission: str) -> None:
    """Refuse somebody else's mailbox to whoever does not administer the company (CMN-419)."""
    if request.extension is not request.caller and not request.caller.super_admin:
        message = f"In order to call this API endpoint for another extension, user needs to have [{permission}] \
permission granted with extended scope"
        raise Refused(403, "CMN-419", message)


def _listed(request: Request, messages: Iterable[Message]) -> list[orjson.Fragment]:
    """Messages as a list shows them, each made once: mailboxes are read far more often than messages change."""
    shape = checked.record(request)
    form = (request.base_url, request.content_url, id(shape))
    found = []
    for message in messages:
        known = message.answered
        if known is None or known[0] != form:
            known = message.answered = (form, orjson.dumps(project(_show(request, message), shape)))
        found.append(orjson.Fragment(known[1]))
    return found


@answers("createSMSMessage", "createMMS")
def send_text(request: Request) -> Response:
    """A text, or an MMS if files come with it."""
    given = request.body if isinstance(request.body, Mapping) else {}
    rules.country(given.get("country"))
    from_, to = rules.number(given.get("from"), "from"), rules.receivers(given.get("to"))
    if request.extension is not request.caller:
        raise Refused(400, "MSG-245", f"Parameter [from] value [{from_.lstrip('+')}] is invalid [Cannot find the phone "
                      "number which belongs to user]", parameter="from")  # fmt: skip
    text = given.get("text") or ""
    if not isinstance(text, str):
        raise invalid("text")
    files = _uploads(request.files)
    request.world.limits.send(f"{request.client_id} {request.caller.id}", "MMS" if files else "SMS")
    message = request.world.messages.send_text(request.extension, from_, to, text, files=files)
    return checked.answer(request, _show(request, message))


def _uploads(files: list[File]) -> list[Upload]:
    return [Upload(one.filename or one.name, one.content_type, one.content) for one in files]


@answers("createInternalTextMessage")
def send_page(request: Request) -> Response:
    """A text inside the company."""
    _mine(request, "InternalSMS")
    message = request.world.messages.send_page(request.extension, checked.body(request))
    return checked.answer(request, _show(request, message))


@answers("createFaxMessage")
def send_fax(request: Request) -> Response:
    """A fax of the documents that come with it; with `originalMessageId` an earlier one again."""
    _mine(request, "OutboundFaxes")
    fields, documents = _fax_fields(request)
    to = [one if isinstance(one, Mapping) else {"phoneNumber": str(one)} for one in fields.get("to") or ()]
    if fields.get("originalMessageId") is not None:
        earlier = request.world.messages.store.find(request.extension, str(fields["originalMessageId"]))
        if earlier is None or earlier.kind != "Fax":
            raise invalid("originalMessageId")
        to = to or list(earlier.to)
    elif not documents and not fields.get("coverPageText"):
        raise invalid("attachment")
    more: dict[str, Any] = {}
    if fields.get("faxResolution") not in (None, "High", "Low"):
        raise invalid("faxResolution")
    more["faxResolution"] = fields.get("faxResolution") or "High"
    index = str(fields.get("coverIndex", 0))
    if not index.isdigit():
        raise invalid("coverIndex")
    more["coverIndex"] = int(index)
    if fields.get("coverPageText"):
        more["coverPageText"] = str(fields["coverPageText"])[:1024]
    if fields.get("sendTime"):
        moment(str(fields["sendTime"]), "sendTime")
    numbers = [
        {"phoneNumber": rules.number(one, "to")} | ({"name": one["name"]} if "name" in one else {}) for one in to
    ]
    message = request.world.messages.send_fax(request.extension, numbers, _uploads(documents), more)
    return checked.answer(request, _show(request, message))


def _fax_fields(request: Request) -> tuple[dict[str, Any], list[File]]:
    """The fields of the JSON part, or those that come as a part each."""
    fields: dict[str, Any] = dict(request.body) if isinstance(request.body, Mapping) else {}
    documents = []
    for one in request.files:
        if one.name in FAX_FIELDS and one.filename is None:
            text = one.content.decode("utf-8", "replace").strip()
            if one.name == "to":
                fields.setdefault("to", []).append(orjson.loads(text) if text.startswith("{") else text)
            elif text:
                fields[one.name] = text
        else:
            documents.append(one)
    return fields, documents


@answers("listMessages")
def list_messages(request: Request) -> Response:
    """Newest first."""
    _mine(request, "ReadMessages")
    world = request.world
    found = listed(world.messages.store, request.extension, checked.query(request), world.clock.now())
    page = checked.pages(request, found)
    page["records"] = _listed(request, page["records"])
    return checked.answer(request, page)


@answers("syncMessages")
def sync_messages(request: Request) -> Response:
    """What there is, or what has changed since."""
    _mine(request, "ReadMessages")
    world = request.world
    found, info = synced(world.messages.store, request.extension, checked.query(request), world.clock.now())
    return checked.answer(request, {"uri": checked.path(request), "records": _listed(request, found), "syncInfo": info})


def _find(request: Request, permission: str) -> Message:
    _mine(request, permission)
    message = request.world.messages.store.find(request.extension, request.parameters["messageId"])
    if message is None:
        raise missing()
    return message


@answers("readMessage")
def read_message(request: Request) -> Response:
    """One message."""
    return checked.answer(request, _show(request, _find(request, "ReadMessages")), 200)


@answers("updateMessage")
def update_message(request: Request) -> Response:
    """Mark as read or unread."""
    message = _find(request, "EditMessages")
    status = checked.body(request).get("readStatus")
    if status is None:
        raise invalid("readStatus")
    request.world.messages.store.mark(message, read=status == "Read")
    return checked.answer(request, _show(request, message), 200)


@answers("deleteMessage")
def delete_message(request: Request) -> Response:
    """Into the wastebasket, and out of it for good."""
    message = _find(request, "EditMessages")
    purge = (checked.query(request).get("purge") or ["false"])[-1].lower() == "true"
    request.world.messages.store.delete(message, purge=purge)
    return Response(204)


@answers("deleteMessageByFilter")
def delete_messages(request: Request) -> Response:
    """Whole conversations, or everything of a kind."""
    _mine(request, "EditMessages")
    asked = checked.query(request)
    if asked.get("conversationId") and asked.get("type"):
        text = "[conversationId] and [type] query parameters cannot be specified simultaneously"
        raise Refused(400, "MSG-390", text)
    until = moment(asked["dateTo"][-1], "dateTo") if asked.get("dateTo") else None
    store = request.world.messages.store
    for message in list(store.newest(request.extension)):
        kinds = asked.get("type") or ["All"]
        fits = message.conversation in asked["conversationId"] if asked.get("conversationId") else (
            "All" in kinds or message.kind in kinds)  # fmt: skip
        if fits and message.availability == "Alive" and (until is None or moment(message.created, "dateTo") <= until):
            store.delete(message)
    return Response(204)


@answers("readMessageContent")
def read_content(request: Request) -> Response:
    """The bytes of an attachment."""
    message = _find(request, "ReadMessages")
    attachment = message.attachment(request.parameters["attachmentId"])
    if attachment is None:
        raise Refused(404, "CMN-102", "Resource for parameter [attachmentId] is not found", parameter="attachmentId")
    disposition = (checked.query(request).get("contentDisposition") or ["Inline"])[-1].lower()
    name = attachment.name or attachment.id
    headers = {"Content-Disposition": f'{disposition}; filename="{name}"'}
    return served(request, _bytes(message, attachment), attachment.content_type, headers)


def _bytes(message: Message, attachment: Attachment) -> bytes:
    if attachment.content is not None:
        return attachment.content
    if attachment.kind == "AudioRecording":
        return wav(float(attachment.seconds or 1), 330.0)
    if attachment.kind == "RenderedDocument":
        return pdf(f"Fax {message.id}", max(1, (message.more or {}).get("faxPageCount", 1)))
    return message.subject.encode()


@answers("readMessageStoreConfiguration")
def read_configuration(request: Request) -> Response:
    """For how many days messages are kept."""
    return checked.answer(request, {"retentionPeriod": request.world.messages.store.retention_days})


@answers("updateMessageStoreConfiguration")
def update_configuration(request: Request) -> Response:
    """Keep messages for so many days."""
    days = checked.body(request).get("retentionPeriod")
    if not isinstance(days, int) or not 7 <= days <= 90:
        raise invalid("retentionPeriod")
    request.world.messages.store.retention_days = days
    return checked.answer(request, {"retentionPeriod": days})
