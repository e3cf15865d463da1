"""Real disks that fill up, and processes that may write no more: 503, never 200, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from switchhook.log.notes import GAP

from .conftest import Door, notes, running

MEGABYTE = 1_048_576


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of that size. Skips where this user may not mount one."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def body(number: int) -> bytes:
    """A notification of 20 kB that says its number."""
    event = b"/restapi/v1.0/account/400/telephony/sessions"
    return b'{"uuid":"%d","event":"%s","body":{"text":"%s"}}' % (number, event, b"x" * 20_000)


async def fill(door: Door) -> int:
    """Send until one is refused; how many were acknowledged."""
    for number in range(500):
        if (await door.post(body(number))).status != 200:
            return number
    raise AssertionError("the disk was never full")


async def test_disk_full_at_accept_503_never_200_and_a_gap(tmp_path: Path) -> None:
    """Everything acknowledged before is there, nothing that was refused; with room it goes on and tells the gap."""
    with small_disk(tmp_path / "disk", "3m") as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(MEGABYTE))
        async with running(disk) as door:
            accepted = await fill(door)
            assert accepted > 5
            refused = await door.post(body(1_000))
            assert refused.status == 503
            assert "disk" in str(door.ingress.ready())
            assert [record.value for record in door.records()] == [body(number) for number in range(accepted)]
            os.truncate(ballast, 0)
            assert (await door.post(body(1_001))).status == 200
            assert door.ingress.ready() is None
            assert door.records()[-1].value == body(1_001)
        gaps = [(one.get("cause"), account) for path, account, one in notes(disk / "journal.db") if path == GAP]
        assert gaps == [("ingress-refused", "400")]
        async with running(disk) as door:
            assert len(door.records()) == accepted + 1


LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
from switchhook.errors import LogUnavailable
from switchhook.log import NewRecord
from switchhook.log.journal import Journal

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    journal = Journal(Path(sys.argv[1]), limit=100_000_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    stored = 0
    try:
        for number in range(1_000):
            await journal.append([NewRecord("400", None, b"%d" % number + b"x" * 5_000, 0.0)])
            stored += 1
    except LogUnavailable as error:
        print(stored, error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await journal.append([NewRecord("400", None, b"last", 0.0)])
    await journal.close()

asyncio.run(main())
"""


@pytest.mark.processes
def test_a_limit_on_file_sizes_is_survived(tmp_path: Path) -> None:
    """What the operating system refuses in the middle of a transaction is not stored; what was acknowledged is."""
    from switchhook.log.journal_view import JournalView

    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "journal.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    stored, _, reason = done.stdout.partition(" ")
    assert int(stored) > 5
    assert str(tmp_path / "journal.db") in reason
    view = JournalView(tmp_path / "journal.db")
    values = [record.value for record in view.after(0, 10_000)]
    view.close()
    assert [value.rstrip(b"x") for value in values] == [b"%d" % number for number in range(int(stored))] + [b"last"]
