"""Keeps processes running: restarts what ends, stops all on a signal, never leaves one behind."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from switchhook.cli.ends import WRONG_USE

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_STEADY = 30.0

log = structlog.get_logger("switchhook.run")


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep: its name in the logs and its command."""

    name: str
    command: Sequence[str]


async def supervise(children: Sequence[Child], *, grace: float) -> int:
    """Run `children` until SIGTERM or SIGINT; then give them `grace` seconds to end, and a second signal none.

    A child that ends is started again, at once at first, then with growing pauses. One that ends with exit code 2
    (wrong settings, port in use) ends everything: starting it again would not help. Returns the exit code.
    """
    loop = asyncio.get_running_loop()
    stop, abort = asyncio.Event(), asyncio.Event()

    def on_signal() -> None:
        (abort if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    codes = await asyncio.gather(*(_keep(child, stop, abort, grace) for child in children))
    return max(codes)


async def _keep(child: Child, stop: asyncio.Event, abort: asyncio.Event, grace: float) -> int:
    pause = _FIRST_PAUSE
    while True:
        started = asyncio.get_running_loop().time()
        # The pipe on standard input closes when this process dies, however it dies: the child then stops by itself.
        process = await asyncio.create_subprocess_exec(
            *child.command, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )
        code = await _until(stop, process)
        if code is None:
            return await _end(child, process, abort, grace)
        if code == WRONG_USE:
            stop.set()
            return WRONG_USE
        if asyncio.get_running_loop().time() - started > _STEADY:
            pause = _FIRST_PAUSE
        log.warning("process ended; starting it again", process=child.name, exit_code=code, pause=pause)
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return 1


async def _until(stop: asyncio.Event, process: asyncio.subprocess.Process) -> int | None:
    """Exit code of a process that ended by itself, None once `stop` is set."""
    ended, stopped = asyncio.ensure_future(process.wait()), asyncio.ensure_future(stop.wait())
    await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if ended.done():
        return ended.result()
    ended.cancel()
    return None


async def _end(child: Child, process: asyncio.subprocess.Process, abort: asyncio.Event, grace: float) -> int:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    ended, aborted = asyncio.ensure_future(process.wait()), asyncio.ensure_future(abort.wait())
    await asyncio.wait([ended, aborted], timeout=grace, return_when=asyncio.FIRST_COMPLETED)
    aborted.cancel()
    if not ended.done():
        log.error("process did not end in time; killing it", process=child.name, grace=grace)
        process.kill()
    code = await ended
    return code if code >= 0 else 1
