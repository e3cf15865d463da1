"""Pages of a list, in both forms the API has: numbered pages, and tokens for team messaging. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from switchhook.simulator.errors import invalid

Query = Mapping[str, list[str]]
MOST = 1000
DEFAULT = 100


def last(query: Query, name: str, default: str = "") -> str:
    """The value of a query parameter that is given once."""
    return query[name][-1] if query.get(name) else default


def number(query: Query, name: str, default: int, most: int = MOST) -> int:
    """A count from the query. Raises Refused (CMN-101) unless it is between 1 and `most`."""
    text = last(query, name, str(default))
    if text.lower() == "max":
        return most
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise invalid(name)
    return int(text)


def numbered(found: Sequence[Any], query: Query, uri: str) -> tuple[list[Any], dict[str, Any], dict[str, Any]]:
    """One numbered page: its records, `paging` and `navigation`. A page after the last one is empty."""
    page, size = number(query, "page", 1, 10**9), number(query, "perPage", DEFAULT)
    pages = max(1, -(-len(found) // size))
    start = (page - 1) * size
    records = list(found[start : start + size])
    paging: dict[str, Any] = {"page": page, "perPage": size, "totalPages": pages, "totalElements": len(found)}
    if records:
        paging |= {"pageStart": start, "pageEnd": start + len(records) - 1}
    others = {"firstPage": 1, "lastPage": pages}
    if page < pages:
        others["nextPage"] = page + 1
    if 1 < page <= pages + 1:
        others["previousPage"] = page - 1
    kept = {name: values for name, values in query.items() if name not in ("page", "perPage")}
    return records, paging, {name: {"uri": address(uri, kept, page=at, perPage=size)} for name, at in others.items()}


def address(uri: str, query: Query, **more: object) -> str:
    """An address with its query."""
    pairs = [(name, value) for name, values in query.items() for value in values]
    return f"{uri}?{urlencode([*pairs, *((name, str(value)) for name, value in more.items())])}"


def tokened(found: Sequence[Any], query: Query, default: int = 30, most: int = 250) -> tuple[list[Any], dict[str, str]]:
    """One page by token: its records and `navigation`. Raises Refused (CMN-101) for a token that is none."""
    size = number(query, "recordCount", default, most)
    start = _position(last(query, "pageToken"))
    navigation = {}
    if start > 0:
        navigation["prevPageToken"] = _token(max(0, start - size))
    if start + size < len(found):
        navigation["nextPageToken"] = _token(start + size)
    return list(found[start : start + size]), navigation


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"from {position}".encode()).decode().rstrip("=")


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        return int(text.removeprefix("from "))
    except (binascii.Error, ValueError):
        raise invalid("pageToken") from None
