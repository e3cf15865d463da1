"""The command `switchhook`.

Exit codes: 0 fine, 1 the answer is no, 2 wrong use (also wrong settings), 3 the platform or the log is away.
Tables are for people, `--json` is for programs. Each group of verbs is a file of its own, imported when it is used.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from switchhook.cli.ends import exit_code
from switchhook.cli.listing import Verbs
from switchhook.telemetry import configure_logs

_VERBS = {
    "api": "switchhook.cli.api:api",
    "chat-webhooks": "switchhook.cli.chat_webhooks:chat_webhooks",
    "check": "switchhook.cli.check:check",
    "dead": "switchhook.cli.dead:dead",
    "demo": "switchhook.cli.demo:demo",
    "events": "switchhook.cli.events:events",
    "gaps": "switchhook.cli.gaps:gaps",
    "handlers": "switchhook.cli.handlers:handlers",
    "health": "switchhook.cli.check:health",
    "ingress": "switchhook.cli.run:ingress",
    "login": "switchhook.cli.login:login",
    "quarantine": "switchhook.cli.quarantine:quarantine",
    "run": "switchhook.cli.run:run",
    "settings": "switchhook.cli.settings:settings",
    "simulate": "switchhook.cli.simulate:simulate",
    "subscriptions": "switchhook.cli.subscriptions:subscriptions",
    "topics": "switchhook.cli.topics:topics",
    "worker": "switchhook.cli.run:worker",
}


class _Verbs(Verbs):
    """Verbs by name, each imported only when asked for: `switchhook --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _VERBS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="switchhook")
def switchhook() -> None:
    """Keeps a RingCentral account's events flowing and acts on them."""
    # Verbs tell what they find themselves; the processes of the service turn their logs up.
    configure_logs("text", level="critical")


def main() -> None:
    """Entry point of the command: every error ends in one message and the right exit code."""
    if "_SWITCHHOOK_COMPLETE" in os.environ:
        from switchhook.cli import completion

        completion.use()
    try:
        code = switchhook.main(standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes a message
        code = exit_code(error)
    sys.exit(code if isinstance(code, int) else 0)
