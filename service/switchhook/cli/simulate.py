"""`switchhook simulate`: a simulated platform until it is stopped."""

from __future__ import annotations

import asyncio
import signal

import click

from switchhook.app.opening import listening
from switchhook.cli.options import json_option, run_async
from switchhook.cli.output import print_json
from switchhook.simulator.platform import Platform


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same ids and misbehaviour.")
@click.option("--limits", type=click.Choice(["on", "off"]), default="on", show_default=True, help="Rate limits.")
@json_option
def simulate(host: str, port: int, seed: int, limits: str, as_json: bool) -> None:
    """Serve a simulated RingCentral until stopped.

    Any client works against it by changing its server address. It is steered by POST /simulator/ring, text, post,
    answer, hang-up, fault, advance and reset, and told by GET /simulator/state.
    """
    run_async(_serve(host, port, seed, limits == "on", as_json))


async def _serve(host: str, port: int, seed: int, limits: bool, as_json: bool) -> None:
    platform = Platform(seed=seed, limits=limits)
    with listening("--port", host, port):
        await platform.start(host, port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if as_json:
        print_json(platform.credentials())
    else:
        _tell(platform)
    await stop.wait()
    await platform.stop()


def _tell(platform: Platform) -> None:
    click.echo(f"A simulated RingCentral answers at {platform.url} (Ctrl-C stops it).\n")
    for name in ("client_id", "client_secret", "jwt"):
        click.echo(f"  {name:14} {getattr(platform, name)}")
    click.echo("\n  extensions")
    for extension in platform.credentials()["extensions"]:
        click.echo(f"    {extension['extensionNumber']:6} {extension['name']:14} {extension.get('phoneNumber') or ''}")
    body = '{"to":"101","from":"+16505550100"}'
    click.echo(f"\nRing one:  curl -X POST {platform.url}/simulator/ring -d '{body}'")
