"""Multipart bodies: parts from memory, from disk or from a stream, with progress told as they are read."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterable, AsyncIterator, Callable
from pathlib import Path

import aiohttp

from switchhook.api.sansio import Part

Progress = Callable[[int, int | None], object]
"""Called with the bytes so far and the bytes in all, None if nobody knows."""


def multipart(parts: tuple[Part, ...], progress: Progress | None = None) -> aiohttp.MultipartWriter:
    """The body. Files are read as they are sent, never as a whole. Raises OSError for a file that cannot be read."""
    writer = aiohttp.MultipartWriter("form-data")
    count = _Count(_total(parts), progress)
    for part in parts:
        payload = writer.append(_source(part.file.content, count), {"Content-Type": part.file.content_type})
        payload.set_content_disposition("form-data", name=part.name, filename=part.file.name)
    return writer


class _Count:
    """Bytes read so far, over all parts. Files are read in threads, but progress is told on the event loop."""

    def __init__(self, total: int | None, progress: Progress | None) -> None:
        self.progress = progress
        self._total = total
        self._sent = 0
        self._loop = asyncio.get_running_loop()

    def add(self, size: int) -> None:
        self._sent += size
        if self.progress is not None and size:
            self._loop.call_soon_threadsafe(self.progress, self._sent, self._total)


class _CountedFile(io.FileIO):
    def __init__(self, path: Path, count: _Count) -> None:
        super().__init__(path, "rb")
        self._count = count

    def readinto(self, buffer: object) -> int:
        size = super().readinto(buffer)  # type: ignore[arg-type] # a buffer, as the caller has it
        self._count.add(size or 0)
        return size or 0


class _CountedBytes(io.BytesIO):
    def __init__(self, content: bytes, count: _Count) -> None:
        super().__init__(content)
        self._count = count

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self._count.add(len(content))
        return content


def _source(content: bytes | Path | AsyncIterable[bytes], count: _Count) -> object:
    if isinstance(content, Path):
        return io.BufferedReader(_CountedFile(content, count))
    if isinstance(content, bytes):
        return content if count.progress is None else _CountedBytes(content, count)
    return _counted(content, count)


async def _counted(chunks: AsyncIterable[bytes], count: _Count) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        count.add(len(chunk))
        yield chunk


def _total(parts: tuple[Part, ...]) -> int | None:
    total = 0
    for part in parts:
        content = part.file.content
        if isinstance(content, Path):
            total += content.stat().st_size
        elif isinstance(content, bytes):
            total += len(content)
        else:
            return None
    return total
