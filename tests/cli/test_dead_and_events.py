"""`dead` and `events` on a running service: what people read, what programs read, and what then happens."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from switchhook.cli import switchhook
from switchhook.cli.ends import exit_code
from switchhook.simulator.platform import Platform
from tests.faults.processes import Processes, log_table

pytestmark = pytest.mark.processes

HANDLER = '''
"""Posts what a text says, and breaks over some."""

from pathlib import Path

from switchhook import Context, Handler, MessageStatusChanged, Settings, Skip, TextReceived


class Echo(Settings):
    chat: str


handler = Handler("echo", Echo)


@handler.on(TextReceived)
async def on_text(text: TextReceived, ctx: Context[Echo]) -> None:
    if text.text == "not for me":
        raise Skip("it says so")
    await ctx.chats.post(ctx.settings.chat, text.text)
    if not Path(__file__).with_name("mended").exists():
        raise ValueError("a bug")


@handler.on(MessageStatusChanged)
async def on_change(change: MessageStatusChanged, ctx: Context[Echo]) -> None:
    raise Skip("nothing to do")
'''


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def log(request) -> str:
    """The `[log]` table of the settings, its topics made."""
    return "" if request.param == "sqlite" else await log_table(request.getfixturevalue("kafka_settings"))


class Service:
    """A running service whose one handler breaks until it is mended."""

    def __init__(self, folder: Path, platform: Platform, processes: Processes, chat: str) -> None:
        self.folder = folder
        self.platform = platform
        self.processes = processes
        self.chat = chat

    async def verb(self, *arguments: str, code: int = 0) -> str:
        """What a verb says."""
        whole = [*arguments, "--settings", str(self.processes.settings)]
        result = await asyncio.to_thread(CliRunner().invoke, switchhook, whole, standalone_mode=False)
        said = result.output
        if result.exception is None:
            ended = result.return_value or 0
        else:
            ended, said = exit_code(result.exception), said + str(result.exception)
        assert ended == code, said
        return said

    async def json(self, *arguments: str) -> list[dict]:
        """The same for programs."""
        return json.loads(await self.verb(*arguments, "--json"))

    async def until(self, condition) -> None:
        """Wait for something of the service."""
        async with asyncio.timeout(60):
            while not await condition():
                await asyncio.sleep(0.05)

    async def ended(self, outcome: str, times: int = 1) -> None:
        """Wait until so many runs ended in that way."""

        async def have() -> bool:
            runs = await self.processes.document("runs")
            return [run["outcome"] for run in runs].count(outcome) >= times

        await self.until(have)

    def posts(self) -> list[str]:
        """What the handler has posted."""
        return [post["text"] for post in self.platform.state()["chats"][self.chat]["posts"]]

    def mend(self) -> None:
        """Take the bug out of the handler."""
        (self.folder / "handlers" / "mended").touch()


@pytest.fixture
async def service(tmp_path, log):
    """On SQLite and on Kafka."""
    platform = Platform(limits=False)
    await platform.start()
    (chat,) = (key for key, each in platform.state()["chats"].items() if each.get("name") == "Front desk")
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "echo.py").write_text(HANDLER, encoding="utf-8")
    tail = f"""
[worker]
handlers_folder = "handlers"
[[handlers]]
use = "echo"
extensions = ["101"]
settings = {{ chat = "{chat}" }}
{log}
"""
    processes = Processes(tmp_path, platform.credentials(), tail)
    try:
        await processes.start("ingress", "worker")
        async with asyncio.timeout(60):
            await processes.subscribed()
        yield Service(tmp_path, platform, processes, chat)
    finally:
        await processes.end()
        await platform.stop()


async def test_dead_letters_are_read_tried_again_and_dropped(service):
    """Two runs break: one is looked at, tried again once the bug is gone, and repeats no write; one is dropped."""
    assert await service.verb("dead", "list") == "there are no dead letters\n"
    await service.platform.text("101", "+16505550100", "first")
    await service.platform.text("101", "+16505550100", "second")
    await service.ended("failed", 2)
    letters = await service.json("dead", "list")
    assert [(each["outcome"], each["rule"], each["event"]) for each in letters] == [
        ("failed", "echo.on_text", "TextReceived")
    ] * 2
    first, second = (each["id"] for each in letters)
    listed = await service.verb("dead", "list")
    assert listed.splitlines()[0].split() == ["id", "since", "outcome", "rule", "event", "reason"]
    assert first in listed
    assert "ValueError" in listed
    shown = await service.verb("dead", "show", first[:6])
    assert "reason   ValueError" in shown
    assert "echo.py:" in shown
    assert "1 createGlipPost" in shown
    assert '"text": "first"' in shown
    assert (await service.json("dead", "show", first))["saved"]["handler"] == "echo"
    assert "no dead letters begin with 'zzz'" in await service.verb("dead", "show", "zzz", code=1)

    service.mend()
    assert f"{first} will be tried again" in await service.verb("dead", "retry", first)
    await service.ended("done")
    assert "will be forgotten" in await service.verb("dead", "drop", second)

    async def none_left() -> bool:
        return not await service.processes.document("dead")

    await service.until(none_left)
    assert await service.verb("dead", "list") == "there are no dead letters\n"
    assert sorted(service.posts()) == ["first", "second"]


async def test_what_was_stored_is_explained_and_replayed(service):
    """Why a rule ran and how that ended; why not; and once more, without and with its writes."""
    service.mend()
    for number, said in (("101", "hello"), ("101", "not for me")):
        await service.platform.text(number, "+16505550100", said)
    await service.ended("done")
    await service.ended("skipped")
    texts = [each for each in await service.json("events", "list") if each["event"].endswith("/instant?type=SMS")]
    assert len(texts) == 2
    by_text = {}
    for each in texts:
        shown = await service.json("events", "show", each["place"])
        by_text[shown["notification"]["body"]["subject"]] = each["place"]
    listed = await service.verb("events", "list", "--limit", "2")
    assert listed.splitlines()[0].split() == ["place", "received", "event", "key"]

    rules = (await service.json("events", "explain", by_text["hello"]))["rules"]
    found = {each["rule"]: each for each in rules if each["event"] == "TextReceived"}
    assert (found["echo.on_text"]["matched"], found["echo.on_text"]["ended"]) == (True, "done")
    told = await service.verb("events", "explain", by_text["not for me"])
    assert "skipped: it says so" in told
    assert "TextReceived" in told

    change = next(
        each["place"] for each in await service.json("events", "list") if each["event"].endswith("/message-store")
    )
    told = await service.json("events", "explain", change)
    assert [read["operation"] for read in told["reads"]] == ["readMessage"]
    found = {each["rule"]: each["matched"] for each in told["rules"] if each["event"] == "TextReceived"}
    assert found["echo.on_text"]

    place = by_text["hello"]
    assert f"{place} is handed in once more" in await service.verb("events", "replay", place)
    await service.ended("done", 2)
    assert service.posts() == ["hello"]
    await service.verb("events", "replay", place, "--again")
    await service.ended("done", 3)
    assert service.posts() == ["hello", "hello"]
    assert "nothing is stored at 0:99999" in await service.verb("events", "replay", "0:99999", code=1)
    assert "such as 0:17" in await service.verb("events", "show", "somewhere", code=2)

    assert await service.processes.stop("worker") == 0
    told = await service.verb("events", "explain", by_text["hello"])
    assert "no worker answers" in told
    told = await service.verb("events", "explain", change)
    assert "known only after a read: readMessage extensionId=" in told
    assert "no event of it is known" in told
    assert "TextReceived" in await service.verb("events", "explain", change, "--read")
