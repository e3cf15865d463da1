"""How a process is told to end."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

pytestmark = pytest.mark.processes

WAITS = """
import asyncio, sys
from switchhook.app.ending import stopping

async def main():
    with stopping(supervised={supervised}) as stop:
        print("ready", flush=True)
        await stop.wait()
        print("stopping", flush=True)
        await asyncio.Event().wait() if {stubborn} else None

asyncio.run(main())
"""


async def start(*, supervised=False, stubborn=False):
    """A process that waits to be told; `stubborn`: and does not end then."""
    code = WAITS.format(supervised=supervised, stubborn=stubborn)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await said(process) == b"ready\n"
    return process


async def said(process):
    """The next line of its output; one that says nothing fails the test."""
    try:
        return await asyncio.wait_for(process.stdout.readline(), 60)
    except TimeoutError:
        process.kill()
        raise


async def ended(process):
    """Its exit code; one that does not end fails the test."""
    try:
        return await asyncio.wait_for(process.wait(), 60)
    except TimeoutError:
        process.kill()
        raise


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_asks_to_end(number):
    """It ends in its own time, well."""
    process = await start()
    process.send_signal(number)
    assert await said(process) == b"stopping\n"
    assert await ended(process) == 0


async def test_a_second_signal_does_not_wait():
    """Whatever is under way, it ends at once, and says by its exit code that something was left."""
    process = await start(stubborn=True)
    process.send_signal(signal.SIGTERM)
    assert await said(process) == b"stopping\n"
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == 1


async def test_a_supervised_process_ends_when_its_supervisor_dies():
    """Its standard input closes then, however that came."""
    process = await start(supervised=True)
    process.stdin.close()
    assert await said(process) == b"stopping\n"
    assert await ended(process) == 0
