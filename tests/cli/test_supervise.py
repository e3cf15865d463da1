"""Keeping two processes: real children, real signals."""

import asyncio
import os
import signal
import sys

import pytest

from switchhook.cli.supervise import Child, supervise

pytestmark = pytest.mark.processes

# Tells by a line that it runs, then waits for standard input to close or a signal to come.
_WAITS = "import os,sys; print(os.getpid(), file=open(sys.argv[1], 'a'), flush=True); sys.stdin.read()"


def _child(tmp_path, name, code, *more):
    return Child(name, [sys.executable, "-c", code, str(tmp_path / name), *more])


async def _started(tmp_path, name, count=1):
    while True:
        file = tmp_path / name
        pids = file.read_text().split() if file.exists() else []
        if len(pids) >= count:
            return [int(pid) for pid in pids]
        await asyncio.sleep(0.01)


async def test_a_killed_child_is_started_again_and_a_signal_ends_both(tmp_path):
    """SIGKILL of one child starts it anew; SIGTERM to us ends both and reports that they did not end by themselves."""
    children = [_child(tmp_path, "a", _WAITS), _child(tmp_path, "b", _WAITS)]
    task = asyncio.create_task(supervise(children, grace=5))
    (first,) = await _started(tmp_path, "a")
    os.kill(first, signal.SIGKILL)
    _, second = await _started(tmp_path, "a", 2)
    (other,) = await _started(tmp_path, "b")
    assert second != first
    os.kill(os.getpid(), signal.SIGTERM)
    assert await task == 1
    for pid in (second, other):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_wrong_settings_end_everything(tmp_path):
    """A child with exit code 2 is not started again; the other one is ended, and 2 is the answer."""
    children = [_child(tmp_path, "a", "import sys; sys.exit(2)"), _child(tmp_path, "b", _WAITS)]
    assert await asyncio.wait_for(supervise(children, grace=5), 60) == 2


async def test_a_child_that_does_not_end_is_killed(tmp_path):
    """After the grace a child that ignores SIGTERM is killed."""
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + _WAITS + "; signal.pause()"
    task = asyncio.create_task(supervise([_child(tmp_path, "a", code)], grace=0.2))
    await _started(tmp_path, "a")
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(task, 60) == 1


async def test_children_die_with_their_parent(tmp_path):
    """When the supervisor is killed with SIGKILL, its children notice and end."""
    program = (
        "import asyncio,sys\n"
        "from switchhook.cli.supervise import Child, supervise\n"
        f"asyncio.run(supervise([Child('a', [sys.executable, '-c', {_WAITS!r}, sys.argv[1]])], grace=5))\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(tmp_path / "a"))
    (child,) = await _started(tmp_path, "a")
    parent.kill()
    await parent.wait()
    while True:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            break
        await asyncio.sleep(0.01)
