"""Whatever has no module of its own: it is created, read, listed, changed and deleted, per owner, as documented."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from switchhook.simulator.resources.media import archive, mp3, pdf, png, wav
from tests.simulator.conftest import Client

ADDRESS = {"street": "1 Main Street", "city": "Belmont", "zip": "94002", "country": "United States"}
WHERE = {"countryName": "United States", "city": "Belmont", "street": "1 Main Street", "zip": "94002"}

LIVES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("/extension/~/address-book/contact", {"firstName": "Gil", "homePhone": "+16505550111"}, {"firstName": "Gilbert"}),
    ("/extension/~/answering-rule", {"type": "Custom", "name": "VIP", "enabled": True}, {"enabled": False}),
    ("/answering-rule", {"type": "Custom", "name": "Holidays", "enabled": True}, {"name": "Closed"}),
    ("/extension/~/caller-blocking/phone-numbers", {"phoneNumber": "+16505550191", "status": "Blocked"},
     {"status": "Allowed"}),
    ("/extension/~/forwarding-number", {"phoneNumber": "+16505550181", "label": "Shed", "type": "Work"},
     {"label": "Barn"}),
    ("/extension/~/meeting", {"topic": "Round", "meetingType": "Scheduled"}, {"topic": "Square"}),
    ("/emergency-address-auto-update/networks", {"name": "Branch"}, {"name": "Stem"}),
    ("/emergency-address-auto-update/switches", {"name": "S", "chassisId": "F8:B1:56:FE:12:99",
                                                 "emergencyAddress": WHERE}, {"name": "T"}),
    ("/emergency-address-auto-update/wireless-points", {"name": "W", "bssid": "00:1B:44:11:3A:B9",
                                                        "emergencyAddress": WHERE}, {"name": "X"}),
]  # fmt: skip
"""A list, a right body, a change."""


@pytest.mark.parametrize(("path", "body", "change"), LIVES, ids=[path for path, *_ in LIVES])
async def test_the_life_of_a_resource(client: Client, path: str, body: dict[str, Any], change: dict[str, Any]) -> None:
    """What is written is what later reads show; the address in the answer leads to it; deleted, it is gone."""
    before = (await client.call("GET", path)).body["paging" if path != "/emergency" else "records"]
    created = await client.call("POST", path, body)
    assert created.status in (200, 201), created.raw
    one = f"{path}/{created.body['id']}"
    read = (await client.call("GET", one)).body
    assert {name: read[name] for name in body if name != "emergencyAddress"} == {
        name: body[name] for name in body if name != "emergencyAddress"}  # fmt: skip
    if "uri" in read:
        assert (await client.get(read["uri"])).body == read
    after = (await client.call("GET", path)).body
    assert after["paging"]["totalElements"] == before["totalElements"] + 1
    assert str(created.body["id"]) in [str(each["id"]) for each in after["records"]]
    changed = await client.call("PUT", one, {**body, **change})
    assert changed.status == 200, changed.raw
    read = (await client.call("GET", one)).body
    assert {name: read[name] for name in change} == change
    deleted = await client.call("DELETE", one)
    assert deleted.status in (200, 204), deleted.raw
    gone = await client.call("GET", one)
    assert (gone.status, gone.code) == (404, "CMN-102")
    assert (await client.call("DELETE", one)).status == 404


SINGLES: list[tuple[str, dict[str, Any]]] = [
    ("/extension/~/business-hours", {"schedule": {"weeklyRanges": {"sunday": [{"from": "10:00", "to": "12:00"}]}}}),
    ("/business-hours", {"schedule": {"weeklyRanges": {"saturday": [{"from": "10:00", "to": "12:00"}]}}}),
    ("/extension/~/caller-blocking", {"mode": "All", "noCallerId": "BlockFaxes"}),
    ("/extension/~/caller-id", {"extensionNameForOutboundCalls": True}),
    ("/extension/~/notification-settings", {"advancedMode": True, "emailAddresses": ["ann@example.com"]}),
    ("/extension/~/conferencing", {"allowJoinBeforeHost": True}),
    ("/extension/~/video-configuration", {"provider": "None"}),
    ("/business-address", {"company": "Renamed", "email": "new@example.com"}),
    ("/call-recording", {"onDemand": {"enabled": True}}),
    ("/message-store-configuration", {"retentionPeriod": 14}),
]
"""What an owner has one of, and a change."""


@pytest.mark.parametrize(("path", "change"), SINGLES, ids=[path for path, _ in SINGLES])
async def test_what_there_is_one_of(client: Client, path: str, change: dict[str, Any]) -> None:
    """A change is answered, kept, and leaves the rest as it was; it is nobody else's."""
    before = (await client.call("GET", path)).body
    answer = await client.call("PUT", path, change)
    assert answer.status == 200, answer.raw
    after = (await client.call("GET", path)).body
    for name, value in change.items():
        assert value == after[name] or value.items() <= after[name].items() or _within(value, after[name])
    untouched = before.keys() - change.keys() - {"lastModifiedTime"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    if "/extension/~/" in path:
        await client.log_in("102")
        others = (await client.call("GET", path)).body
        assert {name: others.get(name) for name in change} == {name: before.get(name) for name in change}


def _within(small: Any, large: Any) -> bool:
    if isinstance(small, dict):
        return all(name in large and _within(value, large[name]) for name, value in small.items())
    return bool(small == large)


WRONG: list[tuple[str, str, Any, str]] = [
    ("POST", "/extension/~/caller-blocking/phone-numbers", {"status": "Perhaps"}, "status"),
    ("POST", "/extension/~/answering-rule", {"type": "Sometimes"}, "type"),
    ("POST", "/call-monitoring-groups", {}, "name"),
    ("POST", "/emergency-address-auto-update/switches", {"chassisId": "F8:B1:56:FE:12:99"}, "emergencyAddress"),
    ("PUT", "/extension/~/business-hours", {"schedule": []}, "schedule"),
    ("PUT", "/extension/~/notification-settings", {"advancedMode": "perhaps"}, "advancedMode"),
    ("PUT", "/extension/~/notification-settings", {"emailAddresses": ["a", {}]}, "emailAddresses[1]"),
    ("PUT", "/extension/~/presence", {"userStatus": "Sleeping"}, "userStatus"),
    ("GET", "/extension?status=Gone", None, "status[0]"),
    ("GET", "/extension?page=0", None, "page"),
    ("GET", "/extension?perPage=1001", None, "perPage"),
    ("GET", "/restapi/v1.0/dictionary/country?loginAllowed=perhaps", None, "loginAllowed"),
]


@pytest.mark.parametrize(("method", "path", "body", "parameter"), WRONG)
async def test_a_wrong_parameter_is_named(client: Client, method: str, path: str, body: Any, parameter: str) -> None:
    """400 CMN-101 with the name of the parameter, in all three places where clients look."""
    answer = await client.call(method, path, body)
    assert (answer.status, answer.code) == (400, "CMN-101")
    assert answer.body["parameterName"] == answer.body["errors"][0]["parameterName"] == parameter
    assert f"[{parameter}]" in answer.body["message"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/extension/1", "extensionId"),
        ("/extension/1/business-hours", "extensionId"),
        ("/restapi/v1.0/account/1/business-hours", "accountId"),
        ("/extension/~/address-book/contact/1", "contactId"),
        ("/call-queues/1/members", "groupId"),
        ("/call-monitoring-groups/1/members", "groupId"),
        ("/paging-only-groups/1/users", "pagingOnlyGroupId"),
        ("/device/1", "deviceId"),
        ("/ivr-prompts/1/content", "promptId"),
        ("/restapi/v1.0/dictionary/country/0", "countryId"),
        ("/emergency-address-auto-update/tasks/1", "taskId"),
    ],
)
async def test_an_unknown_resource_is_named(client: Client, path: str, parameter: str) -> None:
    """404 CMN-102 naming the part of the path that leads nowhere."""
    answer = await client.call("GET", path)
    assert (answer.status, answer.code, answer.body["parameterName"]) == (404, "CMN-102", parameter)


async def test_wrong_methods_and_wrong_content_types(client: Client) -> None:
    """405 with what is allowed; 415; and a body that is no JSON, or no object: 400 CMN-103."""
    wrong = await client.call("DELETE", "/extension/~/business-hours")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, PUT")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"):
        answer = await client.call("PUT", "/extension/~/business-hours", content=b"x=y", **{"Content-Type": kind})
        assert answer.status == 415, kind
    broken = await client.call(
        "PUT", "/extension/~/business-hours", content=b"{", **{"Content-Type": "application/json"}
    )
    assert (broken.status, broken.code) == (400, "CMN-103")
    assert (await client.call("PUT", "/extension/~/business-hours", [])).code == "CMN-103"


async def test_an_empty_body_of_any_type_is_none(client: Client) -> None:
    """`Content-Type: application/json` without a body, and `{}` with a DELETE, are what clients send."""
    typed = {"Content-Type": "application/json"}
    assert (await client.call("GET", "/extension/~", **typed)).status == 200
    contact = (await client.call("POST", "/extension/~/address-book/contact", {"firstName": "x"})).body
    assert (await client.call("DELETE", f"/extension/~/address-book/contact/{contact['id']}", {})).status == 204


async def test_numbered_pages(client: Client) -> None:
    """As many as there are, with links to the first, last, next and previous that keep the filters."""
    for at in range(7):
        await client.call("POST", "/extension/~/address-book/contact", {"firstName": f"Z{at}"})
    body = (await client.call("GET", "/extension/~/address-book/contact?startsWith=Z&perPage=3&page=2")).body
    assert [each["firstName"] for each in body["records"]] == ["Z3", "Z4", "Z5"]
    assert body["paging"] == {
        "page": 2, "perPage": 3, "totalPages": 3, "totalElements": 7, "pageStart": 3, "pageEnd": 5}  # fmt: skip
    assert sorted(body["navigation"]) == ["firstPage", "lastPage", "nextPage", "previousPage"]
    last = (await client.get(body["navigation"]["nextPage"]["uri"])).body
    assert [each["firstName"] for each in last["records"]] == ["Z6"]
    assert "nextPage" not in last["navigation"]
    beyond = (await client.call("GET", "/extension/~/address-book/contact?page=9")).body
    assert beyond["records"] == []
    assert "pageStart" not in beyond["paging"]
    assert len((await client.call("GET", "/extension/~/address-book/contact?perPage=Max")).body["records"]) == 10


async def test_filters_and_orders(client: Client) -> None:
    """By the name of a property, inside another, by words, and by fields with their direction."""

    async def names(path: str, key: str = "name") -> list[str]:
        return [each[key] for each in (await client.call("GET", path)).body["records"]]

    assert await names("/restapi/v1.0/dictionary/country?loginAllowed=true") == [
        "United States", "Canada", "United Kingdom"]  # fmt: skip
    assert await names("/restapi/v1.0/dictionary/location?stateId=17", "city") == ["Denver"]
    assert await names("/restapi/v1.0/dictionary/location?orderBy=City", "city") == [
        "Austin", "Belmont", "Beverly Hills", "Denver", "Miami", "New York"]  # fmt: skip
    points = "/emergency-address-auto-update/users"
    assert await names(f"{points}?orderBy=-name", "fullName") == ["Cid Cooper", "Bob Baker", "Ann Archer"]
    assert await names("/extension?type=Department&type=User") == ["Ann Archer", "Bob Baker", "Cid Cooper", "Sales"]
    assert await names("/extension/~/address-book/contact?sortBy=Company", "firstName") == ["Dora", "Emil", "Fay"]
    assert await names("/extension/~/address-book/contact?phoneNumber=%2B13125550172", "firstName") == ["Emil"]
    await client.call("PUT", "/extension/~/answering-rule/after-hours-rule", {"enabled": False})
    assert await names("/extension/~/answering-rule?enabledOnly=true", "id") == ["business-hours-rule"]
    users = "/emergency-address-auto-update/users"
    assert await names(f"{users}?searchString=bak", "fullName") == ["Bob Baker"]


async def test_the_directory_is_searched(client: Client) -> None:
    """By words, by type, in any order, page by page; a list without navigation and address."""
    body = {"searchString": "a", "extensionType": "User", "orderBy": [{"index": 1, "fieldName": "lastName",
            "direction": "Desc"}], "page": 1, "perPage": 2}  # fmt: skip
    found = (await client.call("POST", "/directory/entries/search", body)).body
    assert [each["lastName"] for each in found["records"]] == ["Cooper", "Baker"]
    assert found["paging"]["totalElements"] == 3
    assert sorted((await client.call("GET", "/directory/entries")).body) == ["paging", "records"]


async def test_bulk_work_leaves_a_task(client: Client) -> None:
    """Accepted at once; what was created is there, what was unknown failed."""
    path = "/emergency-address-auto-update"
    records = [{"chassisId": "F8:B1:56:FE:12:01", "name": "one", "emergencyAddress": WHERE}]
    accepted = await client.call("POST", f"{path}/switches-bulk-create", {"records": records})
    assert (accepted.status, accepted.body["task"]["status"]) == (202, "Accepted")
    task = (await client.call("GET", f"{path}/tasks/{accepted.body['task']['id']}")).body
    assert (task["status"], task["type"]) == ("Completed", "SwitchesBulkCreate")
    made = task["result"]["records"][0]["id"]
    assert (await client.call("GET", f"{path}/switches/{made}")).body["name"] == "one"
    changes = {"records": [{"id": made, "name": "two"}, {"id": "0", "name": "three"}]}
    accepted = await client.call("POST", f"{path}/switches-bulk-update", changes)
    task = (await client.call("GET", f"{path}/tasks/{accepted.body['task']['id']}")).body
    assert [each["status"] for each in task["result"]["records"]] == ["Completed", "Failed"]
    assert (await client.call("GET", f"{path}/switches/{made}")).body["name"] == "two"
    twice = {"records": [{"chassisId": "F8:B1:56:FE:12:02"}, {"chassisId": "F8:B1:56:FE:12:02"}, {"chassisId": "x"}]}
    checked = (await client.call("POST", f"{path}/switches-bulk-validate", twice)).body["records"]
    assert [each["status"] for each in checked] == ["Valid", "Invalid", "Invalid"]


async def test_groups_and_features_that_are_assigned(client: Client, platform: Platform) -> None:
    """Monitoring, paging, recording, location updates: assigned and taken away, and seen in their lists."""
    account = platform.world.account
    bob = account.extension("102")
    (group,) = (await client.call("GET", "/call-monitoring-groups")).body["records"]
    path = f"/call-monitoring-groups/{group['id']}"
    added = {"addedExtensions": [{"id": bob.id, "permissions": ["Monitored"]}]}
    assert (await client.call("POST", f"{path}/bulk-assign", added)).status == 204
    (member,) = (await client.call("GET", f"{path}/members")).body["records"]
    assert (member["extensionNumber"], member["permissions"]) == ("102", ["Monitored"])
    assert len((await client.call("GET", f"/call-monitoring-groups?memberExtensionId={bob.id}")).body["records"]) == 1
    assert (await client.call("GET", "/call-monitoring-groups?memberExtensionId=1")).body["records"] == []
    paging = f"/paging-only-groups/{account.extension('300').id}"
    change = {"removedUserIds": [bob.id], "addedDeviceIds": [bob.devices[1].id]}
    assert (await client.call("POST", f"{paging}/bulk-assign", change)).status == 200
    assert len((await client.call("GET", f"{paging}/users")).body["records"]) == 2
    assert (await client.call("GET", f"{paging}/devices")).body["records"][0]["id"] == bob.devices[1].id
    recorded = {"addedExtensions": [{"id": bob.id, "callDirection": "All"}]}
    assert (await client.call("POST", "/call-recording/bulk-assign", recorded)).status == 204
    assert (await client.call("GET", "/call-recording/extensions")).body["records"][0]["id"] == bob.id
    users = "/emergency-address-auto-update/users"
    assert (await client.call("POST", f"{users}/bulk-assign", {"enabledUserIds": [bob.id]})).status == 204
    assert [each["id"] for each in (await client.call("GET", f"{users}?featureEnabled=true")).body["records"]] == [
        bob.id
    ]


async def test_numbers_are_parsed(client: Client) -> None:
    """National, international, toll free, short."""
    strings = ["(650) 555-0100", "+18005550199", "911"]
    parsed = (await client.call("POST", "/restapi/v1.0/number-parser/parse", {"originalStrings": strings})).body
    national, toll_free, short = parsed["phoneNumbers"]
    assert (national["e164"], national["formattedNational"], national["areaCode"]) == (
        "+16505550100", "(650) 555-0100", "650")  # fmt: skip
    assert (toll_free["tollFree"], short["special"], parsed["homeCountry"]["isoCode"]) == (True, True, "US")


async def test_permissions(client: Client, platform: Platform) -> None:
    """Listed and checked one by one; one that was taken away is neither."""
    path = "/extension/~/authz-profile"
    platform.world.account.extension("101").missing_permissions.add("OutboundSMS")
    names = [each["permission"]["id"] for each in (await client.call("GET", path)).body["permissions"]]
    assert "ReadMessages" in names
    assert "OutboundSMS" not in names
    for name, allowed in (("ReadMessages", True), ("OutboundSMS", False), ("Unheard", False)):
        checked = await client.call("GET", f"{path}/check?permissionId={name}")
        assert checked.body["successful"] is allowed


async def test_contacts_are_synced(client: Client, platform: Platform) -> None:
    """Everything first, then what changed since the token."""
    path = "/extension/~/address-book-sync"
    full = (await client.call("GET", f"{path}?syncType=FSync")).body
    assert len(full["records"]) == 3
    await platform.advance(5)
    await client.call("POST", "/extension/~/address-book/contact", {"firstName": "New"})
    token = full["syncInfo"]["syncToken"]
    changed = (await client.call("GET", f"{path}?syncType=ISync&syncToken={token}")).body["records"]
    assert [each["firstName"] for each in changed] == ["New"]
    assert (await client.call("GET", f"{path}?syncType=ISync")).code == "CMN-101"


async def test_prompts_come_back_as_they_went(client: Client) -> None:
    """An uploaded prompt is the content of its resource; the first one plays; one without a file is refused."""
    made = await client.upload("/ivr-prompts", {"attachment": ("a.wav", b"RIFFdata", "audio/wav")}, {"name": "Hello"})
    assert made.body["filename"] == "a.wav"
    content = await client.call("GET", f"/ivr-prompts/{made.body['id']}/content")
    assert (content.raw, content.headers["Content-Type"]) == (b"RIFFdata", "audio/wav")
    first = (await client.call("GET", "/ivr-prompts")).body["records"][0]
    assert (await client.call("GET", f"/ivr-prompts/{first['id']}/content")).raw[:4] == b"RIFF"
    assert (await client.upload("/ivr-prompts", {}, {"name": "Hello"})).body["parameterName"] == "attachment"


async def test_exports_are_archives_of_what_there_is(client: Client, platform: Platform) -> None:
    """A zip with the posts of the chats; a report with the messages of the mailboxes."""
    await platform.post("Front desk", "To be exported")
    await platform.text(text="To be reported")
    task = (await client.call("POST", "/team-messaging/v1/data-export", {})).body
    done = (await client.call("GET", f"/team-messaging/v1/data-export/{task['id']}")).body
    assert (task["status"], done["status"]) == ("Accepted", "Completed")
    assert len((await client.call("GET", "/team-messaging/v1/data-export")).body["tasks"]) == 1
    dataset = await client.call("GET", f"/restapi/v1.0/glip/data-export/{task['id']}/datasets/1")
    with zipfile.ZipFile(io.BytesIO(dataset.raw)) as opened:
        assert b"To be exported" in opened.read("posts.json")
    report = (await client.call("POST", "/message-store-report", {})).body
    (part,) = (await client.call("GET", f"/message-store-report/{report['id']}/archive")).body["records"]
    content = await client.get(part["uri"])
    assert content.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content.raw)) as opened:
        assert b"To be reported" in opened.read("messages.json")
    assert (await client.call("GET", f"/message-store-report/{report['id']}/archive/2")).body[
        "parameterName"
    ] == "archiveId"


async def test_the_same_seed_answers_the_same() -> None:
    """Two platforms of one seed, asked the same in the same order, answer byte for byte alike but for their address."""
    paths = ("/extension", "/phone-number", "/extension/~/forwarding-number", "/emergency-locations", "/templates")

    async def answers() -> list[bytes]:
        platform = Platform(seed=5, limits=False, manual_time=True)
        await platform.start()
        try:
            async with Client.of(platform) as client:
                found = [(await client.call("GET", path)).raw for path in paths]
            return [each.replace(platform.url.encode(), b"") for each in found]
        finally:
            await platform.stop()

    assert await answers() == await answers()


def test_media_are_what_they_say() -> None:
    """Their first bytes, their sizes, and the same bytes for the same wish."""
    assert wav(0.5)[:4] == b"RIFF"
    assert len(wav(0.5)) == 44 + 4000
    assert mp3(1.0)[:2] == b"\xff\xfb"
    assert len(mp3(1.0)) % 144 == 0
    assert png(2, 3)[12:24] == b"IHDR\0\0\0\2\0\0\0\3"
    assert pdf("(x)", 2).count(b"/Type/Page/") == 2
    assert archive({"a": b"1"}) == archive({"a": b"1"})
