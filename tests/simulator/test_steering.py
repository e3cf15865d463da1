"""The verbs over HTTP, as a program in another language would use them."""

from __future__ import annotations

import pytest

from switchhook.simulator.platform import Platform
from switchhook.simulator.scenes import SCENES
from tests.simulator.conftest import Client, Receiver


async def test_a_call_by_verbs(client: Client) -> None:
    """Ring, answer, hold, unhold, hang up: each returns the session."""
    call = (await client.call("POST", "/simulator/ring", {"to": "102", "from": "+14155550123"})).body
    which = {"telephonySessionId": call["telephonySessionId"]}
    codes = [
        (await client.call("POST", f"/simulator/{verb}", which)).body["parties"][-1]["status"]["code"]
        for verb in ("answer", "hold", "unhold", "hang-up")
    ]
    assert codes == ["Answered", "Hold", "Answered", "Disconnected"]
    assert (await client.call("POST", "/simulator/hang-up", which)).status == 404


async def test_texts_posts_faults_time_and_state(client: Client, platform: Platform) -> None:
    """Every other verb."""
    assert (await client.call("POST", "/simulator/text", {"text": "Hi"})).body["id"]
    assert (await client.call("POST", "/simulator/post", {"chat": "Front desk", "text": "Hi"})).body["groupId"]
    faults = (await client.call("POST", "/simulator/fault", {"name": "slow", "rate": 0.1})).body
    assert [each["name"] for each in faults] == ["slow"]
    before = platform.state()["now"]
    assert (await client.call("POST", "/simulator/advance", {"seconds": 60})).body["now"] > before
    assert (await client.call("POST", "/simulator/delivered")).body == {}
    assert (await client.call("GET", "/simulator/credentials")).body == platform.credentials()
    state = (await client.call("GET", "/simulator/state")).body
    assert {"sessions", "messages", "chats", "subscriptions", "deliveries", "api_calls"} <= set(state)
    fresh = (await client.call("POST", "/simulator/reset", {"seed": 5})).body
    assert (fresh["seed"], fresh["faults"], fresh["api_calls"]) == (5, [], [])


async def test_wrong_use_says_what_is_wrong(client: Client) -> None:
    """404 for what does not exist, 400 for the rest, each with a message."""
    for verb, body, status, part in (
        ("juggle", {}, 404, "POST /simulator/ring"),
        ("ring", {"to": "999"}, 404, "there are 100, 101"),
        ("post", {"chat": "Nowhere", "text": "x"}, 404, "Front desk"),
        ("fault", {"name": "earthquake"}, 400, "reset_before"),
        ("answer", {}, 400, "telephonySessionId"),
        ("ring", [], 400, "no JSON object"),
    ):
        answer = await client.call("POST", f"/simulator/{verb}", body)
        assert (answer.status, part in answer.body["message"]) == (status, True), answer.raw


async def test_knobs_are_turned_by_name(client: Client, platform: Platform) -> None:
    """Each of its kind; a misspelt one names those there are; a reset puts all back."""
    before = (await client.call("GET", "/simulator/knobs")).body
    turned = (await client.call("POST", "/simulator/knob", {"name": "subscriptions.most", "value": 20})).body
    assert {key for key in turned if turned[key] != before[key]} == {"subscriptions.most"}
    assert platform.world.subscriptions.rules.most == 20
    wrong = await client.call("POST", "/simulator/knob", {"name": "subscriptions.most", "value": "many"})
    assert (wrong.status, "kind int" in wrong.body["message"]) == (400, True)
    missing = await client.call("POST", "/simulator/knob", {"name": "subscriptions.least", "value": 1})
    assert (missing.status, "subscriptions.most" in missing.body["message"]) == (404, True)
    platform.knob("clock.skew", 3_600)
    assert platform.state()["now"] == "2026-01-05T10:00:00+00:00"
    await platform.reset()
    assert platform.knobs() == before


@pytest.mark.parametrize("name", SCENES)
async def test_every_scene_plays(client: Client, watched: Receiver, platform: Platform, name: str) -> None:
    """It says what it left, tells of itself, and leaves no call behind."""
    assert name in (await client.call("GET", "/simulator/scenes")).body
    left = await client.call("POST", "/simulator/scene", {"name": name})
    assert left.status == 200, left.raw
    assert left.body
    assert platform.state()["sessions"] == {}
    await platform.delivered()
    assert ("calls" in left.body) is bool(watched.notifications)


async def test_numeric_ids_and_other_spellings(watched: Receiver, platform: Platform) -> None:
    """What sources disagree on can be had either way."""
    platform.knob("spelling.numeric_ids", True)
    platform.knob("spelling.voicemail", "VoiceMail")
    call = await platform.ring()
    await platform.reject(call["telephonySessionId"])
    await platform.delivered()
    last = watched.notifications[-1]["body"]["parties"][0]
    assert last["status"]["code"] == "VoiceMail"
    assert isinstance(last["extensionId"], int)
