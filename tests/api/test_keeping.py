"""Tokens over restarts: encrypted, private, bound to their credentials, handed over by a login."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from switchhook.api.keeping import FileKeep, Seal, StateKeep
from switchhook.api.token import Token
from switchhook.clock import ManualClock
from switchhook.settings import IdentitySettings
from switchhook.state.sqlite import SqliteState
from tests.api.server import says, serving, talking

TOKEN = Token("access-word", 2_000_000_000.0, 1_999_999_900.0, "refresh-word", 2_000_600_000.0, "101")
ANN = IdentitySettings(name="ann", client_id="app", jwt=SecretStr("jwt-of-ann"))
OLD, NEW = SecretStr("old-master-secret-of-ours"), SecretStr("new-master-secret-of-ours")


async def test_a_file_keeps_a_token_unreadable_for_others(tmp_path: Path) -> None:
    """What is on disk shows nothing, only the owner may read it, and it loads as it was saved; None removes it."""
    keep = FileKeep(tmp_path / "tokens", Seal([NEW]), ANN)
    assert keep.load() is None
    await keep.save(TOKEN)
    await keep.save(TOKEN)
    content = keep.path.read_bytes()
    assert b"access-word" not in content
    assert b"refresh-word" not in content
    assert "jwt" not in keep.path.name
    assert keep.path.stat().st_mode & 0o077 == 0
    assert keep.load() == TOKEN
    assert [path.name for path in keep.path.parent.iterdir()] == [keep.path.name]
    await keep.save(None)
    await keep.save(None)
    assert keep.load() is None


async def test_an_earlier_master_secret_still_opens(tmp_path: Path) -> None:
    """After a change of the master secret, tokens kept under the old one are found as long as it is listed."""
    sealed = Seal([OLD]).close(TOKEN)
    assert Seal([NEW, OLD]).open(sealed, place="here") == TOKEN
    assert Seal([NEW]).open(sealed, place="here") is None
    assert Seal([NEW]).open(b"rubbish", place="here") is None
    await FileKeep(tmp_path, Seal([OLD]), ANN).save(TOKEN)
    assert FileKeep(tmp_path, Seal([NEW, OLD]), ANN).load() == TOKEN
    assert FileKeep(tmp_path, Seal([NEW]), ANN).load() is None
    with pytest.raises(ValueError, match=r"ingress\.master_secrets"):
        Seal([])


def test_another_credential_is_another_token() -> None:
    """A kept token is not used once server, application or credential have changed."""
    seal = Seal([NEW])
    others = [{"server": "https://other.example"}, {"client_id": "x"}, {"jwt": SecretStr("y")}, {"jwt": None}]
    names = {seal.name(ANN.model_copy(update=change)) for change in others}
    assert len(names | {seal.name(ANN)}) == 5


async def test_the_state_store_keeps_it_and_takes_over_a_login(tmp_path: Path) -> None:
    """Kept in the store; a login that left a later token wins, and its file goes with the next save."""
    store = SqliteState(tmp_path / "state.db", ManualClock())
    await store.load(3)
    seal = Seal([NEW])
    login = FileKeep(tmp_path / "login", seal, ANN)
    keep = StateKeep(store, 3, seal, ANN, login)
    assert keep.load() is None
    await keep.save(TOKEN)
    assert StateKeep(store, 3, seal, ANN).load() == TOKEN
    later = Token("later", TOKEN.until + 1, TOKEN.renew_at + 1, "r2")
    await login.save(later)
    assert keep.load() == later
    await keep.save(later)
    assert login.load() is None
    assert keep.load() == later
    await keep.save(None)
    assert keep.load() is None
    await store.close()


async def test_a_login_helps_a_running_worker(tmp_path: Path) -> None:
    """Without credentials a call says that somebody must log in; once somebody has, the same client goes on."""
    clock = ManualClock()
    seal = Seal([NEW])
    someone = ANN.model_copy(update={"jwt": None})
    login = FileKeep(tmp_path, seal, someone)
    async with serving() as server, talking(server, clock=clock, jwt=None, keep=login) as client:
        server.answer("GET /restapi/v1.0/account/~/extension/~", says({"id": 1}))
        with pytest.raises(Exception, match="switchhook login"):
            await client.call("readExtension")
        now = clock.now().timestamp()
        await login.save(Token("from-login", now + 3600, now + 3540, "r"))
        assert await client.call("readExtension") == {"id": "1"}
        assert server.seen[-1].headers["authorization"] == "Bearer from-login"
        assert server.asked("/restapi/oauth/token") == []
