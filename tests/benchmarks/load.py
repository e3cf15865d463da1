"""A load generator in a process of its own: keep-alive connections, each sending its next request on the answer.

Raw sockets and no parsing beyond the status: on two cores shared with the server it must cost less than the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

import uvloop

OK = b"HTTP/1.1 200"
END = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection that is never idle."""

    def __init__(self, request: bytes, latencies: list[float], failures: list[bytes]) -> None:
        self.request = request
        self.latencies = latencies
        self.failures = failures
        self.stopped = False
        self.sent_at = 0.0
        self.received = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        """The next request."""
        self.sent_at = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head = self.received.find(END)
        if head < 0 or len(self.received) < head + len(END) + body_length(self.received[:head]):
            return
        self.latencies.append(time.perf_counter() - self.sent_at)
        if not self.received.startswith(OK):
            self.failures.append(self.received)
        self.received = b""
        if not self.stopped:
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.stopped:
            self.failures.append(f"connection lost: {error}".encode())


def body_length(head: bytes) -> int:
    """What Content-Length says."""
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 : at + 30].split(b"\r\n")[0]) if at >= 0 else 0


async def drive(port: int, request: bytes, connections: int, warm_up: float, seconds: float) -> dict[str, object]:
    """Load for `warm_up` seconds that do not count and `seconds` that do."""
    latencies: list[float] = []
    failures: list[bytes] = []
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Connection(request, latencies, failures), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.sleep(warm_up)
    warm = len(latencies)
    latencies.clear()
    begun = time.perf_counter()
    await asyncio.sleep(seconds)
    lasted, counted = time.perf_counter() - begun, sorted(latencies)
    for one in made:
        one.stopped = True
        one.transport.close()
    return {
        "rate": len(counted) / lasted,
        "answered": warm + len(counted),
        "p50": counted[len(counted) // 2] * 1_000 if counted else None,
        "p99": counted[int(len(counted) * 0.99)] * 1_000 if counted else None,
        "worst": counted[-1] * 1_000 if counted else None,
        "failures": len(failures),
        "first_failure": failures[0].decode("latin-1")[:200] if failures else None,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("connections", type=int)
    parser.add_argument("warm_up", type=float)
    parser.add_argument("seconds", type=float)
    given = parser.parse_args()
    raw = sys.stdin.buffer.read()
    print(json.dumps(uvloop.run(drive(given.port, raw, given.connections, given.warm_up, given.seconds))))
