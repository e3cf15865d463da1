"""Where a process on this machine reaches what listens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from switchhook.app.ports import local_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8081"),
        ("", "http://127.0.0.1:8081"),
        ("::", "http://[::1]:8081"),
        ("::1", "http://[::1]:8081"),
        ("10.1.2.3", "http://10.1.2.3:8081"),
    ],
)
def test_a_wildcard_is_reached_by_loopback(host: str, url: str) -> None:
    """Whatever stands in the settings, verbs find the process; an IPv6 address gets its brackets."""
    assert local_url(host, 8081) == url


def test_the_ingress_holds_neither_handlers_nor_worker() -> None:
    """What it does not import cannot cost memory, nor break it."""
    code = "import sys, switchhook.app.ingress; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert not {name for name in loaded if name.startswith(("switchhook.worker", "switchhook.keeper"))}
