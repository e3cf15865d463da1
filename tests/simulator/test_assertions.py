"""Assertions that an application signs with its own key, and grants of partners."""

from __future__ import annotations

import base64
import hmac
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Answered, Client

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """The public half, as people hand it over."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def encoded(value: bytes) -> str:
    """As JWTs have it."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def signed(platform: Platform, *, secret: str = "", algorithm: str = "RS256", **claims: Any) -> str:
    """A JWT of the application, good for a minute unless said otherwise."""
    now = platform.clock.now().timestamp()
    body = {"iss": platform.client_id, "sub": platform.client_id, "exp": now + 60, **claims}
    text = f"{encoded(orjson.dumps({'alg': algorithm, 'typ': 'JWT'}))}.{encoded(orjson.dumps(body))}"
    by_secret = hmac.digest(secret.encode(), text.encode(), "sha256")
    return f"{text}.{encoded(by_secret if secret else KEY.sign(text.encode(), PKCS1v15(), SHA256()))}"


async def token(client: Client, **fields: str) -> Answered:
    """Without an authorization header."""
    async with client.http.post(f"{client.platform.url}/restapi/oauth/token", data=fields) as answer:
        return Answered(answer.status, answer.headers, await answer.read())


async def test_an_application_shows_who_it_is_with_its_key(client: Client, platform: Platform) -> None:
    """`private_key_jwt`: believed once the public key is known; not when it is over or says somebody else."""
    grant = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": platform.jwt,
        "client_assertion_type": KIND,
    }  # fmt: skip
    refused = await token(client, **grant, client_assertion=signed(platform))
    assert (refused.status, refused.code, refused.body["error"]) == (401, "OAU-146", "invalid_client")
    await platform.application_key(pem(KEY))
    good = await token(client, **grant, client_assertion=signed(platform))
    assert good.status == 200
    assert good.body["owner_id"] == platform.world.account.extension("101").id
    for wrong in (
        signed(platform, exp=platform.clock.now().timestamp()),
        signed(platform, sub="somebody"),
        signed(platform, iss="somebody"),
        signed(platform) + "A",
        signed(platform, algorithm="none"),
        signed(platform, algorithm="HS256"),
        "nonsense",
    ):
        assert (await token(client, **grant, client_assertion=wrong)).code == "OAU-146"


async def test_a_key_is_a_public_rsa_key(platform: Platform) -> None:
    """Anything else is said to be none."""
    for wrong in ("nonsense", pem(ec.generate_private_key(ec.SECP256R1()))):
        with pytest.raises(ValueError, match="no RSA public key"):
            await platform.application_key(wrong)


@pytest.mark.parametrize("by", ["key", "secret"])
async def test_a_partner_acts_for_whom_it_says(client: Client, platform: Platform, by: str) -> None:
    """`partner_jwt`: signed by the application itself; for who is there."""
    await platform.application_key(pem(KEY))
    how = {"secret": platform.client_secret, "algorithm": "HS256"} if by == "secret" else {}
    bob = platform.world.account.extension("102")

    async def granted(sub: str) -> Answered:
        assertion = signed(platform, sub=sub, **how)
        return await client.form("/restapi/oauth/token", grant_type="partner_jwt", assertion=assertion)

    good = await granted(bob.id)
    assert (good.status, good.body["owner_id"]) == (200, bob.id)
    gone = await granted("1")
    assert (gone.status, gone.code, gone.body["error"]) == (400, "OAU-232", "invalid_grant")
    made_up = await client.form("/restapi/oauth/token", grant_type="partner_jwt", assertion="x.y.z")
    assert (made_up.status, made_up.code) == (400, "OAU-251")


async def test_another_application_s_assertion_is_none(client: Client, platform: Platform) -> None:
    """Who signs must be who asks."""
    assertion = signed(platform, secret=platform.client_secret, algorithm="HS256", sub=platform.world.account.menu.id)
    public = platform.world.oauth.public.client_id
    answer = await token(client, grant_type="partner_jwt", assertion=assertion, client_id=public)
    assert (answer.status, answer.code) == (400, "OAU-251")


async def test_how_long_logins_last_are_knobs(client: Client, platform: Platform) -> None:
    """Access and refresh tokens, how many logins there may be, and the end that an administrator sets."""
    platform.knob("oauth.access", 7200)
    platform.knob("oauth.refresh", 60)
    granted = await client.log_in()
    assert (granted["expires_in"], granted["refresh_token_expires_in"]) == (7200, 60)
    platform.knob("oauth.session", 100)
    granted = await client.log_in()
    assert granted["session_expires_in"] == 100
    await platform.advance(50)
    refreshed = await client.form(
        "/restapi/oauth/token", grant_type="refresh_token", refresh_token=granted["refresh_token"]
    )
    assert refreshed.body["session_expires_in"] == 50
    client.token = refreshed.body["access_token"]
    await platform.advance(50)
    assert (await client.call("GET", "/extension/~")).status == 401
    again = await client.form(
        "/restapi/oauth/token", grant_type="refresh_token", refresh_token=refreshed.body["refresh_token"]
    )
    assert (again.status, again.code) == (400, "OAU-211")
    platform.knob("oauth.session", 0)
    platform.knob("oauth.sessions", 1)
    await client.log_in()
    first = client.token
    await client.log_in()
    client.token, first = first, client.token
    assert (await client.call("GET", "/extension/~")).status == 401
