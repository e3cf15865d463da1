"""Real processes of the service: started, killed with SIGKILL, stopped with SIGSTOP, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp

from switchhook.log.kafka import topics
from switchhook.settings import LogSettings

_LOOK_WITHIN = aiohttp.ClientTimeout(total=2.0)


def free_ports(count: int) -> list[int]:
    """Ports that are free now, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


async def log_table(settings: LogSettings) -> str:
    """The `[log]` table for processes that share these topics, which are made; a dead worker is soon given up."""
    await topics.create(settings, 1_048_576)
    return f"""
[log]
kind = "kafka"
brokers = ["{settings.brokers[0]}"]
prefix = "{settings.prefix}"
partitions = {settings.partitions}
replication = 1
single_broker = true
session_timeout = 2.0
"""


class Processes:
    """An ingress and workers as processes of their own, on a settings file in `folder`.

    Names are "ingress", "worker", and "worker-2" and so on for further workers with a state and a port of their own.
    """

    def __init__(self, folder: Path, credentials: dict[str, Any], tail: str) -> None:
        """`tail` is TOML: handlers, and whatever else the test sets."""
        self.port, self.admin_port, self.ingress_admin_port, *others = free_ports(5)
        # `run` has one worker, which answers where a worker of its own would.
        self._admin_ports = dict.fromkeys(("worker", "run"), self.admin_port) | {
            f"worker-{at}": port for at, port in enumerate(others, 2)
        }
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
ingress_port = {self.ingress_admin_port}
{tail}
""",
            encoding="utf-8",
        )
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, *names: str) -> None:
        """Start processes; their logs go to files."""
        for name in names:
            environment = dict(os.environ)
            if name in self._admin_ports and name not in {"worker", "run"}:
                environment["SWITCHHOOK_ADMIN__PORT"] = str(self._admin_ports[name])
                environment["SWITCHHOOK_STATE__PATH"] = str(self.folder / name / "state.db")
            with (self.folder / f"{name}.log").open("a", encoding="utf-8") as log:
                self._running[name] = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "switchhook.cli", name.partition("-")[0], "--settings", str(self.settings)),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=environment,
                )

    async def kill(self, name: str) -> None:
        """SIGKILL: no goodbye, no flush."""
        process = self._running[name]
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        del self._running[name]  # not before: whoever is broken off here leaves it to `end`

    def freeze(self, name: str) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self._running[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self._running[name].send_signal(signal.SIGCONT)

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

    @property
    def running(self) -> list[str]:
        """Names of those that were started and neither stopped nor killed."""
        return list(self._running)

    def ended(self) -> list[str]:
        """Names of those that ended by themselves."""
        return [name for name, process in self._running.items() if process.returncode is not None]

    async def subscribed(self) -> None:
        """Return once a worker says that every subscription stands."""
        while not await self.settled():
            for name in self.ended():
                raise AssertionError(f"{name} ended: {self.log(name)}")
            await asyncio.sleep(0.05)

    async def up(self, name: str) -> bool:
        """Whether a process answers on its admin port: from then on it ends in good order when it is told to."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            return bool(await self._ask(name, "livez", "text"))
        return False

    async def settled(self) -> bool:
        """Whether a worker answers and every subscription stands."""
        looks = await self.document("subscriptions")
        return bool(looks) and all(look["settled"] for look in looks)

    async def document(self, name: str) -> list[dict[str, Any]]:
        """A document of the workers' admin API, of all of them together; empty while none answers.

        Where none was started here, whoever has the port of the settings is asked.
        """
        found: list[dict[str, Any]] = []
        for worker in (self._running.keys() & self._admin_ports.keys()) or {"worker"}:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                answer = await self._ask(worker, f"api/v1/{name}", "json")
                found += answer if isinstance(answer, list) else []  # else an error: it is still beginning
        return found

    async def gauge(self, worker: str, name: str) -> float | None:
        """A gauge of a worker; None while it does not answer."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            text = await self._ask(worker, "metrics", "text")
            return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
        return None

    async def _ask(self, name: str, path: str, form: str) -> Any:
        url = f"http://127.0.0.1:{self._admin_ports.get(name, self.ingress_admin_port)}/{path}"
        async with aiohttp.ClientSession(timeout=_LOOK_WITHIN) as session, session.get(url) as answer:
            return await getattr(answer, form)()

    def log(self, name: str) -> str:
        """The end of a process's log."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")[-3_000:]
