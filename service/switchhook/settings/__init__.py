"""All settings: one TOML file, every setting overridable by environment (SWITCHHOOK_INGRESS__PORT=…), secrets by
reference. An unknown key is an error; every problem is reported at once, by its place.
"""

from switchhook.settings.load import json_schema, load
from switchhook.settings.model import (
    AdminSettings,
    AppSettings,
    ChatWebhookSettings,
    HandlerSettings,
    IdentitySettings,
    IngressSettings,
    LogSettings,
    RetentionSettings,
    StateSettings,
    SubscriptionSettings,
    WorkerSettings,
)

__all__ = [
    "AdminSettings",
    "AppSettings",
    "ChatWebhookSettings",
    "HandlerSettings",
    "IdentitySettings",
    "IngressSettings",
    "LogSettings",
    "RetentionSettings",
    "StateSettings",
    "SubscriptionSettings",
    "WorkerSettings",
    "json_schema",
    "load",
]
