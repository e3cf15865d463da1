"""Which function answers which operation."""

from __future__ import annotations

from collections.abc import Callable

from switchhook.simulator.operations import Operation
from switchhook.simulator.wire.request import Handler, Request, Response

_HANDLERS: dict[str, Handler] = {}


def answers(*operation_ids: str) -> Callable[[Handler], Handler]:
    """Declare that a function answers these operations."""

    def declare(handler: Handler) -> Handler:
        for each in operation_ids:
            if each in _HANDLERS:
                raise ValueError(f"operation {each} is answered twice")
            _HANDLERS[each] = handler
        return handler

    return declare


def handler_of(operation: Operation) -> Handler:
    """The function that was declared, else what answers everything else."""
    return _HANDLERS.get(operation.id, _resource)


def _resource(request: Request) -> Response:
    """Whatever has no function of its own is a resource that remembers what was done to it."""
    return request.world.resources.serve(request)
