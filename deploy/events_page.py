"""Write handlers/EVENTS.md: every event with its fields, when it comes and when not, from the types themselves.

    python deploy/events_page.py [--check]

`--check` writes nothing and exits with 1 if what is there differs.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import ModuleType
from typing import Any

from switchhook.events.types import chats, event, messages, own, people, telephony
from switchhook.events.types.event import Event
from switchhook.keeper.desired import templates
from switchhook.plugin.selection import event_types

PAGE = Path(__file__).parent.parent / "handlers" / "EVENTS.md"
PARTS: tuple[tuple[str, ModuleType], ...] = (
    ("Calls", telephony),
    ("Texts, voicemails, faxes", messages),
    ("Team chats", chats),
    ("People and the account", people),
    ("Our own", own),
    ("What all have, and the raw thing", event),
)
HEAD = """# Events

<!-- Written by deploy/events_page.py from switchhook/events/types; do not edit. -->

What a handler can ask for with `@handler.on(…)`. Each is a fact, true once, whatever order, doubling or gaps the
platform delivers it in. A family such as `CallEvent` asks for all of its members. Fields that the platform leaves out
are empty, never guessed. All have what [`Event`](#event) has; `switchhook handlers try` runs a handler on one saved as
JSON.
"""


def main() -> int:
    """Write, or compare."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    text = page()
    if not arguments.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("handlers/EVENTS.md is out of date; run python deploy/events_page.py", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def page() -> str:
    """What the page should hold."""
    lines = [HEAD]
    for title, module in PARTS:
        lines += [f"## {title}\n"]
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Event) and kind.__module__ == module.__name__:
                lines += described(kind)
    return "\n".join(lines).rstrip() + "\n"


def described(kind: type[Event]) -> Iterator[str]:
    """One event: its name, what it says of itself, and the fields that its family does not have."""
    family = kind.__mro__[1]
    inherited = {field.name for field in fields(family)} if issubclass(family, Event) else set()
    yield f"### {kind.__name__}\n"
    yield inspect.cleandoc(kind.__doc__ or "") + "\n"
    if issubclass(family, Event) and family is not Event:
        yield f"One of [`{family.__name__}`](#{family.__name__.lower()}).\n"
    if kind in event_types().values() and (filters := event_filters(kind)):
        yield f"Asked for with the event filter {' and '.join(f'`{each}`' for each in filters)}.\n"
    own_fields = [field for field in fields(kind) if field.name not in inherited]
    if own_fields:
        notes = attribute_docstrings(kind)
        yield "| field | type | |\n| --- | --- | --- |"
        for field in own_fields:
            note = notes.get(field.name) or default(field)
            yield f"| `{field.name}` | `{field.type}` | {note} |".replace(" | None", r" \| None").replace("|  |", "| |")
        yield ""


def event_filters(kind: type[Event]) -> list[str]:
    """The event filters that a handler of this event makes us subscribe to, as for one extension."""
    account = "/restapi/v1.0/account/~"
    return sorted(each.identity or f"{account}/extension/{{id}}{each.extension}" for each in templates(kind))


def default(field: Field[Any]) -> str:
    """What the field is when the platform says nothing."""
    if field.default is MISSING:
        return "always there" if field.default_factory is MISSING else ""
    if field.default is None or field.default == "":
        return "else none" if field.default is None else "else empty"
    return f"else `{field.default!r}`"


def attribute_docstrings(kind: type[Event]) -> dict[str, str]:
    """The strings that stand under fields."""
    (body,) = (node for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    notes: dict[str, str] = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and isinstance(after, ast.Expr):
            notes[before.target.id] = inspect.cleandoc(str(ast.literal_eval(after.value))).replace("\n", " ")
    return notes


if __name__ == "__main__":
    sys.exit(main())
