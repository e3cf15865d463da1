"""The sign-in page of the authorization code flow, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from switchhook.simulator.codes import LIFE
from switchhook.simulator.errors import Refused
from switchhook.simulator.oauth import Application
from switchhook.simulator.wire.request import Request, Response
from switchhook.simulator.wire.table import answers

_KEPT = ("response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in - simulated RingCentral</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; color: #1a1a1a }}
label, input, button {{ display: block; width: 100%; box-sizing: border-box; font: inherit }}
input {{ margin-bottom: 1rem; padding: .5rem; border: 1px solid #767676; border-radius: .25rem }}
button {{ padding: .6rem; margin-bottom: .5rem }}
[role=alert] {{ color: #a30000 }}
</style>
<main>
<h1>Sign in</h1>
<p>{application} asks to act for you on this simulated platform.</p>
{problem}
<form method="post">
{hidden}
<label for="username">Phone number or email address</label>
<input id="username" name="username" value="{username}" autocomplete="username" required>
<label for="extension">Extension</label>
<input id="extension" name="extension" value="{extension}" inputmode="numeric">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="decision" value="allow">Sign in and allow</button>
<button name="decision" value="deny" formnovalidate>Do not allow</button>
</form>
</main>
</html>
"""


@answers("authorize")
def show(request: Request) -> Response:
    fields = {key: values[-1] for key, values in request.query.items()}
    application = _checked(request, fields)
    if fields.get("response_type") != "code":
        return _redirect(fields, error="unsupported_response_type")
    if application.secret is None and not fields.get("code_challenge"):
        return _redirect(fields, error="invalid_request", error_description="Code challenge is required")
    return _page(application, fields)


@answers("signIn")
def sign_in(request: Request) -> Response:
    """What the page sends: a redirect with a code, or the page again."""
    query = {key: values[-1] for key, values in request.query.items()}
    fields = {**query, **(request.body if isinstance(request.body, Mapping) else {})}
    application = _checked(request, fields)
    if fields.get("decision") == "deny":
        return _redirect(fields, error="access_denied")
    world = request.world
    try:
        extension = world.oauth.by_password(
            fields.get("username", ""), fields.get("extension", ""), fields.get("password", "")
        )
    except Refused as refusal:
        return _page(application, fields, problem=refusal.message)
    code = world.codes.issue(
        application,
        extension,
        fields["redirect_uri"],
        scopes=frozenset(fields["scope"].split()) if fields.get("scope") else None,
        challenge=fields.get("code_challenge") or None,
        method=fields.get("code_challenge_method") or "plain",
    )
    return _redirect(fields, code=code, expires_in=str(LIFE))


def _checked(request: Request, fields: Mapping[str, str]) -> Application:
    """The application, if it may have people sent back where it says. Raises Refused: no redirect to a stranger."""
    application = request.world.oauth.applications.get(fields.get("client_id", ""))
    if application is None:
        raise Refused(400, "OAU-153", "Unknown application", parameter="client_id", oauth="invalid_request")
    target = fields.get("redirect_uri", "")
    if not target or (application.redirects and target not in application.redirects):
        raise Refused(400, "OAU-109", "Redirect URI mismatch", parameter="redirect_uri", oauth="invalid_request")
    return application


def _redirect(fields: Mapping[str, str], **answer: str) -> Response:
    if "state" in fields:
        answer["state"] = fields["state"]
    target = fields["redirect_uri"]
    return Response(302, headers={"Location": f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}"})


def _page(application: Application, fields: Mapping[str, str], problem: str = "") -> Response:
    hidden = [f'<input type="hidden" name="{each}" value="{escape(fields[each])}">' for each in _KEPT if each in fields]
    page = _PAGE.format(
        application=escape(application.name),
        problem=f'<p role="alert">{escape(problem)}</p>' if problem else "",
        hidden="\n".join(hidden),
        username=escape(fields.get("username", "")),
        extension=escape(fields.get("extension", "")),
    )
    return Response(200, content=page.encode(), content_type="text/html; charset=utf-8")
