"""Signed assertions (RFC 7523): by one an application says who it is, or a partner whom it acts for."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from switchhook.simulator.errors import Refused
from switchhook.simulator.oauth import Application
from switchhook.simulator.wire.request import Request


def read_key(text: str) -> RSAPublicKey:
    """The public key of an application, as PEM. Raises ValueError for what is none."""
    try:
        key = load_pem_public_key(text.encode())
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the key is no RSA public key in PEM (-----BEGIN PUBLIC KEY-----)")  # noqa: TRY004
    return key


def asserted(request: Request, assertion: str, wrong: Refused) -> tuple[Application, Mapping[str, Any]]:
    """Which application signed it (`iss`), and all its claims: by HS256 with its secret, by RS256 with its key.

    Raises `wrong` for one that is not signed so, or that is over.
    """
    try:
        signed, _, signature = assertion.rpartition(".")
        head, _, body = signed.partition(".")
        header, claims = orjson.loads(_decoded(head)), orjson.loads(_decoded(body))
        application = request.world.oauth.applications[str(claims["iss"])]
        good = _is_signed(application, str(header["alg"]), signed.encode(), _decoded(signature))
        over = float(claims.get("exp", 0)) <= request.world.clock.now().timestamp()
    except (KeyError, TypeError, ValueError):
        raise wrong from None
    if not good or over:
        raise wrong
    return application, claims


def _is_signed(application: Application, algorithm: str, signed: bytes, signature: bytes) -> bool:
    if algorithm == "HS256" and application.secret is not None:
        return hmac.compare_digest(signature, hmac.digest(application.secret.encode(), signed, "sha256"))
    if algorithm == "RS256" and application.public_key is not None:
        try:
            read_key(application.public_key).verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True
    return False


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
