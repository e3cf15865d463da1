"""call_log_export: rows of the platform's log, in the file of the day."""

import csv
import json
from datetime import timedelta

import pytest

from switchhook import CallEnded, Later, Retry, rehearse
from switchhook_handlers.call_log_export import handler
from tests.plugin.events import AT, made

CALL = made(CallEnded)
READY = AT + timedelta(seconds=60)
LOG = {"readCompanyCallLog": lambda parameters: {"records": [{
    "id": "abc", "startTime": "2026-01-05T09:00:00Z", "duration": 42, "direction": "Inbound", "result": "Accepted",
    "from": {"phoneNumber": "+16505550100", "name": "Joe"}, "to": {"extensionNumber": "101"},
    "recording": {"id": "88"}, "legs": [], "telephonySessionId": parameters["telephonySessionId"],
}]}}  # fmt: skip
ROW = {
    "id": "abc", "startTime": "2026-01-05T09:00:00Z", "duration": 42, "direction": "Inbound",
    "from": "+16505550100", "to": "101", "result": "Accepted", "recording": "88",
}  # fmt: skip


async def test_csv_with_one_heading(tmp_path):
    """Calls are added below; the folder is made."""
    settings = {"path": str(tmp_path / "calls" / "%Y-%m-%d.csv")}
    for _ in range(2):
        assert await rehearse(handler, CALL, settings, answers=LOG, now=READY) == []
    with (tmp_path / "calls" / "2026-01-05.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{name: str(value) for name, value in ROW.items()}] * 2


async def test_json_lines(tmp_path):
    """One object a line, numbers as numbers."""
    await rehearse(handler, CALL, {"path": str(tmp_path / "calls.jsonl")}, answers=LOG, now=READY)
    assert [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()] == [ROW]


async def test_it_waits_for_the_log(tmp_path):
    """First for its time, then until the log has the call; nothing is written meanwhile."""
    settings = {"path": str(tmp_path / "calls.csv"), "wait": "30s"}
    with pytest.raises(Later) as later:
        await rehearse(handler, CALL, settings)
    assert later.value.at == AT + timedelta(seconds=30)
    with pytest.raises(Retry, match="does not have it yet"):
        await rehearse(handler, CALL, settings, answers={"readCompanyCallLog": {"records": []}}, now=READY)
    assert list(tmp_path.iterdir()) == []
