"""A server that answers every request at once with a small JSON object: as little in the way of a client as can be."""

from __future__ import annotations

import asyncio

import uvloop

BODY = b'{"id":"26848769679364","groupId":"995723345922","type":"TextMessage","text":"Hello","creatorId":"62534323"}'
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Rate-Limit-Group: medium\r\n"
    b"X-Rate-Limit-Limit: 100000000\r\nX-Rate-Limit-Remaining: 99999999\r\nX-Rate-Limit-Window: 60\r\n"
)
TOKEN = b'{"access_token":"t","expires_in":3600,"refresh_token":"r","refresh_token_expires_in":604800}'


def response(body: bytes) -> bytes:
    """Head and body."""
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Answering(asyncio.Protocol):
    """One connection. Requests are counted by their heads; bodies are skipped by their length."""

    def __init__(self) -> None:
        self.buffer = b""

    def connection_made(self, transport) -> None:  # type: ignore[no-untyped-def] # uvloop's is no asyncio.Transport
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(response(TOKEN if b"/oauth/token" in head else BODY))


async def serve() -> None:
    """Print the port, serve until killed."""
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
