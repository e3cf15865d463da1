"""Chromium without a window, driven by the W3C WebDriver protocol."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.installed import installed

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1600",
             "--disable-background-networking", "--no-first-run"]  # fmt: skip
STARTED = re.compile(r"started successfully on port (\d+)")
PATIENCE = 60.0
"""Seconds until something must show: generous, as machines may be busy."""


class Browser:
    """One window."""

    def __init__(self, http: aiohttp.ClientSession, session: str) -> None:
        self._http = http
        self._session = session

    async def command(self, method: str, path: str, **body: Any) -> Any:
        """Send a command. Raises AssertionError with the driver's message."""
        sent = {"json": body} if method == "POST" else {}
        async with self._http.request(method, f"{self._session}/{path}", **sent) as answer:
            value = (await answer.json())["value"]
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{value['error']}: {value['message']}")
        return value

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.command("POST", "url", url=url)

    async def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript and return what it returns."""
        return await self.command("POST", "execute/sync", script=script, args=list(arguments))

    async def until(self, script: str, *arguments: Any) -> Any:
        """Ask again and again until a script returns something that is true; returns it."""
        waiting = """
            const [script, patience, args, done] = arguments;
            const ask = new Function(script);
            const start = Date.now();
            (function again() {
              const found = ask(...args);
              if (found || Date.now() - start > patience) done(found);
              else setTimeout(again, 20);
            })();
        """
        found = await self.command(
            "POST", "execute/async", script=waiting, args=[script, PATIENCE * 1000, list(arguments)]
        )
        assert found, f"never true: {script} {arguments}"
        return found

    async def element(self, xpath: str) -> str:
        """The id of an element, when it is there."""
        await self.until("return document.evaluate(arguments[0], document, null, 9).singleNodeValue !== null", xpath)
        found = await self.command("POST", "element", using="xpath", value=xpath)
        return str(found[ELEMENT])

    async def click(self, xpath: str) -> None:
        """Click on an element; once more if the page replaced it between finding and clicking."""
        while True:
            element = await self.element(xpath)
            try:
                await self.command("POST", f"element/{element}/click")
            except AssertionError as error:
                if not str(error).startswith("stale element reference"):
                    raise
            else:
                return

    async def press(self, keys: str) -> None:
        """Press keys, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        await self.command("POST", "actions", actions=[{"type": "key", "id": "keys", "actions": actions}])

    async def role(self, xpath: str) -> tuple[str, str]:
        """What assistive technology is told: the role and the name of an element."""
        element = await self.element(xpath)
        role = await self.command("GET", f"element/{element}/computedrole")
        return role, await self.command("GET", f"element/{element}/computedlabel")

    async def errors(self) -> list[str]:
        """What the browser logged as severe."""
        found = await self.command("POST", "se/log", type="browser")
        return [entry["message"] for entry in found if entry["level"] == "SEVERE"]


async def _port(driver: asyncio.subprocess.Process) -> int:
    """The port that the driver chose for itself, which it says when it is ready."""
    assert driver.stdout is not None
    while line := await driver.stdout.readline():
        found = STARTED.search(line.decode(errors="replace"))
        if found is not None:
            return int(found[1])
    raise AssertionError(f"chromedriver ended with {await driver.wait()}")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A window of Chromium."""
    chromium = installed("chromium", "google-chrome", package="chromium")
    driver_path = installed("chromedriver", package="chromium-driver")
    environment = {**os.environ, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    driver = await asyncio.create_subprocess_exec(
        driver_path, "--port=0", env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )  # fmt: skip
    options = {"binary": chromium, "args": ARGUMENTS}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
              "timeouts": {"script": int(2_000 * PATIENCE)}}  # fmt: skip
    try:
        async with aiohttp.ClientSession() as http:
            async with asyncio.timeout(120):
                url = f"http://127.0.0.1:{await _port(driver)}"
            async with http.post(f"{url}/session", json={"capabilities": {"alwaysMatch": wanted}}) as answer:
                made = (await answer.json())["value"]
            assert "sessionId" in made, made
            window = Browser(http, f"{url}/session/{made['sessionId']}")
            yield window
            async with http.delete(f"{url}/session/{made['sessionId']}"):
                pass
    finally:
        if driver.returncode is None:
            driver.terminate()
        await driver.wait()
