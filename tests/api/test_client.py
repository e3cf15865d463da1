"""The client against a server on loopback: tokens, budget, errors and answers together."""

from __future__ import annotations

import asyncio
import base64
import json
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from switchhook.api.budget import Budget
from switchhook.api.client import Priority
from switchhook.api.sansio import Request
from switchhook.api.token import JWT_GRANT, Token
from switchhook.api.transport import Transport
from switchhook.clock import ManualClock, settle
from switchhook.errors import (
    ApiUnreachable,
    NotFound,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Unauthorized,
)
from switchhook.telemetry import Metric, Metrics
from tests.api.server import Server, hangs_up, says, serving, talking, text

OWN = "/restapi/v1.0/account/~/extension/~"
POSTS = "/team-messaging/v1/chats/7/posts"
TOKEN = "/restapi/oauth/token"
EXPIRED = {"errorCode": "OAU-128", "message": "Access token expired"}


def grants(server: Server) -> list[dict[str, str]]:
    """The forms that the token endpoint was asked with."""
    return [{name: values[0] for name, values in parse_qs(item.body.decode()).items()} for item in server.asked(TOKEN)]


async def test_calls_with_a_token_and_returns_the_parsed_answer() -> None:
    """JWT grant with the application's credentials, then the call with the bearer token; ids come as strings."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {OWN}", says({"id": 101, "account": {"id": 99}}))
        assert await client.call("readExtension") == {"id": "101", "account": {"id": "99"}}
        assert await client.whoami() == await client.whoami()
        call = server.asked(OWN)[0]
        assert call.headers["authorization"] == "Bearer access-1"
        assert call.headers["user-agent"].startswith("Switchhook/")
        assert grants(server) == [{"grant_type": JWT_GRANT, "assertion": "a-jwt"}]
        basic = base64.b64decode(server.asked(TOKEN)[0].headers["authorization"].removeprefix("Basic "))
        assert basic == b"client:secret"
        assert len(server.asked(OWN)) == 2


async def test_forty_calls_at_once_ask_for_one_token() -> None:
    """However many calls start together, one of them fetches the token and the others wait for it."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {OWN}", says({"id": 1}))
        await asyncio.gather(*(client.call("readExtension") for _ in range(40)))
        assert len(grants(server)) == 1


async def test_a_401_in_mid_flight_refreshes_once_and_repeats_each_call() -> None:
    """Ten calls meet a dead token: one refresh, and each is sent once more, writes too: a 401 proves enough."""
    all_here = asyncio.Barrier(10)

    async def check(request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"] == "Bearer access-1":
            await all_here.wait()
            return web.json_response(EXPIRED, status=401)
        return web.json_response({"id": 5}, status=201)

    async with serving() as server, talking(server) as client:
        server.answer(f"POST {POSTS}", check)
        calls = [client.call("createGlipPost", {"chatId": "7", "body": {"text": str(n)}}) for n in range(10)]
        assert await asyncio.gather(*calls) == [{"id": "5"}] * 10
        assert [form["grant_type"] for form in grants(server)] == [JWT_GRANT, "refresh_token"]
        sent = [json.loads(item.body)["text"] for item in server.asked(POSTS)]
        assert sorted(sent) == sorted([str(n) for n in range(10)] * 2)


async def test_a_second_401_is_the_answer() -> None:
    """A call that is refused with a fresh token too is not tried a third time."""
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {OWN}", says(EXPIRED, 401))
        with pytest.raises(Unauthorized, match="OAU-128"):
            await client.call("readExtension")
        assert len(server.asked(OWN)) == 2


async def test_a_refresh_token_is_shown_once() -> None:
    """Every refresh shows the token that the last answer gave, never an older one."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", says({}))
        for _ in range(4):
            await client.call("readExtension")
            await clock.advance(3600)
        shown = [form.get("refresh_token") for form in grants(server)]
        assert shown == [None, "refresh-1", "refresh-2", "refresh-3"]


async def test_a_refused_refresh_falls_back_to_the_credentials() -> None:
    """When the session was ended elsewhere, the JWT starts a new one within the same call."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", says({}))
        await client.call("readExtension")
        await clock.advance(3600)
        refused = says(
            {"error": "invalid_grant", "errors": [{"errorCode": "OAU-211", "message": "Token revoked"}]}, 400
        )
        server.answer(f"POST {TOKEN}", refused, says({"access_token": "new", "expires_in": 3600}))
        await client.call("readExtension")
        assert [form["grant_type"] for form in grants(server)] == [JWT_GRANT, "refresh_token", JWT_GRANT]


async def test_wrong_credentials_are_said_once_and_not_tried_again() -> None:
    """A refused JWT is Unauthorized in the platform's words, without the secret, and rests for a minute."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock, jwt="top-secret") as client:
        server.answer(f"POST {TOKEN}", says({"error": "invalid_client", "error_description": "Bad id"}, 400))
        for _ in range(3):
            with pytest.raises(Unauthorized, match="credentials do not work: Bad id") as caught:
                await client.call("readExtension")
            assert "top-secret" not in str(caught.value)
        assert len(grants(server)) == 1
        await clock.advance(61)
        with pytest.raises(Unauthorized):
            await client.call("readExtension")
        assert len(grants(server)) == 2


async def test_a_failing_token_endpoint_is_transient_and_left_alone() -> None:
    """503 with Retry-After, 429, a page, a broken connection: transient, and nothing is asked before its time."""
    clock = ManualClock()
    cases = [
        (says({"error": "service_unavailable"}, 503, Retry_After="20"), PlatformError, 20.0),
        (says({"message": "slow down"}, 429, X_Rate_Limit_Group="auth"), RateLimited, 60.0),
        (text("<html><title>Bad gateway</title></html>", 502), PlatformError, 10.0),
        (hangs_up, ApiUnreachable, 10.0),
        (says({"no": "token"}), PlatformError, 10.0),
    ]
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", says({}))
        for responder, error, wait in cases:
            server.answer(f"POST {TOKEN}", responder)
            before = len(grants(server))
            for _ in range(2):
                with pytest.raises(error if _ == 0 else (PlatformError, RateLimited)) as caught:
                    await client.call("readExtension")
                assert caught.value.transient
            assert len(grants(server)) == before + 1
            await clock.advance(wait + 60)
        server.plan.pop(f"POST {TOKEN}")
        await client.call("readExtension")


async def test_a_token_that_still_works_outlives_a_failing_endpoint() -> None:
    """Inside the last minute of a token, a refresh that fails does not fail the call."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", says({"id": 1}))
        await client.call("readExtension")
        server.answer(f"POST {TOKEN}", says({}, 500))
        await clock.advance(3550)
        assert await client.call("readExtension") == {"id": "1"}
        await clock.advance(51)
        with pytest.raises(PlatformError):
            await client.call("readExtension")


async def test_five_token_requests_a_minute_and_no_more() -> None:
    """However often tokens die, the Auth group is respected; then calls wait outside."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", says(EXPIRED, 401))
        errors = []
        for _ in range(8):
            with pytest.raises((Unauthorized, RateLimited, PlatformError)) as caught:
                await client.call("readExtension")
            errors.append(type(caught.value))
        assert len(grants(server)) == 5
        assert errors[-1] is not Unauthorized


class Kept:
    """A keep in memory that notes the order of things."""

    def __init__(self, token: Token | None = None) -> None:
        self.token = token
        self.saved: list[Token | None] = []

    def load(self) -> Token | None:
        return self.token

    async def save(self, token: Token | None) -> None:
        self.saved.append(token)


async def test_a_kept_token_is_used_after_a_restart_and_a_new_one_is_kept_first() -> None:
    """No grant on start while the kept token lives; a refreshed one is durable before its first use."""
    clock = ManualClock()
    now = clock.now().timestamp()
    keep = Kept(Token("old", now + 100, now + 40, "kept-refresh", now + 9999))
    async with serving() as server, talking(server, clock=clock, keep=keep) as client:
        seen_at_use: list[int] = []

        async def note(request: web.Request) -> web.StreamResponse:
            seen_at_use.append(len(keep.saved))
            return web.json_response({"token": request.headers["Authorization"]})

        server.answer(f"GET {OWN}", note)
        assert (await client.call("readExtension"))["token"] == "Bearer old"
        await clock.advance(50)
        assert (await client.call("readExtension"))["token"] == "Bearer access-1"
        assert grants(server) == [{"grant_type": "refresh_token", "refresh_token": "kept-refresh"}]
        assert seen_at_use == [0, 1]


async def test_revoking_ends_the_session_and_forgets_the_token() -> None:
    """Revoke is sent once, its errors are ignored, and the next call starts anew."""
    keep = Kept()
    async with serving() as server, talking(server, keep=keep) as client:
        server.answer(f"GET {OWN}", says({}))
        server.answer("POST /restapi/oauth/revoke", says({}, 500))
        await client.call("readExtension")
        await client.tokens.revoke()
        assert keep.saved[-1] is None
        assert [item.body for item in server.asked("/restapi/oauth/revoke")] == [b"token=refresh-1"]
        await client.call("readExtension")
        assert [form["grant_type"] for form in grants(server)] == [JWT_GRANT, JWT_GRANT]


async def test_nothing_sent_and_no_answer_are_told_apart() -> None:
    """A refused connection is transient; a write without an answer is unknown and sent once; a read is transient."""
    async with serving() as server, talking(server) as client:
        server.answer(f"POST {POSTS}", hangs_up)
        server.answer(f"GET {OWN}", says({}), hangs_up)
        await client.call("readExtension")
        with pytest.raises(OutcomeUnknown, match="it may have happened"):
            await client.call("createGlipPost", {"chatId": "7", "body": {"text": "x"}})
        assert len(server.asked(POSTS)) == 1
        with pytest.raises(ApiUnreachable, match="may be repeated"):
            await client.call("readExtension")
        gone = server.url
    async with talking(server, transport=Transport(gone)) as client:
        with pytest.raises(ApiUnreachable):
            await client.call("createGlipPost", {"chatId": "7", "body": {"text": "x"}})


async def test_a_429_stops_the_group_until_its_time() -> None:
    """After one 429 every call of the group is RateLimited with the rest of the wait and unsent; then it goes on."""
    clock = ManualClock()
    limited = says({"errorCode": "CMN-301", "message": "Too many"}, 429, Retry_After="30", X_Rate_Limit_Group="light")
    async with serving() as server, talking(server, clock=clock) as client:
        server.answer(f"GET {OWN}", limited, says({}))
        for elapsed in (0.0, 10.0, 25.0):
            await clock.advance(elapsed - (clock.monotonic() - 1_000.0))
            with pytest.raises(RateLimited) as caught:
                await client.call("readExtension")
            assert caught.value.retry_after == 30.0 - elapsed
        assert len(server.asked(OWN)) == 1
        await clock.advance(5.0)
        assert await client.call("readExtension") == {}


async def test_a_call_waits_two_seconds_for_its_place() -> None:
    """With the group used up, a handler's call waits; when a place gets free within 2 s it goes, else RateLimited."""
    clock = ManualClock()
    async with serving() as server, talking(server, clock=clock, budget=Budget({"light": 1})) as client:
        server.answer(f"GET {OWN}", says({}))
        await client.call("readExtension")
        await clock.advance(59)
        waiting = asyncio.create_task(client.call("readExtension", priority=Priority.RINGING))
        await settle()
        assert not waiting.done()
        await clock.advance(1)
        assert await waiting == {}
        with pytest.raises(RateLimited, match="nothing was sent"):
            await client.call("readExtension")


async def test_what_has_not_changed_is_not_sent_again() -> None:
    """Conditions go as headers, in either spelling; 304 is None. A language may be asked for with any call."""
    place = "/restapi/v1.0/account/~/extension/~"
    async with serving() as server, talking(server) as client:
        server.answer(f"GET {place}", says({"id": 1}, ETag='"v1"'), says(None, 304))
        assert await client.call("readExtension", {"Accept-Language": "de-DE"}) == {"id": "1"}
        conditions = {"if_none_match": '"v1"', "If-Modified-Since": "Mon, 05 Jan 2026 09:00:00 GMT"}
        assert await client.call("readExtension", conditions) is None
        first, second = (asked.headers for asked in server.asked(place))
    assert first["accept-language"] == "de-DE"
    assert (second["if-none-match"], second["if-modified-since"]) == ('"v1"', "Mon, 05 Jan 2026 09:00:00 GMT")
    assert "accept-language" not in second


async def test_pages_are_fetched_as_they_are_read() -> None:
    """An async iterator over every record, which asks for the second page only when the first is used up."""

    async def page(request: web.Request) -> web.StreamResponse:
        number = int(request.query.get("page", "1"))
        records = [{"id": number * 10 + n} for n in range(2)]
        return web.json_response({"records": records, "paging": {"page": number, "totalPages": 3}})

    async with serving() as server, talking(server) as client:
        server.answer("GET /restapi/v1.0/account/~/extension", page)
        found = []
        async for record in client.pages("listExtensions", {"perPage": 2}):
            found.append(record["id"])
            if len(found) == 2:
                assert len(server.asked("/restapi/v1.0/account")) == 1
        assert found == ["10", "11", "20", "21", "30", "31"]


async def test_sends_what_the_catalogue_does_not_know() -> None:
    """`exchange` sends any request with token and budget: the ticket for a WebSocket, for one."""
    async with serving() as server, talking(server) as client:
        server.answer("POST /restapi/oauth/wstoken", says({"uri": "wss://x"}))
        answer = await client.exchange(Request("-", "POST", "/restapi/oauth/wstoken", rate_group="Auth"))
        assert (answer.status, json.loads(answer.body)) == (200, {"uri": "wss://x"})


async def test_the_application_s_own_calls_need_no_token() -> None:
    """GetToken by hand goes with the application's credentials and not with the identity's token."""
    async with serving() as server, talking(server) as client:
        await client.call("getToken", {"grant_type": "refresh_token", "refresh_token": "x"})
        assert len(server.seen) == 1
        assert server.seen[0].headers["authorization"].startswith("Basic ")
        server.answer(f"POST {TOKEN}", hangs_up)
        with pytest.raises(OutcomeUnknown):
            await client.call("getToken", {"grant_type": "refresh_token", "refresh_token": "x"})


async def test_wrong_parameters_send_nothing() -> None:
    """Not even a token is asked for."""
    async with serving() as server, talking(server) as client:
        with pytest.raises(ValueError, match="did you mean readExtension"):
            await client.call("readExtensoin")
        with pytest.raises(ValueError, match="no parameter of it"):
            await client.call("readExtension", {"x": 1})
        assert server.seen == []


async def test_counts_calls_times_and_places() -> None:
    """Every call is counted by operation and kind of answer, timed, and the group's free places are shown."""
    metrics = Metrics()
    async with serving() as server, talking(server, metrics=metrics) as client:
        server.answer(f"GET {OWN}", says({}), says({"errorCode": "CMN-102", "message": "no"}, 404), hangs_up)
        await client.call("readExtension")
        with pytest.raises(NotFound):
            await client.call("readExtension")
        with pytest.raises(ApiUnreachable):
            await client.call("readExtension")
        server.answer(f"GET {OWN}", says({"errorCode": "CMN-301"}, 429))
        with pytest.raises(RateLimited):
            await client.call("readExtension")
    assert metrics.value(Metric.API_CALLS, operation="readExtension", status="429") >= 1
    for status in ("2xx", "4xx", "unknown"):
        assert metrics.value(Metric.API_CALLS, operation="readExtension", status=status) == 1
    assert metrics.value(Metric.BUDGET_REMAINING, identity="main", group="light") == 46
    assert b"switchhook_api_seconds_count" in metrics.render()
