"""Sends requests with aiohttp: one session, reused connections, time limits, and never the same request twice."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from switchhook.api.sansio import Answer, Request
from switchhook.api.uploading import Progress, multipart

USER_AGENT = f"Switchhook/{version('switchhook')}"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
_LARGEST_FRAME = 16 * 1024 * 1024
AGAIN = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""What aiohttp would send again by itself when a kept connection breaks."""


class NothingSent(Exception):
    """No connection: the platform has seen nothing of the request."""


class AnswerLost(Exception):
    """The request, or a part of it, was sent, and no whole answer came."""


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending again on a new connection: it would do so for PUT and DELETE, which are writes."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise AnswerLost(f"the connection broke ({type(error).__name__})") from error


class Transport:
    """The way to one server. Safe to share between identities of that server; opens its session when first used.

    `connect`: seconds to wait for a connection. `total`: seconds for a whole call; where files go up or come
    down, `idle` seconds may pass without a byte. `proxy`: address of an HTTP proxy, credentials in it. `ca_file`:
    certificates to trust beside the system's.
    """

    def __init__(
        self,
        server: str,
        *,
        connect: float = 5.0,
        total: float = 30.0,
        idle: float = 30.0,
        proxy: str | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self.server = server.rstrip("/")
        self._limits = aiohttp.ClientTimeout(total=total, connect=connect)
        self._stream_limits = aiohttp.ClientTimeout(total=None, connect=connect, sock_read=idle)
        self._proxy = proxy
        self._ca_file = ca_file
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request, authorization: str | None, *, progress: Progress | None = None) -> Answer:
        """Send once, follow redirects of a read, and return the whole answer. Raises NothingSent, AnswerLost."""
        response = await self._final(request, authorization, self._limits_of(request), progress)
        try:
            body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(f"the answer broke off ({type(error).__name__})") from error
        finally:
            response.release()
        return Answer(response.status, response.headers, body)

    @asynccontextmanager
    async def stream(self, request: Request, authorization: str | None) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send once and lend the response, its body unread. Raises NothingSent, AnswerLost."""
        response = await self._final(request, authorization, self._stream_limits, None)
        try:
            yield response
        finally:
            response.release()

    def _limits_of(self, request: Request) -> aiohttp.ClientTimeout:
        """A body of files may take as long as its bytes keep moving."""
        return self._stream_limits if request.parts else self._limits

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _final(
        self,
        request: Request,
        authorization: str | None,
        limits: aiohttp.ClientTimeout,
        progress: Progress | None,
    ) -> aiohttp.ClientResponse:
        """The response after every redirect that may be followed, its body unread."""
        address = request.address or (request.target if "://" in request.path else self.server + request.target)
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._open(request, address, authorization, limits, progress)
            if response.status not in REDIRECTS or request.writes or request.sign == "nobody":
                return response
            onward = response.headers.get("Location", "")
            if not onward:
                return response
            response.release()
            address = urljoin(address, onward)
        raise AnswerLost(f"more than {MOST_REDIRECTS} redirects")

    async def _open(
        self,
        request: Request,
        address: str,
        authorization: str | None,
        limits: aiohttp.ClientTimeout,
        progress: Progress | None,
    ) -> aiohttp.ClientResponse:
        headers = dict(request.headers)
        if authorization is not None and self.trusts(address):
            headers["Authorization"] = authorization
        body = multipart(request.parts, progress) if request.parts else request.body
        try:
            return await self._connections().request(
                request.method,
                URL(address, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
                middlewares=None if request.method in AGAIN else (),
                timeout=limits,
                proxy=self._proxy,
            )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NothingSent(f"no connection to {urlsplit(address).hostname} ({_reason(error)})") from error
        except aiohttp.InvalidURL as error:
            raise NothingSent("the address is not one") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(f"no answer ({_reason(error)})") from error

    async def websocket(self, address: str) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket at an address that the server gave (a secret is in it). Pings are left to the caller.

        Raises NothingSent.
        """
        try:
            return await self._connections().ws_connect(
                URL(address, encoded=True), autoping=False, proxy=self._proxy, max_msg_size=_LARGEST_FRAME
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NothingSent(f"no connection to {urlsplit(address).hostname} ({_reason(error)})") from error

    def trusts(self, address: str) -> bool:
        """Whether the access token may go there: our server, or the media host beside it, never less protected."""
        if address.startswith(self.server + "/"):
            return True
        ours, theirs = urlsplit(self.server), urlsplit(address)
        if (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc):
            return True
        host = ours.hostname or ""
        beside = f"media.{host.removeprefix('platform.')}" if host.startswith("platform.") else None
        return theirs.scheme == "https" and theirs.hostname == beside and theirs.port is None

    def _connections(self) -> aiohttp.ClientSession:
        if self._session is None:
            trusted = ssl.create_default_context()
            if self._ca_file is not None:
                trusted.load_verify_locations(self._ca_file)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=100, ssl=trusted, keepalive_timeout=15.0, ttl_dns_cache=60),
                headers={"User-Agent": USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_once,),
                trust_env=False,
            )
        return self._session


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    cause = getattr(error, "os_error", None)
    return str(getattr(cause, "strerror", None) or type(error).__name__)
