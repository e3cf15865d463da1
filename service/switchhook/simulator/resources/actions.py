"""Operations that do not follow the pattern create, read, update, delete, list: what each is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchhook.simulator.resources.engine import Engine, operation_of
from switchhook.simulator.resources.plans import Plan, plan
from switchhook.simulator.resources.selection import checked
from switchhook.simulator.resources.store import Document, Owner
from switchhook.simulator.wire.request import Request, Response

Action = Callable[[Plan, Owner, Document, Request], Any]
"""Takes the plan, the owner's ids, the checked body and the request; returns the body of the answer, or None."""


def act(engine: Engine, actions: Mapping[str, Action], request: Request) -> Response:
    """Carry out an operation of `actions`. Raises Refused."""
    found = plan(operation_of(request))
    owner = engine.owner(found, request)
    checked(request.query, found.query)
    document = actions[found.operation](found, owner, engine.body(found, request), request)
    return engine.answer(found, owner, document or {}, request)
