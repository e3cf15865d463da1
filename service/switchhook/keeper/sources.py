"""Reads of the API that bring back what a gap swallowed, each record in the form of the notification that it replaces.

All raise ApiError, and go behind everything else in the budget.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from switchhook.api.client import Priority
from switchhook.errors import BadRequest
from switchhook.keeper.client import Client
from switchhook.keeper.standing import Owner
from switchhook.notification import parse_timestamp

_PATHS = {"VoiceMail": "/voicemail", "Fax": "/fax?direction=Inbound"}
_PAGE = 250
_OVERLAP = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One record as a notification: event path and body, when it happened, and what order is kept for."""

    kind: str
    id: str
    path: str
    body: Mapping[str, Any]
    at: datetime
    key: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, both aware."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime | None, slack: timedelta = _OVERLAP) -> bool:
        """Whether a moment lies in it, or close by: what is fetched in vain is known already."""
        return moment is not None and self.since - slack <= moment <= self.until + slack


class Messages:
    """Messages of one extension. The token of a first synchronisation brings what came late with a second."""

    def __init__(self, client: Client, owner: Owner, extension: str, kinds: Iterable[str]) -> None:
        self._client = client
        self._place = f"/restapi/v1.0/account/{owner.account_id}/extension/{extension}"
        self._extension = extension
        self._kinds = sorted(kinds)
        self._token: str | None = None

    async def fetch(self, span: Span) -> AsyncIterator[Fetched]:
        """New messages of the span, oldest first."""
        records = sorted(await self._records(span), key=lambda each: str(each.get("creationTime", "")))
        for record in records:
            created = moment(record.get("creationTime"))
            if created is None or not span.holds(created):
                continue
            kind = str(record.get("type", ""))
            path = f"{self._place}{_PATHS.get(kind, f'/message-store/instant?type={kind}')}"
            body = {**record, "eventType": "Create", "owner": {"extensionId": self._extension}}
            yield Fetched("messages", str(record["id"]), path, body, created, self._extension)

    async def _records(self, span: Span) -> list[Mapping[str, Any]]:
        if self._token is not None:
            try:
                return await self._sync({"syncType": "ISync", "syncToken": self._token})
            except BadRequest:  # MSG-333 and its like: the token is too old, so all is fetched again
                self._token = None
        since = stamp(span.since - _OVERLAP)
        answer = await self._ask({"syncType": "FSync", "dateFrom": since, "recordCount": _PAGE})
        if (answer.get("syncInfo") or {}).get("olderRecordsExist") or len(answer.get("records") or ()) >= _PAGE:
            until = stamp(span.until + _OVERLAP)
            asked = {"extensionId": self._extension, "messageType": self._kinds, "dateFrom": since, "dateTo": until}
            pages = self._client.pages("listMessages", {**asked, "perPage": _PAGE}, priority=Priority.BACKFILL)
            return [each async for each in pages]
        return list(answer.get("records") or ())

    async def _sync(self, asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        answer = await self._ask(asked)
        return [each for each in answer.get("records") or () if str(each.get("type", "")) in self._kinds]

    async def _ask(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        parameters = {"extensionId": self._extension, **asked}
        if asked["syncType"] == "FSync":
            parameters["messageType"] = self._kinds
        answer: Mapping[str, Any] = await self._client.call("syncMessages", parameters, priority=Priority.BACKFILL)
        self._token = (answer.get("syncInfo") or {}).get("syncToken") or self._token
        return answer


async def calls(client: Client, owner: Owner, extension: str | None, span: Span) -> AsyncIterator[Fetched]:
    """Calls that ended in the span, of one extension or (None) the whole account, as the call log has them."""
    asked: dict[str, Any] = {"view": "Detailed", "perPage": _PAGE, "dateTo": stamp(span.until + _OVERLAP)}
    # The log goes by when a call began; one that took a day is rare enough.
    asked["dateFrom"] = stamp(span.since - timedelta(days=1))
    if extension is not None:
        asked["extensionId"] = extension
    operation = "readCompanyCallLog" if extension is None else "readUserCallLog"
    async for record in client.pages(operation, asked, priority=Priority.BACKFILL):
        found = _call(record, owner, extension)
        if found is not None and span.since <= found.at <= span.until + _OVERLAP:
            yield found


async def late_calls(client: Client, owner: Owner, extension: str | None, span: Span) -> AsyncIterator[Fetched]:
    """Calls of the span's end, which come into the log some time after they are over."""
    asked: dict[str, Any] = {"syncType": "FSync", "recordCount": _PAGE, "view": "Detailed"}
    asked["dateFrom"] = stamp(max(span.since, span.until - timedelta(hours=1)))
    if extension is not None:
        asked["extensionId"] = extension
    operation = "syncAccountCallLog" if extension is None else "syncUserCallLog"
    answer = await client.call(operation, asked, priority=Priority.BACKFILL)
    for record in answer.get("records") or ():
        found = _call(record, owner, extension)
        if found is not None and span.since <= found.at <= span.until + _OVERLAP:
            yield found


def _call(record: Mapping[str, Any], owner: Owner, extension: str | None) -> Fetched | None:
    started, session = moment(record.get("startTime")), str(record.get("telephonySessionId") or "")
    if started is None or not session:
        return None
    ended = started + timedelta(seconds=float(record.get("duration") or 0))
    place = f"/restapi/v1.0/account/{owner.account_id}"
    path = f"{place}/call-log" if extension is None else f"{place}/extension/{extension}/call-log"
    return Fetched("calls", f"{session}/{record.get('result', '')}", path, record, ended, session)


async def posts(client: Client, span: Span) -> AsyncIterator[Fetched]:
    """Posts that were added or edited in the span, of every chat of the identity."""
    async for chat in client.pages("listGlipChats", {"recordCount": _PAGE}, priority=Priority.BACKFILL):
        asked = {"chatId": str(chat["id"]), "recordCount": _PAGE}
        async for post in client.pages("readGlipPosts", asked, priority=Priority.BACKFILL):
            created, changed = moment(post.get("creationTime")), moment(post.get("lastModifiedTime"))
            if created is not None and created < span.since - timedelta(days=7):
                break  # the newest come first, and an edit of something older is not looked for
            body = {**post, "groupId": str(post.get("groupId") or chat["id"])}
            chat_id = body["groupId"]
            if created is not None and span.holds(created):
                added = {**body, "eventType": "PostAdded", "lastModifiedTime": post.get("creationTime")}
                yield Fetched("posts", f"{post['id']}/added", "/team-messaging/v1/posts", added, created, chat_id)
            if changed is not None and changed != created and span.holds(changed):
                edited = {**body, "eventType": "PostChanged"}
                yield Fetched("posts", f"{post['id']}/{changed}", "/team-messaging/v1/posts", edited, changed, chat_id)


async def presence(client: Client, owner: Owner, extension: str | None, now: datetime) -> AsyncIterator[Fetched]:
    """How presence is now, of one extension or (None) of all."""
    place = f"/restapi/v1.0/account/{owner.account_id}/extension"
    if extension is not None:
        record = await client.call("readUserPresenceStatus", {"extensionId": extension}, priority=Priority.BACKFILL)
        yield Fetched("presence", extension, f"{place}/{extension}/presence", record, now, extension)
        return
    async for record in client.pages("readAccountPresence", {"perPage": _PAGE}, priority=Priority.BACKFILL):
        whose = str((record.get("extension") or {}).get("id") or "")
        if whose:
            yield Fetched("presence", whose, f"{place}/{whose}/presence", record, now, whose)


def stamp(at: datetime) -> str:
    """A moment as the API takes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def moment(text: object) -> datetime | None:
    """A moment as the API gives it; None if it is none."""
    if not isinstance(text, str):
        return None
    try:
        return parse_timestamp(text)
    except ValueError:
        return None
