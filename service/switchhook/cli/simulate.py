"""`switchhook simulate`: a simulated platform until it is stopped, and the verbs that drive one that runs."""

from __future__ import annotations

import asyncio
import secrets
import signal
import ssl
from pathlib import Path
from string import Template

import click

from switchhook.app.ports import listening
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async
from switchhook.cli.output import print_json
from switchhook.cli.simulate_verbs import commands
from switchhook.simulator.page.server import Page
from switchhook.simulator.platform import Platform

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Elsewhere a port that nobody named may be one that nobody reaches, as in a container."""


@click.group(cls=Verbs, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option(
    "--page-port", default=0, show_default=True, type=click.IntRange(0, 65535), help="Of the page for people."
)
@click.option(
    "--media-port",
    type=click.IntRange(0, 65535),
    help="Of the media host.  [default: 0 on this machine; without a media host if --host is for others]",
)
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file with a certificate and its private key: serve over TLS.",
)
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same ids and misbehaviour.")
@click.option("--limits", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Rate limits.")
@click.option("--manual-time", is_flag=True, help="Time stands still but for the verb advance.")
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME=RATE", help="Misbehave from the start; may be repeated."
)
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a settings file for a service on it; say --port, too, so that it stays right.",
)
@json_option
@click.pass_context
def simulate(
    context: click.Context,
    *,
    host: str,
    port: int,
    page_port: int,
    media_port: int | None,
    certificate: Path | None,
    seed: int,
    limits: str,
    manual_time: bool,
    faults: tuple[str, ...],
    file: Path | None,
    as_json: bool,
) -> None:
    """Serve a simulated RingCentral until stopped; or, with a verb, drive one that runs.

    Any client works against it by changing its server address. A verb is one of those below, or a POST of JSON to
    /simulator/VERB with the same arguments.
    """
    if context.invoked_subcommand is not None:
        return
    platform = Platform(seed=seed, limits=limits == "on", manual_time=manual_time)
    for each in faults:
        _switch(platform, each)
    if file is not None and file.exists():
        raise click.UsageError(f"{file} exists; it fits this simulator if it was written for the same port and seed")
    ports = (port, page_port, media_port)
    run_async(_serve(platform, host, ports, _tls(certificate), settings=file, as_json=as_json))


for _verb in commands():
    simulate.add_command(_verb)


def _switch(platform: Platform, fault: str) -> None:
    """Raises BadParameter naming what there is."""
    name, _, rate = fault.partition("=")
    try:
        platform.fault(name, rate=float(rate or 1))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from None


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    """Raises BadParameter for a file that is none."""
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate)
    except ssl.SSLError:
        raise click.BadParameter(
            f"{certificate} has no certificate with its private key (PEM)", param_hint="--certificate"
        ) from None
    return context


async def _serve(
    platform: Platform,
    host: str,
    ports: tuple[int, int, int | None],
    tls: ssl.SSLContext | None,
    *,
    settings: Path | None,
    as_json: bool,
) -> None:
    port, page_port, media_port = ports
    if media_port is None and host in LOOPBACK:
        media_port = 0
    page = Page(platform)
    with listening("--port", host, port):
        await platform.start(host, port, media_port, tls=tls)
    with listening("--page-port", host, page_port):
        await page.start(host, page_port)
    if settings is not None:
        _write_settings(settings, platform)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if as_json:
        print_json({**platform.credentials(), "page": page.url})
    else:
        _tell(platform, page)
        if settings is not None:
            click.echo(f"\nA service on it:  switchhook run --settings {settings}")
    await stop.wait()
    await page.stop()
    await platform.stop()


def _write_settings(file: Path, platform: Platform) -> None:
    """For a service on this platform, with a handler to begin with."""
    chats = platform.state()["chats"].values()
    chosen = _SETTINGS.substitute(
        server=platform.url,
        client_id=platform.client_id,
        client_secret=platform.client_secret,
        jwt=platform.jwt,
        secret=secrets.token_hex(16),
        chat=next(str(each["id"]) for each in chats if each.get("name")),
    )
    file.write_text(chosen, encoding="utf-8")


_SETTINGS = Template("""\
# A service on a simulated RingCentral of this machine, written by `switchhook simulate`.

[[identities]]
name = "main"
server = "$server"
client_id = "$client_id"
client_secret = "$client_secret"
jwt = "$jwt"

[ingress]
public_url = "http://127.0.0.1:8080"
master_secrets = ["$secret"]

[[handlers]]                          # `switchhook handlers list` shows what there is
use = "post_to_chat"
extensions = ["*"]
settings = { chat = "$chat", events = ["CallMissed", "TextReceived"] }
""")


def _tell(platform: Platform, page: Page) -> None:
    click.echo(f"A simulated RingCentral answers at {platform.url} (Ctrl-C stops it).")
    click.echo(f"Its page for people is {page.url}")
    if platform.media_url != platform.url:
        click.echo(f"Its media host is {platform.media_url}")
    click.echo()
    for name in ("client_id", "client_secret", "jwt"):
        click.echo(f"  {name:14} {getattr(platform, name)}")
    click.echo(f"  {'sign in':14} {platform.username} extension 101 password {platform.password}")
    click.echo("\n  extensions")
    for extension in platform.credentials()["extensions"]:
        row = f"    {extension['extensionNumber']:6} {extension['name']:20} {extension.get('phoneNumber') or ''}"
        click.echo(row.rstrip())
    click.echo(f"\nRing one:  switchhook simulate ring --to 101 --url {platform.url}")
    body = '{"to":"101","from":"+16505550100"}'
    click.echo(f"       or  curl -X POST {platform.url}/simulator/ring -d '{body}'")
