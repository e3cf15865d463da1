"""`switchhook quarantine`: look, and let out, whether an ingress runs or not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner, Result

from switchhook.cli import switchhook
from switchhook.cli.quarantine import _release
from switchhook.log import NewRecord
from switchhook.log.embedded import JournalDoor
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView
from switchhook.settings import load

LEAST = """
[[identities]]
name = "main"
client_id = "app"
jwt = "a.b.c"
account = "400"
[ingress]
journal = "journal.db"
public_url = "https://hooks.example.com"
master_secrets = ["0123456789abcdef"]
"""


def settings_in(folder: Path) -> Path:
    """A settings file whose journal is beside it."""
    path = folder / "switchhook.toml"
    path.write_text(LEAST, encoding="utf-8")
    return path


def call(folder: Path, *arguments: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(switchhook, ["quarantine", *arguments, "--settings", str(settings_in(folder))])


async def fill(folder: Path) -> None:
    """Three requests in quarantine."""
    journal = Journal(folder / "journal.db", limit=1_000_000)
    for number in range(3):
        await journal.quarantine("400-main-1-1", NewRecord("400", "s-1", b"%d" % number, 1_769_279_052.0))
    await journal.close()


def test_an_empty_quarantine_is_said(tmp_path: Path) -> None:
    """Also where no ingress has ever run."""
    result = call(tmp_path, "list")
    assert (result.exit_code, result.output) == (0, "the quarantine is empty\n")
    assert json.loads(call(tmp_path, "list", "--json").output) == []


def test_the_list_shows_everything_but_the_body(tmp_path: Path) -> None:
    """Who, when, how large; as a table and as JSON."""
    asyncio.run(fill(tmp_path))
    result = call(tmp_path, "list")
    assert result.exit_code == 0
    assert result.output.count("400-main-1-1") == 3
    described = json.loads(call(tmp_path, "list", "--json").output)
    received = "2026-01-24T18:24:12+00:00"
    assert described[1] == {"id": 2, "received": received, "subscription": "400-main-1-1", "bytes": 1, "key": "s-1"}


def test_release_without_an_ingress(tmp_path: Path) -> None:
    """The verb itself is the journal's owner for a moment."""
    asyncio.run(fill(tmp_path))
    result = call(tmp_path, "release", "2")
    assert (result.exit_code, result.output) == (0, "released 1\n")
    assert json.loads(call(tmp_path, "release", "--all", "--json").output) == {"released": 2}
    assert call(tmp_path, "release", "--all").exit_code == 1
    view = JournalView(tmp_path / "journal.db")
    assert [record.value for record in view.after(0, 10)] == [b"1", b"0", b"2"]
    view.close()


async def test_release_through_the_ingress_that_runs(tmp_path: Path) -> None:
    """Its owner does it: nobody else writes to the journal."""
    await fill(tmp_path)
    settings = load(settings_in(tmp_path))
    journal = Journal(tmp_path / "journal.db", limit=1_000_000)
    await journal.open()
    door = JournalDoor(journal)
    await door.open()
    assert await _release(settings, [1, 3]) == 2
    assert journal.waiting_records == 2
    await door.close()
    await journal.close()


def test_which_ones_has_to_be_said(tmp_path: Path) -> None:
    """Neither nothing nor both."""
    assert call(tmp_path, "release").exit_code == 2
    assert call(tmp_path, "release", "1", "--all").exit_code == 2
