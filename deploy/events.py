"""Write the page of all events from their types: what each means, its fields, and which notifications it comes of.

    python deploy/events.py [--out FILE]

Run it after changing an event type or a kind of notification; a test fails when the page is not what this writes.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import textwrap
from pathlib import Path

from switchhook.events import types
from switchhook.events.kinds import KINDS
from switchhook.events.types import Event

OUT = Path(__file__).parent.parent / "service" / "switchhook" / "events" / "README.md"

INTRODUCTION = """\
# Events

<!-- Written by deploy/events.py from the types: change those, then run it. -->

A handler asks for facts: `@handler.on(CallRinging)`. Each fact comes once, however often and in whatever order the
platform delivered what it was learnt from; if the platform never told it, one read heals it where that is possible.
Asking for a type brings its subtypes, too: `CallEvent` is every fact about a call. All of them are imported from
`switchhook`.

Every notification is told as a `Notification` as well, also one that nothing understands.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    parts += [_event(kind) for kind in _in_order()]
    parts.append("## Notifications\n")
    parts.append("Told by the end of the notification's path. `kind` is that of `Notification`.\n")
    parts.append("| kind | the platform says that | events beside `Notification` |\n| --- | --- | --- |")
    parts.append("\n".join(f"| `{kind.name}` | {kind.meaning} | {_names(kind.tells)} |" for kind in KINDS) + "\n")
    return "\n".join(parts)


def _in_order() -> list[type[Event]]:
    """As they stand in their modules, the general ones first."""
    modules = (types.event, types.telephony, types.messages, types.chats, types.people, types.own)
    found = [value for module in modules for value in vars(module).values() if inspect.isclass(value)]
    return [kind for kind in dict.fromkeys(found) if issubclass(kind, Event) and kind.__name__ in types.__all__]


def _event(kind: type[Event]) -> str:
    parent = kind.__mro__[1]
    inherited = {field.name for field in dataclasses.fields(parent)} if issubclass(parent, Event) else set()
    own = [field for field in dataclasses.fields(kind) if field.name not in inherited]
    lines = [f"## {kind.__name__}\n", inspect.cleandoc(kind.__doc__ or ""), ""]
    if issubclass(parent, Event):
        lines.append(f"Has all fields of `{parent.__name__}`" + (", and:\n" if own else ".\n"))
    if own:
        lines += ["| field | type | if not given |", "| --- | --- | --- |"]
        lines += [f"| `{field.name}` | `{_type(field)}` | {_default(field)} |" for field in own]
        lines.append("")
    sources = [f"`{each.name}`" for each in KINDS if kind in each.tells]
    if sources:
        lines.append(f"Comes of notifications of the kind {', '.join(sources)}.\n")
    return textwrap.dedent("\n".join(lines))


def _type(field: dataclasses.Field[object]) -> str:
    return str(field.type).replace("|", "\\|")


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    return "`{}`" if field.default_factory is not dataclasses.MISSING else "always given"


def _names(kinds: tuple[type[Event], ...]) -> str:
    return ", ".join(f"`{kind.__name__}`" for kind in kinds) or "none"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description="Write the page of all events from their types.")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.parse_args().out.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
