"""One run from a seed, told as digests: of all notifications, of the state, of the answers of whatever can be read."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
from typing import Any

import orjson

from switchhook.simulator.oauth import SCOPES
from switchhook.simulator.operations import operations
from switchhook.simulator.platform import Platform
from switchhook.simulator.scenes import SCENES
from tests.simulator.conftest import Client

A = "/restapi/v1.0/account/~"
E = f"{A}/extension/~"
FILTERS = [
    f"{A}/telephony/sessions", f"{A}/presence?detailedTelephonyState=true", f"{E}/message-store", f"{E}/voicemail",
    f"{E}/fax?direction=Inbound", f"{E}/message-store/instant?type=SMS", "/team-messaging/v1/posts",
]  # fmt: skip


async def run(seed: int) -> dict[str, str]:
    """Every scene, with notifications that come twice or never, then every list."""
    platform = Platform(seed=seed, limits=False, manual_time=True)
    await platform.start()
    told: list[dict[str, Any]] = []
    ann = platform.world.account.extension("101")
    filters = platform.world.subscriptions.check(ann, "app", FILTERS, SCOPES)
    made = platform.world.subscriptions.create(ann, "app", filters, transport="WebSocket")
    platform.world.delivery.sockets[made.id] = lambda each: told.append(dict(each))
    platform.fault("duplicate", rate=0.3)
    platform.fault("drop", rate=0.1)
    read = []
    async with Client.of(platform) as client:
        for name in SCENES:
            await platform.scene(name)
        for operation in operations().values():
            if operation.method == "GET":
                path = re.sub(r"\{\w+\}", "~", operation.path)
                read.append((await client.call("GET", platform.url + path)).raw)
        found = {"told": told, "state": platform.state(), "read": [each.decode("latin-1") for each in read]}
    await platform.stop()
    return {key: _digest(platform, value) for key, value in found.items()}


def _digest(platform: Platform, value: Any) -> str:
    """The ports are chosen by the machine, and no part of the run."""
    content = orjson.dumps(value).replace(platform.url.encode(), b"").replace(platform.media_url.encode(), b"")
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(asyncio.run(run(int(sys.argv[1])))).decode())
