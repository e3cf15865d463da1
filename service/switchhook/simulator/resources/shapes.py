"""Check what comes in against its schema, and cut what goes out to the shape that its schema declares. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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


Projection = Callable[[Any], Any]

_projections: dict[int, tuple[Schema, Projection]] = {}
"""By the identity of a schema, which is kept beside it so that no other one gets the same."""


def project(value: Any, schema: Schema) -> Any:
    """The value in the form that the schema declares: other properties left out, ids as numbers or strings."""
    return _projection(schema)(value)


def _projection(schema: Schema) -> Projection:
    """How to cut a value to a schema; made once, as an answer may have thousands of properties."""
    schema = resolve(schema)
    known = _projections.get(id(schema))
    if known is not None:
        return known[1]
    # a schema may contain itself: while it is being made, whoever needs it looks it up later
    _projections[id(schema)] = (schema, lambda value: project(value, schema))
    made = _made(schema)
    _projections[id(schema)] = (schema, made)
    return made


def _made(schema: Schema) -> Projection:
    if "anyOf" in schema:
        inner = _projection(schema["anyOf"][0])
        return lambda value: None if value is None else inner(value)
    kind = _kind(schema)
    if kind == "object" or "allOf" in schema:
        return _object_projection(schema)
    if kind == "array":
        item = _projection(schema.get("items", {}))
        return lambda value: [item(one) for one in value] if isinstance(value, list) else value
    return {"string": _string, "integer": _integer, "boolean": _boolean}.get(kind or "", _same)


def _object_projection(schema: Schema) -> Projection:
    declared = [(name, _projection(inner), _nullable(inner)) for name, inner in properties(schema).items()]
    has_id = any(name == "id" for name, *_ in declared)
    if not declared:
        return _same

    def cut(value: Any) -> Any:
        if isinstance(value, str) and has_id:
            value = {"id": value}  # what is named by its id in a request is an object in the answer
        if not isinstance(value, dict):
            return value
        return {
            name: inner(value[name])
            for name, inner, nullable in declared
            if name in value and (nullable or value[name] is not None)
        }

    return cut


def _same(value: Any) -> Any:
    return value


def _string(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and NUMERIC.fullmatch(value) else value


def _boolean(value: Any) -> Any:
    return TRUTHS.get(value.lower(), value) if isinstance(value, str) else value


def _nullable(schema: Schema) -> bool:
    kind = schema.get("type")
    either = any(_nullable(one) for one in schema.get("anyOf", ()))
    return either or kind == "null" or (isinstance(kind, list) and "null" in kind)


def properties(schema: Schema) -> Mapping[str, Schema]:
    """What an object may have, inherited properties included."""
    schema = resolve(schema)
    found: dict[str, Schema] = {}
    for part in schema.get("allOf", ()):
        found |= properties(part)
    found |= schema.get("properties", {})
    return found
