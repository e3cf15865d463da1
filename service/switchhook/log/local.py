"""Between the two processes on one machine: a bell that says "there is something new", and a door to append by.

Both are Unix sockets beside the files they belong to. A bell that is not heard costs nothing: whoever listens also
looks by itself now and then.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from switchhook.errors import LogUnavailable

_LONGEST_ADDRESS = 100  # the system's limit is 104 to 108 bytes
_LONGEST_MESSAGE = 64 * 1024 * 1024
_LENGTH = 4


@contextlib.contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for `path` that is short enough for a socket, good inside the block."""
    text = str(path.absolute())
    if len(os.fsencode(text)) <= _LONGEST_ADDRESS:
        yield text
        return
    folder = os.open(path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _bound(path: Path, kind: socket.SocketKind) -> socket.socket:
    """A socket at `path`, for this user alone. What an ended process left there is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, kind)
    try:
        made.setblocking(False)
        with _address(path) as address:
            made.bind(address)
        path.chmod(0o600)
    except BaseException:
        made.close()
        raise
    return made


class Bell:
    """Rings at a path where a Doorbell may listen. Never waits, never fails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None

    def ring(self) -> None:
        """Ring once."""
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
        try:
            self._socket.send(b"!")
        except BlockingIOError:  # it has rung so often that it will be heard anyhow
            pass
        except OSError:
            with contextlib.suppress(OSError), _address(self._path) as address:  # nobody listens, or somebody new
                self._socket.connect(address)
                self._socket.send(b"!")

    def close(self) -> None:
        """Ring no more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Doorbell:
    """Calls `heard` on the running loop whenever somebody rang."""

    def __init__(self, path: Path, heard: Callable[[], None]) -> None:
        """Raises OSError if the socket cannot be made."""
        self._path = path
        self._heard = heard
        self._socket = _bound(path, socket.SOCK_DGRAM)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._ready)

    def _ready(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(64):
                pass
        self._heard()

    def close(self) -> None:
        """Listen no more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._path.unlink(missing_ok=True)


class Door:
    """Serves requests of local processes: one JSON object in, one out; what `answer` raises is told to the caller."""

    def __init__(self, path: Path, answer: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._guests: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Raises OSError if the socket cannot be made."""
        self._server = await asyncio.start_unix_server(self._serve, sock=_bound(self._path, socket.SOCK_STREAM))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._guests.add(task)
        try:
            while (request := await _receive(reader)) is not None:
                try:
                    reply = await self._answer(request)
                except LogUnavailable as error:
                    reply = {"error": str(error)}
                await _send(writer, reply)
        except (OSError, ValueError):
            pass
        finally:
            self._guests.discard(task)
            writer.close()

    async def close(self) -> None:
        """Serve no more."""
        if self._server is None:
            return
        self._server.close()
        for guest in tuple(self._guests):
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)
        await self._server.wait_closed()
        self._path.unlink(missing_ok=True)


async def ask(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Make one request at a Door. Raises LogUnavailable if nobody answers, or the one who does cannot."""
    try:
        with _address(path) as address:
            reader, writer = await asyncio.open_unix_connection(address)
        try:
            await _send(writer, request)
            reply = await _receive(reader)
        finally:
            writer.close()
    except (OSError, ValueError) as error:
        raise LogUnavailable(f"the ingress does not answer at {path}: is it running? ({error})") from error
    if reply is None:
        raise LogUnavailable(f"the ingress at {path} closed the connection before it answered: it may be stopping")
    if "error" in reply:
        raise LogUnavailable(reply["error"])
    return reply


async def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    data = orjson.dumps(message)
    writer.write(len(data).to_bytes(_LENGTH, "big") + data)
    await writer.drain()


async def _receive(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """One message; None at the end. Raises OSError, ValueError."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH), "big")
        if length > _LONGEST_MESSAGE:
            raise ValueError("message too long")
        message = orjson.loads(await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        return None
    if not isinstance(message, dict):
        raise ValueError("no object")  # noqa: TRY004 - one class for everything that is no message
    return message
