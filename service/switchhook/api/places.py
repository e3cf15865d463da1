"""Places in the budget while they are used: taken before a call is sent, given back with what came of it, measured."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

from prometheus_client import Counter, Histogram

from switchhook.api.budget import UNLIMITED, Priority, Ticket
from switchhook.api.failures import lost, retry_after
from switchhook.api.gate import BudgetSpent, Gate
from switchhook.api.sansio import Answer, Request
from switchhook.api.transport import AnswerLost, NothingSent
from switchhook.clock import Clock
from switchhook.errors import ApiUnreachable, RateLimited
from switchhook.telemetry import Metric, Metrics


class Places:
    """Where the calls of one identity get their places. `auth`: the gate of the application's calls for tokens."""

    def __init__(self, identity: str, gate: Gate, auth: Gate, clock: Clock, metrics: Metrics) -> None:
        self._identity = identity
        self._gate = gate
        self._auth = auth
        self.clock = clock
        self._metrics = metrics
        # Looking a metric up by its labels costs as much as half a check of parameters.
        self._calls: dict[tuple[str, str], Counter] = {}
        self._seconds: dict[str, Histogram] = {}
        self._watched: set[str] = set()

    async def take(self, request: Request, priority: Priority, deadline: float | None) -> Place:
        """Wait for a place for one sending. Raises RateLimited if there is none in time."""
        gate = self._auth if request.rate_group == "Auth" else self._gate
        try:
            ticket = await gate.enter(request.operation, request.rate_group, priority=priority, deadline=deadline)
        except BudgetSpent as spent:
            self.count(request, "waited")
            raise RateLimited(
                f"{spent}; nothing was sent", status=429, retry_after=spent.retry_after, **about(request)
            ) from None
        return Place(self, gate, request, ticket)

    def count(self, request: Request, status: str) -> None:
        """One more call that ended so."""
        key = (request.operation, status)
        counter = self._calls.get(key)
        if counter is None:
            counter = self._metrics.counter(Metric.API_CALLS, operation=request.operation, status=status)
            self._calls[key] = counter
        counter.inc()

    def measure(self, request: Request, seconds: float) -> None:
        """How long it took."""
        histogram = self._seconds.get(request.operation)
        if histogram is None:
            histogram = self._metrics.histogram(Metric.API_SECONDS, operation=request.operation)
            self._seconds[request.operation] = histogram
        histogram.observe(seconds)

    def watch(self, gate: Gate, group: str) -> None:
        """Show how many places of a group are left, as counted when somebody looks."""
        if group not in self._watched and group != UNLIMITED:
            self._watched.add(group)
            gauge = self._metrics.gauge_of(Metric.BUDGET_REMAINING, identity=self._identity, group=group)
            gauge.set_function(lambda: gate.budget.remaining(group, self.clock.monotonic()))


class Place:
    """One place, lent with `with`. `status`: None if nothing was sent, 0 until an answer came.

    What the transport says of a call that got no answer leaves the block as the ApiError that it means.
    """

    __slots__ = ("_began", "_gate", "_places", "_request", "_ticket", "headers", "status")

    def __init__(self, places: Places, gate: Gate, request: Request, ticket: Ticket) -> None:
        self._places = places
        self._gate = gate
        self._request = request
        self._ticket = ticket
        self._began = places.clock.monotonic()
        self.status: int | None = 0
        self.headers: Mapping[str, str] = {}

    def ended(self, answer: Answer) -> Answer:
        """An answer came."""
        self.status, self.headers = answer.status, answer.headers
        return answer

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        request, group = self._request, self._ticket.group
        if isinstance(error, NothingSent):
            self.status = None
        penalty = retry_after(self.headers) if self.status == 429 else None
        self._gate.leave(self._ticket, status=self.status, headers=self.headers, penalty=penalty)
        places = self._places
        places.count(request, _label(self.status))
        places.measure(request, places.clock.monotonic() - self._began)
        places.watch(self._gate, group)
        if isinstance(error, NothingSent):
            raise ApiUnreachable(f"{error}; nothing was sent", **about(request)) from error
        if isinstance(error, AnswerLost):
            raise lost(request, str(error)) from error


def about(request: Request) -> dict[str, str]:
    """What every ApiError says of its call."""
    return {"operation": request.operation, "method": request.method, "path": request.path}


def _label(status: int | None) -> str:
    """As the metric has it: 429 apart from the other 4xx, for it says that the budget is wrong."""
    if status is None:
        return "unreachable"
    return "unknown" if status == 0 else "429" if status == 429 else f"{status // 100}xx"
