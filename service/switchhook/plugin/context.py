"""Context: what a rule is given beside its event. Every write made through it is a journalled effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol

import structlog
from typing_extensions import TypeVar

from switchhook.plugin.calls import Calls
from switchhook.plugin.chats import Chats
from switchhook.plugin.messages import Messages
from switchhook.plugin.settings import Settings

S_co = TypeVar("S_co", bound=Settings, default=Settings, covariant=True)


class Port(Protocol):
    """What the worker (or a rehearsal) lends a context: the only way out of a handler."""

    async def call(self, operation: str, parameters: Mapping[str, Any], *, identity: str | None = None) -> Any:
        """Call an operation of the API by its id: reads directly, writes as the next effect of this run.

        Parameters go by their names in the catalogue; `body` holds the JSON body. Raises ApiError,
        NotDeterministic.
        """

    def now(self) -> datetime:
        """The clock of this worker."""

    def remember(self, key: str, value: object, *, ttl: float | None) -> None:
        """Put into the handler's durable memory; saved with the run's end (None deletes)."""

    def recall(self, key: str) -> Any:
        """Read from it; None if absent."""


class Store:
    """The handler's own durable memory: JSON values by key, kept per handler name and account."""

    def __init__(self, port: Port) -> None:
        self._port = port

    def get(self, key: str, default: Any = None) -> Any:
        """The stored value, or `default`."""
        value = self._port.recall(key)
        return default if value is None else value

    def put(self, key: str, value: object, *, ttl: float | None = None) -> None:
        """Store a JSON value; `ttl` seconds to live. Durable when the run ends as done; forgotten if it fails."""
        self._port.remember(key, value, ttl=ttl)

    def delete(self, key: str) -> None:
        """Forget a key."""
        self._port.remember(key, None, ttl=None)


class Api:
    """All operations of the API index by id: `await ctx.api.readExtension(extensionId="101")`; in snake case too.

    Parameters go by their names in the catalogue, the JSON body as `body`. An unknown operation or parameter raises
    ValueError, naming what there is, before anything is sent; else as `Port.call`.
    """

    def __init__(self, port: Port, identity: str | None = None) -> None:
        self._port = port
        self._identity = identity

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
        if operation.startswith("_"):
            raise AttributeError(operation)

        async def call(**parameters: Any) -> Any:
            return await self._port.call(operation, parameters, identity=self._identity)

        call.__name__ = call.__qualname__ = operation
        return call


class Context(Generic[S_co]):
    """Settings, verbs and clock of one run. Made anew for each; not to be kept after it.

    `resource` what its lifespan yielded. `log` a structlog logger bound to event
    and rule. `calls`, `messages`, `chats` friendly verbs; `api` every operation by id; `store` durable memory.
    """

    def __init__(
        self, port: Port, settings: S_co, *, resource: Any = None, log: Any = None, identity: str | None = None
    ) -> None:
        self._settings = settings
        self.resource = resource
        self.log = log if log is not None else structlog.get_logger("switchhook.handler")
        self.calls = Calls(port, identity)
        self.messages = Messages(port, identity)
        self.chats = Chats(port, identity)
        self.api = Api(port, identity)
        self.store = Store(port)
        self._port = port

    @property
    def settings(self) -> S_co:
        """The handler's settings, checked and frozen."""
        return self._settings

    @property
    def now(self) -> datetime:
        """The worker's clock, aware, UTC."""
        return self._port.now()

    def acting_as(self, identity: str) -> Context[S_co]:
        """The same run under another identity's credentials and budget."""
        return Context(self._port, self._settings, resource=self.resource, log=self.log, identity=identity)
