"""Lists that come page by page: where the records are, and what to ask for next. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from switchhook.api.catalogue import Operation

RECORDS = ("records", "Resources", "tasks", "entries")
"""Names under which lists of records come; another name is taken if it is the only list of objects."""


def records(answer: Any) -> list[Any]:
    """The records of one page, whatever their name; an answer that is a list itself is its records."""
    if isinstance(answer, list):
        return answer
    if not isinstance(answer, Mapping):
        return []
    for name in RECORDS:
        if isinstance(answer.get(name), list):
            return list(answer[name])
    lists = [value for value in answer.values() if isinstance(value, list)]
    return list(lists[0]) if len(lists) == 1 else []


def is_list(answer: Any) -> bool:
    """Whether it is a list or a page of one, and not an object that has a list among its fields."""
    if not isinstance(answer, Mapping):
        return isinstance(answer, list)
    return any(isinstance(answer.get(name), list) for name in RECORDS) or bool(answer.keys() & {"paging", "navigation"})


def following(operation: Operation, parameters: Mapping[str, Any], answer: Any) -> dict[str, Any] | None:
    """The parameters of the next page, None after the last."""
    if not isinstance(answer, Mapping):
        return None
    changes = _next(operation, answer, len(records(answer)))
    if not changes or all(str(parameters.get(name)) == str(value) for name, value in changes.items()):
        return None
    return {**parameters, **changes}


def _next(operation: Operation, answer: Mapping[str, Any], count: int) -> dict[str, Any] | None:
    accepts = operation.accepts
    navigation, paging = _mapping(answer, "navigation"), _mapping(answer, "paging")
    token = navigation.get("nextPageToken") or answer.get("nextPageToken")
    if token and "pageToken" in accepts:
        return {"pageToken": token}
    if answer.get("nextPageId") is not None and "pageId" in accepts:
        return {"pageId": answer["nextPageId"], "syncToken": _mapping(answer, "syncInfo").get("syncToken")}
    if "startIndex" in accepts and count and "totalResults" in answer:
        start = int(answer.get("startIndex") or 1) + count
        return {"startIndex": start} if start <= int(answer["totalResults"]) else None
    if "page" in accepts and count:
        return _page(navigation, paging)
    return None


def _mapping(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, Mapping) else {}


def _page(navigation: Mapping[str, Any], paging: Mapping[str, Any]) -> dict[str, Any] | None:
    link = navigation.get("nextPage")
    if isinstance(link, Mapping) and link.get("uri"):
        asked = parse_qs(urlsplit(str(link["uri"])).query).get("page")
        if asked:
            return {"page": int(asked[0])}
    page, total = paging.get("page"), paging.get("totalPages")
    if page is not None and total is not None and int(page) < int(total):
        return {"page": int(page) + 1}
    return None
