"""Pytest plugin: one fixture, `switchhook`, with a platform, a clock and the whole service on them.

    async def test_missed_call_is_posted(switchhook):
        switchhook.enable(handler, "101", settings={"chat": switchhook.chat})
        await switchhook.start()
        call = await switchhook.platform.ring("101")
        await switchhook.platform.hang_up(call["telephonySessionId"])
        await switchhook.until(lambda: switchhook.outcomes("greet")["done"] == 1)
        assert len(switchhook.posts()) == 1

It comes with the extra `switchhook[testing]`. Without it this module does nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

with suppress(ImportError):  # pytest loads this wherever Switchhook is installed, also where nobody tests handlers
    import pytest_asyncio

    if TYPE_CHECKING:
        from switchhook.testing.service import Switchhook

    @pytest_asyncio.fixture
    async def switchhook(tmp_path: Path) -> AsyncIterator[Switchhook]:
        """The whole service in this process, on a simulated platform and a clock that moves when nothing else does."""
        from switchhook.testing.service import Switchhook

        async with Switchhook(tmp_path) as service:
            yield service
