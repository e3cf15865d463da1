"""Kafka's errors in words."""

from __future__ import annotations

from switchhook.errors import LogUnavailable
from switchhook.settings import LogSettings


def unavailable(settings: LogSettings, error: Exception) -> LogUnavailable:
    """LogUnavailable that names the brokers and what they, or the client, said."""
    return LogUnavailable(f"Kafka at {', '.join(settings.brokers)}: {str(error) or type(error).__name__}")
