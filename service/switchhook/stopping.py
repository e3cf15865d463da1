"""Work that goes on until it is time to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, Any]) -> bool:
    """Do the work, or give it up when `stop` is set; whether it was done. Raises what the work raised.

    What was given up, or whose caller was cancelled, has ended when this returns, and what it then raised is nothing
    to anybody.
    """
    doing, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
        done = doing.done()
    finally:
        doing.cancel()
        stopped.cancel()
        await asyncio.gather(doing, stopped, return_exceptions=True)
    if done:
        doing.result()
    return done
