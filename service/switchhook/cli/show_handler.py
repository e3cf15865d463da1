"""`switchhook handlers show`: what a handler reacts to, and what it lets people choose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from switchhook.cli.options import json_option
from switchhook.cli.output import print_json, print_table
from switchhook.plugin.handler import Handler, Rule
from switchhook.registry import load

_WORDS = {
    "AnyHttpUrl": "address",
    "Dialable": "number",
    "EventName": "event",
    "ExtensionNumber": "extension number",
    "PhoneNumber": "telephone number",
    "Secret": "secret",
    "SecretStr": "secret",
    "bool": "true or false",
    "float": "number",
    "int": "whole number",
    "str": "text",
    "timedelta": "span of time",
}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


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
        values = sorted(map(_said, wanted)) if isinstance(wanted, frozenset) else [_said(wanted)]
        yield f"{name} is {' or '.join(values)}"
    if rule.when is not None:
        yield f"chosen by the setting {rule.when}"
    if rule.within is not None:
        yield f"within {_said(rule.within)}"
    if rule.once_per is not None and rule.every is not None:
        what = rule.once_per if isinstance(rule.once_per, str) else "the same thing"
        yield f"for {what} once in {_said(rule.every)}"
    if rule.decides:
        yield "nobody has decided the call"


def _setting(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    default = "must be given" if field.is_required() else _said(field.get_default(call_default_factory=True))
    return name, _word(field.annotation), default, (field.description or "").replace("\n", " ")


def _word(annotation: Any) -> str:
    """A type in words."""
    inner = [each for each in get_args(annotation) if each is not NoneType]
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(map(_said, inner))
    if not inner:
        name = getattr(annotation, "__name__", str(annotation))
        return _WORDS.get(name, name.lower())
    if origin in (frozenset, set, list, tuple):
        chosen = get_origin(inner[0]) is Literal
        return f"list of: {', '.join(map(_said, get_args(inner[0])))}" if chosen else f"list of {_word(inner[0])}s"
    if len(inner) == 2 and hasattr(origin, "keys"):
        return f"table of {_word(inner[1])}"
    return " or ".join(map(_word, inner))


def _said(value: Any) -> str:
    """A value as the settings file has it."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        size, unit = next((each for each in _UNITS if seconds and not seconds % each[0]), _UNITS[-1])
        return f"{seconds / size:g}{unit}"
    if isinstance(value, frozenset | set | tuple | list):
        return json.dumps(sorted(value) if isinstance(value, frozenset | set) else list(value))
    return "nothing" if value is None else json.dumps(value, default=str)
