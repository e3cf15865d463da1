"""Served over TLS, for clients that insist on it: every address leads back over TLS too."""

from __future__ import annotations

from pathlib import Path

import aiohttp
from click.testing import CliRunner

from switchhook.cli.simulate import simulate
from switchhook.simulator.platform import Platform
from tests.simulator.test_subscribing import self_signed

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


async def test_addresses_lead_back_over_tls(tmp_path: Path) -> None:
    """Of resources, of the WebSocket, of the media host."""
    platform = Platform(limits=False)
    await platform.start(tls=self_signed(tmp_path))
    message = await platform.voicemail()
    basic = {"Authorization": aiohttp.encode_basic_auth(platform.client_id, platform.client_secret)}
    connector = aiohttp.TCPConnector(ssl=False)  # the certificate vouches for itself
    async with aiohttp.ClientSession(connector=connector) as http:
        form = {"grant_type": GRANT, "assertion": platform.jwt}
        async with http.post(f"{platform.url}/restapi/oauth/token", data=form, headers=basic) as answer:
            bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.post(f"{platform.url}/restapi/oauth/wstoken", headers=bearer) as answer:
            assert (await answer.json())["uri"] == f"wss{platform.url.removeprefix('https')}/ws"
        path = f"/restapi/v1.0/account/~/extension/~/message-store/{message['id']}"
        async with http.get(platform.url + path, headers=bearer) as answer:
            address = (await answer.json())["attachments"][0]["uri"]
        assert platform.url.startswith("https://")
        assert address.startswith(f"{platform.url}/")
        async with http.get(address, headers=bearer) as answer:
            assert str(answer.url).startswith(f"{platform.media_url}/")
            assert (await answer.read())[:4] == b"RIFF"
    await platform.stop()


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    """Before anything is served."""
    file = tmp_path / "nothing.pem"
    file.write_text("nothing", encoding="ascii")
    refused = CliRunner().invoke(simulate, ["--certificate", str(file)])
    assert (refused.exit_code, "no certificate with its private key" in refused.output) == (2, True)
