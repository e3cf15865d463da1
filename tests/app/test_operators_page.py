"""The operator's page of the real service, as `switchhook run` starts it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from switchhook.simulator.platform import Platform
from tests.browser import Browser, browser
from tests.faults.processes import Processes

__all__ = ["browser"]

pytestmark = pytest.mark.processes

_SHOWS = "return document.getElementById(arguments[0])?.textContent.includes(arguments[1])"


async def test_a_call_is_seen_to_be_forwarded(browser: Browser, tmp_path: Path) -> None:
    """The log names the page; the worker's shows the run and its write, the ingress's what came in; no error."""
    platform = Platform(seed=1, limits=False)
    await platform.start()
    handler = '[[handlers]]\nuse = "forward"\nextensions = ["101"]\n'
    processes = Processes(
        tmp_path, platform.credentials(), f'{handler}settings = {{ to = "103", callers = ["+16505550100"] }}\n'
    )
    try:
        await processes.start("ingress", "worker")
        async with asyncio.timeout(120):
            await processes.subscribed()
        page = f"http://127.0.0.1:{processes.admin_port}"
        assert f'"page": "{page}"' in processes.log("worker")
        await platform.ring("101", from_="+16505550100")
        await browser.open(page)
        await browser.until(_SHOWS, "runs", "forwardCallParty")
        await browser.until(_SHOWS, "verdict", "All is well")
        await browser.until(_SHOWS, "looks", "all that is wanted stands")
        await browser.until(_SHOWS, "handlers", "forward, forward")
        assert await browser.errors() == []
        await browser.open(f"http://127.0.0.1:{processes.ingress_admin_port}")
        await browser.until(_SHOWS, "process", "ingress")
        await browser.until(_SHOWS, "figures", "Requests: handshake1")
        await browser.until(_SHOWS, "verdict", "All is well")
    finally:
        await processes.end()
        await platform.stop()
