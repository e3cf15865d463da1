"""The one way out of a handler, and what every group of verbs has: each verb is one call through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from switchhook.api.operations import Operations

if TYPE_CHECKING:
    from switchhook.api.uploading import Progress


class Port(Protocol):
    """What the worker (or a rehearsal) lends a context: the only way out of a handler."""

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        """Call an operation of the API by its id: reads directly, writes as the next effect of this run.

        Parameters go by their names in the catalogue; `body` holds the JSON body. Raises ValueError for an unknown
        operation or parameter, ApiError, NotDeterministic.
        """

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        to: Path | BinaryIO,
        *,
        progress: Progress | None = None,
        identity: str | None = None,
    ) -> int:
        """Stream the content that an operation reads into a file or an object; returns its size in bytes.

        A file gets its name when it is whole; what an earlier attempt has left beside it is taken up. Raises as
        `call`, and OSError.
        """

    def now(self) -> datetime:
        """The clock of this worker."""

    def remember(self, key: str, value: object, *, ttl: float | None) -> None:
        """Put into the handler's durable memory; saved with the run's end (None deletes)."""

    def recall(self, key: str) -> Any:
        """Read from it; None if absent."""


class Verbs:
    """A group of verbs under one identity (None: the handler's own)."""

    def __init__(self, port: Port, identity: str | None) -> None:
        self._port = port
        self._identity = identity
        self._api = Operations(partial(port.call, identity=identity))

    async def _all(self, operation: str, /, **parameters: Any) -> list[Any]:
        """The records of all pages of a list."""
        return [record async for record in self._api.pages(operation, **parameters)]

    async def _download(
        self, operation: str, to: Path | BinaryIO, progress: Progress | None, /, **parameters: Any
    ) -> int:
        return await self._port.download(operation, parameters, to, progress=progress, identity=self._identity)
