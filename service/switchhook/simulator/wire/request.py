"""A request as an operation sees it, and its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from switchhook.simulator.account import Extension
from switchhook.simulator.errors import Refused
from switchhook.simulator.oauth import Session

if TYPE_CHECKING:
    from switchhook.simulator.operations import Operation
    from switchhook.simulator.sockets import Socket
    from switchhook.simulator.world import World


@dataclass(slots=True)
class File:
    """A part of a multipart request that is no JSON."""

    name: str
    content_type: str
    content: bytes
    filename: str | None = None


@dataclass(slots=True)
class Request:
    """One call of an operation.

    `parameters`: those of the path, with `~` replaced by ids. `query`: every value of each key. `body`: parsed JSON or
    form fields; `{}` if there is none. `base_url`: how the client reaches us.
    """

    world: World
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    content: bytes
    base_url: str
    media_url: str = ""
    """How the client reaches the media host; empty if nobody knows, as behind a port that was mapped."""
    at_media: bool = False
    """It came to the media host."""
    operation: Operation | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    session: Session | None = None
    today: bool = False
    """Asked by the path of today, where that was renamed."""
    body: Any = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    socket: Socket | None = None
    """The WebSocket session it came by."""

    @property
    def caller(self) -> Extension:
        """Who calls."""
        return self.logged_in.extension

    @property
    def logged_in(self) -> Session:
        """The login that calls."""
        if self.session is None:
            raise Refused(401, "AGW-402", "Authorization header is not specified")
        return self.session

    @property
    def client_id(self) -> str:
        return self.session.application.client_id if self.session is not None else ""

    @property
    def extension(self) -> Extension:
        """The one in the path."""
        return self.world.account.extensions[self.parameters["extensionId"]]

    @property
    def content_url(self) -> str:
        """The server that addresses of content name."""
        return (self.world.media.hosting.addresses and self.media_url) or self.base_url

    def one(self, key: str) -> str | None:
        """The last value of a query key."""
        values = self.query.get(key)
        return values[-1] if values else None


@dataclass(slots=True)
class Response:
    """`body` is answered as JSON; `content` as it is."""

    status: int = 200
    body: Any = None
    content: bytes | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Response | Awaitable[Response]]
"""What answers an operation. Raises Refused for everything that is not carried out."""
