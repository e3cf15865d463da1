"""A person's login: the authorization code flow with PKCE (RFC 7636), as far as it needs no web server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from switchhook.api.auth import Application
from switchhook.api.catalogue import operation
from switchhook.api.failures import failure_of
from switchhook.api.gate import BudgetSpent
from switchhook.api.reading import read_json
from switchhook.api.sansio import build
from switchhook.api.token import Token
from switchhook.api.transport import AnswerLost, NothingSent
from switchhook.clock import Clock
from switchhook.errors import ApiUnreachable, Unauthorized

PATH = "/restapi/oauth/token"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One login from its start to the platform's call back. `redirect_uri` must be registered with the application."""

    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    def address(self, application: Application) -> str:
        """Where the person's browser must go."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        request = build(
            operation("authorize"),
            {
                "response_type": "code",
                "client_id": application.client_id,
                "redirect_uri": self.redirect_uri,
                "state": self.state,
                "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                "code_challenge_method": "S256",
            },
        )
        return application.transport.server + request.target

    def code(self, query: Mapping[str, str]) -> str:
        """The code from the call back's query. Raises Unauthorized in the platform's words, or for a stranger's."""
        if not hmac.compare_digest(query.get("state", "").encode(), self.state.encode()):
            raise _refused("the answer does not belong to this login: begin again")
        if "error" in query:
            raise _refused(query.get("error_description") or query["error"])
        if not query.get("code"):
            raise _refused("the answer holds no code")
        return query["code"]

    async def token(self, application: Application, code: str, clock: Clock) -> Token:
        """Exchange the code, which lives a minute. Raises Unauthorized, ApiUnreachable."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        try:
            answer = await application.send(application.ask(form))
            if answer.status >= 300:
                raise _refused(failure_of(answer.body, answer.headers).message)
            return Token.granted(read_json(answer.body), clock.now().timestamp())
        except (NothingSent, AnswerLost, BudgetSpent) as error:
            raise ApiUnreachable(str(error), operation="getToken", method="POST", path=PATH) from error
        except ValueError:
            raise _refused("the answer holds no token") from None


def _refused(message: str) -> Unauthorized:
    return Unauthorized(f"the login failed: {message}", status=400, operation="getToken", method="POST", path=PATH)
