"""Stateful resources in the documented shape: whatever of the 326 operations has no module of its own. No wire."""

from __future__ import annotations

from collections.abc import Mapping

from switchhook.simulator.account import Account
from switchhook.simulator.clock import Clock
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Publish
from switchhook.simulator.resources.actions import Action, act
from switchhook.simulator.resources.assignments import Assignments
from switchhook.simulator.resources.content import Content
from switchhook.simulator.resources.engine import Engine, operation_of
from switchhook.simulator.resources.handling import Handling
from switchhook.simulator.resources.lookups import Lookups
from switchhook.simulator.resources.people import People
from switchhook.simulator.resources.scim import Scim
from switchhook.simulator.resources.tasks import Tasks
from switchhook.simulator.wire.request import Request, Response


class Resources:
    """Serves any operation of the index on resources that remember what was done to them."""

    def __init__(
        self, clock: Clock, identifiers: Identifiers, account: Account, publish: Publish, seed: int = 0
    ) -> None:
        self.engine = Engine(clock, identifiers, account, seed)
        self.handling = Handling(self.engine, account)
        self.people = People(self.engine, account, identifiers, publish)
        self._actions: Mapping[str, Action] = {
            **Assignments(self.engine, self.people).of,
            **Tasks(self.engine, self.people, clock).of,
            **Lookups(self.engine, self.people, clock).of,
        }
        self._content = Content(self.engine, self.people)
        self._scim = Scim(self.engine, account)

    def serve(self, request: Request) -> Response:
        """Carry out an operation. Raises Refused for whatever is not carried out."""
        operation = operation_of(request)
        if operation in self._actions:
            return act(self.engine, self._actions, request)
        if operation in self._scim.of:
            return self._scim.serve(request)
        if operation in self._content.of:
            return self._content.serve(request)
        return self.engine.serve(request)
