"""The catalogue: all 326 operations of the API index as data, read from the package when first asked for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Literal

import orjson

from switchhook.errors import WrongUse

Place = Literal["path", "query", "header", "form", "file", "body"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `type`: string, integer, boolean, object or file. `repeated`: several values are allowed, given
    as repeated keys or, in a path, separated by commas. `later`: not in the index, but today's platform knows it.
    """

    name: str
    place: Place
    type: str
    required: bool = False
    default: Any = None
    repeated: bool = False
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    format: str | None = None
    later: bool = False


@dataclass(frozen=True)
class Operation:
    """One operation. `body`: content types of the request; `answers`: status → content types, 1xx to 3xx only.

    `today`: method and path where the platform has renamed it since the index was written. `successors`: where it
    was superseded. `status`: present, renamed, superseded or removed, as of the platform's specification of 2026-08.
    """

    id: str
    group: str
    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: tuple[str, ...]
    answers: Mapping[int, tuple[str, ...]]
    errors: tuple[int, ...]
    rate_group: str
    app_permission: str | None
    user_permission: str | None
    status: str
    deprecated: bool
    today: tuple[str, str] | None = None
    successors: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Parameter]:
        """Its own parameters by their names."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def unique(self) -> tuple[Parameter, ...]:
        """Its parameters, and the headers that it may be given beside them."""
        general = ANYWHERE if self.changes_something else ANYWHERE + WHEN_READING
        own = {parameter.name for parameter in self.parameters}
        return self.parameters + tuple(parameter for parameter in general if parameter.name not in own)

    @cached_property
    def accepts(self) -> Mapping[str, Parameter]:
        """Name → parameter, with each name in folded form too (`if_none_match`); a body is found as `body` as well."""
        known = {parameter.name: parameter for parameter in self.unique}
        for parameter in self.unique:
            known.setdefault(folded(parameter.name), parameter)
            if parameter.place == "body":
                known.setdefault("body", parameter)
        return known

    @cached_property
    def after(self) -> int:
        """How many segments of the path follow the parameter that may hold several ids."""
        named = [
            f"{{{parameter.name}}}" for parameter in self.parameters if parameter.place == "path" and parameter.repeated
        ]
        segments = self.path.split("/")
        return len(segments) - 1 - segments.index(named[-1]) if named else 0

    @cached_property
    def accept(self) -> str:
        """The `Accept` header for one id."""
        if self.binary:
            return "*/*"
        return "application/scim+json, application/json" if self.path.startswith("/scim") else "application/json"

    @cached_property
    def changes_something(self) -> bool:
        """Whether it is a write. Searches and parsers that are sent with POST change nothing."""
        return self.method != "GET" and self.id not in READS

    @cached_property
    def multipart(self) -> bool:
        """Whether its fields and files travel as the parts of one body."""
        return any(parameter.place == "file" for parameter in self.parameters)

    @cached_property
    def form(self) -> bool:
        """Whether its fields travel as a URL-encoded form."""
        return "application/x-www-form-urlencoded" in self.body

    @cached_property
    def binary(self) -> bool:
        """Whether a good answer is a file (a recording, a picture, an archive)."""
        kinds = [kind for kinds in self.answers.values() for kind in kinds]
        return any(kind.split("/")[0] in {"audio", "image", "video"} or kind == "application/zip" for kind in kinds)


ANYWHERE = (Parameter("Accept-Language", "header", "string"),)
"""Headers that any operation may be given."""
WHEN_READING = tuple(Parameter(name, "header", "string") for name in ("If-None-Match", "If-Modified-Since", "Range"))
"""Headers that make sense where something is read."""
READS = frozenset({"searchDirectoryEntries", "parsePhoneNumber", "searchViaPost2"})
"""Operations that are sent with POST and change nothing."""


POST_TO_WEBHOOK = Operation(
    id="postToChatWebhook",
    group="Glip Webhooks",
    name="Post to an incoming webhook",
    method="POST",
    path="/webhook/{webhook}",
    parameters=(
        Parameter("webhook", "path", "string", required=True),
        Parameter("body", "body", "object", required=True),
    ),
    body=("application/json",),
    answers={200: ("application/json",)},
    errors=(404,),
    rate_group="NoThrottling",
    app_permission=None,
    user_permission=None,
    status="present",
    deprecated=False,
)
"""No operation of the API, but one more way to write: to the address of a webhook (here its name in the settings),
without a token. Its limits are documented nowhere.
"""


def operations() -> Mapping[str, Operation]:
    """Operation id → operation, in the order of the index."""
    return _read()["operations"]


def besides() -> Mapping[str, Operation]:
    """The same for a few operations of today's platform that the index does not list (warm transfer, files, cards)."""
    return _read()["besides"]


def operation(name: str) -> Operation:
    """The operation with this id, in camel or snake case. Raises ValueError, naming near ones, if there is none."""
    found = operations().get(name) or besides().get(name)
    if found is None and folded(name) == folded(POST_TO_WEBHOOK.id):
        return POST_TO_WEBHOOK
    if found is None:
        known = _by_folded_name().get(folded(name), "")
        found = operations().get(known) or besides().get(known)
    if found is None:
        near = _near(name)
        hint = f"; did you mean {', '.join(near)}?" if near else "; `switchhook api --list` shows all"
        raise WrongUse(f"no operation is called {name!r}{hint}")
    return found


def _near(name: str) -> list[str]:
    """Ids that look like a name, or have its longest words in common: `sendFax` is no typing mistake."""
    known = [*operations(), *besides()]
    words = set(snake(name).split("_"))
    shared = {found: sum(map(len, words.intersection(snake(found).split("_")))) for found in known}
    best = sorted((found for found in known if shared[found]), key=lambda found: -shared[found])
    return difflib.get_close_matches(name, known, n=3, cutoff=0.5) or best[:3]


def snake(name: str) -> str:
    """An id or parameter name in snake case: `readCompanyInfo` → `read_company_info`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.replace("-", "_"))
    return split.lower()


@lru_cache(maxsize=1)
def _by_folded_name() -> Mapping[str, str]:
    return {folded(name): name for name in (*operations(), *besides())}


@lru_cache(maxsize=1)
def _read() -> Mapping[str, Mapping[str, Operation]]:
    source = orjson.loads(resources.files("switchhook").joinpath("data", "operations.json").read_bytes())
    return {part: {entry["id"]: _operation(entry) for entry in entries} for part, entries in source.items()}


def folded(name: str) -> str:
    """A name without its case, underscores and dashes: what two spellings of one name share."""
    return name.replace("_", "").replace("-", "").lower()


def _operation(entry: dict[str, Any]) -> Operation:
    today = entry.pop("today", None)
    return Operation(
        parameters=tuple(_parameter(item) for item in entry.pop("parameters")),
        body=tuple(entry.pop("body")),
        answers={int(code): tuple(kinds) for code, kinds in entry.pop("answers").items()},
        errors=tuple(entry.pop("errors")),
        today=(today["method"], today["path"]) if today else None,
        successors=tuple((item["method"], item["path"]) for item in entry.pop("successors", ())),
        **entry,
    )


def _parameter(entry: dict[str, Any]) -> Parameter:
    return Parameter(place=entry.pop("in"), values=tuple(entry.pop("values", ())), **entry)
