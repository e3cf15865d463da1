"""The shapes of the 326 operations (data/schemas.json), read when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

Schema = Mapping[str, Any]


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole file: `operations` and `$defs`."""
    content: dict[str, Any] = orjson.loads(files("switchhook").joinpath("data/schemas.json").read_bytes())
    return content


def operations() -> Mapping[str, Schema]:
    """Every operation by its id: method, path, query, request, answers, media, today."""
    found: Mapping[str, Schema] = document()["operations"]
    return found


def resolve(schema: Schema) -> Schema:
    """The schema itself, or the definition that it refers to."""
    while "$ref" in schema:
        schema = document()["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema
