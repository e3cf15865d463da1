"""Reading the platform's JSON: ids as text whatever they came as, moments, nested values that may be missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from switchhook.notification import Envelope, parse_timestamp

_EXTENSION = re.compile(r"/extensions?/([0-9A-Za-z]+)(?:/|$)")
_OBJECT = (dict, Mapping)  # dict first: it is what JSON gives, and many times cheaper to ask for
_NO_OBJECT: Mapping[str, Any] = {}


def text(value: Any) -> str:
    """A string as it is, a number as its digits, anything else (null, a list, a truth value) as ""."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def whole(value: Any) -> int | None:
    """A whole number, also one that came as digits; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else None


def inner(value: Any, name: str) -> Mapping[str, Any]:
    """The object under `name`, an empty one if there is none."""
    found = value.get(name) if isinstance(value, _OBJECT) else None
    return found if isinstance(found, _OBJECT) else _NO_OBJECT


def objects(value: Any, name: str) -> Sequence[Mapping[str, Any]]:
    """The objects in the list under `name`; what is no object is passed over."""
    found = value.get(name) if isinstance(value, _OBJECT) else None
    return [each for each in found if isinstance(each, _OBJECT)] if isinstance(found, list) else []


def moment(*values: Any, otherwise: datetime) -> datetime:
    """The first value that is a readable time of the platform."""
    for value in values:
        if isinstance(value, str):
            try:
                return parse_timestamp(value)
            except ValueError:
                continue
    return otherwise


def number_of(person: Mapping[str, Any]) -> str:
    """How to reach somebody in `from` or `to`: telephone number, else extension number, else extension id."""
    return text(person.get("phoneNumber")) or text(person.get("extensionNumber")) or text(person.get("extensionId"))


def extension_of(envelope: Envelope) -> str:
    """The extension that the path names, with `~` as the owner of the subscription; "" if it names none."""
    found = _EXTENSION.search(envelope.path)
    if found:
        return found[1]
    return envelope.owner_id if "/extension/~" in envelope.path or "/extensions/~" in envelope.path else ""
