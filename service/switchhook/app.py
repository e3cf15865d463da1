"""The composition root: the only place that builds everything from settings."""

from __future__ import annotations

from switchhook.settings import AppSettings


async def run_ingress(settings: AppSettings, *, supervised: bool = False) -> int:
    """Serve the public endpoint (and relay to Kafka) until SIGTERM or SIGINT. Returns the exit code."""
    raise NotImplementedError


async def run_worker(settings: AppSettings, *, supervised: bool = False) -> int:
    """Run worker and keeper until SIGTERM or SIGINT. Returns the exit code: 0 drained, 1 something was left."""
    raise NotImplementedError
