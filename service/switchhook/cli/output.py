"""Tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click
import orjson


def print_json(value: object) -> None:
    """One JSON document on one line, integers of any size whole."""
    try:
        text = orjson.dumps(value, default=str).decode()
    except TypeError:  # orjson stops at 64 bits
        text = json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
    click.echo(text)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, nothing: str) -> None:
    """A plain table as wide as its contents; `nothing` is said when there is no row."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(nothing)
        return
    table = Table(*columns, box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for row in cells:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    console = Console()
    # A pipe has no width: lines are not folded for a program that greps them.
    wide = Console(width=None if console.is_terminal else 10_000)
    with wide.capture() as capture:
        wide.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
