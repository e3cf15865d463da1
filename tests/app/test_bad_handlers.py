"""Whatever a handler does, notifications are accepted and handshakes answered; and what others wait for goes on."""

from __future__ import annotations

import asyncio
import os
import signal

import aiohttp
import pytest

from switchhook.app.opening import PROBE, open_addresses
from switchhook.app.watchdog import STUCK
from switchhook.settings import load
from switchhook.simulator.platform import Platform
from tests.faults.processes import Processes, log_table

pytestmark = pytest.mark.processes

HANDLER = '''
"""Does what it is told by text, all of it bad."""

import asyncio
import os
import signal
from pathlib import Path

from switchhook import Context, Handler, Settings, TextReceived

handler = Handler("bad", Settings)
HERE = Path(__file__).parent
kept = []


@handler.on(TextReceived, timeout="1s")
async def on_text(text: TextReceived, ctx: Context[Settings]) -> None:
    match text.text:
        case "block":
            (HERE / "blocked").touch()
            (HERE / "go").read_bytes()  # from a pipe: all of the process waits until somebody writes
        case "hang":
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    pass
        case "leak":
            kept.extend(asyncio.ensure_future(asyncio.Event().wait()) for _ in range(10_000))
        case "exit":
            raise SystemExit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "recursion":
            await on_text(text, ctx)
        case "memory":
            kept.append(bytearray(1 << 60))
        case "out of memory" if not (HERE / "killed").exists():  # as the kernel ends who has eaten it all
            (HERE / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "block for ever":
            while True:
                pass
        case "exit at once":
            os._exit(3)
        case "note 1" | "note 2" as said:
            (HERE / said).touch()
        case "segmentation fault":
            os.kill(os.getpid(), signal.SIGSEGV)
'''
EXPECTED = {
    "hang": "failed",
    "leak": "done",
    "exit": "failed",
    "interrupt": "failed",
    "recursion": "failed",
    "memory": "failed",
    "out of memory": "done",
    "block": "done",
    "well": "done",
}


@pytest.fixture(params=["sqlite"])
async def log(request):
    """The `[log]` table of the settings."""
    return "" if request.param == "sqlite" else await log_table(request.getfixturevalue("kafka_settings"))


@pytest.fixture
def block_timeout():
    """Never, however slow the machine is."""
    return 0


@pytest.fixture
async def service(tmp_path, log, block_timeout):
    """The whole service as its users start it, and the platform."""
    platform = Platform(limits=False)
    await platform.start()
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "bad.py").write_text(HANDLER, encoding="utf-8")
    tail = f"""
[worker]
handlers_folder = "handlers"
block_timeout = {block_timeout}
[[handlers]]
use = "bad"
extensions = ["101"]
{log}
"""
    processes = Processes(tmp_path, platform.credentials(), tail)
    try:
        await processes.start("run")
        await until(processes.settled)
        yield platform, processes
    finally:
        await processes.end()
        await platform.stop()


async def until(condition, seconds=90):
    """Real processes take their time."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_handler_blocks_its_event_loop_handshakes_are_still_answered(service):
    """For as long as it blocks: the door is another process, and what comes in meanwhile is handled afterwards."""
    platform, processes = service
    blocked, go = (processes.folder / "handlers" / name for name in ("blocked", "go"))
    os.mkfifo(go)
    await platform.text("101", "+16505550100", "block")
    await until(lambda: asyncio.to_thread(blocked.exists))
    address = open_addresses(load(processes.settings)).address(PROBE)
    async with aiohttp.ClientSession() as session:
        for number in range(20):
            async with session.post(address, headers={"Validation-Token": f"hello {number}"}) as answer:
                assert (answer.status, answer.headers["Validation-Token"]) == (200, f"hello {number}")
    before = _answered(platform)
    await platform.text("101", "+16505550101", "well")
    await until(lambda: asyncio.to_thread(lambda: _answered(platform) > before))
    await asyncio.to_thread(go.write_bytes, b"")

    async def both_done():
        return [run["outcome"] for run in await processes.document("runs")] == ["done", "done"]

    await until(both_done)


def _answered(platform):
    """Notifications that were answered with 200."""
    return sum(each["status"] == 200 for each in platform.state()["deliveries"])


async def test_a_handler_that_hangs_leaks_exits_or_eats_memory_harms_its_own_runs_alone(service):
    """Each of its runs ends in its way, one kills its process once, and the runs behind them are done."""
    platform, processes = service
    (processes.folder / "handlers" / "go").touch()
    outcomes = {}
    for number, (said, outcome) in enumerate(EXPECTED.items()):
        await platform.text("101", f"+1650555020{number}", said)

        async def ended(said=said, number=number):
            for run in await processes.document("runs"):
                outcomes.setdefault(run["event_id"], run["outcome"])
            return len(outcomes) > number

        await until(ended)
        assert list(outcomes.values())[-1] == outcome, said
    assert _answered(platform) == len(EXPECTED)


@pytest.mark.parametrize(
    ("log", "how", "block_timeout", "code"),
    [
        ("sqlite", "exit at once", 0, 3),
        ("sqlite", "block for ever", 2, STUCK),
        pytest.param("kafka", "segmentation fault", 0, -signal.SIGSEGV, marks=pytest.mark.kafka),
    ],
    indirect=["log"],
)
async def test_a_run_that_ends_its_process_every_time_is_given_up_and_the_others_are_done(service, how, code):
    """In the midst of others: these are done, and a person reads of that one why. One that blocks ends it by that."""
    platform, processes = service
    for number, said in enumerate(("note 1", how, "note 2")):
        await platform.text("101", f"+1650555030{number}", said)

    async def others_are_done():
        return await asyncio.to_thread(lambda: len(list((processes.folder / "handlers").glob("note *"))) == 2)

    await until(others_are_done, 300)
    letters = []

    async def known():
        letters[:] = await processes.document("dead") or ()
        return letters != []

    await until(known, 300)
    assert [(letter["outcome"], letter["rule"]) for letter in letters] == [("failed", "on_text")]
    assert letters[0]["reason"].startswith(
        "it ends its process: 3 processes ended while it ran, 2 of them with nothing"
    )
    logged = await asyncio.to_thread((processes.folder / "run.log").read_text, encoding="utf-8")
    assert logged.count(f'"exit_code": {code},') > 3  # the first of them made the worker careful
