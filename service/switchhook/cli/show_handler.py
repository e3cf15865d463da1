"""`switchhook handlers show`: what a handler reacts to, and what it lets people choose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from pydantic.fields import FieldInfo

from switchhook.cli.options import json_option
from switchhook.cli.output import print_json, print_table
from switchhook.cli.words import type_in_words, value_in_words
from switchhook.plugin.handler import Handler, Rule
from switchhook.registry import load


@click.command("show")
@click.argument("name")
@json_option
def show_handler(name: str, as_json: bool) -> None:
    """Show one handler: what it reacts to, and what it lets you choose.

    NAME is one of `handlers list`, a file, or module:name.
    """
    handler = load(name)
    if as_json:
        print_json({"name": handler.name} | declared(handler))
        return
    click.echo(f"{handler.name}: {handler.summary}\n")
    rules = [(rule.name, rule.event.__name__, "; ".join(_conditions(rule)) or "always") for rule in handler.rules]
    print_table(("rule", "event", "when"), rules, nothing="it has no rules")
    click.echo()
    rows = [_setting(name, field) for name, field in handler.settings.model_fields.items()]
    print_table(("setting", "is", "if left out", ""), rows, nothing="it has no settings")


def declared(handler: Handler[Any]) -> dict[str, Any]:
    """A handler for programs: its rules, and the JSON schema of each setting."""
    rules = [{"name": rule.name, "event": rule.event.__name__} for rule in handler.rules]
    schema = handler.settings.model_json_schema().get("properties", {})
    return {"summary": handler.summary, "rules": rules, "settings": schema}


def _conditions(rule: Rule) -> Iterator[str]:
    for name, wanted in rule.match.items():
        values = sorted(map(value_in_words, wanted)) if isinstance(wanted, frozenset) else [value_in_words(wanted)]
        yield f"{name} is {' or '.join(values)}"
    if rule.when is not None:
        yield f"chosen by the setting {rule.when}"
    if rule.within is not None:
        yield f"within {value_in_words(rule.within)}"
    if rule.once_per is not None and rule.every is not None:
        what = rule.once_per if isinstance(rule.once_per, str) else "the same thing"
        yield f"for {what} once in {value_in_words(rule.every)}"
    if rule.decides:
        yield "nobody has decided the call"


def _setting(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    default = "must be given" if field.is_required() else value_in_words(field.get_default(call_default_factory=True))
    return name, type_in_words(field.annotation), default, (field.description or "").replace("\n", " ")
