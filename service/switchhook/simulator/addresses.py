"""Addresses in JSON values: of things that know their path, for clients who know a server. Pure."""

from __future__ import annotations

from typing import Any


def absolute(value: Any, base: str, name: str = "") -> Any:
    """The same value with every address that begins with `/` made absolute."""
    if isinstance(value, dict):
        return {key: absolute(inner, base, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [absolute(inner, base, name) for inner in value]
    if isinstance(value, str) and value.startswith("/") and name.lower().endswith("uri"):
        return base + value
    return value
