"""Paged lists in every style of the platform, one record after the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.api.catalogue import operation
from switchhook.api.pages import following, records


def walk(name: str, serve: Any) -> list[Any]:
    """All records of a list, as the client walks through it."""
    asked: dict[str, Any] | None = {}
    found: list[Any] = []
    while asked is not None:
        answer = serve(asked)
        found.extend(records(answer))
        asked = following(operation(name), asked, answer)
    return found


LISTS = st.lists(st.integers(), max_size=40)


@given(items=LISTS, size=st.integers(1, 7))
def test_numbered_pages(items: list[int], size: int) -> None:
    """`page` and `paging`: every record once, in order, whatever the page size."""

    def serve(asked: dict[str, Any]) -> dict[str, Any]:
        page = int(asked.get("page", 1))
        total = max(-(-len(items) // size), 1)
        return {"records": items[(page - 1) * size : page * size], "paging": {"page": page, "totalPages": total}}

    assert walk("listExtensions", serve) == items


@given(items=LISTS, size=st.integers(1, 7))
def test_linked_pages(items: list[int], size: int) -> None:
    """`navigation.nextPage.uri` without totals, as the call log has it."""

    def serve(asked: dict[str, Any]) -> dict[str, Any]:
        page = int(asked.get("page", 1))
        rest = items[page * size :]
        link = {"nextPage": {"uri": f"https://h/x?page={page + 1}&perPage={size}"}} if rest else {}
        return {"records": items[(page - 1) * size : page * size], "navigation": link, "paging": {"page": page}}

    assert walk("readCompanyCallLog", serve) == items


@given(items=LISTS, size=st.integers(1, 7))
def test_token_pages(items: list[int], size: int) -> None:
    """`navigation.nextPageToken`, as team messaging has it."""

    def serve(asked: dict[str, Any]) -> dict[str, Any]:
        start = int(asked.get("pageToken", 0))
        rest = start + size < len(items)
        navigation = {"prevPageToken": "x", "nextPageToken": str(start + size) if rest else None}
        return {"records": items[start : start + size], "navigation": navigation}

    assert walk("listGlipChats", serve) == items


@given(items=LISTS, size=st.integers(1, 7))
def test_indexed_pages(items: list[int], size: int) -> None:
    """SCIM's `startIndex` and `totalResults`."""

    def serve(asked: dict[str, Any]) -> dict[str, Any]:
        start = int(asked.get("startIndex", 1))
        return {"Resources": items[start - 1 : start - 1 + size], "startIndex": start, "totalResults": len(items)}

    assert walk("searchViaGet2", serve) == items


def test_the_address_book_goes_on_by_page_id() -> None:
    """`nextPageId` of a synchronisation is handed back together with its token."""
    answer = {"records": [1], "nextPageId": 5, "syncInfo": {"syncToken": "t"}}
    assert following(operation("syncAddressBook"), {"syncType": "FSync"}, answer) == {
        "syncType": "FSync",
        "pageId": 5,
        "syncToken": "t",
    }


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"records": [1]}, [1]),
        ({"tasks": [1], "records": []}, []),
        ({"tasks": [1]}, [1]),
        ({"uri": "x", "webhooks": [2]}, [2]),
        ([3], [3]),
        (None, []),
        ({"a": [1], "b": [2]}, []),
    ],
)
def test_finds_records_of_any_name(answer: Any, found: list[Any]) -> None:
    """`records`, another known name, or the only list there is."""
    assert records(answer) == found


@pytest.mark.parametrize(
    "answer",
    [
        {"records": [1], "navigation": {"nextPageToken": "same"}},
        {"records": [1], "navigation": None},
        {"records": [], "paging": {"page": 1, "totalPages": 9}},
        [1],
    ],
)
def test_always_ends(answer: Any) -> None:
    """A token that does not change, an empty page, an answer without navigation: the walk stops."""
    name = "listExtensions" if isinstance(answer, dict) and "paging" in answer else "listGlipChats"
    assert following(operation(name), {"pageToken": "same"} if name == "listGlipChats" else {}, answer) is None
