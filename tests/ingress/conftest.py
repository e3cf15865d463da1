"""A running ingress for tests, and a client that says exactly what it is told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from switchhook.clock import Clock
from switchhook.ingress.service import Ingress, ingress
from switchhook.log import Header, Record
from switchhook.log.journal_view import JournalView
from switchhook.notification import Addresses, SubscriptionName, envelope
from switchhook.settings import AppSettings, LogSettings
from switchhook.telemetry import Metric, Metrics

NAME = SubscriptionName("400", "main", 1, 1)
SECRET = "0123456789abcdef"
BODY = b'{"uuid":"1","event":"/restapi/v1.0/account/400/telephony/sessions","body":{"telephonySessionId":"s-1"}}'


@dataclass
class Reply:
    """A response, and how many bytes it was in total."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int


@dataclass
class Door:
    """The ingress under test with everything around it."""

    ingress: Ingress
    metrics: Metrics
    settings: AppSettings
    addresses: Addresses
    path: str = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.path = self.addresses.address(NAME)
        self.token = self.addresses.verification_token(NAME)

    async def send(self, raw: bytes) -> Reply:
        """Send these very bytes over a connection of their own; the reply."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ingress.port)
        try:
            writer.write(raw)
            return await reply(reader)
        finally:
            writer.close()

    async def post(self, body: bytes = BODY, *, path: str | None = None, **headers: str) -> Reply:
        """Send a notification; header names with underscores."""
        given = {"verification_token": self.token} | headers
        return await self.send(request(self.path if path is None else path, body, given))

    def records(self) -> list[Record]:
        """The notifications in the journal."""
        return [record for record in read(self.settings.ingress.journal) if Header.SOURCE not in record.headers]

    def counted(self, result: str) -> float:
        """How many requests ended like this."""
        return self.metrics.value(Metric.NOTIFICATIONS, result=result)


def read(journal: Path) -> list[Record]:
    """All records of a journal."""
    view = JournalView(journal)
    try:
        return view.after(0, 10_000)
    finally:
        view.close()


def notes(journal: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """The notes in a journal: path, account, body."""
    found = [record for record in read(journal) if record.headers.get(Header.SOURCE) == "ingress"]
    envelopes = [envelope(record.value) for record in found]
    return [(one.path, record.account, dict(one.body)) for one, record in zip(envelopes, found, strict=True)]


def request(path: str, body: bytes, headers: dict[str, str], method: str = "POST") -> bytes:
    """A request as bytes; a header that is "" is left out."""
    lines = [f"{method} {path} HTTP/1.1", "host: hooks.example", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def reply(reader: asyncio.StreamReader) -> Reply:
    """Read one response."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Reply(int(first.split()[1]), headers, body, len(head) + len(body))


def settings_in(folder: Path, log: LogSettings | None, **table: Any) -> AppSettings:
    """Settings of an ingress whose files are in `folder`, embedded unless a Kafka log is given."""
    return AppSettings.model_validate(
        {
            "ingress": {
                "host": "127.0.0.1",
                "port": 0,
                "public_url": "",
                "master_secrets": [SECRET],
                "journal": folder / "journal.db",
                **table,
            },
            "state": {"path": folder / "state.db"},
            "log": log or LogSettings(),
        }
    )


@asynccontextmanager
async def running(
    folder: Path, clock: Clock | None = None, *, log: LogSettings | None = None, **table: Any
) -> AsyncIterator[Door]:
    """An ingress with these settings of `[ingress]`."""
    settings, metrics = settings_in(folder, log, **table), Metrics()
    async with ingress(settings, metrics, clock=clock) as started:
        yield Door(started, metrics, settings, Addresses("", [SECRET.encode()]))
