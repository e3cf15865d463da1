"""A newcomer's first session: a new handler, a simulated platform with settings that fit, the service, a call."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from switchhook.cli.new_handler import new_handler
from switchhook.cli.simulate import simulate
from tests.faults.processes import free_ports

pytestmark = pytest.mark.processes


@asynccontextmanager
async def running(folder: Path, *arguments: str, **environment: str):
    """A verb of ours until the block ends; its output goes to a file of its name."""
    with (folder / f"{arguments[0]}.txt").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "switchhook.cli", *arguments),
            cwd=folder, env={**os.environ, **environment}, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def state(http: aiohttp.ClientSession, url: str) -> dict:
    """Of the simulated platform; empty while it does not answer yet."""
    try:
        async with http.get(f"{url}/simulator/state") as answer:
            return await answer.json()
    except aiohttp.ClientError:
        return {}


async def until(condition, *, within=90.0):
    """Ask again until it holds; what it returned."""
    async with asyncio.timeout(within):
        while not (found := await condition()):
            await asyncio.sleep(0.1)
        return found


async def test_from_nothing_to_a_post(tmp_path):
    """As the README of a new package says: its handler posts for a call that nobody took."""
    assert CliRunner().invoke(new_handler, ["hello", "--into", str(tmp_path)]).exit_code == 0
    folder = tmp_path / "switchhook-hello"
    at_platform, at_ingress, at_admin, at_health = free_ports(4)
    url = f"http://127.0.0.1:{at_platform}"
    places = {
        "SWITCHHOOK_INGRESS__PORT": str(at_ingress),
        "SWITCHHOOK_INGRESS__PUBLIC_URL": f"http://127.0.0.1:{at_ingress}",
        "SWITCHHOOK_ADMIN__PORT": str(at_admin),
        "SWITCHHOOK_ADMIN__INGRESS_PORT": str(at_health),
        "PYTHONPATH": str(folder / "src"),
    }
    async with aiohttp.ClientSession() as http:
        file = folder / "switchhook.toml"
        async with running(folder, "simulate", "--port", str(at_platform), "--settings", file.name):
            begun = await until(lambda: state(http, url))
            chat = next(each["id"] for each in begun["chats"].values() if each.get("name") == "Front desk")
            table = '[[handlers]]\nuse = "switchhook_hello:handler"\nextensions = ["101"]\n'
            with file.open("a", encoding="utf-8") as settings:
                settings.write(f'{table}settings = {{ chat = "{chat}", greeting = "Hello from" }}\n')

            async def posted():
                return {post["text"] for post in (await state(http, url))["chats"][chat]["posts"]}

            async def stands():
                return (await state(http, url))["subscriptions"]

            async with running(folder, "run", **places):
                await until(stands)
                for verb in ("ring", "hang-up"):
                    ran = await asyncio.to_thread(CliRunner().invoke, simulate, [verb, "--url", url])
                    assert ran.exit_code == 0, ran.output
                wanted = {"Hello from: +16505550100", "**Missed call** from Joe Caller (+16505550100)"}
                await until(lambda: _all_in(wanted, posted))


async def _all_in(wanted, posted):
    return wanted <= await posted()


def test_settings_that_are_there_are_not_overwritten(tmp_path):
    """They may hold what somebody wrote."""
    file = tmp_path / "switchhook.toml"
    file.write_text("# mine")
    result = CliRunner().invoke(simulate, ["--settings", str(file)])
    assert (result.exit_code, file.read_text()) == (2, "# mine")
    assert "exists" in result.output
