"""Downloads: content as a stream into a file or an object, with progress, resumed where it broke off."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

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
        self._note: Path | None = None
        self.size = 0
        self.total: int | None = None

    async def into_file(self, path: Path) -> int:
        """Write to `path`, by way of `path` + ".part", which an earlier attempt may have left. Returns the size.

        What is left is taken up if the note beside it (".part.note") says that it is the beginning of this content.
        """
        partial = path.with_name(path.name + ".part")
        partial.parent.mkdir(parents=True, exist_ok=True)
        self._note = path.with_name(path.name + ".part.note")
        try:
            with partial.open("ab") as file:
                if not self._recall(self._note):
                    file.truncate(0)
                self.size = file.seek(0, 2)
                await self._fetch(file)
        except BaseException:
            if self.size == 0:
                partial.unlink(missing_ok=True)
                self._note.unlink(missing_ok=True)
            raise
        partial.replace(path)
        self._note.unlink(missing_ok=True)
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
                ended = await self._attempt(file, begin)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failures = 1 if self.size > before else failures + 1
                if failures >= ATTEMPTS:
                    raise lost(self._request, f"the download broke off at {self.size} bytes") from error
            else:
                if ended and (self.total is None or self.size >= self.total):
                    return
                failures += 1
                if failures >= ATTEMPTS:
                    raise lost(self._request, f"the download ended at {self.size} of {self.total} bytes")

    async def _attempt(self, file: BinaryIO, begin: int) -> bool:
        """Fetch what is missing. False if what we have is not its beginning: it is thrown away."""
        headers = dict(self._request.headers)
        if self.size:
            headers["Range"] = f"bytes={self.size}-"
            if self._tag is not None:
                headers["If-Range"] = self._tag
        async with self._client.streaming(replace(self._request, headers=headers), self._priority) as response:
            told = response.headers
            if response.status == 416 and self.size:
                return self._is_whole(told) or self._rewind(file, begin)
            if response.status >= 300:
                decipher(self._request, Answer(response.status, told, await response.read()))
            if response.status == 206 and self._differs(told):
                return self._rewind(file, begin)
            self._place(file, begin, response.status, told)
            async for chunk in response.content.iter_chunked(CHUNK):
                file.write(chunk)
                self.size += len(chunk)
                if self._progress is not None:
                    self._progress(self.size, self.total)
        return True

    def _is_whole(self, headers: Mapping[str, str]) -> bool:
        """Whether nothing is left to fetch: the range began at the end."""
        found = re.search(r"\*/(\d+)", headers.get("content-range", ""))
        return found is not None and int(found[1]) == self.size == (self.total or self.size)

    def _place(self, file: BinaryIO, begin: int, status: int, headers: Mapping[str, str]) -> None:
        """Go on where it broke off if the server does (206), else begin anew."""
        if status != 206:
            self._rewind(file, begin)
        self._tag = _validator(headers)
        length = headers.get("content-length")
        encoded = headers.get("content-encoding", "identity") != "identity"
        self.total = None if length is None or encoded else self.size + int(length)
        self._remember()

    def _differs(self, headers: Mapping[str, str]) -> bool:
        """Whether a part is not the rest of what we have: it begins elsewhere, or the whole has another length."""
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("content-range", "").strip())
        if found is None or int(found[1]) != self.size:
            return True
        return self.total is not None and found[2] not in {"*", str(self.total)}

    def _rewind(self, file: BinaryIO, begin: int) -> Literal[False]:
        file.seek(begin)
        file.truncate()
        self.size, self.total, self._tag = 0, None, None
        return False

    def _recall(self, note: Path) -> bool:
        """Whether what an earlier attempt has left is the beginning of this content, as far as anybody can tell."""
        try:
            noted = json.loads(note.read_bytes())
        except (OSError, ValueError):
            return False
        if not isinstance(noted, dict) or noted.get("of") != self._request.path:
            return False
        self._tag, self.total = noted.get("tag"), noted.get("total")
        return self._tag is not None or self.total is not None

    def _remember(self) -> None:
        if self._note is not None:
            noted = {"of": self._request.path, "tag": self._tag, "total": self.total}
            self._note.write_text(json.dumps(noted), encoding="utf-8")


def _validator(headers: Mapping[str, str]) -> str | None:
    """What `If-Range` may be asked with: a strong ETag, else the moment of the last change (RFC 9110, 13.1.5)."""
    tag = headers.get("etag", "")
    return tag if tag.startswith('"') else headers.get("last-modified")
