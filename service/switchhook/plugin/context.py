"""Context: what a rule is given beside its event. Every write made through it is a journalled effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Generic

from typing_extensions import TypeVar

from switchhook.api.operations import Operations
from switchhook.plugin.calls import Calls
from switchhook.plugin.chats import Chats
from switchhook.plugin.consent import Consent
from switchhook.plugin.messages import Messages
from switchhook.plugin.people import Extensions, Presence, Recordings
from switchhook.plugin.port import Port
from switchhook.plugin.settings import Settings

__all__ = ["Context", "Port", "Store"]

_NOTHING: Mapping[str, str] = {}
S_co = TypeVar("S_co", bound=Settings, default=Settings, covariant=True)


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


class Context(Generic[S_co]):
    """Settings, verbs and clock of one run. Made anew for each; not to be kept after it.

    `resource` is what the handler's lifespan yielded.
    """

    def __init__(
        self,
        port: Port,
        settings: S_co,
        *,
        resource: Any = None,
        about: Mapping[str, str] = _NOTHING,
        identity: str | None = None,
    ) -> None:
        """`about`: what the logger is bound to."""
        self._port = port
        self._settings = settings
        self._about = about
        self._identity = identity
        self.resource = resource

    @property
    def settings(self) -> S_co:
        """The handler's settings, checked and frozen."""
        return self._settings

    @cached_property
    def log(self) -> Any:
        """A structlog logger bound to handler, rule and event."""
        import structlog  # costs a third of the public face's import, and most runs log nothing

        return structlog.get_logger("switchhook.handler", **self._about)

    @cached_property
    def calls(self) -> Calls:
        """Verbs on calls: answer, forward, hold, record and more."""
        return Calls(self._port, self._identity)

    @cached_property
    def messages(self) -> Messages:
        """Verbs on texts, faxes and the message store."""
        return Messages(self._port, self._identity)

    @cached_property
    def chats(self) -> Chats:
        """Verbs on team chats: post, reply, note, task and more."""
        return Chats(self._port, self._identity)

    @cached_property
    def presence(self) -> Presence:
        """Verbs on presence."""
        return Presence(self._port, self._identity)

    @cached_property
    def extensions(self) -> Extensions:
        """Verbs on extensions: find, devices, numbers, queues, block and more."""
        return Extensions(self._port, self._identity)

    @cached_property
    def recordings(self) -> Recordings:
        """Verbs on recordings."""
        return Recordings(self._port, self._identity)

    @cached_property
    def api(self) -> Operations:
        """Every operation of the API by its id, in camel or snake case, each write an effect."""
        return Operations(partial(self._port.call, identity=self._identity))

    @cached_property
    def store(self) -> Store:
        """The handler's own durable memory."""
        return Store(self._port)

    @cached_property
    def consent(self) -> Consent:
        """Who asked this handler not to text: STOP and START."""
        return Consent(self.store)

    @property
    def now(self) -> datetime:
        """The worker's clock, aware, UTC."""
        return self._port.now()

    def acting_as(self, identity: str) -> Context[S_co]:
        """The same run under another identity's credentials and budget."""
        return Context(self._port, self._settings, resource=self.resource, about=self._about, identity=identity)
