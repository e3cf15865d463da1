"""Nobody begins with Kafka on the files of an embedded installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchhook.app.ingress import run_ingress
from switchhook.app.moved import left_behind
from switchhook.app.worker import run_worker
from switchhook.errors import SettingsError
from switchhook.log.offsets import Offsets, offsets_of
from switchhook.settings import AppSettings, IngressSettings, LogSettings, StateSettings


def settings(folder: Path, kind: str) -> AppSettings:
    """Of a log of that kind, with all files in a folder."""
    return AppSettings(
        ingress=IngressSettings(journal=folder / "journal.db"),
        log=LogSettings.model_validate({"kind": kind, "brokers": ["127.0.0.1:9"]}),
        state=StateSettings(path=folder / "state.db"),
    )


async def handled_here(folder: Path) -> None:
    """An embedded worker has handled something."""
    offsets = Offsets(offsets_of(folder / "state.db"))
    await offsets.commit("journal", "switchhook", 17)
    await offsets.close()


@pytest.mark.parametrize("run", [run_ingress, run_worker])
async def test_files_of_an_embedded_installation_are_refused(run, tmp_path: Path) -> None:
    """What it has handled would be handled again: neither process starts, and nothing of it is removed."""
    await handled_here(tmp_path)
    with pytest.raises(SettingsError, match=r"state\.path: .* would be handled again"):
        await run(settings(tmp_path, "kafka"))
    assert not settings(tmp_path, "kafka").state.path.exists()


async def test_it_may_itself_go_on(tmp_path: Path) -> None:
    """And Kafka begins in a new folder."""
    await handled_here(tmp_path)
    assert left_behind(settings(tmp_path, "sqlite")) is None
    assert left_behind(settings(tmp_path / "new", "kafka")) is None
    assert left_behind(settings(tmp_path, "kafka")) is not None
    half = settings(tmp_path, "kafka").model_copy(update={"state": StateSettings(path=tmp_path / "new/state.db")})
    assert left_behind(half) is not None
