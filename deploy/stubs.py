"""Write the stubs that give editors and type checkers every operation of the API.

    python deploy/stubs.py [--check]

From the catalogue and the schemas that are in the package: `operations.pyi` (one method per operation, in camel and
in snake case) and `shapes.pyi` (bodies and answers as TypedDicts). `--check` writes nothing and exits with 1 if what
is there differs.
"""

from __future__ import annotations

import argparse
import json
import keyword
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from switchhook.api.catalogue import Operation, Parameter, besides, operations, snake

Schema = dict[str, Any]

FOLDER = Path(__file__).parent.parent / "service" / "switchhook"
SCHEMAS: Schema = json.loads((FOLDER / "data" / "schemas.json").read_bytes())
DEFINITIONS: dict[str, Schema] = SCHEMAS["$defs"]
PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "number": "float"}
TEXT_TOO = {"readMessageContent"}  # the transcript of a voicemail, the text of a message
GENERATED = "# Written by deploy/stubs.py; do not edit."


def main() -> int:
    """Write, or compare."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    stale = []
    for path, text in stubs().items():
        if check:
            stale += [path.name] if not path.exists() or path.read_text(encoding="utf-8") != text else []
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run python deploy/stubs.py", file=sys.stderr)  # noqa: T201 - a command
    return 1 if stale else 0


def stubs() -> dict[Path, str]:
    """File → what it should hold."""
    every = [*operations().values(), *besides().values()]
    methods = "\n".join(line for operation in every for line in method(operation))
    shapes = "\n".join(line for name, schema in sorted(DEFINITIONS.items()) for line in shape(name, schema))
    return {
        FOLDER / "api" / "operations.pyi": OPERATIONS_HEAD + methods + "\n",
        FOLDER / "api" / "shapes.pyi": SHAPES_HEAD + shapes + "\n",
    }


OPERATIONS_HEAD = f"""{GENERATED}
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias, overload

from typing_extensions import deprecated

from switchhook.api import shapes
from switchhook.api.files import File

_Id: TypeAlias = str | int
_File: TypeAlias = bytes | Path | File | tuple[str, bytes] | tuple[str, bytes, str]

class Operations:
    def __init__(self, call: Callable[[str, Mapping[str, Any]], Awaitable[Any]]) -> None: ...
    def pages(self, operation: str, /, **parameters: Any) -> AsyncIterator[Any]: ...
"""

SHAPES_HEAD = f"""{GENERATED}
from typing import Any

from typing_extensions import NotRequired, TypedDict

class BatchPart(TypedDict):
    resourceId: str | None
    status: int
    body: Any
"""


def method(operation: Operation) -> Iterator[str]:
    """The lines of one operation."""
    schema = schema_of(operation)
    several = next((item for item in operation.parameters if item.place == "path" and item.repeated), None)
    answer = answer_type(operation, schema)
    if several is None:
        yield from one(operation, schema, answer, overloaded=False, listed=None)
    else:
        yield from one(operation, schema, answer, overloaded=True, listed=False)
        yield from one(operation, schema, "list[shapes.BatchPart]", overloaded=True, listed=True)
    alias = snake(operation.id)
    if alias != operation.id:
        yield f"    {alias} = {operation.id}"


def one(operation: Operation, schema: Schema, answer: str, *, overloaded: bool, listed: bool | None) -> Iterator[str]:
    """One signature."""
    if overloaded:
        yield "    @overload"
    if operation.deprecated:
        yield f"    @deprecated({json.dumps(fate(operation))})"
    given = ", ".join(parameter(operation, item, schema, listed) for item in ordered(operation, listed))
    yield f"    async def {operation.id}(self, *, {given}) -> {answer}:"
    yield f'        """{about(operation)}"""'


def ordered(operation: Operation, listed: bool | None) -> list[Parameter]:
    """Required ones first, then the general header."""
    own = sorted(operation.parameters, key=lambda item: not must_be_given(operation, item, listed))
    return [*own, Parameter("Accept-Language", "header", "string")] + (
        [Parameter("Range", "header", "string")] if operation.binary and "Range" not in operation.by_name else []
    )


def must_be_given(operation: Operation, item: Parameter, listed: bool | None) -> bool:
    """Whether there is no default; the list form of an id that has one must be given, to be told apart. A fax that is
    sent again by its id has a JSON body in the place of fields and files.
    """
    if listed and item.place == "path" and item.repeated:
        return True
    replaced = item.place in {"form", "file"} and any(other.place == "body" for other in operation.parameters)
    return item.required and item.default is None and not replaced


def parameter(operation: Operation, item: Parameter, schema: Schema, listed: bool | None) -> str:
    """`name: type` or `name: type = ...`."""
    name = item.name
    if not name.isidentifier():
        name = name.replace("-", "")
        name = name[0].lower() + name[1:]
    if keyword.iskeyword(name):
        raise SystemExit(f"a parameter is called {name}: give it another name in Python")
    rest = "" if must_be_given(operation, item, listed) else " = ..."
    return f"{name}: {parameter_type(item, schema, listed)}{rest}"


def parameter_type(item: Parameter, schema: Schema, listed: bool | None) -> str:
    """The type of one parameter."""
    if item.place == "body":
        return "str" if item.type == "string" else body_type(schema.get("request"))
    if item.place == "file":
        return "_File | list[_File]" if item.repeated else "_File"
    if item.place == "path" and item.repeated:
        return "list[str] | list[int] | tuple[_Id, ...]" if listed else "_Id"
    one_type = value_type(item)
    return f"{one_type} | Sequence[{one_type}]" if item.repeated else one_type


def value_type(item: Parameter) -> str:
    """The type of one value of a parameter."""
    if item.values:
        return f"Literal[{', '.join(json.dumps(value) for value in item.values)}]"
    if item.place == "path":
        return "_Id"
    if item.format == "date-time":
        return "str | datetime"
    if item.name == "perPage":
        return "int | str"
    if item.name.endswith("Id"):
        return "_Id"
    return PLAIN[item.type]


def body_type(schema: Schema | None) -> str:
    """The type of a JSON body: its shape, or any mapping where the specification has none."""
    if schema is None or "$ref" not in schema:
        return "Mapping[str, Any] | Sequence[Any]"
    return type_of(schema, "shapes.")


def answer_type(operation: Operation, schema: Schema) -> str:
    """The type of a good answer to one id."""
    if operation.binary:
        return "bytes | str" if operation.id in TEXT_TOO else "bytes"
    kinds: list[str] = []
    for status, content in schema["answers"].items():
        if status == "207" or not status.startswith("2"):
            continue
        kinds.append("None" if content is None else type_of(content, "shapes."))
    # a redirect or a page: only the person's browser has a use for it
    return " | ".join(dict.fromkeys(kinds)) or "dict[str, str] | str"


def schema_of(operation: Operation) -> Schema:
    """The operation's schema: today's where the platform has renamed it, as that is what is called."""
    found: Schema = {**SCHEMAS["operations"], **SCHEMAS["besides"]}[operation.id]
    return found.get("today", found)


def fate(operation: Operation) -> str:
    """What a deprecated operation's users should know."""
    if operation.successors:
        return "superseded by " + ", ".join(f"{verb} {path}" for verb, path in operation.successors)
    return "removed from the platform's documentation" if operation.status == "removed" else "deprecated"


def about(operation: Operation) -> str:
    """The docstring: name, address, rate group, permissions."""
    verb, path = operation.today or (operation.method, operation.path)
    rights = [right for right in (operation.app_permission, operation.user_permission) if right]
    return " · ".join([operation.name.rstrip("."), f"{verb} {path}", operation.rate_group, *rights])


def shape(name: str, schema: Schema) -> Iterator[str]:
    """One TypedDict; keys that are no Python names need the other syntax."""
    merged = flattened(schema)
    if "properties" not in merged:
        yield f"{name} = {type_of(merged)}"
        return
    required = set(merged.get("required", ()))
    fields = {key: type_of(value, key=key) for key, value in merged["properties"].items()}
    marked = {key: kind if key in required else f"NotRequired[{kind}]" for key, kind in fields.items()}
    if all(key.isidentifier() and not keyword.iskeyword(key) for key in fields):
        yield f"class {name}(TypedDict):"
        yield from (f"    {key}: {kind}" for key, kind in marked.items())
        if not fields:
            yield "    ..."
    else:
        yield f'{name} = TypedDict("{name}", {{'
        yield from (f"    {json.dumps(key)}: {kind}," for key, kind in marked.items())
        yield "})"


def flattened(schema: Schema) -> Schema:
    """`allOf` and references joined into one object."""
    if "$ref" in schema:
        return flattened(DEFINITIONS[schema["$ref"].rsplit("/", 1)[-1]])
    if "allOf" not in schema:
        return schema
    parts: Iterable[Schema] = [flattened(part) for part in schema["allOf"]]
    properties: Schema = {}
    required: list[str] = []
    for part in parts:
        properties |= part.get("properties", {})
        required += part.get("required", [])
    return {"type": "object", "properties": properties, "required": required}


def type_of(schema: Schema, prefix: str = "", *, key: str = "") -> str:
    """The Python type of a schema. Ids are read as strings, whatever the specification says, and may be sent so."""
    if "$ref" in schema:
        return prefix + schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one, prefix, key=key) for one in schema["anyOf"]))
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_of({**schema, "type": one}, prefix, key=key) for one in kind)
    if kind == "null":
        return "None"
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}), prefix, key=key.removesuffix('s'))}]"
    if kind == "object" or "properties" in schema:
        return "dict[str, Any]"
    if schema.get("contentEncoding") == "binary":
        return "bytes"
    if kind == "integer" and (key == "id" or key.endswith("Id")):
        return "str"
    return PLAIN.get(str(kind), "Any")


if __name__ == "__main__":
    sys.exit(main())
