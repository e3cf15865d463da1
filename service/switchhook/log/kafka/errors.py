"""Kafka's errors in words."""

from __future__ import annotations

from switchhook.errors import LogUnavailable
from switchhook.settings import LogSettings


def unavailable(settings: LogSettings, error: Exception) -> LogUnavailable:
    """LogUnavailable that names the brokers and what they, or the client, said."""
    said = str(error) or type(error).__name__
    if "Unable to bootstrap" in said:  # all that the client tells, whatever the broker did not like
        said = "none lets us in: are they up, and do log.tls, log.ca_file, log.username and log.password fit them?"
    return LogUnavailable(f"Kafka at {', '.join(settings.brokers)}: {said}")
