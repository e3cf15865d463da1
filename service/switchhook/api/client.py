"""One identity's way to the API: token, budget, transport, catalogue joined."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from switchhook.api import catalogue, pages
from switchhook.api.auth import Application, Tokens
from switchhook.api.budget import Budget, Priority
from switchhook.api.failures import lost, retry_after
from switchhook.api.gate import BudgetSpent, Gate
from switchhook.api.sansio import Answer, Paths, Request, build, decipher
from switchhook.api.transport import AnswerLost, NothingSent
from switchhook.clock import Clock
from switchhook.errors import ApiUnreachable, RateLimited
from switchhook.telemetry import Metric, Metrics

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
        self._application = application
        self._transport = application.transport
        self._clock = clock
        self._metrics = metrics or Metrics()
        self._paths = paths
        self._gate = Gate(budget or Budget(), clock)
        self._own: Mapping[str, Any] | None = None

    async def call(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.HANDLER,
        deadline: float | None = None,
    ) -> Any:
        """Call an operation by its id in the catalogue; returns the parsed answer.

        Parameters go by their catalogue names, the JSON body as `body`. `~` is the default of accountId and
        extensionId. `deadline`: monotonic seconds by which it must have been sent; a call of a handler waits 2 s at
        most for its place in the budget. Ids in the answer are strings. None for 204 and 304, bytes for a file, a
        list of `{"resourceId", "status", "body"}` if several ids were asked for. Raises ValueError for a parameter
        that is unknown, missing or of the wrong kind (before anything is sent), ApiError else.
        """
        found = catalogue.operation(operation)
        request = build(found, parameters, paths=self._paths)
        answer = await self.exchange(request, priority=priority, deadline=deadline)
        return decipher(request, answer, found)

    async def exchange(
        self, request: Request, *, priority: Priority = Priority.HANDLER, deadline: float | None = None
    ) -> Answer:
        """Send a request with token and budget and return the answer as it came, whatever its status.

        For what the catalogue does not know: `Request("-", "POST", "/restapi/oauth/wstoken")`. A 401 is tried once
        more with a new token. Raises ApiError if no answer came.
        """
        if request.sign == "application":
            return await self._as_application(request)
        access = await self.tokens.access() if request.sign == "token" else None
        answer = await self._send(request, access, priority, deadline)
        if answer.status == 401 and access is not None:
            self.tokens.rejected(access)
            answer = await self._send(request, await self.tokens.access(), priority, deadline)
        return answer

    async def pages(
        self,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.KEEPER,
    ) -> AsyncIterator[Any]:
        """Every record of a paged list, one by one; each page is fetched when its first record is asked for."""
        found = catalogue.operation(operation)
        asked: dict[str, Any] | None = dict(parameters or {})
        while asked is not None:
            answer = await self.call(operation, asked, priority=priority)
            for record in pages.records(answer):
                yield record
            asked = pages.following(found, asked, answer)

    def changes_something(self, operation: str) -> bool:
        """Whether the operation is a write. Raises ValueError for an unknown operation, naming near ones."""
        return catalogue.operation(operation).changes_something

    async def whoami(self) -> Mapping[str, Any]:
        """The identity's own extension (`readExtension` of `~`), fetched once (`id`, `account.id`, …)."""
        if self._own is None:
            own: Mapping[str, Any] = await self.call("readExtension", priority=Priority.KEEPER)
            self._own = own
        return self._own

    async def close(self) -> None:
        """Close connections. The token stays valid."""
        await self._transport.close()

    async def _send(self, request: Request, access: str | None, priority: Priority, deadline: float | None) -> Answer:
        """Wait for a place, send once, give the place back with what the answer says about the budget."""
        try:
            ticket = await self._gate.enter(request.operation, request.rate_group, priority=priority, deadline=deadline)
        except BudgetSpent as spent:
            self._count(request, "waited")
            raise RateLimited(
                f"{spent}; nothing was sent", status=429, retry_after=spent.retry_after, **_about(request)
            ) from None
        began = self._clock.monotonic()
        status: int | None = 0
        headers: Mapping[str, str] = {}
        try:
            answer = await self._transport.send(request, None if access is None else f"Bearer {access}")
            status, headers = answer.status, answer.headers
        except NothingSent as error:
            status = None
            raise ApiUnreachable(f"{error}; nothing was sent", **_about(request)) from error
        except AnswerLost as error:
            raise lost(request, str(error)) from error
        finally:
            self._gate.leave(ticket, status=status, headers=headers, penalty=retry_after(headers))
            self._measure(request, ticket.group, status, began)
        return answer

    async def _as_application(self, request: Request) -> Answer:
        try:
            return await self._application.send(request)
        except BudgetSpent as spent:
            raise RateLimited(str(spent), status=429, retry_after=spent.retry_after, **_about(request)) from None
        except NothingSent as error:
            raise ApiUnreachable(str(error), **_about(request)) from error
        except AnswerLost as error:
            raise lost(request, str(error)) from error

    def _measure(self, request: Request, group: str, status: int | None, began: float) -> None:
        label = "unreachable" if status is None else "unknown" if status == 0 else f"{status // 100}xx"
        self._count(request, label)
        now = self._clock.monotonic()
        self._metrics.observe(Metric.API_SECONDS, now - began, operation=request.operation)
        if group != "nothrottling":
            remaining = self._gate.budget.remaining(group, now)
            self._metrics.gauge(Metric.BUDGET_REMAINING, remaining, identity=self.identity, group=group)

    def _count(self, request: Request, status: str) -> None:
        self._metrics.count(Metric.API_CALLS, operation=request.operation, status=status)


def _about(request: Request) -> dict[str, str]:
    return {"operation": request.operation, "method": request.method, "path": request.path}
