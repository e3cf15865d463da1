"""Reads and writes JSON so that ids survive: they become strings, and integers of any size keep every digit."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

# orjson keeps integers of 64 bits; longer ones it would turn into floats.
_LONG_INTEGER = re.compile(rb"\d{19}")
_ID_NAME = re.compile(r"(?:^id|Id|Ids|_id)$")
_NUMERIC_ID = re.compile(rb'[iI]ds?"\s*:\s*[-\[\d]')


def read_json(content: bytes) -> Any:
    """Parse, with every value under `id`, `…Id`, `…_id` and `…Ids` as a string. Raises ValueError."""
    value = json.loads(content) if _LONG_INTEGER.search(content) else orjson.loads(content)
    return _with_ids(value) if _NUMERIC_ID.search(content) else value


def write_json(value: Any) -> bytes:
    """As the platform wants it: moments in UTC with Z, sets as lists. Raises TypeError for what is no JSON."""
    try:
        return _write(value)
    except TypeError:  # an integer of more than 64 bits, or no JSON at all, which is found once more
        text = json.dumps(value, default=lambda item: orjson.loads(_write(item)), separators=(",", ":"))
        return text.encode()


def _write(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _with_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _id(item) if _ID_NAME.search(key) else _with_ids(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_ids(item) for item in value]
    return value


def _id(value: Any) -> Any:
    if type(value) is int:
        return str(value)
    if isinstance(value, list):
        return [_id(item) for item in value]
    return _with_ids(value)
