"""Events for the tests of handlers, made with what a test cares about."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from switchhook import CallEvent, Event

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
E = TypeVar("E", bound=Event)


def made(kind: type[E], /, **fields: Any) -> E:
    """An event of this kind for Ann (extension id 1001), at AT."""
    known: dict[str, Any] = {
        "id": "s-1/p-1-3/x", "at": AT, "received_at": AT, "account_id": "900", "extension_id": "1001", "key": "s-1"
    }  # fmt: skip
    if issubclass(kind, CallEvent):
        known |= {
            "session_id": "s-1", "party_id": "p-1-3", "caller": "+16505550100", "caller_name": "Joe", "callee": "101"
        }  # fmt: skip
    return kind(**known | fields)
