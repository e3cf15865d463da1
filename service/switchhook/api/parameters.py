"""Checks the parameters of a call against the catalogue and says where each belongs. Pure; nothing is sent yet."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from switchhook.api.catalogue import Operation, Parameter, folded
from switchhook.api.files import File
from switchhook.errors import WrongUse

_CONTROL = re.compile(r"[\x00-\x1f]")
# Words that page sizes accept beside numbers.
PAGE_WORDS = {"max", "all"}


@dataclass(slots=True)
class Placed:
    """Parameters where they belong, as text. `several`: the path asks for several things at once."""

    path: dict[str, list[str]] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    form: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, File]] = field(default_factory=list)
    body: Any = None
    several: bool = False


def place(operation: Operation, given: Mapping[str, Any]) -> Placed:
    """Check everything, then place it. Raises ValueError that lists all problems and what would be right."""
    problems: list[str] = []
    known = operation.accepts
    values: dict[str, Any] = {}
    for name, value in given.items():
        parameter = known.get(name) or known.get(folded(name))
        if parameter is None:
            problems.append(_unknown(operation, name))
        elif value is not None:
            values[parameter.name] = value
    placed = Placed()
    for parameter in operation.unique:
        value = values.get(parameter.name)
        if value is None and parameter.required:
            value = parameter.default
        if value is None:
            if parameter.required and not _replaced_by_body(parameter, values):
                problems.append(f"{parameter.name} is missing ({parameter.type}, in the {parameter.place})")
            continue
        try:
            _put(placed, parameter, value)
        except ValueError as error:
            problems.append(f"{parameter.name} {error}")
    if problems:
        raise WrongUse(f"{operation.id}: " + "; ".join(problems))
    return placed


def _unknown(operation: Operation, name: str) -> str:
    names = [parameter.name for parameter in operation.parameters]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}? It" if near else "it"
    return f"{name} is no parameter of it; {hint} takes {', '.join(names) or 'none'}"


def _replaced_by_body(parameter: Parameter, values: Mapping[str, Any]) -> bool:
    """A fax that is sent again by its id has a JSON body instead of fields and files."""
    return parameter.place in {"form", "file"} and "body" in values


def _put(placed: Placed, parameter: Parameter, value: Any) -> None:
    if parameter.place == "body":
        placed.body = _body(parameter, value)
    elif parameter.place == "file":
        listed = value if isinstance(value, list) and parameter.repeated else [value]
        placed.files.extend((parameter.name, File.of(item)) for item in listed)
    elif parameter.place == "path":
        values = placed.path[parameter.name] = [_segment(parameter, item) for item in _several(parameter, value)]
        placed.several = placed.several or len(values) > 1
    elif parameter.place == "query":
        placed.query.extend((parameter.name, _text(parameter, item)) for item in _several(parameter, value))
    elif parameter.place == "form":
        placed.form.extend((parameter.name, _text(parameter, item)) for item in _several(parameter, value))
    else:
        placed.headers[parameter.name] = _header(_text(parameter, value))


def _several(parameter: Parameter, value: Any) -> list[Any]:
    if not parameter.repeated and isinstance(value, str):
        return [value]
    if parameter.repeated and parameter.place == "path" and isinstance(value, str):
        value = value.split(",")
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        items = list(value) if not isinstance(value, set | frozenset) else sorted(value)
        if not parameter.repeated:
            raise ValueError("takes one value, not several")
        if not items:
            raise ValueError("must not be an empty list")
        return items
    return [value]


def _segment(parameter: Parameter, value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"must be an id as text, not {type(value).__name__}")  # noqa: TRY004 - one kind of error for all
    if value in {"", ".", ".."} or _CONTROL.search(value):
        raise ValueError("must not be empty, a dot or hold control characters")
    _among(parameter, value)
    return value


def _text(parameter: Parameter, value: Any) -> str:
    if parameter.type == "boolean":
        return _boolean(value)
    if parameter.type == "integer":
        return _integer(parameter, value)
    text = _string(value)
    _among(parameter, text)
    return text


def _boolean(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool | str) else ""
    if text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text


def _integer(parameter: Parameter, value: Any) -> str:
    if isinstance(value, str) and parameter.name == "perPage" and value.lower() in PAGE_WORDS:
        return value
    try:
        number = int(str(value)) if not isinstance(value, bool | float) else None
    except ValueError:
        number = None
    if number is None:
        raise ValueError(f"must be a whole number, not {type(value).__name__}")
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        span = (
            f"from {low} to {high}"
            if None not in (low, high)
            else f"at least {low}"
            if high is None
            else f"at most {high}"
        )
        raise ValueError(f"must be {span}")
    return str(number)


def _string(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("must be a moment with its timezone")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"must be text, not {type(value).__name__}")


def _among(parameter: Parameter, value: str) -> None:
    if parameter.values and value not in parameter.values:
        raise ValueError(f"must be one of {', '.join(map(str, parameter.values))}")


def _header(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must not hold control characters")
    return value


def _body(parameter: Parameter, value: Any) -> Any:
    fits = isinstance(value, str) if parameter.type == "string" else isinstance(value, Mapping | list | tuple)
    if not fits:
        wanted = "text" if parameter.type == "string" else "a mapping or a list"
        raise ValueError(f"must be {wanted}, not {type(value).__name__}")
    return value
