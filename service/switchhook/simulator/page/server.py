"""Serves the page: three files, an overview, and the verbs of the platform."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files

import orjson
from aiohttp import web

from switchhook.simulator.page.overview import overview
from switchhook.simulator.platform import Platform
from switchhook.simulator.wire.request import Request
from switchhook.simulator.wire.steering import steer

FILES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
POLICY = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Page:
    """The page of one platform, which must be started before it."""

    def __init__(self, platform: Platform) -> None:
        self.url = ""
        self._platform = platform
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve. Raises OSError if the port is in use."""
        application = web.Application()
        for path in FILES:
            application.router.add_get(path, self._file)
        application.router.add_get("/favicon.ico", self._nothing)
        application.router.add_get("/overview", self._overview)
        application.router.add_post("/simulator/{verb}", self._steer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _file(self, http: web.Request) -> web.Response:
        name, content_type = FILES[http.path]
        content = files("switchhook.simulator.page").joinpath(name).read_bytes()
        return web.Response(body=content, content_type=content_type, charset="utf-8", headers=POLICY)

    async def _nothing(self, _http: web.Request) -> web.Response:
        return web.Response(status=204, headers=POLICY)

    async def _overview(self, http: web.Request) -> web.Response:
        shown = overview(self._platform.world, self._platform.url)
        now = shown.pop("now")
        digest = hashlib.sha256(orjson.dumps(shown)).hexdigest()[:32]
        headers = {**POLICY, "ETag": f'"{digest}"'}
        if http.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=orjson.dumps({**shown, "now": now}), content_type="application/json", headers=headers)

    async def _steer(self, http: web.Request) -> web.Response:
        """A page from elsewhere cannot do this: it may not send JSON to another origin without being asked first."""
        if http.content_type != "application/json":
            return web.Response(status=415, headers=POLICY)
        request = Request(
            world=self._platform.world,
            method="POST",
            path=http.path,
            query={},
            headers=http.headers,
            content=await http.read(),
            base_url=self._platform.url,
        )
        answer = await steer(self._platform, request)
        return web.Response(
            status=answer.status, body=orjson.dumps(answer.body), content_type="application/json", headers=POLICY
        )
