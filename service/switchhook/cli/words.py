"""Types and values of settings in words, for people who write TOML."""

from __future__ import annotations

import json
from datetime import timedelta
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

_WORDS = {
    "AnyHttpUrl": "address",
    "Any": "anything",
    "Dialable": "number",
    "EventName": "event",
    "ExtensionNumber": "extension number",
    "Path": "path",
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


def type_in_words(annotation: Any) -> str:
    """What a setting of this type is."""
    inner = [each for each in get_args(annotation) if each is not NoneType]
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(map(value_in_words, inner))
    if origin is Annotated:
        return type_in_words(inner[0])
    if not inner:
        name = getattr(annotation, "__name__", str(annotation))
        return _WORDS.get(name, name.lower())
    if origin in (frozenset, set, list, tuple):
        if get_origin(inner[0]) is Literal:
            return f"list of: {', '.join(map(value_in_words, get_args(inner[0])))}"
        return f"list of {type_in_words(inner[0])}s"
    if len(inner) == 2 and hasattr(origin, "keys"):
        return f"table of {type_in_words(inner[1])}"
    return " or ".join(map(type_in_words, inner))


def value_in_words(value: Any) -> str:
    """A value as the settings file has it."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        size, unit = next((each for each in _UNITS if seconds and not seconds % each[0]), _UNITS[-1])
        return f"{seconds / size:g}{unit}"
    if isinstance(value, frozenset | set | tuple | list):
        return json.dumps(sorted(value) if isinstance(value, frozenset | set) else list(value))
    return "nothing" if value is None else json.dumps(value, default=str, ensure_ascii=False)
