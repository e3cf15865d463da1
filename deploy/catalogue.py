"""Write the catalogue of operations that the API client and the simulator read.

    python deploy/catalogue.py INDEX_JSON [--then OPENAPI_YAML] [--today OPENAPI_YAML] [--out FILE]

INDEX_JSON: the API index in machine form, one object per operation. `--then`: the platform's specification of the
index's own time, which adds allowed values and ranges. `--today`: the current one, which widens them and adds the
parameters that operations of the same id have gained (marked `later`). Facts only: no sentence is copied.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

OUT = Path(__file__).parent.parent / "service" / "switchhook" / "data" / "operations.json"
VERBS = ("get", "post", "put", "patch", "delete")
SEVERAL = re.compile(r"multiple (\w+ )?(values|features)|features supported|more than one", re.IGNORECASE)
PLACES = {"formData": "form"}
# What the specifications wrongly restrict: space- or comma-separated lists, and grants that came later.
FREE = {("authorize", "prompt"), ("authorize", "ui_options"), ("getToken", "grant_type"), ("*", "orderBy")}
# Comma-separated ids that the batch guide names and the index's types do not show.
# Operations of today's platform that the index does not list and automation wants.
BESIDES = (
    "bridgeCallParty", "createCallPartyWithBringIn", "createConferenceCallSession", "deleteCallParty",
    "createGlipAdaptiveCardNew", "getGlipAdaptiveCardNew", "updateGlipAdaptiveCardNew", "deleteGlipAdaptiveCardNew",
    "createGlipFileNew", "listWebAppDevices", "authWsToken",
)  # fmt: skip
BATCH = {("deleteMessage", "messageId"), ("readUserPresenceStatus", "extensionId")}
# The only body that is text and not JSON.
PLAIN_TEXT = ("updateGlipPostText", "text")
# Parts of a multipart body that the index hides behind its `body`.
ATTACHMENTS = {"createMMS", "createSMSMessage"}
# Where an application without a secret names itself, which the index does not know of.
NAMES_ITSELF = {"revokeToken"}


def main() -> None:
    """Read the sources named on the command line and write the catalogue."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("index", type=Path)
    arguments.add_argument("--then", type=Path)
    arguments.add_argument("--today", type=Path)
    arguments.add_argument("--out", type=Path, default=OUT)
    options = arguments.parse_args()
    then, today = specification(options.then), specification(options.today)
    more = [beside(*found) for found in besides(options.today)]
    entries = [entry(source, then, today) for source in json.loads(options.index.read_bytes())]
    lines, others = (
        ",\n".join(json.dumps(item, separators=(",", ":"), ensure_ascii=True) for item in some)
        for some in (entries, more)
    )
    text = '{"operations":[\n' + lines + '\n],"besides":[\n' + others + "\n]}\n"
    options.out.write_text(text, encoding="utf-8")
    print(f"{options.out}: {len(entries)} operations in {len({item['group'] for item in entries})} groups")  # noqa: T201 - a command


def specification(path: Path | None) -> dict[str, list[Json]]:
    """Operation id → resolved parameters of an OpenAPI file (version 2 or 3)."""
    return {operation["operationId"]: parameters for _, _, operation, parameters in described(path)}


def described(path: Path | None) -> Iterator[tuple[str, str, Json, list[Json]]]:
    """Path, method, operation and resolved parameters of everything in an OpenAPI file."""
    if path is None:
        return
    import yaml  # PyYAML, wanted only with `--then` or `--today`

    document = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe

    def resolve(node: Json) -> Json:
        while "$ref" in node:
            found: Any = document
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = found
        return node

    for place, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                listed = item.get("parameters", []) + item[verb].get("parameters", [])
                yield place, verb.upper(), item[verb], [flat(resolve(one), resolve) for one in listed]


def besides(today: Path | None) -> Iterator[tuple[str, str, Json, list[Json]]]:
    """The operations that the index does not list, in the order above."""
    found = {item[2]["operationId"]: item for item in described(today)}
    yield from (found[name] for name in BESIDES if found)


def beside(path: str, method: str, operation: Json, parameters: list[Json]) -> Json:
    """One of them, as `entry` has it."""
    kinds = list(operation.get("requestBody", {}).get("content", {}))
    listed = [parameter(operation["operationId"], item, item, item, batch=False) for item in parameters]
    if "multipart/form-data" in kinds:
        listed.append({"name": "body", "in": "file", "type": "file", "required": True})
    elif kinds:
        required = bool(operation["requestBody"].get("required"))
        listed.append({"name": "body", "in": "body", "type": "object", "required": required})
    return {
        "id": operation["operationId"],
        "group": "Besides the index",
        "name": operation["summary"],
        "method": method,
        "path": path,
        "parameters": in_order(listed, path),
        "body": kinds,
        "answers": {
            code: list(answer.get("content", {})) for code, answer in operation["responses"].items() if int(code) < 400
        },
        "errors": [int(code) for code in operation["responses"] if int(code) >= 400],
        "rate_group": operation["x-throttling-group"],
        "app_permission": operation.get("x-app-permission"),
        "user_permission": operation.get("x-user-permission"),
        "status": "present",
        "deprecated": False,
    }


def in_order(parameters: list[Json], path: str) -> list[Json]:
    """By place; those of the path as they stand in it."""
    order = ["path", "query", "header", "form", "file", "body"]
    wanted: list[str] = re.findall(r"{(\w+)}", path)
    return sorted(
        parameters,
        key=lambda item: (order.index(item["in"]), wanted.index(item["name"]) if item["in"] == "path" else 0),
    )


def flat(parameter: Json, resolve: Any) -> Json:
    """Version 2 and version 3 parameters in one form."""
    schema = resolve(parameter.get("schema", {})) if parameter["in"] != "body" else {}
    merged = {**schema, **{key: value for key, value in parameter.items() if key != "schema"}}
    merged["values"] = merged.get("enum") or resolve(merged.get("items", {})).get("enum")
    merged["in"] = PLACES.get(merged["in"], merged["in"])
    return merged


def entry(source: Json, then: dict[str, list[Json]], today: dict[str, list[Json]]) -> Json:
    """One operation of the catalogue."""
    operation = source["operation_id"]
    status = source["today"]["status"]
    old = {item["name"]: item for item in then.get(operation, [])}
    new = {item["name"]: item for item in today.get(source["today"]["operation_id"] or "", [])}
    names = source["params"] + source["params_dropped_by_the_index"]
    batch = is_batch(source)
    parameters = [
        parameter(operation, item, old.get(item["name"], {}), new.get(item["name"]), batch=batch) for item in names
    ]
    if operation in ATTACHMENTS:
        parameters.append(
            {"name": "attachments", "in": "file", "type": "file", "required": False, "repeated": True, "later": True}
        )
    if operation in NAMES_ITSELF:
        parameters.append({"name": "client_id", "in": "form", "type": "string", "required": False, "later": True})
    if "application/json" in source["request_content_types"] and not any(item["in"] == "body" for item in parameters):
        parameters.append({"name": "body", "in": "body", "type": "object", "required": False, "later": True})
    known = {item["name"] for item in parameters}
    for name, item in new.items():
        if name not in known and item["in"] == "query":
            parameters.append({**parameter(operation, item, item, item, batch=False), "required": False, "later": True})
    fits = [code for code in source["response_codes"] if int(code) < 400]
    replacement = [{"method": item["method"], "path": item["path"]} for item in source["today"]["replacement"]]
    result: Json = {
        "id": operation,
        "group": source["group"],
        "name": source["name"],
        "method": source["method"],
        "path": source["path"],
        "parameters": in_order(parameters, source["path"]),
        "body": body_kinds(source, parameters),
        "answers": {code: answer_kinds(source, code) for code in fits},
        "errors": [int(code) for code in source["response_codes"] if int(code) >= 400],
        "rate_group": source["throttling_group"],
        "app_permission": source["app_permission"],
        "user_permission": source["user_permission"],
        "status": status,
        "deprecated": source["today"]["deprecated"] or status in {"superseded", "removed"},
    }
    if status == "renamed":
        result["today"] = replacement[0]
    if status == "superseded":
        result["successors"] = replacement
    return result


def is_batch(source: Json) -> bool:
    """Whether the answer may be one part per id of a comma-separated list."""
    listed = {kind for kinds in source["response_content_types"].values() for kind in kinds}
    return "207" in source["response_codes"] or "multipart/mixed" in listed


def parameter(operation: str, item: Json, old: Json, new: Json | None, *, batch: bool) -> Json:
    """One parameter: what the index says, and what the specifications add to it."""
    name, place = item["name"], item["in"]
    kind = "object" if place == "body" else item.get("type") or old.get("type") or "string"
    if (operation, name) == PLAIN_TEXT:
        kind = "string"
    path_list = place == "path" and (
        kind == "array" or (operation, name) in BATCH or last_of_batch(operation, name, batch)
    )
    repeated = (
        path_list or kind == "array" or (place == "query" and bool(SEVERAL.search(item.get("description") or "")))
    )
    repeated = repeated or (place == "query" and (new or {}).get("type") == "array")
    repeated = (repeated and name != "orderBy") or (place == "file" and operation == "createFaxMessage")
    if kind == "array":
        kind = (old.get("items") or {}).get("type", "string")
    result: Json = {"name": name, "in": place, "type": kind, "required": bool(item.get("required"))}
    default = default_of(operation, item, place)
    if default is not None:
        result["default"] = default
    if repeated:
        result["repeated"] = True
    values = allowed(operation, name, old, new)
    if values:
        result["values"] = values
    elif kind == "integer":
        result |= limits(name, old, new)
    if "date-time" in (old.get("format"), (new or {}).get("format")):
        result["format"] = "date-time"
    return result


def last_of_batch(operation: str, name: str, batch: bool) -> bool:
    """In a batch operation it is the last id of the path that may be a list; the account's never is."""
    return batch and (name != "accountId") and (name != "extensionId" or operation.endswith("UnifiedPresence"))


def default_of(operation: str, item: Json, place: str) -> Any:
    """A typed default. `~` stands for the caller's own account and extension, but never for one to be deleted."""
    value = item.get("default")
    if place == "path" and item["name"] in {"accountId", "extensionId"}:
        return None if (operation, item["name"]) == ("deleteExtension", "extensionId") else "~"
    if isinstance(value, str):
        if item.get("type") == "boolean":
            return value.lower() == "true"
        if item.get("type") == "integer":
            return int(value)
    return value


def allowed(operation: str, name: str, old: Json, new: Json | None) -> list[Any]:
    """The union of what either specification allows; nothing if today's has lifted the restriction."""
    if (operation, name) in FREE or ("*", name) in FREE:
        return []
    lifted = new is not None and old.get("values") and not new.get("values")
    if lifted:
        return []
    return list(dict.fromkeys((old.get("values") or []) + ((new or {}).get("values") or [])))


def limits(name: str, old: Json, new: Json | None) -> Json:
    """Ranges; the wider of the two. A page number has no upper end, whatever a specification says."""
    result: Json = {}
    for key, choose in (("minimum", min), ("maximum", max)):
        given = [spec[key] for spec in (old, new or {}) if isinstance(spec.get(key), int)]
        if given and not (key == "maximum" and name in {"page", "refresh_token_ttl"}):
            result[key] = choose(given)
    if name == "page":
        result.setdefault("minimum", 1)
    return result


def body_kinds(source: Json, parameters: list[Json]) -> list[str]:
    """Content types of the request; `multipart/formdata` is a slip of the source, and some bodies go unmentioned."""
    kinds = [kind.replace("multipart/formdata", "multipart/form-data") for kind in source["request_content_types"]]
    if any(item["in"] == "body" and item["type"] == "string" for item in parameters):
        return ["text/plain"]
    if not kinds and any(item["in"] == "body" for item in parameters):
        kinds = ["application/scim+json" if source["path"].startswith("/scim") else "application/json"]
    return kinds


def answer_kinds(source: Json, code: str) -> list[str]:
    """Content types of an answer; none for one without a body."""
    return [] if code in {"204", "205", "304"} else list(source["response_content_types"].get(code, []))


if __name__ == "__main__":
    main()
