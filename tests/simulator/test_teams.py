"""Team messaging: chats and who is in them, posts, cards, webhooks, notes, tasks, events, files."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver

TM = "/team-messaging/v1"
OLD = "/restapi/v1.0/glip"


def person(platform: Platform, number: str) -> str:
    """The id of a person."""
    return platform.world.account.extension(number).id


def desk(platform: Platform) -> str:
    """The path of the team that is there from the beginning."""
    return f"{TM}/chats/{platform.world.chats.front_desk.id}"


async def told(receiver: Receiver, platform: Platform, part: str) -> list[dict[str, Any]]:
    """The bodies of the notifications of a kind."""
    await platform.delivered()
    return [each["body"] for each in receiver.notifications if part in each["event"]]


async def test_a_conversation_is_the_same_for_the_same_people(client: Client, platform: Platform) -> None:
    """201 the first time, 200 afterwards, whoever begins it; its type follows from how many are in it."""
    bob, cid = person(platform, "102"), person(platform, "103")
    first = await client.call("POST", f"{TM}/conversations", {"members": [{"id": bob}]})
    assert (first.status, first.body["type"]) == (201, "Direct")
    again = await client.call("POST", f"{TM}/conversations", {"members": [{"email": "bob.baker@switchhook.example"}]})
    assert (again.status, again.body["id"]) == (200, first.body["id"])
    group = await client.call("POST", f"{TM}/conversations", {"members": [{"id": bob}, {"id": cid}]})
    assert (group.status, group.body["type"]) == (201, "Group")
    listed = (await client.call("GET", f"{TM}/conversations")).body["records"]
    assert {each["type"] for each in listed} == {"Personal", "Direct", "Group"}
    wrong = await client.call("POST", f"{TM}/conversations", {"members": [{"id": "1"}]})
    assert (wrong.code, wrong.body["parameterName"]) == ("CMN-101", "members[0]")
    assert (await client.call("POST", f"{TM}/conversations", {})).body["parameterName"] == "members"


async def test_a_team_and_who_is_told_of_it(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Joined and left go to the person concerned, renamed and changed to all members."""
    bob, cid = person(platform, "102"), person(platform, "103")
    created = await client.call("POST", f"{TM}/teams", {"name": "Night shift", "members": [{"id": bob}]})
    assert (created.status, created.body["status"], created.body["public"]) == (201, "Active", False)
    path = f"{TM}/teams/{created.body['id']}"
    await client.log_in("103")
    await client.subscribe(f"{TM}/chats", address=receiver.url)
    receiver.clear()
    assert (await client.call("GET", path)).code == "CMN-102", "no member sees it"
    await client.log_in("101")
    assert (await client.call("POST", f"{path}/add", {"members": [{"id": cid}]})).status == 204
    assert (await client.call("PATCH", path, {"name": "Early shift"})).body["name"] == "Early shift"
    assert (await client.call("POST", f"{path}/archive")).status == 204
    assert (await client.call("GET", path)).body["status"] == "Archived"
    posted = await client.call("POST", path.replace("teams", "chats") + "/posts", {"text": "x"})
    assert posted.status == 400
    assert (await client.call("POST", f"{path}/unarchive")).status == 204
    assert (await client.call("POST", f"{path}/remove", {"members": [{"id": cid}]})).status == 204
    events = [each["eventType"] for each in await told(receiver, platform, "/chats")]
    assert sorted(events) == sorted(
        ["GroupJoined", "GroupChanged", "GroupRenamed", "GroupChanged", "GroupChanged", "GroupLeft"]
    )
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", path)).status == 404


async def test_public_teams_can_be_joined(client: Client, platform: Platform) -> None:
    """Somebody comes in by himself, and it is posted; and goes again."""
    created = await client.call("POST", f"{TM}/teams", {"name": "Open", "public": True})
    path = f"{TM}/teams/{created.body['id']}"
    await client.log_in("102")
    assert (await client.call("POST", f"{path}/join")).status == 204
    posts = (await client.call("GET", path.replace("teams", "chats") + "/posts")).body["records"]
    assert posts[0]["type"] == "PersonJoined"
    assert (await client.call("POST", f"{path}/leave")).status == 204
    assert created.body["id"] not in [each["id"] for each in (await client.call("GET", f"{TM}/teams")).body["records"]]


async def test_posts_are_changed_and_removed_by_their_author(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """Each is told: added and changed in full, removed with the id alone. Others may not: 403."""
    await client.subscribe(f"{TM}/posts", address=receiver.url)
    receiver.clear()
    posts = f"{desk(platform)}/posts"
    post = (await client.call("POST", posts, {"text": f"Hi ![:Person]({person(platform, '102')})"})).body
    assert post["mentions"] == [{"id": person(platform, "102"), "type": "Person", "name": "Bob Baker"}]
    await client.log_in("102")
    assert (await client.call("PATCH", f"{posts}/{post['id']}", {"text": "x"})).status == 403
    assert (await client.call("DELETE", f"{posts}/{post['id']}")).status == 403
    await client.log_in("101")
    assert (await client.call("PATCH", f"{posts}/{post['id']}", {"text": "Changed"})).body["text"] == "Changed"
    assert (await client.call("DELETE", f"{posts}/{post['id']}")).status == 204
    assert (await client.call("GET", f"{posts}/{post['id']}")).code == "CMN-102"
    added, changed, removed = sorted(await told(receiver, platform, "posts"), key=lambda body: body["eventType"])
    assert (added["eventType"], changed["text"]) == ("PostAdded", "Changed")
    assert removed == {"id": post["id"], "eventType": "PostRemoved"}


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "x", "attachments": [{"type": "Picture"}]}, "attachments[0].type"),
        ({"text": "x", "attachments": [{"type": "AdaptiveCard"}]}, "attachments[0].type"),
        ({"text": "x", "attachments": [{"type": "Card", "id": "1"}]}, "attachments[0].id"),
    ],
)
async def test_posts_that_are_refused(client: Client, platform: Platform, body: dict[str, Any], parameter: str) -> None:
    """The parameter is named."""
    answer = await client.call("POST", f"{desk(platform)}/posts", body)
    assert answer.status in (400, 404)
    assert answer.body["parameterName"] == parameter


async def test_the_daily_cap_answers_500(client: Client, platform: Platform) -> None:
    """2,500 posts of a user in a day; a new day, a new count."""
    chats = platform.world.chats
    ann = platform.world.account.extension("101")
    for _ in range(2_500):
        chats.post(chats.front_desk, ann, "x", counted=True)
    answer = await client.call("POST", f"{desk(platform)}/posts", {"text": "x"})
    assert (answer.status, answer.body["message"]) == (500, "You have exceeded your limits for this action.")
    await platform.advance(24 * 3600)
    await client.log_in()
    assert (await client.call("POST", f"{desk(platform)}/posts", {"text": "x"})).status == 201


async def test_pages_go_by_tokens(client: Client, platform: Platform) -> None:
    """Newest first, forth and back, until there is no next; a wrong token is refused."""
    for at in range(7):
        await client.call("POST", f"{desk(platform)}/posts", {"text": str(at)})

    async def page(token: str = "") -> tuple[list[str], dict[str, str]]:
        body = (await client.call("GET", f"{desk(platform)}/posts?recordCount=3&pageToken={token}")).body
        return [each["text"] for each in body["records"]], body["navigation"]

    first, navigation = await page()
    second, middle = await page(navigation["nextPageToken"])
    third, last = await page(middle["nextPageToken"])
    assert (first, second, third) == (["6", "5", "4"], ["3", "2", "1"], ["0"])
    assert "nextPageToken" not in last
    assert "prevPageToken" not in navigation
    assert (await page(middle["prevPageToken"]))[0] == first
    for query in ("pageToken=x", "recordCount=251", "recordCount=0"):
        assert (await client.call("GET", f"{desk(platform)}/posts?{query}")).code == "CMN-101"


async def test_the_old_paths_and_the_old_shape(client: Client, platform: Platform) -> None:
    """`glip` is an alias; `groups` reads any chat, with members as strings; a text may be a body by itself."""
    group = (await client.call("GET", f"{OLD}/groups/{platform.world.chats.front_desk.id}")).body
    assert group["members"] == [person(platform, number) for number in ("101", "102", "103")]
    assert group["type"] == "Team"
    posts = f"{OLD}/groups/{group['id']}/posts"
    created = await client.call("POST", posts, {"text": "Hi", "title": "Title"})
    assert (created.status, created.body["title"]) == (201, "Title")
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "text/plain"}
    url = f"{platform.url}{posts}/{created.body['id']}/text"
    async with client.http.put(url, data="Changed", headers=headers) as response:
        assert (response.status, await response.json()) == (200, "Changed")
    direct = await client.call("POST", f"{OLD}/posts", {"personIds": [person(platform, "102")], "text": "Psst"})
    assert direct.status == 201
    everything = (await client.call("GET", f"{OLD}/posts")).body["records"]
    assert [each["text"] for each in everything] == ["Psst", "Changed"]


async def test_favourites_and_recent_chats(client: Client, platform: Platform) -> None:
    """Marked ones are listed, and the chat with the latest post comes first."""
    assert (await client.call("POST", f"{desk(platform)}/favorite")).status == 204
    (favourite,) = (await client.call("GET", f"{TM}/favorites")).body["records"]
    assert favourite["name"] == "Front desk"
    assert (await client.call("POST", f"{desk(platform)}/unfavorite")).status == 204
    assert (await client.call("GET", f"{TM}/favorites")).body["records"] == []
    await platform.advance(1)
    await client.call("POST", f"{TM}/chats/{platform.world.chats.everyone.id}/posts", {"text": "News"})
    assert (await client.call("GET", f"{TM}/recent/chats")).body["records"][0]["type"] == "Everyone"
    teams = (await client.call("GET", f"{TM}/chats?type=Team&type=Everyone")).body["records"]
    assert [each["type"] for each in teams] == ["Team", "Everyone"]
    assert (await client.call("GET", f"{TM}/chats?type=Crowd")).code == "CMN-101"


CARD = {"type": "AdaptiveCard", "version": "1.3", "body": [{"type": "TextBlock", "text": "Hi"}], "fallbackText": "Hi"}


async def test_cards(client: Client, platform: Platform) -> None:
    """Adaptive ones are posted, read, changed and removed; what is none is refused."""
    created = await client.call("POST", f"{desk(platform)}/adaptive-cards", CARD)
    assert created.status == 201
    path = f"{TM}/adaptive-cards/{created.body['id']}"
    (post,) = (await client.call("GET", f"{desk(platform)}/posts")).body["records"]
    assert post["attachments"][0]["id"] == created.body["id"]
    assert (await client.call("PUT", path, {**CARD, "fallbackText": "Bye"})).body["fallbackText"] == "Bye"
    assert (await client.call("GET", path)).body["fallbackText"] == "Bye"
    assert (await client.call("PUT", path, {"type": "AdaptiveCard"})).code == "CMN-101"
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", path)).status == 404


async def hook(client: Client, platform: Platform) -> dict[str, Any]:
    """A webhook of the front desk."""
    answer = await client.call("POST", f"{TM}/groups/{platform.world.chats.front_desk.id}/webhooks")
    assert answer.status == 200
    created: dict[str, Any] = answer.body
    return created


async def test_the_life_of_an_incoming_webhook(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Created active, suspended, activated, deleted with 200; each is told; its address follows it."""
    await client.subscribe(f"{OLD}/webhooks", address=receiver.url)
    receiver.clear()
    created = await hook(client, platform)
    path = f"{TM}/webhooks/{created['id']}"
    assert (await client.call("GET", path)).body["records"][0]["status"] == "Active"
    assert (await client.call("POST", f"{path}/suspend")).status == 200
    async with client.http.post(created["uri"], json={"text": "x"}) as response:
        assert (response.status, (await response.json())["status"]) == (404, "error")
    assert (await client.call("POST", f"{path}/activate")).raw == b""
    async with client.http.post(created["uri"], json={"text": "x"}) as response:
        assert (response.status, await response.json()) == (200, {"status": "OK"})
    await client.log_in("102")
    assert (await client.call("GET", path)).status == 404
    await client.log_in("101")
    listed = await client.call("GET", f"{TM}/groups/{platform.world.chats.front_desk.id}/webhooks")
    assert len(listed.body["records"]) == 1
    assert (await client.call("DELETE", path)).status == 200
    assert (await client.call("GET", path)).status == 404
    bodies = await told(receiver, platform, "webhooks")
    assert sorted(each["eventType"] for each in bodies) == [
        "WebhookCreated", "WebhookDeleted", "WebhookUpdated", "WebhookUpdated"]  # fmt: skip
    assert {each["before"]["status"] for each in bodies if "before" in each} == {"Active", "Suspended"}


async def test_posting_to_a_webhook(client: Client, platform: Platform) -> None:
    """Text with decoration, adaptive and legacy cards become posts; no token is needed."""
    uri = (await hook(client, platform))["uri"]
    legacy = {"type": "Card", "fallback": "x", "title": "x", "fields": [{"title": "a", "value": "b", "style": "Short"}]}
    for body in ({"text": "Hello", "activity": "CI", "iconEmoji": ":x:"}, {"attachments": [CARD, legacy]}):
        async with client.http.post(uri, json=body) as response:
            assert (response.status, await response.json()) == (200, {"status": "OK"})
    cards, text = (await client.call("GET", f"{desk(platform)}/posts")).body["records"]
    assert (text["text"], text["activity"], text["iconEmoji"]) == ("Hello", "CI", ":x:")
    assert [each["type"] for each in cards["attachments"]] == ["AdaptiveCard", "Card"]


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"attachments": [{"type": "AdaptiveCard"}]}, {"attachments": [{}]}, {"attachments": 1}, []],
)
async def test_a_2xx_answer_of_a_webhook_may_say_error(client: Client, platform: Platform, body: Any) -> None:
    """The status is 200, the body says error and what is wrong, and nothing is posted."""
    uri = (await hook(client, platform))["uri"]
    async with client.http.post(uri, json=body) as response:
        answer = await response.json()
        assert (response.status, answer["status"]) == (200, "error")
        assert answer["validation"]
    assert (await client.call("GET", f"{desk(platform)}/posts")).body["records"] == []


async def test_notes(client: Client, platform: Platform) -> None:
    """A draft, locked against others, published as a post; its text is read by itself."""
    created = (await client.call("POST", f"{desk(platform)}/notes", {"title": "Plan", "body": "One"})).body
    assert (created["status"], created["preview"], "body" in created) == ("Draft", "One", False)
    path = f"{TM}/notes/{created['id']}"
    assert (await client.call("POST", f"{path}/lock")).status == 204
    await client.log_in("102")
    assert (await client.call("PATCH", path, {"title": "Theirs"})).status == 409
    await client.log_in("101")
    assert (await client.call("PATCH", path, {"title": "Plan", "body": "Two"})).body["preview"] == "Two"
    assert (await client.call("POST", f"{path}/unlock")).status == 204
    assert (await client.call("POST", f"{path}/publish")).body["status"] == "Active"
    assert (await client.call("POST", path.replace(TM, OLD) + "/publish")).status == 204
    note = (await client.call("GET", path)).body
    assert (note["body"], note["lastModifiedBy"]["id"]) == ("Two", person(platform, "101"))
    assert (await client.call("GET", f"{desk(platform)}/notes?status=Draft")).body["records"] == []
    assert len((await client.call("GET", f"{desk(platform)}/posts")).body["records"]) == 2
    assert (await client.call("POST", f"{desk(platform)}/notes", {"title": "x" * 251})).code == "CMN-101"
    assert (await client.call("DELETE", path)).status == 204
    assert (await client.call("GET", path)).status == 404


async def test_tasks_are_complete_by_their_own_condition(client: Client, platform: Platform) -> None:
    """At once, when everybody is done, or by percent."""
    ann, bob = person(platform, "101"), person(platform, "102")

    async def task(condition: str) -> str:
        body = {"subject": "Do", "assignees": [{"id": ann}, {"id": bob}], "completenessCondition": condition}
        created = await client.call("POST", f"{desk(platform)}/tasks", body)
        assert (created.status, created.body["status"]) == (201, "Pending")
        return f"{TM}/tasks/{created.body['id']}"

    async def after(path: str, body: dict[str, Any]) -> tuple[str, int]:
        assert (await client.call("POST", f"{path}/complete", body)).status == 204
        found = (await client.call("GET", path)).body
        return found["status"], found["completenessPercentage"]

    assert await after(await task("Simple"), {"status": "Complete"}) == ("Completed", 100)
    everybody = await task("AllAssignees")
    assert await after(everybody, {"status": "Complete"}) == ("InProgress", 0)
    assert await after(everybody, {"status": "Complete", "assignees": [{"id": bob}]}) == ("Completed", 100)
    assert await after(everybody, {"status": "Incomplete", "assignees": [{"id": bob}]}) == ("InProgress", 0)
    percent = await task("Percentage")
    assert await after(percent, {"completenessPercentage": 40}) == ("InProgress", 40)
    assert (await client.call("POST", f"{percent}/complete", {"completenessPercentage": 101})).code == "CMN-101"
    (changed,) = (await client.call("PATCH", percent, {"subject": "Done"})).body["records"]
    assert changed["subject"] == "Done"
    done = (await client.call("GET", f"{desk(platform)}/tasks?status=Completed")).body["records"]
    assert len(done) == 1
    mine = (await client.call("GET", f"{desk(platform)}/tasks?assigneeId={bob}")).body["records"]
    assert len(mine) == 3
    assert (await client.call("DELETE", percent)).status == 204
    outside = {"subject": "x", "assignees": [{"id": "1"}]}
    assert (await client.call("POST", f"{desk(platform)}/tasks", outside)).code == "CMN-101"


async def test_events_repeat_as_a_word_or_as_an_object(client: Client, platform: Platform) -> None:
    """The recurrence is a word in the specification of 2020 and an object today, each by its own path."""
    body = {"title": "Round", "startTime": "2026-01-05T10:00:00Z", "endTime": "2026-01-05T11:00:00Z"}
    created = (await client.call("POST", f"{OLD}/events", {**body, "recurrence": "Week"})).body
    assert created["recurrence"] == "Week"
    now = (await client.call("GET", f"{TM}/events/{created['id']}")).body
    assert now["recurrence"] == {"schedule": "Week"}
    late = await client.call("PUT", f"{TM}/events/{created['id']}", {**body, "endTime": "2026-01-04T11:00:00Z"})
    assert late.body["parameterName"] == "endTime"
    group = f"{TM}/groups/{platform.world.chats.front_desk.id}/events"
    assert (await client.call("POST", group, body)).status == 200
    await client.log_in("102")
    assert len((await client.call("GET", group)).body["records"]) == 1
    assert (await client.call("GET", f"{TM}/events/{created['id']}")).status == 404
    await client.log_in("101")
    assert (await client.call("DELETE", f"{TM}/events/{created['id']}")).status == 200


async def test_files(client: Client, platform: Platform) -> None:
    """Uploaded, attached to a post, and read again."""
    group = platform.world.chats.front_desk.id
    uploaded = await client.upload(
        f"{TM}/files?groupId={group}&name=a.txt", {"file": ("b.txt", b"abc", "text/plain")}, {}
    )
    (file,) = uploaded.body
    assert file["name"] == "a.txt"
    post = await client.call(
        "POST", f"{desk(platform)}/posts", {"text": "See", "attachments": [{"id": file["id"], "type": "File"}]}
    )
    assert post.body["attachments"][0]["contentUri"] == file["contentUri"]
    content = await client.get(file["contentUri"])
    assert (content.raw, content.headers["Content-Type"]) == (b"abc", "text/plain")
