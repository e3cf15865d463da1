"""Operations that give and take tokens."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

import orjson

from switchhook.simulator.errors import Refused
from switchhook.simulator.oauth import ACCESS_SECONDS, REFRESH_SECONDS, Application, Session
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SHORTEST_ACCESS = 600
LONGEST_REFRESH = 2_592_000


@answers("getToken")
def get_token(request: Request) -> Response:
    """Every grant. Lifetimes out of range are replaced, not refused: a client sends -1 after every 401."""
    fields = _fields(request)
    application = _application(request, fields)
    headers = request.world.limits.take(application.client_id, "Auth")
    session = _GRANTS.get(fields.get("grant_type", ""), _unsupported)(request, application, fields)
    return Response(body=_view(request, session), headers={**headers, "Cache-Control": "no-store"})


@answers("revokeToken")
def revoke(request: Request) -> Response:
    """Ends the session behind any of its tokens; an unknown token changes nothing."""
    fields = _fields(request)
    headers = request.world.limits.take(_application(request, fields).client_id, "Auth")
    request.world.oauth.revoke(fields.get("token") or request.one("token") or "")
    return Response(content=b"", headers=headers)


def _by_jwt(request: Request, application: Application, fields: Mapping[str, str]) -> Session:
    return _log_in(request, application, fields, request.world.oauth.by_jwt(fields.get("assertion", "")).id)


def _by_password(request: Request, application: Application, fields: Mapping[str, str]) -> Session:
    owner = request.world.oauth.by_password(
        fields.get("username", ""), fields.get("extension", ""), fields.get("password", "")
    )
    return _log_in(request, application, fields, owner.id)


def _by_refresh(request: Request, application: Application, fields: Mapping[str, str]) -> Session:
    return request.world.oauth.refresh(application, fields.get("refresh_token", ""))


def _by_code(request: Request, application: Application, fields: Mapping[str, str]) -> Session:
    grant = request.world.codes.redeem(
        fields.get("code", ""), application, fields.get("redirect_uri"), fields.get("code_verifier")
    )
    scope = {} if grant.scopes is None else {"scope": " ".join(grant.scopes)}
    return _log_in(request, application, {**fields, **scope}, grant.extension.id)


def _unsupported(_request: Request, _application: Application, _fields: Mapping[str, str]) -> Session:
    raise Refused(400, "OAU-250", "Unsupported grant type", oauth="unsupported_grant_type")


_GRANTS = {JWT_BEARER: _by_jwt, "password": _by_password, "refresh_token": _by_refresh, "authorization_code": _by_code}


def _log_in(request: Request, application: Application, fields: Mapping[str, str], extension_id: str) -> Session:
    asked = fields.get("scope", "").replace(",", " ").split()
    return request.world.oauth.log_in(
        application,
        request.world.account.extensions[extension_id],
        scopes=frozenset(asked) if asked else None,
        endpoint_id=fields.get("endpoint_id"),
        access_seconds=_lifetime(fields, "access_token_ttl", SHORTEST_ACCESS, ACCESS_SECONDS, ACCESS_SECONDS),
        refresh_seconds=_lifetime(fields, "refresh_token_ttl", 1, LONGEST_REFRESH, REFRESH_SECONDS),
    )


def _lifetime(fields: Mapping[str, str], name: str, least: int, most: int, default: int) -> int:
    try:
        wanted = int(fields[name])
    except (KeyError, ValueError):
        return default
    return default if wanted <= 0 else max(least, min(most, wanted))


def _view(request: Request, session: Session) -> dict[str, object]:
    oauth = request.world.oauth
    view: dict[str, object] = {
        "access_token": session.access,
        "token_type": "bearer",
        "expires_in": oauth.left(session.access_expires),
        "scope": " ".join(sorted(session.scopes)),
        "owner_id": session.extension.id,
        "endpoint_id": session.endpoint_id,
        "session_id": session.id,
    }
    if session.application.issues_refresh_tokens:
        view["refresh_token"] = session.refresh
        view["refresh_token_expires_in"] = oauth.left(session.refresh_expires)
    return view


def _fields(request: Request) -> Mapping[str, str]:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" and request.content:
        raise Refused(415, "CMN-126", "Content type must be application/x-www-form-urlencoded", oauth="invalid_request")
    return request.body if isinstance(request.body, Mapping) else {}


def _application(request: Request, fields: Mapping[str, str]) -> Application:
    """Basic, or Basic with a `client_id` field, or an assertion signed with the secret, or `client_id` alone for an
    application without a secret. Raises Refused (OAU-123, OAU-146).
    """
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401, "OAU-123", "Authorization header is invalid", oauth="invalid_client") from None
        return request.world.oauth.client(client_id, secret)
    if fields.get("client_assertion"):
        return _asserted(request, fields["client_assertion"])
    return request.world.oauth.client(fields.get("client_id"), fields.get("client_secret"))


def _asserted(request: Request, assertion: str) -> Application:
    """A JWT that the application signed with its secret (`client_secret_jwt`: HS256, `iss` and `sub` its id)."""
    wrong = Refused(401, "OAU-146", "Invalid client credentials", oauth="invalid_client")
    try:
        signed, _, signature = assertion.rpartition(".")
        claims = orjson.loads(_decoded(signed.partition(".")[2]))
        application = request.world.oauth.applications[str(claims["iss"])]
        expected = hmac.digest((application.secret or "").encode(), signed.encode(), "sha256")
        good = hmac.compare_digest(_decoded(signature), expected) and claims.get("sub") == application.client_id
        expired = claims.get("exp", 0) <= request.world.clock.now().timestamp()
    except (KeyError, TypeError, ValueError):
        raise wrong from None
    if not good or expired or application.secret is None:
        raise wrong
    return application


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
