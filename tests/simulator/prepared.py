"""What each operation is called with: ids of things that exist, bodies that are right."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from switchhook.simulator.operations import Operation, operations
from switchhook.simulator.resources.samples import Samples
from switchhook.simulator.schemas import operations as shapes
from tests.simulator.conftest import Client

PLACE = re.compile(r"\{(\w+)\}")
GLIP = "/team-messaging/v1"
SOUND = ("greeting.wav", b"RIFF", "audio/wav")


async def _created(client: Client, path: str, body: Any = None) -> str:
    answer = await client.call("POST", path, body)
    assert answer.status in (200, 201, 202), answer.raw
    return str(answer.body["id"])


async def _first(client: Client, path: str) -> str:
    answer = await client.call("GET", path)
    assert answer.body["records"], path
    return str(answer.body["records"][0]["id"])


async def _text(client: Client) -> str:
    return str((await client.platform.text())["id"])


async def _session(client: Client) -> str:
    """A call that 101 answered."""
    session = await client.platform.ring()
    await client.platform.answer(session["telephonySessionId"])
    return str(session["telephonySessionId"])


async def _extension(client: Client, number: str) -> str:
    return client.platform.world.account.extension(number).id


def _chat(client: Client) -> str:
    return client.platform.world.chats.front_desk.id


async def _team(client: Client) -> str:
    return _chat(client)


async def _conversation(client: Client) -> str:
    return await _created(client, f"{GLIP}/conversations", {"members": [{"id": await _extension(client, "102")}]})


async def _post(client: Client) -> str:
    return await _created(client, f"{GLIP}/chats/{_chat(client)}/posts", {"text": "Hello"})


async def _note(client: Client) -> str:
    return await _created(client, f"{GLIP}/chats/{_chat(client)}/notes", {"title": "Note", "body": "Text"})


async def _task(client: Client) -> str:
    task = {"subject": "Do it", "assignees": [{"id": await _extension(client, "101")}]}
    return await _created(client, f"{GLIP}/chats/{_chat(client)}/tasks", task)


async def _event(client: Client) -> str:
    event = {"title": "Round", "startTime": "2026-01-05T10:00:00Z", "endTime": "2026-01-05T11:00:00Z"}
    return await _created(client, f"{GLIP}/events", event)


async def _webhook(client: Client) -> str:
    return await _created(client, f"{GLIP}/groups/{_chat(client)}/webhooks")


async def _card(client: Client) -> str:
    return await _created(
        client, f"/restapi/v1.0/glip/cards?groupId={_chat(client)}", {"type": "Card", "title": "Card"}
    )


async def _upload(client: Client, path: str, field: str, **fields: str) -> str:
    answer = await client.upload(path, {field: SOUND}, fields)
    assert answer.status == 200, answer.raw
    return str(answer.body["id"])


async def _recording_greeting(client: Client) -> str:
    return await _upload(client, "/greeting", "binary", type="StartRecording")


async def _export(client: Client) -> str:
    return await _created(client, f"{GLIP}/data-export", {})


async def _report(client: Client) -> str:
    return await _created(client, "/message-store-report", {})


async def _bulk(client: Client) -> str:
    path = "/emergency-address-auto-update/switches-bulk-create"
    answer = await client.call("POST", path, {"records": []})
    return str(answer.body["task"]["id"])


async def _user(client: Client) -> str:
    return await _extension(client, "102")


def _is(value: str) -> Callable[[Client], Awaitable[str]]:
    async def known(_client: Client) -> str:
        return value

    return known


def _of(path: str) -> Callable[[Client], Awaitable[str]]:
    """The first of a list."""
    return lambda client: _first(client, path)


PARAMETERS: Mapping[str, Callable[[Client], Awaitable[str]]] = {
    "accountId": _is("~"), "extensionId": _is("~"), "apiVersion": _is("v1.0"), "archiveId": _is("1"),
    "datasetId": _is("1"), "scaleSize": _is("90x90"), "chatId": _team, "groupId": _team, "postId": _post,
    "noteId": _note, "eventId": _event, "webhookId": _webhook, "cardId": _card, "messageId": _text,
    "attachmentId": _text, "telephonySessionId": _session, "id": _user, "personId": _is("~"), "companyId": _is("~"),
    "pagingOnlyGroupId": lambda client: _extension(client, "300"),
    "departmentId": lambda client: _extension(client, "200"),
    "contactId": _of("/extension/~/address-book/contact"),
    "entryId": _of("/directory/entries"),
    "blockedNumberId": _of("/extension/~/caller-blocking/phone-numbers"),
    "forwardingNumberId": _of("/extension/~/forwarding-number"),
    "ruleId": _is("business-hours-rule"),
    "promptId": _of("/ivr-prompts"),
    "deviceId": _of("/extension/~/device"),
    "phoneNumberId": _of("/phone-number"),
    "templateId": _of("/templates"),
    "fieldId": _of("/custom-fields"),
    "meetingId": _of("/extension/~/meeting"),
    "locationId": _of("/emergency-locations"),
    "networkId": _of("/emergency-address-auto-update/networks"),
    "switchId": _of("/emergency-address-auto-update/switches"),
    "pointId": _of("/emergency-address-auto-update/wireless-points"),
    "ivrMenuId": lambda client: _created(client, "/ivr-menus", {"name": "Menu", "extensionNumber": "400"}),
    "countryId": _is("1"), "stateId": _is("16"), "timezoneId": _is("58"), "languageId": _is("1033"),
    "recordingId": _is("1"), "callRecordId": _is("1"), "ringoutId": _is("1"), "subscriptionId": _is("1"),
}  # fmt: skip

ELSEWHERE: Mapping[tuple[str, str], Callable[[Client], Awaitable[str]]] = {
    ("readGlipConversation", "chatId"): _conversation,
    ("readDataExportTask", "taskId"): _export,
    ("readDataExportTaskDataset", "taskId"): _export,
    ("readAutomaticLocationUpdatesTask", "taskId"): _bulk,
    ("readStandardGreeting", "greetingId"): _is("66319"),
    ("readCustomGreeting", "greetingId"): lambda client: _upload(
        client, "/extension/~/greeting", "binary", **VOICEMAIL),
    ("deleteCallRecordingCustomGreeting", "greetingId"): _recording_greeting,
    ("listCallQueueMembers", "groupId"): lambda client: _extension(client, "200"),
    ("assignMultipleCallQueueMembers", "groupId"): lambda client: _extension(client, "200"),
}  # fmt: skip


async def value(client: Client, operation: Operation, name: str) -> str:
    """An id for a parameter of the path."""
    if (operation.id, name) in ELSEWHERE:
        return await ELSEWHERE[operation.id, name](client)
    if name == "taskId":
        return await (_report if "message-store-report" in operation.path else _task)(client)
    if name == "groupId" and "call-monitoring-groups" in operation.path:
        return await _first(client, "/call-monitoring-groups")
    return await PARAMETERS[name](client)


async def path(client: Client, operation: Operation, *, today: bool) -> str:
    """The path of an operation with ids in it."""
    template = operation.today if today and operation.today else operation.path
    message = None
    for name in PLACE.findall(template):
        if name == "attachmentId":
            found = message
        else:
            found = await value(client, operation, name)
        if name == "messageId":
            message = found
        template = template.replace(f"{{{name}}}", str(found))
    return template


async def bodies(client: Client) -> Mapping[str, Any]:
    """Bodies that cannot be made from the schema alone."""
    bob, queue = await _extension(client, "102"), await _extension(client, "200")
    own = client.platform.world.account.extension("101").phone_numbers[0]
    text = {"from": {"phoneNumber": own}, "to": [{"phoneNumber": "+14155550123"}], "text": "Hi"}
    person = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dee@example.com",
              "name": {"givenName": "Dee", "familyName": "Dawson"},
              "emails": [{"type": "work", "value": "dee@example.com"}]}  # fmt: skip
    event = {"title": "Round", "startTime": "2026-01-05T10:00:00Z", "endTime": "2026-01-05T11:00:00Z"}
    team = {"type": "Team", "name": "New team", "members": [{"id": bob}]}
    task = {"subject": "Do it", "assignees": [{"id": bob}]}
    return {
        "createSMSMessage": text,
        "createMMS": text,
        "createInternalTextMessage": {"to": [{"extensionId": bob}], "text": "Hi"},
        "createFaxMessage": {"to": [{"phoneNumber": "+14155550123"}], "coverPageText": "Hi"},
        "createGlipConversation": {"members": [{"id": bob}]},
        "createGlipTeam": {"name": "New team", "members": [{"id": bob}]},
        "createGlipGroup": team,
        "patchGlipTeam": {"description": "Changed"},
        "addGlipTeamMembers": {"members": [{"id": bob}]},
        "removeGlipTeamMembers": {"members": [{"id": bob}]},
        "assignGlipGroupMembers": {"removedPersonIds": [bob]},
        "createGlipPost": {"text": "Hi"},
        "createGlipGroupPost": {"text": "Hi"},
        "createPost": {"text": "Hi", "groupId": _chat(client)},
        "createTask": task,
        "patchTask": {"subject": "Changed"},
        "completeTask": {"status": "Complete"},
        "createEvent": event,
        "updateEvent": event,
        "createEventbyGroupId": event,
        "createUser": person,
        "createUser2": person,
        "replaceUser2": person,
        "patchUser2": {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                       "Operations": [{"op": "replace", "path": "name.givenName", "value": "Rob"}]},
        "searchViaPost2": {"filter": 'userName sw "bob"'},
        "createAnsweringRule": {"type": "Custom", "name": "VIP", "enabled": True},
        "createCompanyAnsweringRule": {"type": "Custom", "name": "VIP", "enabled": True},
        "updateCompanyAnsweringRule": {"enabled": False},
        "assignMultipleDepartmentMembers": {"items": [{"departmentId": queue, "addedExtensionIds": [bob]}]},
        "updateCallMonitoringGroupList": {"addedExtensions": [{"id": bob, "permissions": ["Monitored"]}]},
        "updateUserCallQueues": {"records": [{"id": queue}]},
        "updateDevice": {"useAsCommonPhone": True},
        "createExtension": {"type": "User", "contact": {"firstName": "Dee", "email": "dee@example.com"}},
        "updateExtension": {"contact": {"firstName": "Anna"}},
        "updateUserPresenceStatus": {"userStatus": "Busy"},
        "patchGlipEveryone": {"description": "All of us"},
        "updateMessageStoreConfiguration": {"retentionPeriod": 30},
        "createSIPRegistration": {"sipInfo": [{"transport": "WSS"}]},
        "parsePhoneNumber": {"originalStrings": ["(650) 555-0100"]},
    }  # fmt: skip


VOICEMAIL = {"type": "Voicemail", "answeringRuleId": "business-hours-rule"}

FILES: Mapping[str, tuple[str, dict[str, str]]] = {
    "createUserProfileImage": ("image", {}),
    "updateUserProfileImage": ("image", {}),
    "createIVRPrompt": ("attachment", {"name": "welcome"}),
    "createCompanyGreeting": ("binary", {"type": "Company"}),
    "createCustomUserGreeting": ("binary", VOICEMAIL),
}
"""Operations that take a file: its field, and the fields beside it."""

QUERIES = {
    "createGlipCard": lambda client: f"?groupId={_chat(client)}",
}


async def body(client: Client, operation: str) -> Any:
    """A right body, or None for operations that take none."""
    special = await bodies(client)
    if operation in special:
        return special[operation]
    request = shapes()[operation].get("request")
    if request is None:
        return None
    return Samples(Random(0), lambda: "1").of(request, required_only=False)


def method(operation: str) -> str:
    """The method of an operation."""
    return operations()[operation].method
