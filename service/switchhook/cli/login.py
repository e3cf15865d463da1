"""`switchhook login`: a person logs an identity in, through a page on this machine."""

from __future__ import annotations

import asyncio
import html
import webbrowser
from dataclasses import dataclass, field

import click
from aiohttp import web

from switchhook.api.auth import Application
from switchhook.api.keeping import FileKeep, Seal, command_keep, login_keep
from switchhook.api.login import Attempt
from switchhook.api.opening import open_clients
from switchhook.api.token import Token
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json
from switchhook.clock import SystemClock
from switchhook.errors import ApiError, PortTaken, Problem, SettingsError
from switchhook.settings import AppSettings, IdentitySettings

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Switchhook: {title}</title>
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}}
a{{display:inline-block;padding:.6rem 1.2rem;background:#0b5fff;color:#fff;border-radius:.4rem;text-decoration:none}}
@media(prefers-color-scheme:dark){{body{{background:#111;color:#eee}}}}</style>
<h1>{title}</h1><p>{text}</p>{more}</html>"""


@click.command()
@settings_option
@click.option("--identity", "name", default="", help="Which identity; the first by default.")
@click.option("--port", default=8765, show_default=True, help="Port of the page on this machine.")
@click.option("--here", is_flag=True, help="For `switchhook api` on this machine instead of the worker.")
@click.option("--end", is_flag=True, help="End the session that a login has left here, at the platform too.")
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@json_option
def login(
    *, settings: AppSettings, name: str, port: int, here: bool, end: bool, no_browser: bool, as_json: bool
) -> None:
    """Log an identity in that has no JWT credential: opens a page that leads to RingCentral and back.

    The application must have http://localhost:PORT/login among its redirect addresses.
    """
    identity = chosen_identity(settings, name)
    seal = Seal(settings.ingress.master_secrets)
    keep = command_keep(settings, seal, identity) if here else login_keep(settings, seal, identity)
    if end:
        ended = run_async(_end(identity, keep))
        if as_json:
            print_json({"identity": identity.name, "ended": ended})
        else:
            click.echo(
                f"The session of {identity.name} has ended." if ended else f"{identity.name} has no session here."
            )
        return
    own = run_async(_log_in(identity, keep, port, browse=not no_browser))
    if as_json:
        print_json({"identity": identity.name, "extension": own.get("extensionNumber"), "name": own.get("name")})
    else:
        click.echo(f"{identity.name} is logged in as {own.get('name')}, extension {own.get('extensionNumber')}.")


async def _end(identity: IdentitySettings, keep: FileKeep) -> bool:
    """Revoke what was kept. Returns whether there was anything."""
    kept = keep.load() is not None
    (client,) = open_clients([identity], SystemClock(), keep=lambda _: keep).values()
    try:
        await client.tokens.revoke()
    finally:
        await client.close()
    return kept


def chosen_identity(settings: AppSettings, name: str) -> IdentitySettings:
    """The identity of this name, or the first. Raises SettingsError."""
    for identity in settings.identities:
        if name in {"", identity.name}:
            return identity
    names = ", ".join(identity.name for identity in settings.identities) or "none"
    raise SettingsError([Problem("identities", f"there is no identity {name!r}; there are: {names}")])


@dataclass
class Page:
    """The page: a link to the platform on `/`, the platform's call back on `/login`. `token` is the result."""

    identity: IdentitySettings
    application: Application
    attempt: Attempt = field(default_factory=lambda: Attempt(""))
    token: asyncio.Future[Token] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def start(self, _: web.Request) -> web.Response:
        """What a person sees first."""
        link = html.escape(self.attempt.address(self.application), quote=True)
        text = f"Log in to RingCentral as the user that Switchhook calls <b>{html.escape(self.identity.name)}</b>."
        return _page("Log in", text, f'<p><a href="{link}">Go to RingCentral</a></p>')

    async def back(self, request: web.Request) -> web.Response:
        """The platform has sent the person back."""
        if self.token.done():
            return _page("Done already", "You can close this page.")
        try:
            code = self.attempt.code(request.query)
            token = await self.attempt.token(self.application, code, SystemClock())
        except ApiError as error:
            if not self.token.done():
                self.token.set_exception(error)
            return _page("That did not work", html.escape(str(error)))
        self.token.set_result(token)
        return _page("Logged in", "You can close this page.")


async def _log_in(identity: IdentitySettings, keep: FileKeep, port: int, *, browse: bool) -> dict[str, object]:
    """Serve the page until somebody is logged in, keep the token, and say who it is."""
    (client,) = open_clients([identity.model_copy(update={"jwt": None})], SystemClock()).values()
    page = Page(identity, client.application)
    runner, port = await _serve(page, port)
    page.attempt = Attempt(f"http://localhost:{port}/login")
    address = f"http://localhost:{port}/"
    try:
        click.echo(f"Open {address} in a browser on this machine.", err=True)
        if browse:
            await asyncio.to_thread(webbrowser.open, address)
        token = await page.token
        await client.tokens.accept(token)
        own = await client.whoami()
        await keep.save(token)
        return dict(own)
    finally:
        await runner.cleanup()
        await client.close()


async def _serve(page: Page, port: int) -> tuple[web.AppRunner, int]:
    application = web.Application()
    application.router.add_get("/", page.start)
    application.router.add_get("/login", page.back)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        await runner.cleanup()
        raise PortTaken(f"port {port} is in use ({error.strerror}): say --port, and register that address") from None
    return runner, int(runner.addresses[0][1])


def _page(title: str, text: str, more: str = "") -> web.Response:
    return web.Response(
        text=PAGE.format(title=title, text=text, more=more),
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )
