"""Write every call that is over to a file: CSV for people, JSON lines for programs."""

import asyncio
import csv
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from switchhook import CallEnded, Context, Handler, Later, Retry, Settings, Span

COLUMNS = ("id", "startTime", "duration", "direction", "from", "to", "result", "recording")


class CallLogExport(Settings):
    """Where to, and when."""

    path: str
    """File with the ending .csv or .jsonl. `%Y-%m-%d` and the like stand for the call's date (UTC): a file a day."""
    wait: Span = timedelta(seconds=60)
    """How long after the call's end: the platform's log has a call some 30 seconds later, a recording minutes later."""


handler = Handler("call_log_export", CallLogExport)


@handler.on(CallEnded)
async def export(call: CallEnded, ctx: Context[CallLogExport]) -> None:
    """Ask the log once; come back later while it does not have the call. A crash may write a call twice: see `id`."""
    if ctx.now < call.at + ctx.settings.wait:
        raise Later(at=call.at + ctx.settings.wait)
    log = await ctx.api.readCompanyCallLog(telephonySessionId=call.session_id)
    if not log["records"]:
        raise Retry("the platform's log does not have it yet", after=120)
    rows = [row(entry) for entry in log["records"]]
    await asyncio.to_thread(write, Path(call.at.strftime(ctx.settings.path)), rows)


def row(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of one entry of the log."""
    ends = {end: entry.get(end, {}) for end in ("from", "to")}
    numbers = {end: number.get("phoneNumber") or number.get("extensionNumber") for end, number in ends.items()}
    return {name: entry.get(name) for name in COLUMNS} | numbers | {"recording": entry.get("recording", {}).get("id")}


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Append; a new CSV file gets its heading first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, COLUMNS)
            if not file.tell():
                writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(entry) + "\n" for entry in rows)
        file.flush()
        os.fsync(file.fileno())
