"""The real service as the demo starts it: settings in a folder, two processes, and what they tell of themselves."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from switchhook.errors import SwitchhookError
from switchhook.simulator.platform import Platform

_PATIENCE = 20.0

_SETTINGS = """
[[identities]]
name = "main"
server = "{server}"
client_id = "{client_id}"
client_secret = "{client_secret}"
jwt = "{jwt}"

[ingress]
host = "127.0.0.1"
port = {port}
public_url = "{public_url}"
master_secrets = ["{master_secret}"]

[admin]
port = {admin_port}
ingress_port = {ingress_admin_port}

[[handlers]]
use = "forward"
extensions = ["101"]
settings = {{ callers = ["+16505550100"], to = "103" }}

[[handlers]]
use = "answer"
extensions = ["102"]

[[handlers]]
use = "record"
extensions = ["102"]

[[handlers]]
use = "post_to_chat"
extensions = ["101", "103"]
settings = {{ chat = "{chat}" }}
"""


class Failed(SwitchhookError):
    """The service did not come up, or did not do what the demo waits for."""


class Service:
    """`switchhook run` on a folder of its own. An async context manager: it ends when the block does."""

    def __init__(self, folder: Path, platform: Platform) -> None:
        self._folder = folder
        self._platform = platform
        port, admin_port, ingress_admin_port = _free_ports(3)
        self.public_url = f"http://127.0.0.1:{port}"
        self.admin_url = f"http://127.0.0.1:{admin_port}"
        self._ports = {"port": port, "admin_port": admin_port, "ingress_admin_port": ingress_admin_port}
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._subscriptions: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        file = self._folder / "switchhook.toml"
        platform = self._platform
        chat = next(chat["id"] for chat in platform.state()["chats"].values() if chat.get("name") == "Front desk")
        text = _SETTINGS.format(
            server=platform.url,
            client_id=platform.client_id,
            client_secret=platform.client_secret,
            jwt=platform.jwt,
            public_url=self.public_url,
            master_secret=secrets.token_urlsafe(24),
            chat=chat,
            **self._ports,
        )
        file.touch(0o600)
        file.write_text(text, encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHHOOK_")}
        with (self._folder / "log").open("w", encoding="utf-8") as log:
            command = (sys.executable, "-m", "switchhook.cli", "run", "--settings", str(file))
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stderr=log, env=environment, start_new_session=True
            )
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._process is not None
        await self._session.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        await self._process.wait()

    async def ready(self) -> None:
        """Return once the subscriptions stand. Raises Failed, with the last words of the log."""
        async with self._patience("the subscriptions do not stand"):
            while not (self._subscriptions and all(each["settled"] for each in self._subscriptions)):
                await asyncio.sleep(0.05)
                self._subscriptions = await self.fetch("subscriptions")

    def subscribed(self) -> list[str]:
        """What the keeper did, a line each."""
        return [
            f"subscribed to {len(standing['filters'])} kinds of events until {standing['expires'][:10]}"
            for look in self._subscriptions
            for standing in look["existing"]
        ]

    async def fetch(self, document: str, **query: float) -> list[dict[str, Any]]:
        """A document of the worker's admin API; empty while the worker is not up."""
        assert self._session is not None
        try:
            async with self._session.get(f"{self.admin_url}/api/v1/{document}", params=query) as answer:
                found: list[dict[str, Any]] = await answer.json()
                return found
        except aiohttp.ClientConnectionError:
            self._check_alive()
            return []

    def _check_alive(self) -> None:
        if self._process is not None and self._process.returncode is not None:
            raise Failed(f"the service ended with exit code {self._process.returncode}\n{self._last_words()}")

    @contextlib.asynccontextmanager
    async def _patience(self, complaint: str) -> Any:
        try:
            async with asyncio.timeout(_PATIENCE):
                yield
        except TimeoutError:
            raise Failed(f"{complaint} after {_PATIENCE:.0f} s\n{self._last_words()}") from None

    def _last_words(self) -> str:
        lines = (self._folder / "log").read_text(encoding="utf-8").splitlines()
        return "\n".join(f"  {line}" for line in lines[-8:])


def _free_ports(count: int) -> list[int]:
    """Ports that are free now. All are held until the last is found, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
