"""The same seed gives the same run, byte for byte, in another process too."""

from __future__ import annotations

import asyncio
import os
import sys

import orjson
import pytest


async def run(seed: int, hashes: int) -> dict[str, str]:
    """In a process of its own, whose sets and dictionaries are in another order."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hashes)}
    command = (sys.executable, "-m", "tests.simulator.seeded_run", str(seed))
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, str] = orjson.loads(output)
    return found


@pytest.mark.processes
async def test_the_same_seed_gives_the_same_run() -> None:
    """Notifications, state and answers; another seed gives others."""
    first, second, other = await asyncio.gather(run(5, 1), run(5, 2), run(6, 1))
    assert first == second
    assert not set(first.values()) & set(other.values())
