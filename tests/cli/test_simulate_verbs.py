"""`switchhook simulate VERB` against a platform that runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
from click.testing import CliRunner, Result

from switchhook.cli.simulate import simulate
from switchhook.simulator.platform import Platform
from switchhook.simulator.scenes import SCENES


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """One on manual time."""
    platform = Platform(seed=7, manual_time=True)
    await platform.start()
    yield platform
    await platform.stop()


async def run(platform: Platform, *arguments: str, as_json: bool = False) -> Result:
    """The command in a thread of its own: the platform answers in this one."""
    words = [*arguments, "--url", platform.url, *(["--json"] if as_json else [])]
    return await asyncio.to_thread(CliRunner().invoke, simulate, words)


async def test_a_call_from_the_command_line(platform: Platform) -> None:
    """Ring prints the legs; the id in its JSON is what the next verbs take."""
    shown = await run(platform, "ring", "--to", "102", "--from", "+14155550123", "--name", "Joe")
    assert shown.exit_code == 0, shown.output
    assert "+14155550123 Joe" in shown.output
    assert "Proceeding" in shown.output
    call = next(iter(platform.state()["sessions"]))
    answered = await run(platform, "answer", "--telephony-session-id", call, as_json=True)
    assert orjson.loads(answered.output)["parties"][-1]["status"]["code"] == "Answered"
    assert (await run(platform, "hang-up", "--telephony-session-id", call)).exit_code == 0
    assert platform.state()["sessions"] == {}
    none = await run(platform, "hang-up")
    assert (none.exit_code, "no call goes on" in none.output) == (2, True)


async def test_verbs_mean_the_latest_call_unless_told(platform: Platform) -> None:
    """Two calls ring; answer takes the second, and then the one that is named."""
    await run(platform, "ring", "--to", "101")
    await run(platform, "ring", "--to", "102")
    first, second = platform.state()["sessions"]
    answered = await run(platform, "answer", as_json=True)
    assert orjson.loads(answered.output)["telephonySessionId"] == second
    answered = await run(platform, "answer", "--telephony-session-id", first, as_json=True)
    assert orjson.loads(answered.output)["telephonySessionId"] == first


async def test_texts_faults_knobs_scenes_and_state(platform: Platform) -> None:
    """Each prints what it caused, as JSON if wanted."""
    text = await run(platform, "text", "--to", "101", "--text", "Hi", "--others", "+14155550123", as_json=True)
    assert orjson.loads(text.output)["subject"] == "Hi"
    switched = ("fault", "--name", "slow", "--rate", "0.1", "--times", "3")
    faults = await run(platform, *switched, as_json=True)
    assert orjson.loads(faults.output) == [{"name": "slow", "rate": 0.1, "times": 3, "operation": None}]
    knobs = await run(platform, "knob", "--name", "subscriptions.most", "--value", "20", as_json=True)
    assert orjson.loads(knobs.output)["subscriptions.most"] == 20
    assert orjson.loads((await run(platform, "scene", "--name", "chat", as_json=True)).output)["posts"]
    assert orjson.loads((await run(platform, "state", as_json=True)).output)["faults"]
    await run(platform, "advance", "--seconds", "60")
    assert platform.state()["now"] == "2026-01-05T09:01:00+00:00"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("text", "--to", "102", "--text", "Hello"), "from +16505550100 to Bob Baker: Hello"),
        (("voicemail",), "to Ann Archer: AudioRecording"),
        (("fax", "--pages", "2"), "Fax "),
        (("post", "--chat", "Front desk", "--text", "Lunch?"), ": Lunch?"),
        (("fault", "--name", "slow"), "slow   1.0"),
        (("fault", "--name", "slow", "--rate", "0"), "none is on"),
        (("knobs",), "subscriptions.most"),
        (("scenes",), "Ann parks a caller"),
        (("scene", "--name", "voicemail"), "VoiceMail "),
        (("state",), "calls that are over   0"),
        (("reset",), "Everything, as JSON: --json"),
        (("notify", "--event", "/restapi/v1.0/account/~/a2p-sms/opt-outs", "--body", "{}"), "notifications   0"),
        (("phone", "--device-id", "DEVICE", "--online", "false"), "online"),
    ],
)
async def test_it_is_said_in_words(platform: Platform, words: tuple[str, ...], said: str) -> None:
    """One line for a message or a post, a table for what there is."""
    device = platform.world.account.extension("101").devices[0].id
    shown = await run(platform, *(device if each == "DEVICE" else each for each in words))
    assert shown.exit_code == 0, shown.output
    assert said in shown.output


async def test_a_parked_call_says_where(platform: Platform) -> None:
    """The location is what the next verb takes."""
    call = (await platform.ring("101"))["telephonySessionId"]
    await platform.answer(call)
    shown = await run(platform, "park", "--telephony-session-id", call)
    assert "parked at *801" in shown.output
    state = await run(platform, "state")
    assert f"call {call}" in state.output
    fetched = await run(platform, "pick-up", "--location", "*801", "--by", "103")
    assert "Cid Cooper" in fetched.output


@pytest.mark.parametrize("name", SCENES)
async def test_every_scene_is_told(platform: Platform, name: str) -> None:
    """By its calls, messages or posts."""
    shown = await run(platform, "scene", "--name", name)
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(("call ", "SMS ", "Fax ", "post "))


async def test_what_cannot_be_is_said_in_one_line(platform: Platform) -> None:
    """The simulator's own words with exit code 1; nobody there is exit code 3."""
    wrong = await run(platform, "ring", "--to", "999")
    assert (wrong.exit_code, "there are 100, 101" in wrong.output) == (1, True)
    await platform.stop()
    away = await run(platform, "ring")
    assert (away.exit_code, "switchhook simulate --port" in away.output) == (3, True)
    await platform.start()


def test_a_misspelt_fault_is_refused_before_anything_is_served() -> None:
    """It names those there are."""
    result = CliRunner().invoke(simulate, ["--fault", "earthquake=1"])
    assert (result.exit_code, "reset_after" in result.output) == (2, True)
