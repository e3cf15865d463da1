"""Media with byte ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchhook.simulator.errors import Refused
from switchhook.simulator.wire.request import Request, Response

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def served(request: Request, content: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """The bytes, or the range of them that was asked for. Raises Refused (416 CMN-107) for a range outside."""
    all_headers = {"Accept-Ranges": "bytes", **(headers or {})}
    found = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or not any(found.groups()):
        return Response(200, content=content, content_type=content_type, headers=all_headers)
    first, last = found.groups()
    start = int(first) if first else max(0, len(content) - int(last))
    end = min(int(last), len(content) - 1) if first and last else len(content) - 1
    if start > end:
        whole = {"Content-Range": f"bytes */{len(content)}"}
        raise Refused(416, "CMN-107", "Requested range not satisfiable", headers=whole)
    all_headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return Response(206, content=content[start : end + 1], content_type=content_type, headers=all_headers)
