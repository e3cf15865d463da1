"""Every operation of the API as a method; `operations.pyi`, which is generated, gives their signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from switchhook.api import catalogue, pages


class Operations:
    """All operations of the API index by id: `await api.readExtension(extensionId="101")`; in snake case too.

    Parameters go by their names in the catalogue, the JSON body as `body`. An unknown operation or parameter raises
    ValueError, naming what there is, before anything is sent; else as `call`.
    """

    def __init__(self, call: Callable[[str, Mapping[str, Any]], Awaitable[Any]]) -> None:
        self._call = call

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        found = catalogue.operation(operation).id

        async def call(**parameters: Any) -> Any:
            return await self._call(found, parameters)

        call.__name__ = call.__qualname__ = found
        return call

    async def pages(self, operation: str, /, **parameters: Any) -> AsyncIterator[Any]:
        """Every record of a paged list, one by one; each page is fetched when its first record is asked for."""
        found = catalogue.operation(operation)
        asked: dict[str, Any] | None = parameters
        while asked is not None:
            answer = await self._call(found.id, asked)
            for record in pages.records(answer):
                yield record
            asked = pages.following(found, asked, answer)
