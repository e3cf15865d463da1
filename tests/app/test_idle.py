"""What the processes of the service do not load: it costs memory in each of them for as long as it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

_CLI = "import switchhook.cli, switchhook.cli.run"


def loaded(process: str) -> set[str]:
    """Modules that a process has loaded when it begins to serve, the log embedded."""
    code = f"import sys; {_CLI}, switchhook.app.{process}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize("process", ["ingress", "worker"])
def test_no_process_holds_what_only_others_need(process: str) -> None:
    """Neither a Kafka client where the log is embedded, nor what draws tables, nor the simulator."""
    unwanted = ("aiokafka", "rich", "pygments", "markdown_it", "switchhook.simulator", "switchhook.testing")
    assert not {name for name in loaded(process) if name.partition(".")[0] in unwanted or name.startswith(unwanted)}


def test_the_ingress_holds_neither_handlers_nor_worker() -> None:
    """What it does not import cannot cost memory, nor break it."""
    unwanted = ("switchhook.worker", "switchhook.keeper", "switchhook_handlers", "aiohttp", "cryptography")
    assert not {name for name in loaded("ingress") if name.startswith(unwanted)}


def test_tables_are_still_drawn() -> None:
    """What the logs are loaded without is there for those who ask for it."""
    code = f"{_CLI}, switchhook.telemetry, structlog; from rich.table import Table; print(Table().title)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout == "None\n"
