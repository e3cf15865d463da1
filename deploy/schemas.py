"""Write service/switchhook/data/schemas.json: the shape of every request and answer of every operation.

    python deploy/schemas.py OPENAPI_2020_04.yml OPENAPI_TODAY.yml [TARGET]

The first file is RingCentral's specification of April 2020 (Swagger 2.0: all of the index), the second today's (OpenAPI
3.0: the 60 renamed paths, and what the catalogue has beside the index). Only facts are kept, no description or example:

    {"$schema": draft 2020-12,
     "operations": {id: {"method", "path", "query": {name: schema}, "request": schema or absent,
                         "answers": {status: schema, null where there is no body}, "media": [types] unless JSON only,
                         "today": the same again, where renamed}},
     "besides": the same for what the index lacks,
     "$defs": {name: schema}}

Both files have defects; what is mended, and why, stands beside each mend.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]

TARGET = Path(__file__).parent.parent / "service/switchhook/data/schemas.json"
CATALOGUE = TARGET.with_name("operations.json")
METHODS = ("get", "post", "put", "patch", "delete")

KEPT = ("type", "format", "enum", "required", "default", "minimum", "maximum", "minLength", "maxLength", "minItems",
        "maxItems", "pattern")  # fmt: skip

# Formats that do not exist in JSON Schema, as published.
FORMATS = {"datetime": "date-time", "binary": None, "int32": None, "int64": None, "float": None, "double": None}

# Values that are misspelt in one place and right in all others.
SPELLING = {"Fsync": "FSync"}

# A required property that the same schema does not have: the property is named supervisorDeviceId.
REQUIRED_IS_WRONG = {("SuperviseCallSessionRequest", "deviceId")}

# `default` responses without a schema are 204, but for this one, whose documented answer is an empty 200.
EMPTY_200 = {"assignMultiplePagingGroupUsersDevices"}

# Statuses that the file of 2020 has wrong, as later editions of the same specification and the guide have them.
STATUS = {
    "assignGlipGroupMembers": {"200": "204"},
    "createGlipCard": {"200": "201"},
    "createGlipGroup": {"200": "201"},
    "createGlipGroupPost": {"200": "201"},
    "createPost": {"200": "201"},
    "createDataExportTask": {"200": "202"},
    "deleteBlockedAllowedNumber": {"200": "204"},
    "deleteForwardingNumber": {"200": "204"},
    "deleteGlipCard": {"200": "204"},
    "updateCallRecordingExtensionList": {"200": "204"},
}

# Team messaging sends null where a post has no such thing, in answers as in notifications; clients compare with null.
NULL_IN_POSTS = ("addedPersonIds", "attachments", "activity", "title", "iconUri", "iconEmoji", "mentions", "text")
POSTS = ("GlipPostInfo", "TMPostInfo")

# Answers whose published schema is plainly wrong: (operation, status) → what really comes.
REPAIRS: dict[tuple[str, str], Schema | None] = {
    # the guide shows `{id, active}`; the file has no body at all
    ("startCallRecording", "201"): {"$ref": "#/$defs/CallRecording"},
    # the party, as every other command answers it; the file has no body
    ("callFlipParty", "200"): {"$ref": "#/$defs/CallParty"},
    # the session itself, not wrapped as call-out wraps it (seen with RingCentral's own call control library)
    ("readCallSessionStatus", "200"): {"$ref": "#/$defs/CallSessionObject"},
    # a list, as its name and every other list of events; the file has one event
    ("listGroupEvents", "200"): {"$ref": "#/$defs/GlipEventsInfo"},
    ("listGroupEventsNew", "200"): {"$ref": "#/$defs/NowTMEventList"},
}

# A card has a colour of any kind ("#00ff2a"); the names belong to events, with which cards share the schema.
NOT_AN_ENUM = {("GlipMessageAttachmentInfo", "color"), ("TMMessageAttachmentInfo", "color")}

# What of today's file is an object with an id was a mere id once: both come.
ID_OR_OBJECT = {("CompanyAnsweringRuleRequest", "extension"), ("CompanyAnsweringRuleUpdate", "extension")}


def convert(schema: Schema, prefix: str, name: str = "") -> Schema:
    """A schema of either file as JSON Schema 2020-12, with facts only."""
    if "$ref" in schema:
        # siblings of a reference (a `type: object` beside it) mean nothing in either dialect, but do in 2020-12
        return {"$ref": "#/$defs/" + prefix + schema["$ref"].rsplit("/", 1)[-1]}
    if schema.get("type") == "file" or schema.get("format") == "binary":
        return {"type": "string", "contentEncoding": "binary"}
    kept = _own(schema, name) | _children(schema, prefix)
    if kept.get("type") == "array":
        kept.setdefault("items", {})
        if "enum" in kept:
            kept["items"]["enum"] = kept.pop("enum")  # of the items, though it stands on the list
        if "default" in kept and not isinstance(kept["default"], list):
            kept["default"] = [kept["default"]]
    if schema.get("nullable") or schema.get("x-nullable"):
        kept = nullable(kept)
    _mend(kept.get("properties", {}), name)
    return kept


def _mend(properties: Schema, name: str) -> None:
    """What is wrong with the properties of one definition."""
    for key in properties:
        if (name, key) in NOT_AN_ENUM:
            properties[key].pop("enum")
        if (name, key) in ID_OR_OBJECT:
            properties[key] = {}
        if name in POSTS and key in NULL_IN_POSTS:
            properties[key] = nullable(properties[key])


def _own(schema: Schema, name: str) -> Schema:
    """What the schema says of itself."""
    kept: Schema = {key: schema[key] for key in KEPT if key in schema}
    if kept.get("format") in FORMATS:
        mended = FORMATS[kept.pop("format")]
        kept |= {"format": mended} if mended else {}
    if kept.get("type") == "string" and isinstance(kept.get("default"), bool | int):
        kept["default"] = json.dumps(kept["default"])  # YAML read `default: true` of a string
    if "enum" in kept:
        kept["enum"] = [SPELLING.get(value, value) for value in kept["enum"]]
    if "properties" in schema:
        kept.setdefault("type", "object")
    if isinstance(kept.get("required"), list):
        kept["required"] = [one for one in kept["required"] if (name, one) not in REQUIRED_IS_WRONG]
    else:
        kept.pop("required", None)  # Swagger 1 habit: a boolean on the property itself
    return kept


def _children(schema: Schema, prefix: str) -> Schema:
    """What the schema says of its parts."""
    kept: Schema = {}
    if "properties" in schema:
        kept["properties"] = {key: convert(value, prefix) for key, value in schema["properties"].items()}
    for one in ("items", "additionalProperties"):
        if isinstance(schema.get(one), dict):
            kept[one] = convert(schema[one], prefix)
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            # oneOf as published overlaps (and its discriminator is no JSON Schema): any of them is right
            meant = "anyOf" if several == "oneOf" else several
            kept[meant] = [convert(value, prefix) for value in schema[several]]
    return kept


def nullable(schema: Schema) -> Schema:
    """The same schema, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    widened = dict(schema)
    if "type" in widened:
        widened["type"] = [widened["type"], "null"]
    if "enum" in widened:
        widened["enum"] = [*widened["enum"], None]
    return widened


def _media(operation: Schema, answers: dict[str, Any]) -> list[str]:
    """What the answer's content types are, where it is not JSON alone."""
    media: list[str] = operation.get("produces", [])
    for answer in answers.values():
        media = media or list(answer.get("content", {}))
    return [] if media in ([], ["application/json"]) else media


def _request(operation: Schema, prefix: str) -> Schema | None:
    fields: Schema = {}
    needed: list[str] = []
    for parameter in operation.get("parameters", []):
        if parameter.get("in") == "body":
            return convert(parameter["schema"], prefix)
        if parameter.get("in") == "formData":
            fields[parameter["name"]] = convert(parameter, prefix)
            if parameter.get("required") is True:
                needed.append(parameter["name"])
    if fields:
        return {"type": "object", "properties": fields} | ({"required": needed} if needed else {})
    for content in operation.get("requestBody", {}).get("content", {}).values():
        return convert(content["schema"], prefix)
    return None


def _answers(operation: Schema, prefix: str) -> dict[str, Schema | None]:
    name = operation["operationId"]
    answers: dict[str, Schema | None] = {}
    for code, response in operation["responses"].items():
        content = response.get("content", {})
        schema = response.get("schema") or next((one["schema"] for one in content.values() if "schema" in one), None)
        if str(code) == "default":  # the file of 2020 names no status for 62 operations
            status = "200" if schema or name in EMPTY_200 else "204"
        else:
            status = STATUS.get(name, {}).get(str(code), str(code))
        if status[0] in "23":
            # an answer without content has no body, whatever the file says of it
            answers[status] = convert(schema, prefix) if schema and status not in ("204", "205") else None
            if (name, status) in REPAIRS:
                answers[status] = REPAIRS[name, status]
    return answers


def describe(method: str, path: str, operation: Schema, prefix: str, shared: Schema) -> Schema:
    """One operation as it goes into the file."""
    query: Schema = {}
    for stated in operation.get("parameters", []):
        parameter = shared[stated["$ref"].rsplit("/", 1)[-1]] if "$ref" in stated else stated
        if parameter["in"] == "query":
            query[parameter["name"]] = convert(parameter.get("schema", parameter), prefix)
            if parameter.get("required") is True:
                query[parameter["name"]]["x-required"] = True
    result: Schema = {"method": method.upper(), "path": path}
    if query:
        result["query"] = query
    request = _request(operation, prefix)
    if request is not None:
        result["request"] = request
    result["answers"] = _answers(operation, prefix)
    media = _media(operation, operation["responses"])
    if media:
        result["media"] = media
    return result


def _operations(document: Schema) -> dict[str, tuple[str, str, Schema]]:
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def renamed(path: str) -> str:
    """Today's path of a team messaging path of 2020."""
    return path.replace("/restapi/v1.0/glip/", "/team-messaging/v1/")


def reachable(operations: Schema, definitions: Schema) -> Schema:
    """Only the definitions that an operation needs, directly or not."""
    wanted: dict[str, None] = {}
    waiting = [operations]
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in wanted:
                wanted[reference] = None
                waiting.append(definitions[reference])
    return {name: definitions[name] for name in sorted(wanted)}


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            return [node["$ref"].rsplit("/", 1)[-1]]
        return [one for value in node.values() for one in _references(value)]
    return [one for value in node for one in _references(value)] if isinstance(node, list) else []


def build(then: Schema, now: Schema, besides: Iterable[str] = ()) -> Schema:
    """The whole file from both specifications. `besides`: ids of the operations of `now` that the index lacks."""
    shared = now["components"]["parameters"]
    todays = _operations(now)
    current = {(method, path): operation for method, path, operation in todays.values()}
    operations: Schema = {}
    for name, (method, path, operation) in sorted(_operations(then).items()):
        operations[name] = describe(method, path, operation, "", {})
        new_path = renamed(path)
        if new_path != path and (method, new_path) in current:
            operations[name]["today"] = describe(method, new_path, current[method, new_path], "Now", shared)
    added = {name: describe(*todays[name], "Now", shared) for name in besides}
    definitions = {name: convert(schema, "", name) for name, schema in then["definitions"].items()}
    todays_shapes = now["components"]["schemas"]
    definitions |= {"Now" + name: convert(schema, "Now", name) for name, schema in todays_shapes.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "operations": operations,
        "besides": added,
        "$defs": reachable({**operations, **added}, definitions),
    }


def main(arguments: list[str]) -> None:
    """Read both files named on the command line and write the target."""
    if len(arguments) not in (2, 3):
        sys.exit(__doc__)
    target = Path(arguments[2]) if len(arguments) == 3 else TARGET
    then, now = (yaml.load(Path(path).read_bytes(), Loader=yaml.CSafeLoader) for path in arguments[:2])
    besides = [one["id"] for one in json.loads(CATALOGUE.read_bytes())["besides"]]
    content = json.dumps(build(then, now, besides), separators=(",", ":"), ensure_ascii=False)
    target.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
