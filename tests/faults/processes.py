"""Real processes of the service, started, killed with SIGKILL and started again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Processes:
    """An ingress and a worker as processes of their own, on a settings file in `folder`."""

    def __init__(self, folder: Path, credentials: dict[str, Any], tail: str) -> None:
        """`tail` is TOML: handlers, and whatever else the test sets."""
        self.port, self.admin_port, ingress_admin_port = free_ports(3)
        self.folder = folder
        self.settings = folder / "switchhook.toml"
        self.public_url = f"http://127.0.0.1:{self.port}"
        self.settings.write_text(
            f"""
[[identities]]
name = "main"
server = "{credentials["url"]}"
client_id = "{credentials["client_id"]}"
client_secret = "{credentials["client_secret"]}"
jwt = "{credentials["jwt"]}"
account = "{credentials["account_id"]}"
[ingress]
host = "127.0.0.1"
port = {self.port}
public_url = "{self.public_url}"
master_secrets = ["correct horse battery staple"]
[admin]
port = {self.admin_port}
ingress_port = {ingress_admin_port}
{tail}
""",
            encoding="utf-8",
        )
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, *names: str) -> None:
        """Start processes; their logs go to files."""
        for name in names:
            with (self.folder / f"{name}.log").open("a", encoding="utf-8") as log:
                self._running[name] = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "switchhook.cli", name, "--settings", str(self.settings)),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    async def kill(self, name: str) -> None:
        """SIGKILL: no goodbye, no flush."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def stop(self, name: str) -> int:
        """SIGTERM; the exit code. Raises TimeoutError if it does not end."""
        self._running[name].send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            code = await self._running[name].wait()
        del self._running[name]
        return code

    async def end(self) -> None:
        """Kill what still runs."""
        for name in list(self._running):
            await self.kill(name)

    async def subscribed(self) -> None:
        """Return once the worker says that every subscription stands."""
        while not await self.settled():
            for name, process in self._running.items():
                assert process.returncode is None, f"{name} ended: {self.log(name)}"
            await asyncio.sleep(0.05)

    async def settled(self) -> bool:
        """Whether the worker answers and every subscription stands."""
        looks = await self.document("subscriptions")
        return bool(looks) and all(look["settled"] for look in looks)

    async def document(self, name: str) -> list[dict[str, Any]]:
        """A document of the worker's admin API; empty while no worker answers."""
        url = f"http://127.0.0.1:{self.admin_port}/api/v1/{name}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                found: list[dict[str, Any]] = await answer.json()
                return found
        except aiohttp.ClientError:
            return []

    def log(self, name: str) -> str:
        """The end of a process's log."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")[-3_000:]
