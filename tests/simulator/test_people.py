"""Extensions, queues, devices and favourites: a change is seen wherever it shows, and told to whoever asked."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver


def id_of(platform: Platform, number: str) -> str:
    """The id of an extension."""
    return platform.world.account.extension(number).id


async def bodies(receiver: Receiver, platform: Platform) -> list[tuple[str, Any]]:
    """The last step of each event, and its body."""
    await platform.delivered()
    return sorted(
        ((each["event"].rpartition("/")[2], each["body"]) for each in receiver.notifications), key=lambda one: one[0]
    )


async def test_a_new_name_is_seen_everywhere(client: Client, receiver: Receiver, platform: Platform) -> None:
    """In the list, the directory, at the telephone, in team messaging and in SCIM; three filters tell of it."""
    bob = id_of(platform, "102")
    await client.subscribe(f"A/extension/{bob}", "A/extension", "A/directory/entries", address=receiver.url)
    receiver.clear()
    body = {"contact": {"firstName": "Robert", "jobTitle": "Clerk"}}
    assert (await client.call("PUT", f"/extension/{bob}", body)).body["name"] == "Robert Baker"
    assert (await client.call("GET", f"/extension/{bob}")).body["contact"]["jobTitle"] == "Clerk"
    entries = (await client.call("GET", "/directory/entries")).body["records"]
    (entry,) = [each for each in entries if each["id"] == bob]
    assert (entry["name"], entry["jobTitle"]) == ("Robert Baker", "Clerk")
    assert (await client.call("GET", f"/team-messaging/v1/persons/{bob}")).body["firstName"] == "Robert"
    assert (await client.call("GET", f"/scim/v2/Users/{bob}")).body["name"]["givenName"] == "Robert"
    assert platform.world.account.extension("102").name == "Robert Baker"
    told = await bodies(receiver, platform)
    change = {"extensionId": bob, "eventType": "Update", "hints": ["ExtensionInfo"]}
    assert [body for step, body in told if step == "extension"] == [{"extensions": [change]}]
    assert [body for step, body in told if step == bob] == [change]
    assert [body["contacts"][0]["name"] for step, body in told if step == "entries"] == ["Robert Baker"]


async def test_an_extension_comes_and_goes(client: Client, receiver: Receiver, platform: Platform) -> None:
    """It gets the next free number, can be called and has a presence; deleted, it is nowhere, and told to be gone."""
    await client.subscribe("A/extension", address=receiver.url)
    receiver.clear()
    body = {"type": "User", "contact": {"firstName": "Dee", "lastName": "Dawson", "email": "dee@example.com"}}
    created = (await client.call("POST", "/extension", body)).body
    assert (created["extensionNumber"], created["status"]) == ("104", "NotActivated")
    path = f"/extension/{created['id']}"
    assert (await client.call("GET", f"{path}/presence")).body["telephonyStatus"] == "NoCall"
    assert (await client.call("GET", "/extension?type=User&perPage=1&page=4")).body["records"][0][
        "name"
    ] == "Dee Dawson"
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", path)).code == "CMN-102"
    kinds = [body["extensions"][0]["eventType"] for _, body in await bodies(receiver, platform)]
    assert sorted(kinds) == ["Create", "Delete"]


async def test_who_is_gone_can_do_nothing_and_hears_nothing(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """The end of the own extension is the last that is told; its token, refresh and credential are refused."""
    ann, bob = client, platform.world.account.extension("102")
    async with Client.of(platform) as other:
        tokens = await other.log_in("102")
        await other.subscribe("E", "/team-messaging/v1/posts", address=receiver.url)
        receiver.clear()
        assert (await ann.call("PUT", f"/extension/{bob.id}", {"status": "Disabled"})).status == 200
        refused = await other.call("GET", "/extension/~")
        assert (refused.status, refused.code) == (401, "OAU-236")
        await platform.post("Front desk", "Not for Bob", by="101")
        assert (await ann.call("PUT", f"/extension/{bob.id}", {"status": "Enabled"})).status == 200
        assert (await other.call("GET", "/extension/~")).status == 200
        assert (await ann.call("DELETE", f"/extension/{bob.id}")).status == 204
        refused = await other.call("GET", "/extension/~")
        assert (refused.status, refused.code) == (401, "OAU-232")
        again = await other.form(
            "/restapi/oauth/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert (again.status, again.body["error"], again.code) == (400, "invalid_grant", "OAU-232")
        jwt = platform.world.oauth.jwts[bob.id]
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assert (await other.form("/restapi/oauth/token", grant_type=grant, assertion=jwt)).code == "OAU-232"
        await platform.post("Front desk", "Nor this", by="101")
    kinds = [body.get("eventType") for _, body in await bodies(receiver, platform)]
    assert kinds == ["Update", "Delete"]
    assert platform.credentials("101")["jwt"]


async def test_the_callers_own_extension(client: Client, platform: Platform) -> None:
    """Ids are JSON numbers here; account, number and contact are there; `~` and the id read the same."""
    mine = (await client.call("GET", "/extension/~")).body
    assert mine == (await client.call("GET", f"/extension/{mine['id']}")).body
    assert isinstance(mine["id"], int)
    assert mine["extensionNumber"] == "101"
    assert mine["account"]["id"] == platform.account_id
    assert mine["contact"]["firstName"] == "Ann"
    assert mine["uri"] == f"{platform.url}/restapi/v1.0/account/{platform.account_id}/extension/{mine['id']}"


async def test_people_join_and_leave_a_queue(client: Client, receiver: Receiver, platform: Platform) -> None:
    """By the queue, by the department it is too, and by the person; the queue's extension tells of it."""
    queue, bob = id_of(platform, "200"), id_of(platform, "102")
    await client.subscribe(f"A/extension/{queue}", address=receiver.url)
    receiver.clear()

    async def members() -> list[str]:
        listed = await client.call("GET", f"/call-queues/{queue}/members")
        return [each["extensionNumber"] for each in listed.body["records"]]

    assert await members() == ["101", "102", "103"]
    assert (
        await client.call("POST", f"/call-queues/{queue}/bulk-assign", {"removedExtensionIds": [bob]})
    ).status == 204
    assert await members() == ["101", "103"]
    items = {"items": [{"departmentId": queue, "addedExtensionIds": [bob]}]}
    assert (await client.call("POST", "/department/bulk-assign", items)).status == 204
    assert await members() == ["101", "103", "102"]
    assert (await client.call("PUT", f"/extension/{bob}/call-queues", {"records": []})).body == {"records": []}
    assert await members() == ["101", "103"]
    assert platform.world.account.extensions[queue].members == [id_of(platform, "101"), id_of(platform, "103")]
    hints = [body["hints"] for _, body in await bodies(receiver, platform)]
    assert hints == [["CallQueueMembersChange"]] * 3
    (listed,) = (await client.call("GET", f"/call-queues?memberExtensionId={id_of(platform, '101')}")).body["records"]
    assert listed["name"] == "Sales"


async def test_do_not_disturb_is_told_to_queues_too(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Its own filter, the queue's, and those of favourites and lines."""
    ann, queue = id_of(platform, "101"), id_of(platform, "200")
    await client.log_in("102")
    favourite = {"records": [{"id": 1, "extensionId": ann}]}
    await client.call("PUT", "/extension/~/favorite", favourite)
    filters = (f"A/extension/{ann}/presence/dnd", f"A/call-queues/{queue}/presence", "E/favorite/presence",
               "E/presence/line/presence", "E/favorite")  # fmt: skip
    subscribed = await client.subscribe(*filters, address=receiver.url)
    assert subscribed.status == 200, subscribed.raw
    receiver.clear()
    await client.call("PUT", "/extension/~/favorite", favourite)
    await client.log_in("101")
    await client.call("PUT", "/extension/~/presence", {"dndStatus": "DoNotAcceptAnyCalls"})
    found = await bodies(receiver, platform)
    assert [step for step, _ in found] == ["dnd", "favorite", "presence", "presence", "presence"]
    shown = [body for step, body in found if step == "presence"]
    assert {"extensionId": ann, "callQueueId": queue, "acceptCalls": False} in shown
    assert {"extensionId": ann, "dndStatus": "DoNotAcceptAnyCalls"} in [body for _, body in found]


async def test_devices(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Listed with their state, moved, their emergency address told; a registration makes another one."""
    hard = (await client.call("GET", "/extension/~/device")).body["records"][1]
    assert (hard["type"], hard["status"]) == ("HardPhone", "Online")
    filter_ = f"A/device/{hard['id']}/emergency-address"
    assert (await client.subscribe(filter_, address=receiver.url)).status == 200
    receiver.clear()
    platform.world.account.device(hard["id"])[1].online = False  # type: ignore[index]
    assert (await client.call("GET", f"/device/{hard['id']}")).body["status"] == "Offline"
    bob = id_of(platform, "102")
    address = {"street": "1 Main Street", "city": "Belmont", "zip": "94002", "customerName": "Bob"}
    body = {"extension": {"id": bob}, "emergencyServiceAddress": address}
    moved = await client.call("PUT", f"/device/{hard['id']}", body)
    assert moved.body["extension"]["id"] == int(bob)
    assert moved.body["emergencyServiceAddress"]["street"] == "1 Main Street"
    assert len((await client.call("GET", f"/extension/{bob}/device")).body["records"]) == 3
    ((step, told),) = await bodies(receiver, platform)
    assert (step, told["deviceId"]) == ("emergency-address", hard["id"])
    registration = {"sipInfo": [{"transport": "WSS"}]}
    made = await client.call("POST", "/restapi/v1.0/client-info/sip-provision", registration)
    assert (made.body["device"]["type"], made.body["device"]["status"]) == ("WebPhone", "Online")
    for _ in range(4):
        await client.call("POST", "/restapi/v1.0/client-info/sip-provision", registration)
    assert (await client.call("POST", "/restapi/v1.0/client-info/sip-provision", registration)).status == 403


async def test_settings_of_an_extension_are_hinted_at(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Rules, hours and video are not told themselves, but that they are others."""
    await client.subscribe("E", address=receiver.url)
    receiver.clear()
    await client.call("PUT", "/extension/~/answering-rule/business-hours-rule", {"enabled": False})
    await client.call("PUT", "/extension/~/video-configuration", {"provider": "None"})
    rule = (await client.call("POST", "/extension/~/answering-rule", {"type": "Custom", "name": "VIP"})).body
    await client.call("DELETE", f"/extension/~/answering-rule/{rule['id']}")
    hints = [body["hints"] for _, body in await bodies(receiver, platform)]
    assert sorted(hints) == [["AnsweringRules"]] * 3 + [["VideoConfiguration"]]


async def test_phone_numbers(client: Client, platform: Platform) -> None:
    """A person has the own number, which can text, and sees those of the company, which cannot."""
    numbers = (await client.call("GET", "/extension/~/phone-number")).body["records"]
    assert [(each["usageType"], "SmsSender" in each["features"]) for each in numbers] == [
        ("MainCompanyNumber", False), ("DirectNumber", True)]  # fmt: skip
    assert numbers[1]["phoneNumber"] == platform.world.account.extension("101").phone_numbers[0]
    every = (await client.call("GET", "/phone-number?usageType=DirectNumber")).body["records"]
    assert len(every) == 3
    assert (await client.call("GET", f"/phone-number/{every[0]['id']}")).body["phoneNumber"] == every[0]["phoneNumber"]


async def test_the_profile_image(client: Client, receiver: Receiver) -> None:
    """A picture that opens, in the sizes there are; what is uploaded comes back, and it is told."""
    await client.subscribe("E", address=receiver.url)
    receiver.clear()
    drawn = await client.call("GET", "/extension/~/profile-image/90x90")
    assert (drawn.headers["Content-Type"], drawn.raw[:8], drawn.raw[16:24]) == (
        "image/png", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x5a\0\0\0\x5a")  # fmt: skip
    assert (await client.call("GET", "/extension/~/profile-image/1x1")).code == "CMN-101"
    picture = ("me.jpg", b"\xff\xd8picture", "image/jpeg")
    assert (await client.upload("/extension/~/profile-image", {"image": picture}, {}, method="PUT")).status == 204
    mine = await client.call("GET", "/extension/~/profile-image")
    assert (mine.raw, mine.headers["Content-Type"]) == (b"\xff\xd8picture", "image/jpeg")
    await client.platform.delivered()
    assert receiver.notifications[0]["body"]["hints"] == ["ProfileImage"]


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        ('userName eq "bob.baker@switchhook.example"', ["Bob"]),
        ('name.familyName co "oo"', ["Cid"]),
        ('emails[type eq "work"].value sw "ann"', ["Ann"]),
        ("", ["Ann", "Bob", "Cid"]),
    ],
)
async def test_scim_searches(client: Client, filter_: str, names: list[str]) -> None:
    """By query and by body alike; a filter that cannot be read is refused."""
    for method, path, body in (
        ("GET", "/scim/v2/Users", None),
        ("POST", "/scim/v2/Users/.search", {"filter": filter_}),
    ):
        if body is None:
            url = f"{client.platform.url}{path}"
            headers = {"Authorization": f"Bearer {client.token}"}
            async with client.http.get(url, params={"filter": filter_}, headers=headers) as response:
                found = await response.json()
        else:
            found = (await client.call(method, path, body)).body
        assert [each["name"]["givenName"] for each in found["Resources"]] == names
        assert (found["totalResults"], found["startIndex"]) == (len(names), 1)
    assert (await client.call("GET", "/scim/v2/Users?filter=nonsense")).code == "CMN-101"
    assert (await client.call("GET", "/scim/v2/Users?startIndex=3&count=1")).body["itemsPerPage"] == 1


async def test_scim_writes_are_extensions(client: Client, platform: Platform) -> None:
    """A user that is created, patched and deleted is an extension that comes, changes and goes."""
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dee@example.com",
            "name": {"givenName": "Dee", "familyName": "Dawson"}, "externalId": "e-1",
            "emails": [{"type": "work", "value": "dee@example.com"}]}  # fmt: skip
    created = await client.call("POST", "/scim/v2/Users", user)
    assert (created.status, created.body["externalId"]) == (201, "e-1")
    assert (await client.call("POST", "/scim/Users", user)).status == 409
    path = f"/scim/v2/Users/{created.body['id']}"
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
             "Operations": [{"op": "replace", "path": "name.givenName", "value": "Dinah"},
                            {"op": "replace", "path": "active", "value": "true"}]}  # fmt: skip
    changed = await client.call("PATCH", path, patch)
    assert (changed.body["name"]["givenName"], changed.body["active"]) == ("Dinah", True)
    extension = (await client.call("GET", f"/extension/{created.body['id']}")).body
    assert (extension["name"], extension["status"]) == ("Dinah Dawson", "Enabled")
    assert (await client.call("DELETE", path)).status == 204
    assert created.body["id"] not in platform.world.account.extensions


async def test_a_meeting_shows_in_presence(client: Client, receiver: Receiver, platform: Platform) -> None:
    """It begins and ends; whoever asked for presence is told."""
    await client.subscribe("E/presence", address=receiver.url)
    receiver.clear()
    await platform.meeting("101")
    await platform.meeting("101", begins=False)
    told = [body["meetingStatus"] for _, body in await bodies(receiver, platform)]
    assert sorted(told) == ["Connected", "Disconnected"]
    assert (await client.call("GET", "/extension/~/presence")).body["meetingStatus"] == "Disconnected"
