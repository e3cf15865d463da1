"""A running platform on manual time, a client of it, and a webhook that keeps what it gets."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from switchhook.simulator.platform import Platform


@dataclass
class Answered:
    """An answer of the platform."""

    status: int
    headers: Any
    raw: bytes

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw)

    @property
    def code(self) -> str | None:
        """Of an error."""
        return self.body["errors"][0]["errorCode"] if "errors" in self.body else None


@dataclass
class Client:
    """An application that calls as one user."""

    platform: Platform
    http: aiohttp.ClientSession
    token: str = ""

    @classmethod
    @asynccontextmanager
    async def of(cls, platform: Platform) -> AsyncIterator[Client]:
        """An application that calls as 101."""
        async with aiohttp.ClientSession() as http:
            client = cls(platform, http)
            await client.log_in()
            yield client

    async def log_in(self, extension: str = "101") -> dict[str, Any]:
        credentials = self.platform.credentials(extension)
        answer = await self.form(
            "/restapi/oauth/token",
            grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer",
            assertion=credentials["jwt"],
        )
        assert answer.status == 200, answer.raw
        self.token = answer.body["access_token"]
        tokens: dict[str, Any] = answer.body
        return tokens

    def basic(self, secret: str | None = None) -> dict[str, str]:
        pair = aiohttp.encode_basic_auth(self.platform.client_id, secret or self.platform.client_secret)
        return {"Authorization": pair}

    async def form(self, path: str, *, secret: str | None = None, **fields: str) -> Answered:
        async with self.http.post(self.platform.url + path, data=fields, headers=self.basic(secret)) as response:
            return Answered(response.status, response.headers, await response.read())

    async def call(
        self, method: str, path: str, body: Any = None, *, content: bytes | None = None, **headers: str
    ) -> Answered:
        """A JSON body, or whatever `content` is."""
        if path.startswith("/") and not path.startswith(("/restapi", "/team-messaging", "/simulator", "/scim")):
            path = f"/restapi/v1.0/account/~{path}"
        headers.setdefault("Authorization", f"Bearer {self.token}")
        url = path if path.startswith("http") else self.platform.url + path
        sent: dict[str, Any] = {"json": body} if content is None else {"data": content}
        async with self.http.request(method, url, headers=headers, **sent) as response:
            return Answered(response.status, response.headers, await response.read())

    async def get(self, url: str) -> Answered:
        """Follow an address of an answer."""
        async with self.http.get(url, headers={"Authorization": f"Bearer {self.token}"}) as response:
            return Answered(response.status, response.headers, await response.read())

    async def upload(
        self, path: str, files: dict[str, tuple[str, bytes, str]], fields: dict[str, Any], *, method: str = "POST"
    ) -> Answered:
        """A multipart request: a JSON part with the fields, and a part for each file (name, content, type)."""
        if path.startswith("/") and not path.startswith(("/restapi", "/team-messaging")):
            path = f"/restapi/v1.0/account/~{path}"
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("json", orjson.dumps(fields).decode(), content_type="application/json", filename="request.json")
        for field_name, (name, content, content_type) in files.items():
            form.add_field(field_name, io.BytesIO(content), content_type=content_type, filename=name)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(method, self.platform.url + path, data=form, headers=headers) as response:
            return Answered(response.status, response.headers, await response.read())

    async def subscribe(self, *filters: str, address: str, **more: Any) -> Answered:
        """Filters that begin with `E` or `A` are of the caller's extension or account."""
        account = "/restapi/v1.0/account/~"
        full = [
            account + "/extension/~" + each[1:] if each[:1] == "E" else account + each[1:] if each[:1] == "A" else each
            for each in filters
        ]
        delivery = {"transportType": "WebHook", "address": address} | more.pop("delivery", {})
        return await self.call(
            "POST", "/restapi/v1.0/subscription", {"eventFilters": full, "deliveryMode": delivery, **more}
        )


@dataclass
class Receiver:
    """A webhook. `status` and `headers` of its answers can be set; what it got is kept."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    echo: bool = True
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    body: bytes = b""
    handle: Any = None

    async def serve(self, http: web.BaseRequest) -> web.StreamResponse:
        content = await http.read()
        headers = {name.decode(): value.decode() for name, value in http.raw_headers}
        self.requests.append((headers, content))
        if self.handle is not None:
            await self.handle(headers, content)
        answer = dict(self.headers)
        if self.echo and "Validation-Token" in headers:
            answer["Validation-Token"] = headers["Validation-Token"]
        return web.Response(status=self.status, headers=answer, body=self.body)

    @property
    def notifications(self) -> list[dict[str, Any]]:
        return [orjson.loads(content) for _, content in self.requests if content]

    def clear(self) -> None:
        self.requests.clear()


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform on manual time, without rate limits."""
    platform = Platform(seed=7, limits=False, manual_time=True)
    await platform.start()
    yield platform
    await platform.stop()


@pytest.fixture
async def client(platform: Platform) -> AsyncIterator[Client]:
    """An application that calls as 101."""
    async with Client.of(platform) as client:
        yield client


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook that answers as the platform wants it."""
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.serve), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def watched(client: Client, receiver: Receiver) -> Receiver:
    """A webhook that hears of every call of the account."""
    await client.subscribe("A/telephony/sessions", address=receiver.url)
    receiver.clear()
    return receiver
