"""What every process does with its ports; imports nothing of the API client, which the ingress need not hold."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import AsyncIterator, Iterator
from typing import Any

from switchhook.errors import PortTaken
from switchhook.serving import listen, serving
from switchhook.settings import AppSettings


@contextlib.contextmanager
def listening(setting: str, host: str, port: int) -> Iterator[None]:
    """Turn the failure to listen inside the block into an error that names the setting. Raises PortTaken."""
    try:
        yield
    except OSError as error:
        reason = "it is in use" if error.errno == errno.EADDRINUSE else (error.strerror or str(error)).lower()
        message = f"cannot listen on {host}:{port}: {reason}; stop what uses it, or set another {setting}"
        raise PortTaken(message) from None


@contextlib.asynccontextmanager
async def offering(app: Any, setting: str, host: str, port: int) -> AsyncIterator[int]:
    """Serve an operator's port inside the block; yields its number. Raises PortTaken."""
    with listening(setting, host, port):
        listener = listen(host, port)
    async with serving(app, listener, grace=1.0):
        yield listener.getsockname()[1]


def admin_token(settings: AppSettings) -> str | None:
    """The operator's bearer token, if one is set."""
    return settings.admin.token.get_secret_value() if settings.admin.token else None


def local_url(host: str, port: int) -> str:
    """How a process on this machine reaches what listens on that host and port; a wildcard is reached by loopback."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host != "::" else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
