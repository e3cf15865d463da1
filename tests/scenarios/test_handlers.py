"""Each handler that ships, in the whole service, on a platform that doubles, delays, reorders and fails."""

import csv
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from switchhook.testing.service import Switchhook

CALLER = "+16505550100"
UNKIND = {"duplicate": 0.4, "reorder": 0.3, "delay": 0.2, "status_503": 0.05, "status_401": 0.05}
"""What the platform does wrong here: nothing after which somebody must look."""


@pytest.fixture(params=range(2))
def service(tmp_path, request):
    """A function that runs the service with one handler for Ann, each time with other bad luck."""

    @asynccontextmanager
    async def running(use, *extensions, others=(), kind=False, tables=None, rails=None, **settings):
        async with Switchhook(tmp_path) as made:
            await made.platform.reset(request.param)
            if settings.get("chat") == "Front desk":
                settings["chat"] = made.chat
            made.enable(use, *(extensions or ("101",)), settings=settings, **(rails or {}))
            for other, its_settings in others:
                made.enable(other, "101", settings=its_settings)
            await made.start(**(tables or {}))
            for name, rate in UNKIND.items():
                made.platform.fault(name, rate=0 if kind else rate)
            yield made

    return running


def status(running, call, extension):
    """The status of the last party of an extension in a call."""
    return running.parties(call, extension)[-1]["status"]


async def test_forward(service):
    """The call goes on to Bob, once; Ann's telephone is quiet, and a call of somebody else rings on."""
    async with service("forward", to="102", callers=[CALLER]) as running:
        call = await running.platform.ring("101", CALLER)
        other = await running.platform.ring("101", "+16505550177")
        await running.until(lambda: running.outcomes("forward") == {"done": 1, "skipped": 1})
        assert status(running, call, "101") == {"code": "Disconnected", "reason": "BlindTransfer"}
        assert status(running, call, "102")["code"] == "Proceeding"
        assert status(running, other, "101")["code"] == "Proceeding"
        assert len(running.written("forwardCallParty")) == 1


async def test_forward_to_voicemail_after_ten_seconds(service):
    """It rings for Ann first; who is answered in that time stays with her."""
    async with service("forward", voicemail=True, after="10s") as running:
        call = await running.platform.ring("101", CALLER)
        taken = await running.platform.ring("101", "+16505550177")
        await running.pass_by(4)
        await running.platform.answer(taken["telephonySessionId"])
        assert running.written("forwardCallParty") == []
        await running.until(lambda: running.outcomes("forward")["done"] == 1)
        assert status(running, call, "101")["code"] == "VoiceMail"
        assert status(running, taken, "101")["code"] == "Answered"
        assert len(running.written("forwardCallParty")) == 1
        await running.until(lambda: running.outcomes("forward")["overtaken"] == 1)


async def test_forward_outside_of_its_hours_on_trial_and_twice_for_one_caller(service):
    """The guard rails that any handler can be told: nothing is done in quiet hours, for whom is not on trial, and twice
    for one caller.
    """
    rails = {"quiet_hours": "00:00-09:02 UTC", "trial": ("101",), "once_per_counterparty": "1h"}
    async with service("forward", "*", rails=rails, to="102") as running:
        early = await running.platform.ring("101", CALLER)
        await running.until(lambda: running.outcomes("forward")["skipped"] == 1)
        assert "quiet hours" in running.told()[-1]
        await running.platform.hang_up(early["telephonySessionId"])
        await running.pass_by(120)
        for number in ("103", "101", "101"):
            call = await running.platform.ring(number, CALLER)
            await running.pass_by(20)
            await running.platform.hang_up(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("forward")["skipped"] == 2)
        assert running.outcomes("forward")["done"] == 1
        assert len(running.written("forwardCallParty")) == 1


async def test_forward_has_its_turn_when_nobody_can_answer(service):
    """Ann has no telephone: what would have answered after four seconds leaves it to the next, who acts at once."""
    async with service("answer", after="4s", others=[("forward", {"to": "102"})], kind=True) as running:
        for device in running.extension("101")["devices"]:
            await running.platform.phone(device["id"], online=False)
        begun = running.clock.now()
        call = await running.platform.ring("101", CALLER)
        await running.until(lambda: running.outcomes("forward")["done"] == 1)
        assert (running.clock.now() - begun).total_seconds() < 5
        assert status(running, call, "102")["code"] == "Proceeding"


async def test_answer(service):
    """Ann's softphone takes the call; nobody pressed a key."""
    async with service("answer", after="2s") as running:
        call = await running.platform.ring("101", CALLER)
        await running.until(lambda: status(running, call, "101")["code"] == "Answered")
        assert len(running.written("answerCallParty")) == 1


async def test_answer_and_forward_never_both(service):
    """The first of the settings has the first turn, also while it lets the telephone ring."""
    async with service("answer", after="5s", others=[("forward", {"to": "102"})]) as running:
        call = await running.platform.ring("101", CALLER)
        await running.until(lambda: running.outcomes("forward")["skipped"] == 1)
        assert status(running, call, "101")["code"] == "Answered"
        assert running.written("forwardCallParty") == []
        assert "answer has decided this call" in running.told()[-1]


async def test_answer_on_no_device_that_is_off_line(service):
    """The call rings on, and the reason says why."""
    async with service("answer", kind=True) as running:
        for device in running.extension("101")["devices"]:
            await running.platform.phone(device["id"], online=False)
        call = await running.platform.ring("101", CALLER)
        await running.until(lambda: running.outcomes("answer")["skipped"] == 1)
        assert status(running, call, "101")["code"] == "Proceeding"
        assert "no softphone is online" in running.told()[0]


async def test_record(service):
    """From the callee's answer on, once, however often it is told."""
    async with service("record") as running:
        call = await running.platform.ring("101", CALLER)
        await running.pass_by(3)
        assert running.written("startCallRecording") == []
        await running.platform.answer(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("record")["done"] == 1)
        assert len(running.written("startCallRecording")) == 1


async def test_record_says_when_it_can_be_heard(service):
    """The recording shows up in the call log minutes later, and is posted then, once."""
    async with service("record", announce=True, chat="Front desk") as running:
        call = await running.platform.ring("101", CALLER)
        await running.platform.answer(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("record")["done"] == 1)
        await running.pass_by(45)
        await running.platform.hang_up(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("record")["done"] == 2)
        (post,) = running.posts()
        assert post["text"].startswith("**Recording** of ")


async def test_post_to_chat(service):
    """A missed call and a text are one post each."""
    async with service("post_to_chat", "*", chat="Front desk") as running:
        call = await running.platform.ring("101", CALLER)
        await running.platform.text("102", CALLER, "On my way")
        await running.pass_by(2)
        await running.platform.hang_up(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("post_to_chat")["done"] == 2)
        posts = sorted(post["text"] for post in running.posts())
        assert posts == [
            f"**Missed call** from Joe Caller ({CALLER})",
            f"**Text** from {CALLER}: On my way",
        ]


async def test_post_to_chat_of_a_voicemail_and_its_words(service):
    """First that there is one, then what it says, which the platform makes later."""
    chosen = ["VoicemailReceived", "TranscriptReady"]
    async with service("post_to_chat", chat="Front desk", events=chosen) as running:
        await running.platform.voicemail("101", CALLER, said="Please call me back.")
        await running.until(lambda: running.outcomes("post_to_chat")["done"] == 2)
        posts = [post["text"] for post in running.posts()]
        assert len(posts) == 2
        assert f"**Voicemail** from {CALLER} says: Please call me back." in posts


async def test_post_to_chat_as_a_card(service):
    """One card in the chat, with the words."""
    async with service("post_to_chat", chat="Front desk", card=True) as running:
        await running.platform.text("101", CALLER, "On my way")
        await running.until(lambda: running.outcomes("post_to_chat")["done"] == 1)
        assert len(running.written("createGlipAdaptiveCardNew")) == 1


@pytest.mark.parametrize("card", [False, True])
async def test_post_to_chat_through_a_webhook(service, card):
    """What the settings declare is created, and posted to once for each text, as text or as a card."""
    declared = {"chat_webhooks": [{"name": "alerts", "chat": "Front desk"}]}
    async with service("post_to_chat", chat="alerts", card=card, tables=declared) as running:
        for text in ("On my way", "Late"):
            await running.platform.text("101", CALLER, text)
        await running.until(lambda: running.outcomes("post_to_chat")["done"] == 2)
        posts = running.posts()
        words = [post["attachments"][0]["fallbackText"] if card else post["text"] for post in posts]
        assert sorted(words) == [f"**Text** from {CALLER}: {text}" for text in ("Late", "On my way")]
        assert len(running.written("createGlipGroupWebhook")) == 1


async def test_reply_to_text(service):
    """Each sender gets one answer a day, a keyword its own, and STOP silence."""
    async with service("reply_to_text", reply="We are closed.", keywords={"hours": "9 to 5"}) as running:
        for text in ("Hello", "Anybody there?"):
            await running.platform.text("101", CALLER, text)
        await running.platform.text("101", "+16505550177", "Hours")
        await running.platform.text("101", "+16505550188", "STOP")
        await running.until(lambda: sum(running.outcomes("reply_to_text").values()) >= 8)
        sent = {message["subject"]: message["to"] for message in running.texts("101")}
        assert set(sent) == {"We are closed.", "9 to 5"}
        assert len(running.texts("101")) == 2


async def test_missed_call_text_back(service):
    """Two missed calls of one caller are one text."""
    async with service("missed_call_text_back", text="Sorry") as running:
        for _ in range(2):
            call = await running.platform.ring("101", CALLER)
            await running.pass_by(2)
            await running.platform.hang_up(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("missed_call_text_back") == {"done": 1, "skipped": 1})
        assert [message["subject"] for message in running.texts("101")] == ["Sorry"]


async def test_screen_spam(service):
    """Unwanted calls are rejected, wanted ones ring."""
    async with service("screen_spam", patterns=["+1900*"], then="hang_up") as running:
        spam = await running.platform.ring("101", "+19005550100")
        call = await running.platform.ring("101", CALLER)
        await running.until(lambda: running.outcomes("screen_spam") == {"done": 1, "skipped": 1})
        assert status(running, spam, "101")["code"] == "Disconnected"
        assert status(running, call, "101")["code"] == "Proceeding"


async def test_do_not_disturb(service):
    """While Ann meets, no calls; afterwards what she had set before."""
    async with service("do_not_disturb") as running:

        def calls_taken():
            return running.platform.state()["presence"][running.extension("101")["id"]]["dndStatus"]

        await running.platform.meeting("101")
        await running.until(lambda: calls_taken() == "DoNotAcceptAnyCalls")
        await running.pass_by(20)
        await running.platform.meeting("101", begins=False)
        await running.until(lambda: calls_taken() == "TakeAllCalls")
        await running.pass_by(20)
        assert len(running.written("updateUserPresenceStatus")) == 2


async def test_call_log_export(service, tmp_path):
    """A row for each call, as the platform's log has it."""
    async with service("call_log_export", path=str(tmp_path / "calls.csv"), wait="40s") as running:
        call = await running.platform.ring("101", CALLER)
        await running.platform.answer(call["telephonySessionId"])
        await running.pass_by(45)
        await running.platform.hang_up(call["telephonySessionId"])
        await running.until(lambda: running.outcomes("call_log_export")["done"] == 1)
        with (tmp_path / "calls.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["from"], row["result"]) for row in rows] == [(CALLER, "Accepted")]


async def test_deliver(service):
    """Each event arrives, also at a receiver that is in trouble now and then; a repeated one has the same id."""
    came = []

    async def take(request):
        came.append(json.loads(await request.read()))
        return web.Response(status=503 if len(came) % 2 else 204)

    app = web.Application()
    app.router.add_post("/events", take)
    async with TestServer(app) as receiver:
        settings = {"url": str(receiver.make_url("/events")), "secret": "0123456789abcdef"}
        async with service("deliver", events=["TextReceived"], **settings) as running:
            for number in range(3):
                await running.platform.text("101", CALLER, f"text {number}")
            await running.until(lambda: running.outcomes("deliver")["done"] == 3)
    assert {event["data"]["text"] for event in came} == {"text 0", "text 1", "text 2"}
    assert len({event["id"] for event in came}) == 3


async def test_bot(service):
    """A command is answered in its thread, once; its own answer is no command."""
    async with service("bot", answers={"menu": "!menu is soup"}) as running:
        await running.platform.post("Front desk", "!menu", by="102")
        await running.platform.post("Front desk", "Hello all", by="103")
        await running.until(lambda: running.outcomes("bot") == {"done": 1, "skipped": 1})
        await running.pass_by(20)
        posts = [post["text"] for post in running.posts()]
        assert sorted(posts) == ["!menu", "!menu is soup", "Hello all"]
