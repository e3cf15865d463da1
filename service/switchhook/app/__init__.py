"""The composition root: the only place that builds everything from settings."""

from switchhook.app.ingress import run_ingress
from switchhook.app.opening import (
    PROBE,
    ask_worker,
    open_addresses,
    open_registry,
    surveying,
)
from switchhook.app.worker import run_worker

__all__ = [
    "PROBE",
    "ask_worker",
    "open_addresses",
    "open_registry",
    "run_ingress",
    "run_worker",
    "surveying",
]
