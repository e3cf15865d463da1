"""Who a token belongs to, and where the platform's entry points are: documents that clients discover it by."""

from __future__ import annotations

from typing import Any

from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

SOCKET_TOKEN_LIFE = 600
"""Seconds."""


@answers("authWsToken")
def socket_token(request: Request) -> Response:
    """A token to open the WebSocket with, and where it is, as the client reaches us."""
    token = request.world.sockets.token(request.logged_in, SOCKET_TOKEN_LIFE)
    uri = "ws" + request.base_url.removeprefix("http") + "/ws"
    return Response(body={"ws_access_token": token, "uri": uri, "expires_in": SOCKET_TOKEN_LIFE})


@answers("readUserInfo")
def user_info(request: Request) -> Response:
    person = request.caller
    return Response(
        body={
            "sub": person.id,
            "name": person.name,
            "given_name": person.first_name,
            "family_name": person.last_name,
            "preferred_username": person.email,
            "email": person.email,
            "email_verified": True,
            "phone_number": next(iter(person.phone_numbers), request.world.account.main_number),
            "extension_number": person.number,
            "account_id": request.world.account.id,
        }
    )


@answers("readKeys")
def keys(_request: Request) -> Response:
    """Tokens are opaque here: nothing is signed, so there is no key."""
    return Response(body={"keys": []})


@answers("readOpenIdConfiguration")
def open_id(request: Request) -> Response:
    base = request.base_url
    return Response(
        body={
            "issuer": base,
            "authorization_endpoint": f"{base}/restapi/oauth/authorize",
            "token_endpoint": f"{base}/restapi/oauth/token",
            "revocation_endpoint": f"{base}/restapi/oauth/revoke",
            "userinfo_endpoint": f"{base}/restapi/oauth/userinfo",
            "jwks_uri": f"{base}/restapi/oauth/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": [
                "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", "partner_jwt",
                "password",
            ],
            "code_challenge_methods_supported": ["S256", "plain"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"
            ],
            "subject_types_supported": ["public"],
        }
    )  # fmt: skip


@answers("discoverInitial")
def initial(request: Request) -> Response:
    return Response(body=_entry_points(request, external=False))


@answers("discoverExternal")
def external(request: Request) -> Response:
    tag = request.world.account.id
    return Response(body=_entry_points(request, external=True), headers={"discovery-tag": tag})


def _entry_points(request: Request, *, external: bool) -> dict[str, Any]:
    base = request.base_url
    discovery = f"{base}/.well-known/entry-points/external"
    found: dict[str, Any] = {"version": "1.0.0", "retryCount": 3, "retryInterval": 5, "coreApi": {"baseUri": base}}
    if not external:
        return found | {
            "discoveryApi": {"defaultExternalUri": discovery},
            "authApi": {
                "authorizationUri": f"{base}/restapi/oauth/authorize",
                "oidcDiscoveryUri": f"{base}/.well-known/openid-configuration",
                "baseUri": base,
                "defaultTokenUri": f"{base}/restapi/oauth/token",
            },
        }
    return found | {
        "expiresIn": 86_400,
        "retryCycleDelay": 3_600,
        "discoveryApi": {"externalUri": discovery},
        "authApi": {"baseUri": base, "tokenUri": f"{base}/restapi/oauth/token"},
        "rcv": {"baseApiUri": base},
    }
