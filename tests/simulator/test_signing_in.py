"""The authorization code flow, its page, PKCE, assertions, and the documents that clients discover the platform by."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Answered, Client

AUTHORIZE, TOKEN = "/restapi/oauth/authorize", "/restapi/oauth/token"
BACK = "http://127.0.0.1:9/back"
VERIFIER = "a" * 43


def challenge() -> str:
    """Of the verifier, by S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


async def sign_in(client: Client, **more: str) -> Answered:
    """Fill in the page as Ann."""
    platform = client.platform
    query = {"response_type": "code", "client_id": platform.client_id, "redirect_uri": BACK, "state": "s 1", **more}
    person = {"username": platform.username, "extension": "101", "password": platform.password}
    url = platform.url + AUTHORIZE
    async with client.http.post(url, params=query, data={**person, **more}, allow_redirects=False) as response:
        return Answered(response.status, response.headers, await response.read())


def answer_of(redirect: Answered) -> dict[str, str]:
    """The query of where the browser is sent."""
    assert redirect.status == 302
    return {key: values[0] for key, values in parse_qs(urlsplit(redirect.headers["Location"]).query).items()}


async def test_a_person_signs_in_and_the_code_gives_tokens(client: Client, platform: Platform) -> None:
    """The page is a form; the redirect carries code, state and life; a code works once and for its redirect alone."""
    query = f"?response_type=code&client_id={platform.client_id}&redirect_uri={BACK}&state=x"
    page = await client.call("GET", AUTHORIZE + query, Authorization="")
    assert page.headers["Content-Type"].startswith("text/html")
    assert b'name="password"' in page.raw
    back = answer_of(await sign_in(client))
    assert (back["state"], back["expires_in"]) == ("s 1", "60")
    wrong = await client.form(TOKEN, grant_type="authorization_code", code=back["code"], redirect_uri="http://other/")
    assert (wrong.status, wrong.body["error"]) == (400, "invalid_grant")
    back = answer_of(await sign_in(client))
    fields = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK}
    tokens = await client.form(TOKEN, **fields)
    assert tokens.body["owner_id"] == platform.world.account.extension("101").id
    assert (await client.form(TOKEN, **fields)).status == 400


async def test_a_code_lives_a_minute(client: Client, platform: Platform) -> None:
    """After that it is refused."""
    code = answer_of(await sign_in(client))["code"]
    await platform.advance(61)
    late = await client.form(TOKEN, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert (late.status, late.body["error"]) == (400, "invalid_grant")


async def test_a_wrong_password_shows_the_page_again(client: Client) -> None:
    """With what is wrong, and what was typed; not the password."""
    page = await sign_in(client, password="wrong")
    assert page.status == 200
    assert b'role="alert"' in page.raw
    assert b"wrong" not in page.raw


async def test_who_does_not_allow_is_sent_back(client: Client) -> None:
    """With the error that OAuth has for it."""
    assert answer_of(await sign_in(client, decision="deny"))["error"] == "access_denied"


async def test_strangers_are_not_redirected(client: Client, platform: Platform) -> None:
    """An unknown application or a redirect that is not registered gets 400 and no redirect."""
    assert (await sign_in(client, client_id="nobody")).status == 400
    platform.world.oauth.application.redirects = ("http://registered/",)
    assert (await sign_in(client)).status == 400


@pytest.mark.parametrize(("method", "sent"), [("S256", challenge()), ("plain", VERIFIER)])
async def test_a_public_application_proves_itself(client: Client, platform: Platform, method: str, sent: str) -> None:
    """Without a challenge no page; with it the verifier must fit; no secret anywhere."""
    public = platform.world.oauth.public.client_id
    query = f"?response_type=code&client_id={public}&redirect_uri={BACK}"
    async with client.http.get(platform.url + AUTHORIZE + query, allow_redirects=False) as response:
        assert "error=invalid_request" in response.headers["Location"]
    for verifier, status in ((VERIFIER[:-1] + "b", 400), (VERIFIER, 200)):
        code = answer_of(
            await sign_in(client, client_id=public, code_challenge=sent, code_challenge_method=method)
        )["code"]  # fmt: skip
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": public,
            "code_verifier": verifier,
        }  # fmt: skip
        async with client.http.post(platform.url + TOKEN, data=form) as response:
            assert response.status == status


async def test_an_application_signs_an_assertion(client: Client, platform: Platform) -> None:
    """HS256 with its secret instead of Basic; expired or badly signed is refused."""
    for secret, expires, status in (
        (platform.client_secret, 60, 200), ("other", 60, 401), (platform.client_secret, -60, 401)
    ):  # fmt: skip
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "exp": int(platform.clock.now().timestamp()) + expires,
        }
        parts = [
            base64.urlsafe_b64encode(orjson.dumps(each)).decode().rstrip("=") for each in ({"alg": "HS256"}, claims)
        ]
        signed = ".".join(parts)
        signature = (
            base64.urlsafe_b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256")).decode().rstrip("=")
        )
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": platform.jwt,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": f"{signed}.{signature}",
        }  # fmt: skip
        async with client.http.post(platform.url + TOKEN, data=form) as response:
            assert response.status == status


async def test_clients_discover_the_platform(client: Client, platform: Platform) -> None:
    """Without and with authorization; every address is ours."""
    initial = await client.call("GET", f"{platform.url}/.well-known/entry-points/initial?clientId=x", Authorization="")
    assert initial.body["coreApi"]["baseUri"] == platform.url
    assert initial.body["authApi"]["authorizationUri"] == platform.url + AUTHORIZE
    found = await client.call("GET", initial.body["discoveryApi"]["defaultExternalUri"])
    assert found.body["authApi"]["tokenUri"] == platform.url + TOKEN
    assert found.headers["discovery-tag"]
    open_id = await client.call("GET", initial.body["authApi"]["oidcDiscoveryUri"], Authorization="")
    assert open_id.body["userinfo_endpoint"] == f"{platform.url}/restapi/oauth/userinfo"
    assert (await client.call("GET", "/restapi/oauth/userinfo")).body["name"] == "Ann Archer"
    assert (await client.call("GET", "/restapi/oauth/jwks", Authorization="")).body == {"keys": []}


async def test_a_page_in_a_browser_may_call(client: Client) -> None:
    """Preflight, and the origin by name on every answer, errors included."""
    asked = {
        "Origin": "http://page", "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization, client-id, x-user-agent",
    }  # fmt: skip
    allowed = await client.call("OPTIONS", "/extension/~", **asked)
    assert allowed.status == 204
    assert "GET" in allowed.headers["Access-Control-Allow-Methods"]
    assert allowed.headers["Access-Control-Allow-Headers"] == asked["Access-Control-Request-Headers"]
    for path in ("/extension/~", "/extension/1"):
        answer = await client.call("GET", path, Origin="http://page")
        assert answer.headers["Access-Control-Allow-Origin"] == "http://page"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "x-rate-limit-remaining" in answer.headers["Access-Control-Expose-Headers"]


async def test_long_answers_are_compressed_if_wanted(client: Client, platform: Platform) -> None:
    """And only then."""
    url = f"{platform.url}/restapi/v1.0/account/~/extension"
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.http.get(url, headers={**headers, "Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert (await response.json())["records"]
    async with client.http.get(url, headers={**headers, "Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
