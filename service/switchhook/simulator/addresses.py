"""Addresses in JSON values: of things that know their path, for clients who know a server. Pure."""

from __future__ import annotations

from typing import Any

_PLAIN = frozenset({int, float, bool, type(None)})


def absolute(value: Any, base: str, name: str = "") -> Any:
    """The same value with every address that begins with `/` made absolute."""
    if isinstance(value, str):
        return base + value if value.startswith("/") and name.lower().endswith("uri") else value
    if isinstance(value, dict):
        return {key: inner if type(inner) in _PLAIN else absolute(inner, base, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [absolute(inner, base, name) for inner in value]
    return value
