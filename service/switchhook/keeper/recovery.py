"""What a gap asks to be fetched: from the event filters that were silent to the reads that bring it back. Pure.

Where the platform keeps no history, what is lost is named: nobody should believe that a gap left no trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_EXTENSION = re.compile(r"/extension/([^/?]+)(/[^?]*)?(?:\?(.*))?$")
_ACCOUNT_TAIL = re.compile(r"/account/[^/]+(/[^?]*)(?:\?.*)?$")
_ALL_MESSAGES = frozenset({"SMS", "Pager", "VoiceMail", "Fax"})

LOST = {
    "calls": "rings and steps of calls (how each call ended is fetched)",
    "messages": "changes of messages that were older than the gap",
    "posts": "deletions of posts",
    "chats": "changes of chats",
    "presence": "presence in between (how it is now is fetched)",
    "extensions": "changes of extensions (the scopes were resolved anew)",
    "others": "everything of kinds that the platform keeps no history of",
}
"""What the platform does not give back, by kind."""


@dataclass(slots=True)
class Recovery:
    """What to fetch. `calls`: extension ids, or None in it for the whole account. `messages`: extension id → types.
    `presence` like `calls`. `lost`: kinds of LOST.
    """

    calls: set[str | None] = field(default_factory=set)
    messages: dict[str, set[str]] = field(default_factory=dict)
    presence: set[str | None] = field(default_factory=set)
    posts: bool = False
    lost: set[str] = field(default_factory=set)


def recovery(filters: Iterable[str]) -> Recovery:
    """Sort the canonical filters of a gap."""
    found = Recovery()
    for each in filters:
        extension = _EXTENSION.search(each)
        account = _ACCOUNT_TAIL.search(each)
        if each.startswith("/team-messaging/v1/"):
            _team_messaging(each, found)
        elif extension is not None:
            _of_extension(extension[1], extension[2] or "", extension[3] or "", found)
        elif account is not None:
            _of_account(account[1], found)
        else:
            found.lost.add("others")
    if None in found.calls:
        found.calls = {None}
    if None in found.presence:
        found.presence = {None}
    return found


def _team_messaging(each: str, found: Recovery) -> None:
    if each.startswith("/team-messaging/v1/posts"):
        found.posts = True
        found.lost.add("posts")
    else:
        found.lost.add("chats")


def _of_extension(extension: str, tail: str, query: str, found: Recovery) -> None:
    if tail == "/telephony/sessions":
        found.calls.add(extension)
        found.lost.add("calls")
    elif tail == "/message-store/instant":
        found.messages.setdefault(extension, set()).add("SMS")
    elif tail == "/message-store":
        wanted = {pair.partition("=")[2] for pair in query.split("&") if pair.startswith("type=")}
        found.messages.setdefault(extension, set()).update(wanted or _ALL_MESSAGES)
        found.lost.add("messages")
    elif tail == "/voicemail":
        found.messages.setdefault(extension, set()).add("VoiceMail")
    elif tail == "/fax":
        found.messages.setdefault(extension, set()).add("Fax")
    elif tail == "/presence":
        found.presence.add(extension)
        found.lost.add("presence")
    else:
        found.lost.add("extensions" if not tail else "others")


def _of_account(tail: str, found: Recovery) -> None:
    if tail == "/telephony/sessions":
        found.calls.add(None)
        found.lost.add("calls")
    elif tail == "/presence":
        found.presence.add(None)
        found.lost.add("presence")
    else:
        found.lost.add("extensions" if tail == "/extension" else "others")
