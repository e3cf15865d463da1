"""Which documents the query of a list asks for, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from switchhook.simulator.errors import invalid
from switchhook.simulator.resources.paging import Query
from switchhook.simulator.resources.shapes import check, properties
from switchhook.simulator.schemas import Schema

Document = Mapping[str, Any]

NOT_FILTERS = frozenset({"page", "perPage", "pageToken", "recordCount", "orderBy", "sortBy", "view", "syncToken"})

# Parameters that mean a property of another name, or one inside another.
PLACES: Mapping[str, str] = {
    "countryId": "country.id", "stateId": "state.id", "siteId": "site.id", "extensionId": "id",
    "domesticCountryId": "address.countryId", "featureId": "id", "extensionType": "extension.type",
    "meetingId": "meeting.id", "model": "model.name", "assigneeId": "assignees.id", "creatorId": "creator.id",
    "availableOnly": "available", "enabledOnly": "enabled", "email": "contact.email",
}  # fmt: skip

# "only" parameters say nothing when false.
ONLY = frozenset({"availableOnly", "enabledOnly", "compatibleOnly", "withPhoneNumbers", "allCountries", "withNxx"})
SINCE = {"dateFrom": "creationTime", "creationTimeFrom": "creationTime", "meetingStartTimeFrom": "meeting.startTime"}
UNTIL = {"dateTo": "creationTime", "creationTimeTo": "creationTime", "meetingStartTimeTo": "meeting.startTime"}


def checked(query: Query, declared: Mapping[str, Schema]) -> Query:
    """The declared part of a query, lists split at commas too. Raises Refused (CMN-101) naming a wrong parameter."""
    kept: dict[str, list[str]] = {}
    for name, schema in declared.items():
        values = query.get(name, [])
        if schema.get("x-required") and not values:
            raise invalid(name)
        if schema.get("type") == "array":
            values = [part for value in values for part in value.split(",") if part]
            check(values, schema, name)
        elif name not in ("perPage", "page", "recordCount"):
            for value in values:
                check(value, schema, name)
        if schema.get("format") == "date-time":
            for value in values:
                moment(value, name)
        if values:
            kept[name] = values
    return kept


def moment(text: str, name: str) -> datetime:
    """A moment of the query. Raises Refused (CMN-101)."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise invalid(name) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def select(documents: Iterable[Document], query: Query, record: Schema) -> list[Document]:
    """The documents that every filter of a checked query lets through, in the order it asks for."""
    tests = [_test(name, values, record) for name, values in query.items() if name not in NOT_FILTERS]
    found = [document for document in documents if all(test(document) for test in tests)]
    return ordered(found, [part for name in ("orderBy", "sortBy") for part in query.get(name, [])])


def _test(name: str, values: Sequence[str], record: Schema) -> Callable[[Document], bool]:
    wanted = {value.lower() for value in values}
    if name == "searchString":
        return lambda document: any(word in text for word in wanted for text in _texts(document))
    if name == "startsWith":
        return lambda document: any(_initials(document, word) for word in wanted)
    if name in ("department", "phoneNumber", "memberExtensionId", "targetExtensionId"):
        return lambda document: any(word == text for word in wanted for text in _texts(document))
    if name in SINCE or name in UNTIL:
        limit = moment(values[-1], name)
        place = SINCE.get(name) or UNTIL[name]
        return lambda document: _compares(document, place, limit, later=name in SINCE)
    if name in ONLY and wanted == {"false"}:
        return lambda _: True
    place = PLACES.get(name, name)
    if place.split(".")[0] not in properties(record):
        return lambda _: True
    return lambda document: any(str(value).lower() in wanted for value in values_at(document, place))


def values_at(document: Any, place: str) -> list[Any]:
    """What stands at a place such as `country.id`; of a list, in any of its items."""
    found = [document]
    for step in place.split("."):
        inside = [one[step] for one in found if isinstance(one, Mapping) and step in one]
        found = [item for one in inside for item in (one if isinstance(one, list) else [one])]
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value).lower()]


def _initials(document: Document, word: str) -> bool:
    names = (document.get("firstName"), document.get("lastName"), document.get("company"), document.get("name"))
    return any(str(name).lower().startswith(word) for name in names if name)


def _compares(document: Document, place: str, limit: datetime, *, later: bool) -> bool:
    moments = [moment(str(value), place) for value in values_at(document, place)]
    return all(limit <= one if later else one < limit for one in moments)


def ordered(found: list[Document], fields: Sequence[str]) -> list[Document]:
    """By `+name,-siteName` or by `FirstName,LastName`; without that, as they came."""
    for field in reversed([part for text in fields for part in text.split(",") if part]):
        name = field.lstrip("+- ")
        place = name[:1].lower() + name[1:]
        found = sorted(found, key=lambda one: str((values_at(one, place) or [""])[0]).lower(), reverse=field[0] == "-")
    return found
