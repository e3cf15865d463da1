"""Find the operation of a method and a path, by the path of the index or by today's."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from switchhook.simulator.errors import Refused
from switchhook.simulator.operations import Operation, operations

OLD, NEW = "/restapi/v1.0/glip/", "/team-messaging/v1/"


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that was found. `today`: by the path it has today."""

    operation: Operation
    path: dict[str, str]
    today: bool


@dataclass(slots=True)
class _Node:
    """One step of the tree of paths: fixed words before names of parameters."""

    words: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    methods: dict[str, tuple[Operation, tuple[str, ...], bool]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _tree() -> _Node:
    root = _Node()
    for operation in operations().values():
        _plant(root, operation, operation.path, today=False)
        if operation.today is not None:
            _plant(root, operation, operation.today, today=True)
        if operation.path.startswith(OLD):
            # the old prefix is an alias for every resource, the superseded ones included
            _plant(root, operation, NEW + operation.path.removeprefix(OLD), today=True)
        if operation.path.startswith(NEW):
            _plant(root, operation, OLD + operation.path.removeprefix(NEW), today=False)
    return root


def _plant(root: _Node, operation: Operation, path: str, *, today: bool) -> None:
    names = []
    node = root
    for step in path.strip("/").split("/"):
        if step.startswith("{"):
            names.append(step[1:-1])
            node.any = node.any or _Node()
            node = node.any
        else:
            node = node.words.setdefault(step, _Node())
    node.methods.setdefault(operation.method, (operation, tuple(names), today))


def _walk(node: _Node, steps: list[str], values: tuple[str, ...]) -> list[tuple[_Node, tuple[str, ...]]]:
    """Every end that fits, those with more fixed words first: `posts/~` may be a word in one and an id in another."""
    if not steps:
        return [(node, values)] if node.methods else []
    found = _walk(node.words[steps[0]], steps[1:], values) if steps[0] in node.words else []
    if node.any is not None:
        found += _walk(node.any, steps[1:], (*values, unquote(steps[0])))
    return found


def find(method: str, path: str) -> Route:
    """The operation behind a method and a path; a slash at the end does not matter.

    Raises Refused: 404 CMN-120 for a path that is none, 405 for a path that has other methods (its code is not
    published; CMN-121 is ours).
    """
    ends = _walk(_tree(), path.strip("/").split("/"), ())
    if not ends:
        raise Refused(404, "CMN-120", "Invalid URI")
    for node, values in ends:
        if method in node.methods:
            operation, names, today = node.methods[method]
            return Route(operation, dict(zip(names, values, strict=True)), today)
    allow = ", ".join(allowed(path))
    raise Refused(405, "CMN-121", f"Method {method} is not allowed for this resource", headers={"Allow": allow})


def allowed(path: str) -> list[str]:
    """The methods of a path, for the `Allow` header and for preflights."""
    return sorted({method for node, _ in _walk(_tree(), path.strip("/").split("/"), ()) for method in node.methods})
