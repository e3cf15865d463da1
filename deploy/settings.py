"""Write the page of all settings from their model: what each is, what holds if it is left out, what it means.

    python deploy/settings.py [--out FILE]

Run it after changing a setting; a test fails when the page is not what this writes.
"""

from __future__ import annotations

import argparse
import inspect
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from switchhook.cli.words import type_in_words, value_in_words
from switchhook.settings import AppSettings

OUT = Path(__file__).parent.parent / "service" / "switchhook" / "settings" / "README.md"

INTRODUCTION = """\
# Settings

<!-- Written by deploy/settings.py from service/switchhook/settings/model.py: change that, then run it. -->

One TOML file: `--settings FILE`, else the one that `SWITCHHOOK_SETTINGS` names, else `switchhook.toml` in the folder
where the command is started. [An example](../../../deploy/switchhook.example.toml) to begin with; `switchhook check`
tries what it says, and `switchhook settings schema` prints its JSON schema for editors.

- Every setting of a table in single brackets can be given by a variable instead, which wins over the file:
  `SWITCHHOOK_INGRESS__PORT=9000` is `port` of `[ingress]`. Lists are written as JSON.
- A secret is a string, `{ env = "NAME" }` or `{ file = "/path" }`.
- Paths are relative to the settings file.
- What does not exist is an error, and all problems are told at once, each by its place.

Three more variables: `SWITCHHOOK_SETTINGS`; `SWITCHHOOK_LOG_FORMAT`, which is `auto` (text on a terminal, else JSON),
`text` or `json`, by default `auto`; and `SWITCHHOOK_LOG_LEVEL`, from `debug` to `error`, by default `info`.
"""


def page() -> str:
    """The whole page."""
    tables = AppSettings.model_fields.items()
    return "\n".join([INTRODUCTION, *(_table(name, field) for name, field in tables)])


def _table(name: str, field: FieldInfo) -> str:
    several = bool(get_args(field.annotation))
    model: Any = get_args(field.annotation)[0] if several else field.annotation
    heading = f"[[{name}]]" if several else f"[{name}]"
    lines = [f"## `{heading}`\n", inspect.cleandoc(model.__doc__ or ""), ""]
    lines += ["| setting | is | if left out | |", "| --- | --- | --- | --- |"]
    lines += [_row(each, known) for each, known in model.model_fields.items()]
    return "\n".join(lines) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    default = "must be given" if field.is_required() else _default(field.get_default(call_default_factory=True))
    description = (field.description or "").replace("\n", " ")
    cells = [f"`{name}`", type_in_words(field.annotation), default, description]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(value: Any) -> str:
    said = value_in_words(value)
    return said if value is None else f"`{said}`"


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.parse_args().out.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
