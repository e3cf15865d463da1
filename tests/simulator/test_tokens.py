"""Tokens: grants, lifetimes, refresh, revoke, and the errors of each."""

from __future__ import annotations

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client

TOKEN = "/restapi/oauth/token"


async def test_a_jwt_gives_tokens_in_the_documented_form(client: Client) -> None:
    """Numbers are numbers, and everything a client reads is there."""
    tokens = await client.log_in()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["refresh_token_expires_in"] == 604_800
    assert "CallControl" in tokens["scope"].split()
    assert tokens["owner_id"] == client.platform.world.account.extension("101").id
    assert tokens["endpoint_id"]


async def test_a_password_gives_tokens_with_the_extension_in_either_place(client: Client, platform: Platform) -> None:
    """`extension` as a field, or `username*extension`."""
    grant = {"grant_type": "password", "password": platform.password}
    answer = await client.form(TOKEN, username=platform.username, extension=platform.extension, **grant)
    assert answer.status == 200
    answer = await client.form(TOKEN, username=f"{platform.username}*{platform.extension}", **grant)
    assert answer.status == 200
    answer = await client.form(TOKEN, username=platform.username, extension="102", **grant)
    assert (answer.status, answer.code, answer.body["error"]) == (400, "OAU-140", "invalid_grant")


async def test_a_refresh_token_works_once_and_within_the_grace_gives_the_same_again(
    client: Client, platform: Platform
) -> None:
    """A crash between refresh and save must not lose the session; ten seconds after use the old token is dead."""
    tokens = await client.log_in()
    first = await client.form(TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert first.body["access_token"] != tokens["access_token"]
    again = await client.form(TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.body["access_token"] == first.body["access_token"]
    old = await client.call("GET", "/extension/~", Authorization=f"Bearer {tokens['access_token']}")
    assert (old.status, old.code) == (401, "OAU-128")
    client.token = first.body["access_token"]
    assert (await client.call("GET", "/extension/~")).status == 200
    await platform.advance(11)
    late = await client.form(TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (late.status, late.body["error"], late.code) == (400, "invalid_grant", "OAU-210")
    assert late.body["error_description"] == "Token expired"


async def test_an_access_token_expires(client: Client, platform: Platform) -> None:
    """After its life it is refused with 401, and the refresh token still works."""
    tokens = await client.log_in()
    await platform.advance(3_600)
    answer = await client.call("GET", "/extension/~")
    assert (answer.status, answer.code) == (401, "OAU-128")
    assert (await client.form(TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"])).status == 200


@pytest.mark.parametrize(("asked", "granted"), [("-1", 3600), ("10", 600), ("99999", 3600), ("1800", 1800)])
async def test_lifetimes_out_of_range_are_replaced(client: Client, asked: str, granted: int) -> None:
    """A client sends -1 after every 401 and would lose its session on a 400."""
    jwt = client.platform.jwt
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    answer = await client.form(TOKEN, grant_type=grant, assertion=jwt, access_token_ttl=asked, refresh_token_ttl="-1")
    assert answer.body["expires_in"] == granted


async def test_the_sixth_session_ends_the_oldest(client: Client) -> None:
    """Each worker with a session of its own throws the others out."""
    first = client.token
    for _ in range(5):
        await client.log_in()
    answer = await client.call("GET", "/extension/~", Authorization=f"Bearer {first}")
    assert answer.status == 401


async def test_revoke_ends_the_session(client: Client) -> None:
    """Both tokens are dead, whichever was given; an unknown one is no error."""
    tokens = await client.log_in()
    answer = await client.form("/restapi/oauth/revoke", token=tokens["access_token"])
    assert (answer.status, answer.raw) == (200, b"")
    assert (await client.call("GET", "/extension/~")).status == 401
    late = await client.form(TOKEN, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (late.status, late.code) == (400, "OAU-211")
    assert (await client.form("/restapi/oauth/revoke", token="made up")).status == 200


async def test_wrong_credentials_and_grants_are_refused_as_documented(client: Client) -> None:
    """Client credentials 401, everything about the grant 400, always with a description."""
    wrong = await client.form(TOKEN, secret="wrong", grant_type="password")
    assert (wrong.status, wrong.body["error"], wrong.code) == (401, "invalid_client", "OAU-146")
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    unknown = await client.form(TOKEN, grant_type=grant, assertion="x.y.z")
    assert (unknown.status, unknown.body["error"]) == (400, "invalid_grant")
    assert unknown.body["error_description"]
    odd = await client.form(TOKEN, grant_type="magic")
    assert (odd.status, odd.body["error"]) == (400, "unsupported_grant_type")


async def test_the_token_form_is_a_form(client: Client, platform: Platform) -> None:
    """JSON is refused with 415."""
    async with client.http.post(
        platform.url + TOKEN, json={"grant_type": "password"}, headers=client.basic()
    ) as response:
        assert response.status == 415


@pytest.mark.parametrize(
    ("header", "code"), [("", "AGW-402"), ("Basic eDp5", "AGW-401"), ("Bearer made-up", "OAU-213")]
)
async def test_requests_without_a_good_token_are_refused(client: Client, header: str, code: str) -> None:
    """401 with a code that says why."""
    answer = await client.call("GET", "/extension/~", Authorization=header)
    assert (answer.status, answer.code) == (401, code)


async def test_the_scheme_may_be_written_in_any_case(client: Client) -> None:
    """`bearer` is as good as `Bearer`."""
    answer = await client.call("GET", "/extension/~", Authorization=f"bearer {client.token}")
    assert answer.status == 200
