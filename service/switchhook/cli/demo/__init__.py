"""`switchhook demo`: the whole service on a simulated platform, telling what happens. No account is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from switchhook.app.ending import stopping
from switchhook.cli.demo.service import Service
from switchhook.cli.demo.story import SCENES, Told, tell
from switchhook.cli.ends import NO
from switchhook.cli.options import json_option, run_async
from switchhook.cli.output import print_json
from switchhook.simulator.platform import Platform


@click.command()
@json_option
@click.option("--keep", is_flag=True, help="Leave it running at the end, with its addresses printed.")
def demo(as_json: bool, keep: bool) -> int:
    """Ring a simulated telephone and watch the shipped handlers act.

    Starts a simulated RingCentral and the real service (two processes, embedded store) on this machine, lets calls
    and texts come in, and checks at the platform that each had its effect. Exit code 1 if any had not.
    """
    return run_async(_play(as_json, keep))


async def _play(as_json: bool, keep: bool) -> int:
    def say(line: str = "") -> None:
        if not as_json:
            click.echo(line)

    say("Switchhook on a simulated RingCentral: no account, nothing leaves this machine.\n")
    platform = Platform(seed=7)
    await platform.start()
    with tempfile.TemporaryDirectory(prefix="switchhook-demo-") as folder:
        try:
            async with Service(Path(folder), platform) as service:
                say(f"  platform      a simulated RingCentral answers at {platform.url}")
                say(f"  ingress       takes notifications at {service.public_url}, each on disk before it answers 200")
                await service.ready()
                for line in service.subscribed():
                    say(f"  keeper        {line}")
                told = [await tell(scene, platform, service, say) for scene in SCENES]
                _conclude(told, as_json, say)
                if keep:
                    await _stay(platform, service, say)
        finally:
            await platform.stop()
    return 0 if all(each.happened for each in told) else NO


def _conclude(told: list[Told], as_json: bool, say: Callable[..., None]) -> None:
    good = sum(each.happened for each in told)
    reactions = sorted(span for each in told for span in each.reactions)
    if as_json:
        print_json({"scenes": [each.as_json() for each in told], "happened": good, "of": len(told)})
        return
    say()
    if good == len(told):
        spread = f", {reactions[0]:.1f} to {reactions[-1]:.1f} ms from notification to API call" if reactions else ""
        say(f"All {good} scenes ended as they should{spread}.")
    else:
        say(f"{len(told) - good} of {len(told)} scenes did not end as they should.")


async def _stay(platform: Platform, service: Service, say: Callable[..., None]) -> None:
    body = '{"to":"101","from":"+16505550100"}'
    say("\nStill running until Ctrl-C:")
    say(f"  platform      {platform.url}")
    say(f"  worker        {service.admin_url}/")
    say(f"  try           curl -X POST {platform.url}/simulator/ring -d '{body}'")
    with stopping(supervised=False) as stop:
        await stop.wait()
