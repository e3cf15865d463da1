"""From silent filters to reads, and from reads to records: with a client that answers what the test says."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from switchhook.clock import ManualClock, settle
from switchhook.errors import PlatformError, RateLimited
from switchhook.keeper.backfill import LATE, Backfill
from switchhook.keeper.gaps import Cause, gap
from switchhook.keeper.recovery import recovery
from switchhook.keeper.standing import Owner
from switchhook.log import Header
from tests.keeper.model import failure

A = "/restapi/v1.0/account/1"
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OWNER = Owner("1", "2")
ALL = {"SMS", "Pager", "VoiceMail", "Fax"}
LEFT = {"VoiceMail", "Fax"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([f"{A}/extension/{n}/telephony/sessions" for n in "78"], {"calls": {"7", "8"}, "lost": {"calls"}}),
        ([f"{A}/telephony/sessions", f"{A}/extension/8/telephony/sessions"], {"calls": {None}, "lost": {"calls"}}),
        ([f"{A}/extension/7/message-store/instant?type=SMS"], {"messages": {"7": {"SMS"}}}),
        ([f"{A}/extension/7/message-store?type=Pager"], {"messages": {"7": {"Pager"}}, "lost": {"messages"}}),
        ([f"{A}/extension/7/message-store"], {"messages": {"7": ALL}, "lost": {"messages"}}),
        ([f"{A}/extension/7/{tail}" for tail in ("voicemail", "fax?direction=Inbound")], {"messages": {"7": LEFT}}),
        ([f"{A}/presence", f"{A}/extension/7/presence"], {"presence": {None}, "lost": {"presence"}}),
        (["/team-messaging/v1/posts"], {"posts": True, "lost": {"posts"}}),
        (["/team-messaging/v1/chats"], {"lost": {"chats"}}),
        ([f"{A}/extension", f"{A}/extension/7"], {"lost": {"extensions"}}),
        ([f"{A}/extension/7/favorite", f"{A}/directory/entries", "/webinar/x"], {"lost": {"others"}}),
    ],
)  # fmt: skip
def test_what_a_filter_asks_to_be_fetched(filters, expected):
    """Each kind is fetched, or named as lost, or both."""
    found = recovery(filters)
    empty = {"calls": set(), "messages": {}, "presence": set(), "posts": False, "lost": set()}
    assert {name: getattr(found, name) for name in empty} == empty | expected


class Platform:
    """Answers by operation: a value, a function of the parameters, or an error to raise."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def call(self, operation, parameters=None, *, priority=None):
        """One call."""
        self.asked.append((operation, dict(parameters or {})))
        answer = self.answers.get(operation, {"records": []})
        answer = answer(dict(parameters or {})) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pages(self, operation, parameters=None, *, priority=None):
        """One page."""
        for each in (await self.call(operation, parameters))["records"]:
            yield each


class Log:
    """Keeps what is appended."""

    def __init__(self):
        self.records = []

    async def append(self, records):
        """Append."""
        self.records += records

    @property
    def told(self):
        """Event paths and ids of bodies."""
        envelopes = [orjson.loads(each.value) for each in self.records]
        return [
            (each["event"].rpartition("/extension/")[2] or each["event"], each["body"].get("id")) for each in envelopes
        ]


async def fetched(platform, filters, *, known=(), since=NOW, until=NOW + timedelta(hours=1)):
    """Fetch a gap; what came of it, and the log."""
    clock, log = ManualClock(until), Log()
    work = Backfill(platform, log, OWNER, clock=clock, heard_of=lambda session: session in known)
    task = asyncio.create_task(work.fetch(gap("1", "main", Cause.MISSING, since, filters, until=until)))
    await settle()
    await clock.advance(LATE + 1)
    return await task, log


def message(identifier, minutes, kind="SMS", **more):
    """A message so many minutes into the gap."""
    at = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"id": identifier, "type": kind, "creationTime": at, "lastModifiedTime": at, "direction": "Inbound"} | more


def logged(session, minutes, **more):
    """An entry of the call log that began so many minutes into the gap and lasted one."""
    at = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"telephonySessionId": session, "startTime": at, "duration": 60, "type": "Voice", "result": "Missed"} | more


async def test_messages_are_synchronised_and_what_is_late_follows():
    """FSync from the gap's beginning, then ISync with its token; nothing is appended twice."""

    def sync(asked):
        if asked["syncType"] == "FSync":
            return {"records": [message(2, 5), message(1, 1)], "syncInfo": {"syncToken": "t"}}
        assert asked["syncToken"] == "t"
        return {"records": [message(1, 1), message(3, 59), message(9, 3, "Fax")], "syncInfo": {"syncToken": "u"}}

    recovered, log = await fetched(Platform(syncMessages=sync), [f"{A}/extension/7/message-store/instant?type=SMS"])
    assert log.told == [("7/message-store/instant?type=SMS", each) for each in (1, 2, 3)]
    assert recovered.fetched == {"messages": 3}
    assert {each.key for each in log.records} == {"7"}
    assert all(each.headers[Header.BACKFILLED].endswith("missing-main") for each in log.records)


async def test_an_expired_token_begins_anew():
    """MSG-333 is answered by another FSync."""
    asked = []

    def sync(parameters):
        asked.append(parameters["syncType"])
        if parameters["syncType"] == "ISync":
            raise failure(400, "MSG-333")
        return {"records": [message(1, 1)], "syncInfo": {"syncToken": "t"}}

    _, log = await fetched(Platform(syncMessages=sync), [f"{A}/extension/7/voicemail"])
    assert asked == ["FSync", "ISync", "FSync"]
    assert len(log.records) == 1


async def test_more_messages_than_one_synchronisation_holds_are_listed():
    """The platform says that there are older ones."""
    sync = {"records": [message(9, 50)], "syncInfo": {"syncToken": "t", "olderRecordsExist": True}}
    platform = Platform(syncMessages=sync, listMessages={"records": [message(n, n) for n in range(50)]})
    recovered, log = await fetched(platform, [f"{A}/extension/7/message-store?type=SMS"])
    assert recovered.fetched == {"messages": 50 + 1 - 1}
    operation, asked = platform.asked[1]
    assert operation == "listMessages"
    assert (asked["dateFrom"], asked["messageType"]) == ("2026-01-05T08:59:00.000Z", ["SMS"])
    assert len(log.records) == 50


async def test_messages_of_other_times_are_left():
    """A minute of overlap on either side, no more."""
    records = [message(1, -10), message(2, -0.5), message(3, 60.5), message(4, 70)]
    _, log = await fetched(
        Platform(syncMessages={"records": records}), [f"{A}/extension/7/message-store/instant?type=SMS"]
    )
    assert [each for _, each in log.told] == [2, 3]


async def test_calls_that_are_known_are_left_to_the_fold():
    """Only what nobody heard of, and what ended within the gap; the log's stragglers follow."""
    first = {"records": [logged("s-1", 5), logged("s-2", 6), logged("s-old", -30), logged("s-new", 90)]}
    platform = Platform(readUserCallLog=first, syncUserCallLog={"records": [logged("s-1", 5), logged("s-3", 58)]})
    recovered, log = await fetched(platform, [f"{A}/extension/7/telephony/sessions"], known={"s-2"})
    assert [each.key for each in log.records] == ["s-1", "s-3"]
    assert recovered.lost == ("rings and steps of calls (how each call ended is fetched)",)


async def test_a_whole_account_asks_the_companys_log():
    """One read for all extensions."""
    platform = Platform(readCompanyCallLog={"records": [logged("s-1", 5)]})
    await fetched(platform, [f"{A}/telephony/sessions"])
    assert [operation for operation, _ in platform.asked] == ["readCompanyCallLog", "syncAccountCallLog"]


async def test_posts_added_and_edited():
    """An edited post comes as it is now, added once and edited once; old ones end the search of a chat."""
    at = {"creationTime": "2026-01-05T09:10:00Z", "lastModifiedTime": "2026-01-05T09:10:00Z"}
    posts = {
        "8": [{"id": "1", **at}, {"id": "2", **at, "lastModifiedTime": "2026-01-05T09:20:00Z"}],
        "9": [
            {"id": "3", "creationTime": "2026-01-01T09:00:00Z", "lastModifiedTime": "2026-01-05T09:30:00Z"},
            {"id": "4", "creationTime": "2025-01-01T09:00:00Z", "lastModifiedTime": "2026-01-05T09:30:00Z"},
        ],
    }
    platform = Platform(
        listGlipChats={"records": [{"id": "8"}, {"id": "9"}]},
        readGlipPosts=lambda asked: {"records": posts[asked["chatId"]]},
    )
    _, log = await fetched(platform, ["/team-messaging/v1/posts"])
    bodies = [orjson.loads(each.value)["body"] for each in log.records]
    assert [(each["id"], each["eventType"]) for each in bodies] == [
        ("1", "PostAdded"), ("2", "PostAdded"), ("2", "PostChanged"), ("3", "PostChanged"),
    ]  # fmt: skip
    assert [each.key for each in log.records] == ["8", "8", "8", "9"]
    assert bodies[1]["lastModifiedTime"] == bodies[1]["creationTime"], "the identity that the live one has"


async def test_presence_as_it_is_now():
    """Of one extension, or of all."""
    one = Platform(readUserPresenceStatus={"presenceStatus": "Busy"})
    _, log = await fetched(one, [f"{A}/extension/7/presence"])
    assert [each.key for each in log.records] == ["7"]
    everyone = Platform(readAccountPresence={"records": [{"extension": {"id": 7}}, {"extension": {"id": 8}}, {}]})
    _, log = await fetched(everyone, [f"{A}/presence"])
    assert [each.key for each in log.records] == ["7", "8"]


async def test_a_refusal_that_will_not_pass_is_named_and_the_rest_goes_on():
    """Forbidden to read the call log: the messages come all the same."""
    platform = Platform(readUserCallLog=failure(403, "CMN-408"), syncMessages={"records": [message(1, 1)]})
    filters = [f"{A}/extension/7/telephony/sessions", f"{A}/extension/7/voicemail"]
    recovered, log = await fetched(platform, filters)
    assert set(recovered.failures) == {"calls"}
    assert len(log.records) == 1


@pytest.mark.parametrize("error", [failure(503, "CMN-201"), failure(429, "CMN-301")])
async def test_what_passes_by_itself_is_raised(error):
    """The gap stays to be fetched."""
    with pytest.raises((PlatformError, RateLimited)):
        await fetched(Platform(syncMessages=error), [f"{A}/extension/7/voicemail"])
