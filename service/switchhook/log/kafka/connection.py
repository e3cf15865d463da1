"""The way to the brokers: their addresses, and TLS and a password where the settings name them."""

from __future__ import annotations

import ssl
from typing import Any

from switchhook.errors import Problem, SettingsError
from switchhook.log.kafka.sending import mend_sending
from switchhook.settings import LogSettings


def connection(settings: LogSettings) -> dict[str, Any]:
    """What every client of aiokafka is told. Raises SettingsError for a certificate that cannot be read."""
    mend_sending()
    told: dict[str, Any] = {"bootstrap_servers": list(settings.brokers)}
    encrypted, signed_in = ("SSL", "SASL_SSL") if settings.tls else ("PLAINTEXT", "SASL_PLAINTEXT")
    told["security_protocol"] = signed_in if settings.username else encrypted
    if settings.tls:
        told["ssl_context"] = _trusting(settings)
    if settings.username:
        assert settings.password is not None
        told["sasl_mechanism"] = settings.mechanism
        told["sasl_plain_username"] = settings.username
        told["sasl_plain_password"] = settings.password.get_secret_value()
    return told


def _trusting(settings: LogSettings) -> ssl.SSLContext:
    context, place = ssl.create_default_context(), "log.ca_file"
    try:
        if settings.ca_file is not None:
            context.load_verify_locations(settings.ca_file)
        place = "log.certificate"
        if settings.certificate is not None:
            context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise SettingsError([Problem(place, f"cannot be used: {reason}")]) from None
    return context
