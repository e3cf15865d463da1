"""The generated schemas of all operations, and the generator that makes them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The file as shipped."""
    content: dict[str, Any] = json.loads((ROOT / "service/switchhook/data/schemas.json").read_bytes())
    return content


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """deploy/schemas.py, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("deploy_schemas", ROOT / "deploy/schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def nodes(node: Any) -> list[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(node, dict):
        return [node, *(found for value in node.values() for found in nodes(value))]
    return [found for value in node for found in nodes(value)] if isinstance(node, list) else []


def test_every_operation_of_the_index_is_there(document: dict[str, Any]) -> None:
    """326 operations, 60 of them with today's path, each with an answer that succeeds."""
    operations = document["operations"]
    assert len(operations) == 326
    assert sum("today" in one for one in operations.values()) == 60
    assert all(any(status[0] in "23" for status in one["answers"]) for one in operations.values())


def test_every_schema_is_valid(document: dict[str, Any]) -> None:
    """Definitions, requests, answers and query parameters are JSON Schema of 2020-12."""
    schemas = list(document["$defs"].values())
    for operation in document["operations"].values():
        for form in (operation, operation.get("today", {})):
            schemas += [one for one in form.get("answers", {}).values() if one is not None]
            schemas += [*form.get("query", {}).values(), form.get("request", {})]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


def test_every_reference_resolves_and_every_definition_is_used(document: dict[str, Any]) -> None:
    """No dangling reference, nothing that no operation needs."""
    used = {one["$ref"] for one in nodes(document) if isinstance(one.get("$ref"), str)}
    assert used == {f"#/$defs/{name}" for name in document["$defs"]}


def test_only_facts_are_kept(document: dict[str, Any]) -> None:
    """No prose and no example of the published file is carried over: strings are names, types, values and patterns."""
    texts = json.dumps(document)
    assert '"description": "' not in texts
    assert '"example' not in texts
    patterns = {one["pattern"] for one in nodes(document) if isinstance(one.get("pattern"), str)}
    assert max(len(word) for word in texts.split('"') if json.loads(f'"{word}"') not in patterns) < 140


OLD = {
    "paths": {
        "/restapi/v1.0/glip/things/{id}": {
            "get": {
                "operationId": "readThing",
                "parameters": [{"in": "query", "name": "kind", "type": "string", "required": True, "description": "x"}],
                "responses": {"default": {"schema": {"type": "object", "$ref": "#/definitions/Thing"}}},
            },
            "delete": {"operationId": "deleteThing", "responses": {"default": {}}},
        }
    },
    "definitions": {
        "Thing": {
            "description": "prose",
            "properties": {
                "at": {"type": "string", "format": "datetime", "example": "x"},
                "raw": {"type": "string", "format": "binary"},
                "list": {"type": "array"},
                "words": {"type": "array", "enum": ["a"], "items": {"type": "string"}, "default": "a"},
                "flag": {"type": "boolean", "required": True},
            },
        },
        "Unused": {"type": "object"},
    },
}
NEW = {
    "paths": {
        "/team-messaging/v1/things/{id}": {
            "get": {
                "operationId": "readThingNew",
                "parameters": [{"$ref": "#/components/parameters/Kind"}],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}}}},
            }
        }
    },
    "components": {
        "parameters": {"Kind": {"in": "query", "name": "kind", "schema": {"type": "string", "enum": ["a", "b"]}}},
        "schemas": {
            "T": {
                "type": "object",
                "properties": {"state": {"type": "string", "enum": ["On"], "nullable": True}},
                "oneOf": [{"required": ["state"]}, {"type": "object"}],
                "discriminator": {"propertyName": "state"},
            }
        },
    },
}


def test_the_defects_of_the_published_files_are_mended(generator: ModuleType) -> None:
    """Missing types, unknown formats, siblings of references, nullable, overlapping oneOf, default responses."""
    built = generator.build(OLD, NEW)
    read = built["operations"]["readThing"]
    assert read["answers"] == {"200": {"$ref": "#/$defs/Thing"}}
    assert read["query"] == {"kind": {"type": "string", "x-required": True}}
    assert built["operations"]["deleteThing"]["answers"] == {"204": None}
    assert "today" not in built["operations"]["deleteThing"]
    assert read["today"]["query"] == {"kind": {"type": "string", "enum": ["a", "b"]}}
    assert built["$defs"] == {
        "NowT": {
            "type": "object",
            "properties": {"state": {"type": ["string", "null"], "enum": ["On", None]}},
            "anyOf": [{"required": ["state"]}, {"type": "object"}],
        },
        "Thing": {
            "type": "object",
            "properties": {
                "at": {"type": "string", "format": "date-time"},
                "raw": {"type": "string", "contentEncoding": "binary"},
                "list": {"type": "array", "items": {}},
                "words": {"type": "array", "items": {"type": "string", "enum": ["a"]}, "default": ["a"]},
                "flag": {"type": "boolean"},
            },
        },
    }
