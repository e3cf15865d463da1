"""The garbage collector as the service's processes set it."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import gc
from switchhook.app.collector import quiet_collector

quiet_collector()
circle = []
circle.append(circle)
del circle
print(gc.isenabled(), gc.get_freeze_count() > 1_000, gc.get_threshold()[0] > 10_000, gc.collect() > 0)
"""


def test_what_is_loaded_is_left_alone_and_circles_are_still_found() -> None:
    """Frozen is what was there, collection stays on and finds what was made afterwards."""
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["True"] * 4
