"""Check what comes in against its schema, and cut what goes out to the shape that its schema declares. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from switchhook.simulator.errors import invalid
from switchhook.simulator.schemas import Schema, resolve

NUMERIC = re.compile(r"-?\d+")
TRUTHS = {"true": True, "false": False}


def check(value: Any, schema: Schema, name: str = "body") -> None:
    """Refuse a value that does not fit: 400 CMN-101 naming the parameter (`to[0].phoneNumber`).

    As kind as the platform: null is absent, a number may come as digits and the other way round (ids come in both
    forms), properties that are not declared are ignored.
    """
    schema = resolve(schema)
    if value is None:
        return
    for part in schema.get("allOf", ()):
        check(value, part, name)
    kind = _kind(schema)
    if kind is not None and not _fits(value, kind):
        raise invalid(name)
    if "enum" in schema and value not in schema["enum"] and str(value) not in map(str, schema["enum"]):
        raise invalid(name)
    if kind == "object":
        _check_object(value, schema, name)
    elif kind == "array":
        for index, item in enumerate(value):
            check(item, schema.get("items", {}), f"{name}[{index}]")
    if not _within(value, schema, kind):
        raise invalid(name)


def _kind(schema: Schema) -> str | None:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((one for one in kind if one != "null"), None)
    return kind if isinstance(kind, str) else None


def _fits(value: Any, kind: str) -> bool:
    match kind:
        case "object":
            return isinstance(value, Mapping)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str | int | float)
        case "boolean":
            return isinstance(value, bool) or str(value).lower() in TRUTHS
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, str) and NUMERIC.fullmatch(value) is not None)
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _check_object(value: Mapping[str, Any], schema: Schema, name: str) -> None:
    inside = "" if name == "body" else name + "."
    for needed in schema.get("required", ()):
        if value.get(needed) is None:
            raise invalid(inside + needed)
    for key, declared in schema.get("properties", {}).items():
        check(value.get(key), declared, inside + key)


def _within(value: Any, schema: Schema, kind: str | None) -> bool:
    """Whether a value keeps to the limits of its schema."""
    if kind in ("integer", "number"):
        number = float(value)
        return bool(schema.get("minimum", number) <= number <= schema.get("maximum", number))
    if kind in ("string", "array"):
        size = len(value if isinstance(value, list) else str(value))
        least, most = ("minItems", "maxItems") if kind == "array" else ("minLength", "maxLength")
        return bool(schema.get(least, size) <= size <= schema.get(most, size))
    return True


def project(value: Any, schema: Schema) -> Any:
    """The value in the form that the schema declares: other properties left out, ids as numbers or strings."""
    schema = resolve(schema)
    if "anyOf" in schema:
        return None if value is None else project(value, schema["anyOf"][0])
    kind = _kind(schema)
    if kind == "object" or "allOf" in schema:
        return _project_object(value, schema)
    if kind == "array":
        return [project(item, schema.get("items", {})) for item in value] if isinstance(value, list) else value
    if kind == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if kind == "integer" and isinstance(value, str) and NUMERIC.fullmatch(value):
        return int(value)
    if kind == "boolean" and isinstance(value, str):
        return TRUTHS.get(value.lower(), value)
    return value


def _project_object(value: Any, schema: Schema) -> Any:
    declared = properties(schema)
    if isinstance(value, str) and "id" in declared:
        value = {"id": value}  # what is named by its id in a request is an object in the answer
    if not isinstance(value, Mapping) or not declared:
        return value
    return {
        key: project(value[key], inner)
        for key, inner in declared.items()
        if key in value and (value[key] is not None or _nullable(inner))
    }


def _nullable(schema: Schema) -> bool:
    kind = schema.get("type")
    return (
        (isinstance(kind, list) and "null" in kind)
        or any(_nullable(one) for one in schema.get("anyOf", ()))
        or (kind == "null")
    )


def properties(schema: Schema) -> Mapping[str, Schema]:
    """What an object may have, inherited properties included."""
    schema = resolve(schema)
    found: dict[str, Schema] = {}
    for part in schema.get("allOf", ()):
        found |= properties(part)
    found |= schema.get("properties", {})
    return found
