"""What the keeper needs of an identity's API client (`api.client.Client` is one)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from switchhook.api.client import Priority


class Client(Protocol):
    """All raise ApiError, as there."""

    identity: str

    async def call(
        self, operation: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = Priority.HANDLER
    ) -> Any:
        """As there."""

    def pages(
        self, operation: str, parameters: Mapping[str, Any] | None = None, *, priority: Priority = Priority.KEEPER
    ) -> AsyncIterator[Any]:
        """As there."""

    async def whoami(self) -> Mapping[str, Any]:
        """As there."""
