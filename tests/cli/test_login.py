"""`switchhook login`: a person, a page on this machine, the platform, and back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import socket
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from switchhook.api.keeping import FileKeep, Seal, login_keep
from switchhook.api.token import Token
from switchhook.cli.login import _end, _log_in
from switchhook.errors import PortTaken, Unauthorized
from switchhook.settings import AppSettings, IdentitySettings
from switchhook.simulator.platform import Platform
from tests.api.server import Server, says, serving

ANN = IdentitySettings(name="ann", client_id="app")
SEAL = Seal([SecretStr("a-master-secret-of-ours")])


class Person:
    """Somebody with a browser: opens the page that the command names, and follows its link."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self.captured = captured
        self.asked: dict[str, str] = {}

    async def page(self) -> str:
        """The address of the command's page, once it is said."""
        said = ""
        while "http://localhost" not in said:
            await asyncio.sleep(0)
            said += self.captured.readouterr().err
        return re.findall(r"http://localhost:\d+/", said)[0]

    async def follow(self, http: aiohttp.ClientSession) -> str:
        """Go to the page and along its link; returns the address that the platform would send the person back to."""
        async with http.get(await self.page()) as response:
            content = await response.text()
        link = unescape(re.findall(r'href="([^"]+)"', content)[0])
        self.asked = dict(parse_qsl(urlsplit(link).query))
        return self.asked["redirect_uri"]


@pytest.fixture
def person(capsys: pytest.CaptureFixture[str]) -> Person:
    """A person."""
    return Person(capsys)


def on(server: Server) -> IdentitySettings:
    """The identity at this server."""
    return ANN.model_copy(update={"server": server.url})


async def test_logs_in_with_pkce_and_keeps_the_token(tmp_path: Path, person: Person) -> None:
    """The code is exchanged with the verifier whose digest the platform was shown; the token is kept for the worker."""
    async with serving() as server, aiohttp.ClientSession() as http:
        server.answer("GET /restapi/v1.0/account/~/extension/~", says({"name": "Ann Archer", "extensionNumber": "101"}))
        identity = on(server)
        keep = FileKeep(tmp_path, SEAL, identity)
        running = asyncio.create_task(_log_in(identity, keep, 0, browse=False))
        back = await person.follow(http)
        async with http.get(back, params={"state": person.asked["state"], "code": "a-code"}) as response:
            assert "Logged in" in await response.text()
            assert response.headers["Cache-Control"] == "no-store"
        assert await running == {"name": "Ann Archer", "extensionNumber": "101"}
        form = {
            name: values[0] for name, values in parse_qs(server.asked("/restapi/oauth/token")[0].body.decode()).items()
        }
        assert form["grant_type"] == "authorization_code"
        assert (form["code"], form["redirect_uri"], form["client_id"]) == ("a-code", back, "app")
        digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        assert (person.asked["code_challenge"], person.asked["code_challenge_method"]) == (digest, "S256")
        token = keep.load()
        assert token is not None
        assert token.refresh == "refresh-1"


async def test_logs_in_on_the_simulated_platform(tmp_path: Path, person: Person) -> None:
    """Through the platform's own page: sign in there with number and password, come back logged in as that user."""
    platform = Platform(seed=3)
    await platform.start()
    identity = IdentitySettings(
        name="ann", client_id=platform.client_id, client_secret=SecretStr(platform.client_secret), server=platform.url
    )
    keep = FileKeep(tmp_path, SEAL, identity)
    running = asyncio.create_task(_log_in(identity, keep, 0, browse=False))
    async with aiohttp.ClientSession() as http:
        await person.follow(http)
        signing = {"username": platform.username, "extension": "101", "password": platform.password}
        page = f"{platform.url}/restapi/oauth/authorize"
        async with http.post(page, params=person.asked, data={**signing, "decision": "allow"}) as response:
            assert "Logged in" in await response.text()
    own = await running
    await platform.stop()
    assert own["extensionNumber"] == "101"
    token = keep.load()
    assert token is not None
    assert token.refresh


async def test_ends_a_session_at_the_platform_too(tmp_path: Path) -> None:
    """What a login has left is revoked and forgotten, whatever the platform answers; the second time there is none."""
    async with serving() as server:
        server.answer("POST /restapi/oauth/revoke", says(None, 503))
        identity = on(server)
        keep = FileKeep(tmp_path, SEAL, identity)
        await keep.save(Token("access-1", 2**31, 2**31, "refresh-1"))
        assert await _end(identity, keep)
        assert keep.load() is None
        assert not await _end(identity, keep)
        (asked,) = server.seen
    assert (asked.path, asked.body) == ("/restapi/oauth/revoke", b"token=refresh-1&client_id=app")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"state": "right", "error": "access_denied", "error_description": "The <b>user</b> refused"}, "refused"),
        ({"state": "right", "error": "access_denied"}, "access_denied"),
        ({"state": "wrong", "code": "c"}, "does not belong to this login"),
        ({"state": "right"}, "holds no code"),
        ({"state": "right", "code": "old"}, "Code expired"),
    ],
)
async def test_a_login_that_fails_says_why(tmp_path: Path, person: Person, query: dict[str, str], said: str) -> None:
    """Refused, foreign, empty, too late: page and command say so, nothing is kept, no HTML of others is shown."""
    async with serving() as server, aiohttp.ClientSession() as http:
        server.answer(
            "POST /restapi/oauth/token", says({"error": "invalid_grant", "error_description": "Code expired"}, 400)
        )
        identity = on(server)
        keep = FileKeep(tmp_path, SEAL, identity)
        running = asyncio.create_task(_log_in(identity, keep, 0, browse=False))
        back = await person.follow(http)
        state = person.asked["state"] if query["state"] == "right" else "another"
        async with http.get(back, params={**query, "state": state}) as response:
            content = await response.text()
        assert "<b>user</b> refused" not in content
        with pytest.raises(Unauthorized, match=said):
            await running
        assert keep.load() is None


async def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """The message names the port and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} is in use.*--port"):
            await _log_in(ANN, FileKeep(tmp_path, SEAL, ANN), port, browse=False)


def test_the_worker_looks_beside_its_state(tmp_path: Path) -> None:
    """Where a login is left does not depend on where the command was run."""
    settings = AppSettings.model_validate({"state": {"path": str(tmp_path / "state.db")}})
    assert login_keep(settings, SEAL, ANN).path.parent == tmp_path / "login"
