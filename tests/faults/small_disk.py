"""A small disk, to be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DISK = "64m"
"""Room for what SQLite logs before it empties that log: 4 MB of the journal, 16 MB of the state."""


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A small one for the data of a run, while this lasts, if this user may mount one. Whether there is one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    may = shutil.which("mount") is not None and os.geteuid() == 0
    mounted = may and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
