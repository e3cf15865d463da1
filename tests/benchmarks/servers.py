"""The servers that the ingress benchmark compares, each in a process of its own; prints its port, serves until killed.

`nothing` is ours with the journal taken out; `switchhook` is ours; `fastapi` is what people write.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from switchhook.clock import SystemClock
from switchhook.ingress.counts import Counts
from switchhook.ingress.endpoint import Endpoint
from switchhook.ingress.interruptions import Interruptions
from switchhook.ingress.service import ingress
from switchhook.log import NewRecord
from switchhook.notification import Addresses
from switchhook.serving import listen, serving
from switchhook.settings import AppSettings
from switchhook.telemetry import Metrics

SECRET = "0123456789abcdef"


class NoJournal:
    """Stores nothing, at once."""

    def accept(self, _records: Sequence[NewRecord]) -> asyncio.Future[int]:
        """Done."""
        done = asyncio.get_running_loop().create_future()
        done.set_result(0)
        return done

    def remember_account(self, account: str) -> None:
        """Nor accounts."""


async def nothing() -> None:
    """The same endpoint, storing nothing."""
    listener = listen("127.0.0.1", 0)
    addresses, journal, counts = Addresses("", [SECRET.encode()]), NoJournal(), Counts(Metrics())
    interruptions = Interruptions(journal, SystemClock())
    endpoint = Endpoint(addresses, journal, counts, interruptions, body_limit=1_048_576, body_timeout=2.0)
    async with serving(endpoint, listener, grace=1.0):
        _ready(listener.getsockname()[1])
        await asyncio.Event().wait()


async def switchhook(folder: Path, brokers: str | None) -> None:
    """The real thing, as `switchhook ingress` runs it; with Kafka if brokers are given."""
    settings = AppSettings.model_validate(
        {
            "ingress": {
                "host": "127.0.0.1",
                "port": 0,
                "master_secrets": [SECRET],
                "journal": folder / "journal.db",
            },
            "state": {"path": folder / "state.db"},
            "log": {"kind": "kafka", "brokers": [brokers], "prefix": "bench-"} if brokers else {},
        }
    )
    async with ingress(settings, Metrics()) as running:
        _ready(running.port)
        await running.until(asyncio.Event())


async def fastapi(brokers: str) -> None:
    """What people write (in a module of its own: it needs the `bench` dependencies)."""
    import uvicorn

    from .fastapi_app import build

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(build(brokers), access_log=False, log_level="error"))
    _ready(listener.getsockname()[1])
    await server.serve(sockets=[listener])


def _ready(port: int) -> None:
    print(port, flush=True)


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    match kind:
        case "nothing":
            uvloop.run(nothing())
        case "switchhook":
            uvloop.run(switchhook(Path(rest[0]), rest[1] if len(rest) > 1 else None))
        case "fastapi":
            uvloop.run(fastapi(rest[0]))
