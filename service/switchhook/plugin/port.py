"""The one way out of a handler, and what every group of verbs has: each verb is one call through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class Port(Protocol):
    """What the worker (or a rehearsal) lends a context: the only way out of a handler."""

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        """Call an operation of the API by its id: reads directly, writes as the next effect of this run.

        Parameters go by their names in the catalogue; `body` holds the JSON body. Raises ValueError for an unknown
        operation or parameter, ApiError, NotDeterministic.
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

    async def _call(self, operation: str, /, **parameters: Any) -> Any:
        return await self._port.call(operation, parameters, identity=self._identity)
