"""The ingress process: the public port and its operator's port, until told to stop."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog

from switchhook.admin.app import build
from switchhook.app.collector import quiet_collector
from switchhook.app.ending import stopping
from switchhook.app.moved import refuse_what_was_left_behind
from switchhook.app.ports import admin_token, listening, local_url, offering
from switchhook.app.status import status_of
from switchhook.ingress.service import ingress
from switchhook.settings import AppSettings
from switchhook.telemetry import Metrics

_log = structlog.get_logger("switchhook.ingress")


async def run_ingress(settings: AppSettings, *, supervised: bool = False) -> int:
    """Serve the public endpoint (and relay to Kafka) until SIGTERM or SIGINT. Returns the exit code.

    Raises SettingsError, PortTaken, LogUnavailable, LogCorrupt.
    """
    refuse_what_was_left_behind(settings)
    operator = settings.admin
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stopping(supervised=supervised))
        with listening("ingress.port", settings.ingress.host, settings.ingress.port):
            running = await stack.enter_async_context(ingress(settings, Metrics()))
        app = build(
            ready=running.ready,
            metrics=running.render,
            documents={"status": status_of("ingress", running.ready, running.describe)},
            token=admin_token(settings),
        )
        port = await stack.enter_async_context(
            offering(app, "admin.ingress_port", operator.host, operator.ingress_port)
        )
        quiet_collector()
        _log.info("ingress is ready", port=running.port, admin_port=port, page=local_url(operator.host, port))
        await running.until(stop)
    _log.info("ingress ended")
    return 0
