"""The simulator: REST answers and notifications per second, and the memory that subscriptions and messages take."""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from switchhook.simulator.filters import parse
from switchhook.simulator.platform import Platform

CONNECTIONS = 16
WARM_UP, SECONDS, ROUNDS = 0.5, 3.0, 5
NOTIFICATIONS, SUBSCRIPTIONS = 4_000, 8
HELD_SUBSCRIPTIONS, HELD_MESSAGES = 10_000, 100_000
READS = {
    "presence of a person": "/restapi/v1.0/account/~/extension/~/presence?detailedTelephonyState=true",
    "an extension": "/restapi/v1.0/account/~/extension/~",
    "a page of 30 messages": "/restapi/v1.0/account/~/extension/~/message-store?perPage=30",
    "business hours (a resource by schema)": "/restapi/v1.0/account/~/extension/~/business-hours",
}
EVENT = "/restapi/v1.0/account/~/extension/~/message-store/instant?type=SMS"


class Receiver(asyncio.Protocol):
    """A webhook that answers every request at once and echoes the validation token."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end].lower()
            fields = dict(line.split(b": ", 1) for line in self.received[:end].split(b"\r\n")[1:])
            length = int({name.lower(): value for name, value in fields.items()}.get(b"content-length", b"0"))
            if len(self.received) < end + 4 + length:
                return
            token = fields.get(b"Validation-Token", b"") if b"validation-token" in head else b""
            echo = b"Validation-Token: " + token + b"\r\n" if token else b""
            self.received = self.received[end + 4 + length :]
            self.transport.write(
                b"HTTP/1.1 200 OK\r\n" + echo + b"Content-Type: application/json\r\nContent-Length: 0\r\n\r\n"
            )


async def _receive() -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _serve() -> None:
    """A platform with some messages; to every address read from standard input it delivers, and says how fast."""
    platform = Platform(limits=False)
    await platform.start()
    for _ in range(100):
        await platform.text()
    print(json.dumps(platform.credentials()), flush=True)
    loop = asyncio.get_running_loop()
    while address := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        print(await _deliver(platform, address), flush=True)
    await platform.stop()


async def _deliver(platform: Platform, address: str) -> float:
    world = platform.world
    ann = world.account.extension("101")
    for _ in range(SUBSCRIPTIONS):
        filters = [parse(EVENT, ann, world.account)]
        world.subscriptions.create(ann, platform.client_id, filters, transport="WebHook", address=address)
    begun = time.perf_counter()
    for _ in range(NOTIFICATIONS // SUBSCRIPTIONS):
        world.messages.receive_text(ann, "+16505550100", "Hello")
        await asyncio.sleep(0)
    await platform.delivered()
    lasted = time.perf_counter() - begun
    failed = [one for one in world.delivery.log if one.status != 200]
    assert not failed, failed[0]
    for one in list(world.subscriptions.all.values()):
        world.subscriptions.delete(one)
    world.delivery.log.clear()
    return NOTIFICATIONS / lasted


def _hold() -> None:
    """Prints how many kilobytes more than at the start it takes, and how many in all."""
    platform = Platform(limits=False)
    world = platform.world
    before = _resident()
    people = list(world.account.users())
    for at in range(HELD_MESSAGES):
        world.messages.receive_text(people[at % 3], f"+1415{at % 5_000_000:07}", f"Message number {at}")
    for at in range(HELD_SUBSCRIPTIONS):
        filters = [parse(EVENT, people[at % 3], world.account)]
        address = f"https://hooks.example.com/{at}"
        world.subscriptions.create(people[at % 3], platform.client_id, filters, transport="WebHook", address=address)
    print(_resident() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _resident() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def _process(mode: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.benchmarks.simulator", mode]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("the process ended")
    return line.decode()


def _read(port: int, path: str, token: str) -> dict[str, Any]:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    command = [sys.executable, "-m", "tests.benchmarks.load", str(port), str(CONNECTIONS), str(WARM_UP), str(SECONDS)]
    done = subprocess.run(command, input=request.encode(), capture_output=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    if result["failures"]:
        raise RuntimeError(f"{result['failures']} requests failed; the first: {result['first_failure']}")
    return result


async def _token(credentials: dict[str, Any]) -> str:
    import aiohttp

    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": credentials["jwt"]}
    headers = {"Authorization": aiohttp.encode_basic_auth(credentials["client_id"], credentials["client_secret"])}
    async with aiohttp.ClientSession() as http:
        address = credentials["url"] + "/restapi/oauth/token"
        async with http.post(address, data=form, headers=headers) as answer:
            return str((await answer.json())["access_token"])


def _print(name: str, rates: list[float], more: str = "") -> None:
    print(f"  {name:<40}{statistics.median(rates):>8,.0f}/s  {rates[0]:>7,.0f} to {rates[-1]:,.0f}{more}")


async def run() -> None:
    """Medians of several rounds."""
    with _process("serve") as platform, _process("receive") as receiver:
        credentials = json.loads(_line(platform))
        token = await _token(credentials)
        port = int(credentials["url"].rpartition(":")[2])
        print(f"  GET, {CONNECTIONS} keep-alive connections, medians of {ROUNDS} runs of {SECONDS} s (target 2,000/s)")
        for name, path in READS.items():
            runs = [_read(port, path, token) for _ in range(ROUNDS)]
            rates = sorted(one["rate"] for one in runs)
            slow = statistics.median(one["p99"] for one in runs)
            _print(name, rates, f"  p99 {slow:.1f} ms")
        address = f"http://127.0.0.1:{int(_line(receiver))}/hook"
        rates = []
        for _ in range(ROUNDS):
            assert platform.stdin is not None
            platform.stdin.write(address.encode() + b"\n")
            platform.stdin.flush()
            rates.append(float(_line(platform)))
        rates.sort()
        print(f"  {NOTIFICATIONS:,} notifications to {SUBSCRIPTIONS} subscriptions of one webhook (target 1,500/s)")
        _print("delivered and answered", rates)
    with _process("hold") as holder:
        more, whole = (int(one) / 1024 for one in _line(holder).split())
        print(f"  {HELD_SUBSCRIPTIONS:,} subscriptions and {HELD_MESSAGES:,} messages (target 500 MB in all)")
        print(f"  {'held in':<40}{more:>8,.0f} MB  {whole:,.0f} MB with the process")


if __name__ == "__main__":
    match sys.argv[1]:
        case "serve":
            uvloop.run(_serve())
        case "receive":
            uvloop.run(_receive())
        case "hold":
            _hold()
