"""When a process is to end: signals, and the standard input that closes when the supervising process dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator

import structlog

_log = structlog.get_logger("switchhook")


@contextlib.contextmanager
def stopping(*, supervised: bool) -> Iterator[asyncio.Event]:
    """An event that is set by SIGTERM, SIGINT, and if `supervised` by the end of standard input.

    A second signal does not wait for anything: the process ends at once, with exit code 1.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            _log.error("second signal: ending at once; what was under way is handled after the next start")
            os._exit(1)
        stop.set()

    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, on_signal)
    if supervised:
        loop.add_reader(sys.stdin.fileno(), _on_input, stop)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
        if supervised:
            loop.remove_reader(sys.stdin.fileno())


def _on_input(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
