"""Downloads: content as a stream into a file or an object, with progress, resumed where it broke off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import aiohttp

from switchhook.api.failures import lost
from switchhook.api.sansio import Answer, Request, decipher
from switchhook.api.uploading import Progress

if TYPE_CHECKING:
    from switchhook.api.budget import Priority
    from switchhook.api.client import Client

ATTEMPTS = 4
"""How often a download that breaks off is taken up again, counted anew whenever something came."""
CHUNK = 65_536


class Download:
    """One download. `size` is what has been written, `total` what there is (None until known)."""

    def __init__(self, client: Client, request: Request, progress: Progress | None, priority: Priority) -> None:
        self._client = client
        self._request = request
        self._progress = progress
        self._priority = priority
        self._tag: str | None = None
        self.size = 0
        self.total: int | None = None

    async def into_file(self, path: Path) -> int:
        """Write to `path`, by way of `path` + ".part", which an earlier attempt may have left. Returns the size."""
        partial = path.with_name(path.name + ".part")
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("ab") as file:
                self.size = file.seek(0, 2)
                await self._fetch(file)
        except BaseException:
            if self.size == 0:
                partial.unlink(missing_ok=True)
            raise
        partial.replace(path)
        return self.size

    async def into(self, file: BinaryIO) -> int:
        """Write to an object, from where it stands. Returns the size."""
        await self._fetch(file)
        return self.size

    async def _fetch(self, file: BinaryIO) -> None:
        begin = file.tell() - self.size
        failures = 0
        while True:
            before = self.size
            try:
                await self._attempt(file, begin)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failures = 1 if self.size > before else failures + 1
                if failures >= ATTEMPTS:
                    raise lost(self._request, f"the download broke off at {self.size} bytes") from error
            else:
                if self.total is None or self.size >= self.total:
                    return
                failures += 1
                if failures >= ATTEMPTS:
                    raise lost(self._request, f"the download ended at {self.size} of {self.total} bytes")

    async def _attempt(self, file: BinaryIO, begin: int) -> None:
        headers = dict(self._request.headers)
        if self.size:
            headers["Range"] = f"bytes={self.size}-"
            if self._tag is not None:
                headers["If-Range"] = self._tag
        async with self._client.streaming(replace(self._request, headers=headers), self._priority) as response:
            told = response.headers
            if response.status == 416 and self._is_whole(told):
                return
            if response.status >= 300:
                decipher(self._request, Answer(response.status, told, await response.read()))
            self._place(file, begin, response.status, told)
            async for chunk in response.content.iter_chunked(CHUNK):
                file.write(chunk)
                self.size += len(chunk)
                if self._progress is not None:
                    self._progress(self.size, self.total)

    def _is_whole(self, headers: Mapping[str, str]) -> bool:
        """Whether nothing is left to fetch: the range began at the end."""
        found = re.search(r"\*/(\d+)", headers.get("content-range", ""))
        self.total = int(found[1]) if found else None
        return self.total == self.size

    def _place(self, file: BinaryIO, begin: int, status: int, headers: Mapping[str, str]) -> None:
        """Go on where it broke off if the server does (206), else begin anew."""
        self._tag = headers.get("etag")
        length = headers.get("content-length")
        encoded = headers.get("content-encoding", "identity") != "identity"
        if status != 206 and self.size:
            file.seek(begin)
            file.truncate()
            self.size = 0
        self.total = None if length is None or encoded else self.size + int(length)
