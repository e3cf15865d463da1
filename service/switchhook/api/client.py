"""One identity's way to the API: token, budget, transport, catalogue joined."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from enum import IntEnum
from typing import Any


class Priority(IntEnum):
    """Who goes first when the budget is short; lower is sooner."""

    RINGING = 0
    HANDLER = 1
    KEEPER = 2
    BACKFILL = 3


class Client:
    """Calls operations of the API as one identity. Made by `app`; one per identity and process.

    Attributes: `identity` (its name in the settings).
    """

    identity: str

    async def call(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.HANDLER,
        deadline: float | None = None,
    ) -> Any:
        """Call an operation by its id in the catalogue; returns the parsed answer (None for 204).

        Parameters go by their catalogue names, the JSON body as `body`. `~` is the default of accountId and
        extensionId. `deadline`: monotonic seconds by which it must have been sent. Raises ValueError for a parameter
        that is unknown, missing or of the wrong kind (before anything is sent), ApiError else.
        """
        raise NotImplementedError

    def pages(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.KEEPER,
    ) -> AsyncIterator[Any]:
        """Every record of a paged list, one by one."""
        raise NotImplementedError

    def changes_something(self, operation: str) -> bool:
        """Whether the operation is a write. Raises ValueError for an unknown operation, naming near ones."""
        raise NotImplementedError

    async def whoami(self) -> Mapping[str, Any]:
        """The identity's own extension (`readExtension` of `~`), fetched once (`id`, `account.id`, …)."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close connections. The token stays valid."""
        raise NotImplementedError
