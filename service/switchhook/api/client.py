"""One identity's way to the API: token, budget, transport, catalogue joined."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from switchhook.api import catalogue
from switchhook.api.auth import Application, Tokens
from switchhook.api.budget import Budget, Priority
from switchhook.api.downloading import Download
from switchhook.api.failures import lost
from switchhook.api.gate import BudgetSpent, Gate
from switchhook.api.operations import Operations
from switchhook.api.places import Places, about
from switchhook.api.sansio import Answer, Paths, Request, build, decipher
from switchhook.api.transport import AnswerLost, NothingSent
from switchhook.api.uploading import Progress
from switchhook.api.webhooks import read_post
from switchhook.clock import Clock
from switchhook.errors import ApiUnreachable, RateLimited, WrongUse
from switchhook.telemetry import Metrics

__all__ = ["Client", "Priority"]


class Client:
    """Calls operations of the API as one identity. Made by `app` (see `opening`); one per identity and process.

    Attributes: `identity` (its name in the settings).
    """

    def __init__(
        self,
        identity: str,
        application: Application,
        tokens: Tokens,
        clock: Clock,
        *,
        metrics: Metrics | None = None,
        paths: Paths = "today",
        budget: Budget | None = None,
    ) -> None:
        self.identity = identity
        self.tokens = tokens
        self.webhook_address: Callable[[str], str] = _no_webhook
        """The address of a chat's incoming webhook by its name; the keeper knows them. Raises ValueError, ApiError."""
        self.application = application
        self._transport = application.transport
        self._paths = paths
        gate = Gate(budget or Budget(), clock)
        self._places = Places(identity, gate, application.gate, clock, metrics or Metrics())
        self._own: Mapping[str, Any] | None = None

    async def call(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.HANDLER,
        deadline: float | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Call an operation by its id in the catalogue; returns the parsed answer.

        Parameters go by their catalogue names, the JSON body as `body`. `~` is the default of accountId and
        extensionId. Ids in the answer are strings. None for 204 and 304, bytes for a file, a list of
        `{"resourceId", "status", "body"}` if several ids were asked for. `deadline`: monotonic seconds by which it
        must have been sent; a handler's call waits 2 s at most for its place in the budget. `progress` is called with
        bytes sent and bytes in all while files go up. Raises ValueError for a parameter that is unknown, missing or of
        the wrong kind (before anything is sent), ApiError else.
        """
        found = catalogue.operation(operation)
        request = build(found, parameters, paths=self._paths)
        if found is catalogue.POST_TO_WEBHOOK:
            request = replace(request, sign="nobody", address=self.webhook_address(str((parameters or {})["webhook"])))
        answer = await self.exchange(request, priority=priority, deadline=deadline, progress=progress)
        return read_post(request, answer) if request.address else decipher(request, answer, found)

    async def exchange(
        self,
        request: Request,
        *,
        priority: Priority = Priority.HANDLER,
        deadline: float | None = None,
        progress: Progress | None = None,
    ) -> Answer:
        """Send a request with token and budget and return the answer as it came, whatever its status.

        For what the catalogue does not know: `Request("-", "POST", "/restapi/oauth/wstoken")`. A 401 is tried once
        more with a new token. Raises ApiError if no answer came.
        """
        if request.sign == "application":
            return await self._as_application(request)
        access = await self._access(request)
        with await self._places.take(request, priority, deadline) as place:
            answer = place.ended(await self._transport.send(request, _bearer(access), progress=progress))
        if answer.status == 401 and access is not None:
            self.tokens.rejected(access)
            access = await self._access(request)
            with await self._places.take(request, priority, deadline) as place:
                answer = place.ended(await self._transport.send(request, _bearer(access), progress=progress))
        return answer

    async def download(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None,
        to: Path | BinaryIO,
        *,
        progress: Progress | None = None,
        priority: Priority = Priority.HANDLER,
    ) -> int:
        """Stream an operation's content into a file or an object; returns its size in bytes.

        A file is written as `to` + ".part" and renamed at its end; what an earlier attempt has left is taken up, as is
        a download that breaks off. `progress` is called with bytes so far and bytes in all (None: unknown). Raises as
        `call`, and OSError for a file that cannot be written.
        """
        request = build(catalogue.operation(operation), parameters, paths=self._paths)
        download = Download(self, request, progress, priority)
        return await (download.into_file(to) if isinstance(to, Path) else download.into(to))

    @asynccontextmanager
    async def streaming(self, request: Request, priority: Priority) -> AsyncIterator[aiohttp.ClientResponse]:
        """Lend the response of a read, its body unread; the place in the budget is given back once headers are here."""
        access = await self._access(request)
        async with self._opened(request, access, priority) as response:
            if response.status != 401 or access is None:
                yield response
                return
        self.tokens.rejected(access)
        async with self._opened(request, await self._access(request), priority) as response:
            yield response

    def pages(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.KEEPER,
    ) -> AsyncIterator[Any]:
        """Every record of a paged list, one by one; each page is fetched when its first record is asked for."""
        return Operations(partial(self.call, priority=priority)).pages(operation, **(parameters or {}))

    async def whoami(self) -> Mapping[str, Any]:
        """The identity's own extension (`readExtension` of `~`), fetched once (`id`, `account.id`, …)."""
        if self._own is None:
            own: Mapping[str, Any] = await self.call("readExtension", priority=Priority.KEEPER)
            self._own = own
        return self._own

    async def close(self) -> None:
        """Close connections. The token stays valid."""
        await self._transport.close()

    async def _access(self, request: Request) -> str | None:
        return await self.tokens.access() if request.sign == "token" else None

    @asynccontextmanager
    async def _opened(
        self, request: Request, access: str | None, priority: Priority
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        async with AsyncExitStack() as stack:
            with await self._places.take(request, priority, None) as place:
                response = await stack.enter_async_context(self._transport.stream(request, _bearer(access)))
                place.ended(Answer(response.status, response.headers, b""))
            yield response

    async def _as_application(self, request: Request) -> Answer:
        try:
            return await self.application.send(request)
        except BudgetSpent as spent:
            raise RateLimited(str(spent), status=429, retry_after=spent.retry_after, **about(request)) from None
        except NothingSent as error:
            raise ApiUnreachable(str(error), **about(request)) from error
        except AnswerLost as error:
            raise lost(request, str(error)) from error


def _bearer(access: str | None) -> str | None:
    return None if access is None else f"Bearer {access}"


def _no_webhook(name: str) -> str:
    raise WrongUse(f"no webhook is called {name!r}; declare it under [[chat_webhooks]] in the settings")
