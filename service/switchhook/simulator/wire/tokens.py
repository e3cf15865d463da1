"""Operations that give and take tokens."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta

from switchhook.simulator.clock import stamp
from switchhook.simulator.errors import Refused
from switchhook.simulator.oauth import Application, Session
from switchhook.simulator.wire.assertions import asserted
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SHORTEST_ACCESS, LONGEST_ACCESS = 600, 3600
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


def _by_partner(request: Request, application: Application, fields: Mapping[str, str]) -> Session:
    """The application says itself for whom it acts: `sub` is an extension's id (which claims a partner must make is
    published nowhere; these are ours).
    """
    wrong = Refused(400, "OAU-251", "JWT is invalid", oauth="invalid_grant")
    signer, claims = asserted(request, fields.get("assertion", ""), wrong)
    if signer is not application:
        raise wrong
    return _log_in(request, application, fields, request.world.oauth.by_id(str(claims.get("sub"))).id)


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


_GRANTS = {
    JWT_BEARER: _by_jwt,
    "partner_jwt": _by_partner,
    "password": _by_password,
    "refresh_token": _by_refresh,
    "authorization_code": _by_code,
}


def _log_in(request: Request, application: Application, fields: Mapping[str, str], extension_id: str) -> Session:
    asked = fields.get("scope", "").replace(",", " ").split()
    rules = request.world.oauth.rules
    return request.world.oauth.log_in(
        application,
        request.world.account.extensions[extension_id],
        scopes=frozenset(asked) if asked else None,
        endpoint_id=fields.get("endpoint_id"),
        access_seconds=_lifetime(fields, "access_token_ttl", SHORTEST_ACCESS, LONGEST_ACCESS, rules.access),
        refresh_seconds=_lifetime(fields, "refresh_token_ttl", 1, LONGEST_REFRESH, rules.refresh),
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
    if oauth.rules.session:
        ends = session.begun + timedelta(seconds=oauth.rules.session)
        view |= {"session_expires_in": oauth.left(ends), "session_expiration_time": stamp(ends)}
    return view


def _fields(request: Request) -> Mapping[str, str]:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" and request.content:
        raise Refused(415, "CMN-126", "Content type must be application/x-www-form-urlencoded", oauth="invalid_request")
    return request.body if isinstance(request.body, Mapping) else {}


def _application(request: Request, fields: Mapping[str, str]) -> Application:
    """Basic, or Basic with a `client_id` field, or an assertion that it signed with its secret or its key, or
    `client_id` alone for an application without a secret. Raises Refused (OAU-123, OAU-146).
    """
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(401, "OAU-123", "Authorization header is invalid", oauth="invalid_client") from None
        return request.world.oauth.client(client_id, secret)
    if fields.get("client_assertion"):
        wrong = Refused(401, "OAU-146", "Invalid client credentials", oauth="invalid_client")
        application, claims = asserted(request, fields["client_assertion"], wrong)
        if claims.get("sub") != application.client_id:
            raise wrong
        return application
    return request.world.oauth.client(fields.get("client_id"), fields.get("client_secret"))
